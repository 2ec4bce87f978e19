"""Where demand may stand: the cells and layers of a study, in one year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from demand_models.errors import DemandError
from geodata.columns import number_column
from geodata.crs import require_metric
from geodata.errors import LayerError, listed

_CELL_COLUMNS: Final = ("id", "population", "district")
_LAYER_COLUMNS: Final = ("id", "district")


@dataclass(frozen=True, eq=False)
class DemandContext:
    """Places that demand models spread their fleets over.

    Parameters
    ----------
    year
        Year whose demand is wanted.
    cells
        Points or polygons with the columns `id`, `population` (people, finite, at least 0) and `district`, in a metric
        CRS. Empty when the study has no cells; the CRS must be there all the same.
    layers
        Named layers with the columns `id`, `district` and their own text and number columns, in the CRS of the cells.
        Messages count their rows from 1 in the order given here.
    districts
        Table of the districts: the column `district` (unique names) and what is known of each, such as control totals.
    folder
        Folder to which the files are relative that models name.

    Raises
    ------
    DemandError
        With every fault of the cells and layers: a missing column, an id that is not a text or stands twice, a district
        that is not a text ("" stands for outside every district), a population that is not a number, another CRS, a
        district that stands twice in the table.
    CrsError
        When the cells' CRS is missing, or not in metres.
    """

    year: int
    cells: gpd.GeoDataFrame
    layers: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    districts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"district": []}, dtype=object))
    folder: Path = Path()

    def __post_init__(self) -> None:
        crs = self.crs
        faults = _faults(self.cells, "cells", _CELL_COLUMNS)
        for name, layer in self.layers.items():
            faults += _faults(layer, f"layer {name!r}", _LAYER_COLUMNS)
            if layer.crs != crs:
                faults.append(f"layer {name!r} is in {layer.crs}, the cells in {crs}; reproject the layer")
        repeated = sorted(map(str, self.districts["district"][self.districts["district"].duplicated()].unique()))
        if repeated:
            faults.append(f"districts: {listed(repeated)} stand more than once; give each district one row")
        if not faults:
            faults = self._shared_places()
        if faults:
            raise DemandError("; ".join(faults))

    @property
    def crs(self) -> CRS:
        """Metric CRS of the cells and of every layer."""
        return require_metric(self.cells.crs, what="cells")

    def by_district(self, column: str, *, what: str) -> dict[str, float]:
        """Numbers of a column of the table of districts, finite and at least 0, by district.

        Parameters
        ----------
        column
            Name of the column.
        what
            The key that names it, for messages.

        Raises
        ------
        DemandError
            When there is no such column, or it holds other than such numbers.
        """
        try:
            numbers = number_column(self.districts, column, source="layer of the districts", minimum=0.0)
        except LayerError as error:
            raise DemandError(f"{what}: {error}") from error
        return dict(zip(self.districts["district"], numbers.tolist(), strict=True))

    def _shared_places(self) -> list[str]:
        """Cells that carry the place id of a layer's row."""
        cells = set(self.cells["id"])
        shared = sorted(
            place for name, layer in self.layers.items() for place in layer_places(name, layer) if place in cells
        )
        return [f"cells have the ids {listed(shared)} of layer rows; rename the cells"] if shared else []


def layer_places(name: str, layer: gpd.GeoDataFrame) -> list[str]:
    """Place ids of a layer's rows: the layer's name, a colon and the row's own id."""
    return [f"{name}:{id_}" for id_ in layer["id"]]


def _faults(frame: gpd.GeoDataFrame, what: str, columns: tuple[str, ...]) -> list[str]:
    missing = [f"{what}: column {column!r} is missing; add it" for column in columns if column not in frame.columns]
    if missing:
        return missing
    faults = []
    for column in ("id", "district"):
        wrong = [value for value in frame[column] if not isinstance(value, str)]
        if wrong:
            faults.append(f"{what}: {column} must be a text, found {listed(map(repr, wrong))}")
    repeated = sorted(map(str, frame["id"][frame["id"].duplicated()].unique()))
    if repeated:
        faults.append(f"{what}: ids stand more than once: {listed(repeated)}; make them unique")
    if "population" in columns:
        population = pd.to_numeric(frame["population"], errors="coerce").to_numpy(dtype=np.float64)
        bad = ~(np.isfinite(population) & (population >= 0))
        if bad.any():
            wrong = frame[bad]
            found = [f"{id_}: {people!r}" for id_, people in zip(wrong["id"], wrong["population"], strict=True)]
            faults.append(f"{what}: population must be finite and at least 0, found in {listed(found)}")
    return faults
