"""Numbers of places, from layers of what stands around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Protocol

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from demand_models.errors import DemandError
from demand_models.parameters import PYDANTIC_CONFIG
from geodata.columns import number_column
from geodata.crs import same_metric
from geodata.errors import did_you_mean, listed
from geodata.joins import NOWHERE, area_of, length_in_m
from geodata.points import as_points

Sign = Literal[-1, 0, 1]
"""How a prediction may move with a feature: only down, freely, only up."""

Layers = Mapping[str, gpd.GeoDataFrame]
"""Layers by name, in the CRS of the places."""

_KERNEL_REACH: Final = 4.0
"""Bandwidths beyond which a Gaussian kernel (below 0.0004 there) counts for nothing."""


@dataclass(frozen=True, eq=False)
class Features:
    """Numbers of places, one column per feature.

    Parameters
    ----------
    ids
        Ids of the places.
    names, units
        Name and unit of each feature.
    signs
        How a prediction may move with each feature.
    values
        Shape (places, features), finite.

    Raises
    ------
    DemandError
        When shapes do not fit, names repeat, or a value is not finite; the message names the feature and the places.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]
    signs: tuple[Sign, ...]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape = (len(self.ids), len(self.names))
        if self.values.shape != shape or len(self.units) != shape[1] or len(self.signs) != shape[1]:
            raise DemandError(f"features: {self.values.shape} values for {shape[0]} places and {shape[1]} features")
        repeated = sorted({name for name in self.names if self.names.count(name) > 1})
        faults = [f"features: {listed(repeated)} stand more than once"] if repeated else []
        for column, name in enumerate(self.names):
            wrong = np.flatnonzero(~np.isfinite(self.values[:, column]))
            if wrong.size:
                faults.append(f"feature {name!r}: not a number at {listed(self.ids[row] for row in wrong)}")
        if faults:
            raise DemandError("; ".join(faults))

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, names: Sequence[str]) -> "Features":
        """The same places with some of the features, in the order given; DemandError names the unknown ones."""
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise DemandError(f"features: no {listed(map(repr, unknown))}; there are {listed(self.names)}")
        at = [self.names.index(name) for name in names]
        return Features(
            self.ids,
            tuple(names),
            tuple(self.units[column] for column in at),
            tuple(self.signs[column] for column in at),
            self.values[:, at],
        )

    def freed(self) -> "Features":
        """The same numbers, along none of which a prediction is held to a direction."""
        free: Sign = 0
        return Features(self.ids, self.names, self.units, (free,) * len(self.names), self.values)

    def rows(self, chosen: NDArray[np.bool_]) -> "Features":
        """The same features of some of the places."""
        ids = tuple(np.array(self.ids, dtype=object)[chosen])
        return Features(ids, self.names, self.units, self.signs, self.values[chosen])


class Feature(Protocol):
    """A number that can be computed for places."""

    @property
    def name(self) -> str:
        """Name of the feature."""
        ...

    @property
    def unit(self) -> str:
        """Unit of the feature."""
        ...

    @property
    def sign(self) -> Sign:
        """How a prediction may move with it."""
        ...

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """One number per place."""
        ...


