"""What `locate` is given, looked at before anything is asked: layers, numbers, columns, labels, weights."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from numbers import Real
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.crs import same_metric
from siting.errors import StudyError

Floats = NDArray[np.float64]

#: Key of a number = the most that it may be; the least is 0.
_NUMBERS: Final = {
    "standard_m": np.inf,
    "budget": np.inf,
    "share": 1.0,
    "beta": np.inf,
    "nearest_m": np.inf,
    "cost_per_m": np.inf,
    "gap": np.inf,
    "time_limit_s": np.inf,
}
_COLUMNS: Final = ("site_cost", "attraction", "capacity", "fixed_cost")
_LABELS: Final = ("required", "forbidden")


def check_layers(**layers: object) -> None:
    """See that layers are layers with positions, told apart by their labels.

    Raises
    ------
    StudyError
        With the faults of all of them.
    """
    faults = [f"{name}: {fault}" for name, layer in layers.items() for fault in _layer_faults(layer)]
    if faults:
        raise StudyError("locate", faults)


def value_faults(keys: Mapping[str, Any], sites: gpd.GeoDataFrame) -> Iterator[str]:
    """What is wrong with the values of keys; which keys a model takes is not asked here."""
    for key, most in _NUMBERS.items():
        if key in keys and not _is_number(keys[key], most):
            wanted = "of at least 0" if np.isinf(most) else f"from 0 to {most:g}"
            yield f"{key}: give a number {wanted}, found {keys[key]!r}"
    for key in _COLUMNS:
        if key in keys:
            yield from (f"{key}: {fault}" for fault in _column_faults(sites, "sites", keys[key]))
    for key in _LABELS:
        yield from (f"{key}: {fault}" for fault in _label_faults(keys.get(key, ()), sites))
    if "steps" in keys and not _are_steps(keys["steps"]):
        yield f"steps: give a list of (standard, share), found {keys['steps']!r}"


def check_rivals(rivals: object, demand: gpd.GeoDataFrame, attraction: object) -> None:
    """See that competitors are a layer in the demand's CRS, and have the column with what attracts.

    Raises
    ------
    StudyError, geodata.CrsError
        When they are not.
    """
    check_layers(competitors=rivals)
    assert isinstance(rivals, gpd.GeoDataFrame)
    same_metric(demand.crs, rivals.crs, what="demand and competitors")
    faults = [] if attraction is None else list(_column_faults(rivals, "competitors", attraction))
    if faults:
        raise StudyError("locate", [f"attraction: {fault}" for fault in faults])


def weights_of(demand: gpd.GeoDataFrame, weight: object) -> Floats:
    """Weight of each row of the demand, from a column or as numbers; 1 each without.

    Raises
    ------
    StudyError
        When there is no such column, numbers are not as many as rows, or labels are not those of the demand.
    """
    if weight is None:
        return np.ones(len(demand))
    if isinstance(weight, str):
        faults = list(_column_faults(demand, "demand", weight))
        if faults:
            raise StudyError("weight", faults)
        held: Floats = demand[weight].to_numpy(dtype=np.float64, na_value=np.nan)
        return held
    if isinstance(weight, pd.Series) and not weight.index.equals(demand.index):
        raise StudyError(
            "weight", ["its labels are not those of the demand in their order; use .reindex(demand.index)"]
        )
    try:
        numbers = np.asarray(weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StudyError("weight", [f"not numbers: {error}"]) from None
    if numbers.shape != (len(demand),):
        raise StudyError(
            "weight", [f"shape {numbers.shape}, expected a number for each of {len(demand)} rows of demand"]
        )
    return numbers


def refuse_bad_weights(weight: Floats, labels: "pd.Index[Any]") -> None:
    """See that no weight is negative, infinite or none.

    Raises
    ------
    StudyError
        With how many there are, and the first of them.
    """
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if bad.size:
        first = f"the first is {weight[bad[0]]:g} of {labels[bad[0]]!r}"
        raise StudyError("weight", [f"{bad.size} are negative or not finite, {first}; give numbers of at least 0"])


def _layer_faults(layer: object) -> Iterator[str]:
    if not isinstance(layer, gpd.GeoDataFrame) or layer.active_geometry_name is None:
        yield f"give a GeoDataFrame with a geometry, found a {type(layer).__name__}"
        return
    if not layer.index.is_unique:
        yield "labels of the index are not unique; the index is the id"
    missing = layer.index[layer.geometry.isna() | layer.geometry.is_empty]
    if len(missing):
        yield f"{len(missing)} rows have no geometry, the first is {missing[0]!r}; leave them out"


def _column_faults(layer: gpd.GeoDataFrame, name: str, column: object) -> Iterator[str]:
    if not isinstance(column, Hashable) or column not in layer.columns:
        yield f'{name}: no column "{column}"; there are {", ".join(map(str, layer.columns))}'
    elif not pd.api.types.is_numeric_dtype(layer[column]):
        yield f'{name}: column "{column}" does not hold numbers'


def _label_faults(labels: object, sites: gpd.GeoDataFrame) -> Iterator[str]:
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        yield f"give a list of labels of sites, found {labels!r}"
        return
    yield from (f"the sites have no {label!r}" for label in labels if label not in sites.index)


def _is_number(value: object, most: float) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= float(value) <= most


def _are_steps(steps: object) -> bool:
    pairs = list(steps) if isinstance(steps, Iterable) and not isinstance(steps, str) else [None]
    return all(
        isinstance(pair, list | tuple) and len(pair) == 2 and all(_is_number(n, np.inf) for n in pair) for pair in pairs
    )