@dataclass(frozen=True, kw_only=True)
class Within:
    """Number of rows of a layer within reach of a place, or the sum of one of their columns.

    The reach is a straight line and counts the border; from an area it is measured to its outline, so that 0 m means
    inside. With `not_itself`, rows of the place's own id are left out: what a place has must not predict it.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    kind: Literal["within"] = "within"
    """Kind of feature."""
    name: str
    """Name of the feature, that under which a model knows it."""
    unit: str
    """Unit of the feature, that which the model was learned in."""
    layer: str
    """Layer whose rows are looked at."""
    reach_m: float
    """Reach (m)."""
    column: str | None = None
    """Number column that is summed; without it rows are counted."""
    not_itself: bool = False
    """Whether rows with the id of the place are left out."""
    sign: Sign = 0
    """How a prediction may move with the feature when it is learned: -1 only down, 0 freely, 1 only up."""

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """Count or sum, one per place."""
        rows = _rows(layers, self.layer, self.name)
        place, row = _near(places, rows, self.reach_m, not_itself=self.not_itself)
        return _sums(place, _weights(rows, self.layer, self.column)[row], len(places))


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """Sum over the rows of a layer of ``w exp(-(d / h)^2 / 2)``, ``d`` the distance to the place (m).

    ``h`` is `bandwidth_m`; beyond four of it a row counts for nothing.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    kind: Literal["kernel"] = "kernel"
    """Kind of feature."""
    name: str
    """Name of the feature, that under which a model knows it."""
    unit: str
    """Unit of the feature, that which the model was learned in."""
    layer: str
    """Layer whose rows are looked at."""
    bandwidth_m: float
    """Bandwidth (m)."""
    column: str | None = None
    """Number column that is summed; without it rows are counted."""
    not_itself: bool = False
    """Whether rows with the id of the place are left out."""
    sign: Sign = 0
    """How a prediction may move with the feature when it is learned: -1 only down, 0 freely, 1 only up."""

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """Weighted sum, one per place."""
        rows = _rows(layers, self.layer, self.name)
        place, row = _near(places, rows, _KERNEL_REACH * self.bandwidth_m, not_itself=self.not_itself)
        distance_m = shapely.distance(places.geometry.to_numpy()[place], rows.geometry.to_numpy()[row])
        weight = _weights(rows, self.layer, self.column)[row] * np.exp(-0.5 * (distance_m / self.bandwidth_m) ** 2)
        return _sums(place, weight, len(places))


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """Distance in km to the nearest row of a layer, no more than `at_most_km` (also where the layer is empty)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    kind: Literal["nearest"] = "nearest"
    """Kind of feature."""
    name: str
    """Name of the feature, that under which a model knows it."""
    layer: str
    """Layer whose rows are looked at."""
    at_most_km: float
    """Distance that counts where nothing is nearer (km)."""
    sign: Sign = 0
    """How a prediction may move with the feature when it is learned: -1 only down, 0 freely, 1 only up."""
    unit: Literal["km"] = "km"
    """Unit of the feature."""

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """Kilometres, one per place."""
        rows = _rows(layers, self.layer, self.name)
        found = np.full(len(places), self.at_most_km)
        tree = shapely.STRtree(rows.geometry.to_numpy())
        (place, _), distance_m = tree.query_nearest(places.geometry.to_numpy(), return_distance=True)
        np.minimum.at(found, place, distance_m / 1000)
        return found


@dataclass(frozen=True, kw_only=True)
class LengthWithin:
    """Length of the lines of a layer (roads) within reach, in km per km² of the reach."""

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    kind: Literal["length_within"] = "length_within"
    """Kind of feature."""
    name: str
    """Name of the feature, that under which a model knows it."""
    layer: str
    """Layer whose rows are looked at."""
    reach_m: float
    """Reach (m)."""
    sign: Sign = 0
    """How a prediction may move with the feature when it is learned: -1 only down, 0 freely, 1 only up."""
    unit: Literal["km/km²"] = "km/km²"
    """Unit of the feature."""

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """Density, one per place."""
        reach = places.geometry.buffer(self.reach_m)
        length_m = length_in_m(reach, _rows(layers, self.layer, self.name).geometry)
        density: NDArray[np.float64] = length_m / reach.area.to_numpy() * 1000
        return density


@dataclass(frozen=True, kw_only=True)
class OfArea:
    """Figure of the area (district, zone) of a layer in which a place lies; the nearest area's within `tolerance_m`.

    An area is stood for by a point inside of it. A place in no area is refused.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    kind: Literal["of_area"] = "of_area"
    """Kind of feature."""
    name: str
    """Name of the feature, that under which a model knows it."""
    unit: str
    """Unit of the feature, that which the model was learned in."""
    layer: str
    """Layer whose rows are looked at."""
    column: str
    """Number column."""
    tolerance_m: float = 0.0
    """Distance at which a place outside still belongs to the nearest area (m)."""
    sign: Sign = 0
    """How a prediction may move with the feature when it is learned: -1 only down, 0 freely, 1 only up."""

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """Figure, one per place."""
        rows = _rows(layers, self.layer, self.name)
        area = area_of(as_points(places).geometry, rows.geometry, tolerance_m=self.tolerance_m)
        lost = places["id"][area == NOWHERE]
        if len(lost):
            raise DemandError(f"feature {self.name!r}: {listed(lost)} lie in no area of layer {self.layer!r}")
        return _weights(rows, self.layer, self.column)[area]


@dataclass(frozen=True, kw_only=True)
class Own:
    """A number column of the places themselves."""

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    kind: Literal["own"] = "own"
    """Kind of feature."""
    name: str
    """Name of the feature, that under which a model knows it."""
    unit: str
    """Unit of the feature, that which the model was learned in."""
    column: str
    """Number column."""
    sign: Sign = 0
    """How a prediction may move with the feature when it is learned: -1 only down, 0 freely, 1 only up."""

    def of(self, places: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.float64]:
        """Value, one per place."""
        return number_column(places, self.column, source="places")


def build_features(places: gpd.GeoDataFrame, layers: Layers, wanted: Sequence[Feature]) -> Features:
    """Compute features of places.

    Parameters
    ----------
    places
        Points or valid areas in a metric CRS, with a text column `id`.
    layers
        Layers by name, in the CRS of the places.
    wanted
        Features, in the order of the columns.

    Raises
    ------
    DemandError
        When a layer is missing, there is no feature, or a value is not finite.
    LayerError
        When a column has other than numbers.
    CrsError
        When a CRS is not metric or differs from that of the places.
    """
    if not wanted:
        raise DemandError("features: none is asked for; give at least one")
    for name, layer in layers.items():
        same_metric(places.crs, layer.crs, what=f"places and layer {name!r}")
    return Features(
        ids=tuple(places["id"]),
        names=tuple(feature.name for feature in wanted),
        units=tuple(feature.unit for feature in wanted),
        signs=tuple(feature.sign for feature in wanted),
        values=np.column_stack([feature.of(places, layers) for feature in wanted]),
    )


def _rows(layers: Layers, layer: str, feature: str) -> gpd.GeoDataFrame:
    if layer not in layers:
        known = listed(sorted(layers)) or "none"
        hint = did_you_mean(layer, layers)
        raise DemandError(f"feature {feature!r}: layer {layer!r} is not among the layers ({known}){hint}")
    return layers[layer]


def _weights(rows: gpd.GeoDataFrame, layer: str, column: str | None) -> NDArray[np.float64]:
    if column is None:
        return np.ones(len(rows))
    return number_column(rows, column, source=f"layer {layer!r}")


def _sums(place: NDArray[np.int64], weight: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    return np.bincount(place, weights=weight, minlength=places).astype(np.float64)


def _near(
    places: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, reach_m: float, *, not_itself: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a place and a row within reach of each other, sorted, so that sums come out alike everywhere."""
    tree = shapely.STRtree(rows.geometry.to_numpy())
    place, row = tree.query(places.geometry.to_numpy(), predicate="dwithin", distance=reach_m)
    if not_itself:
        other = places["id"].to_numpy(dtype=object)[place] != rows["id"].to_numpy(dtype=object)[row]
        place, row = place[other], row[other]
    order = np.lexsort((row, place))
    return place[order], row[order]
