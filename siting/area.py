"""The study area: cells with their population, speeds and named places."""

from collections.abc import Callable
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import as_points, nearest_places, number_column, speeds_kmh, text_column
from geodata.dasymetric import Spread
from geodata.grid import square_areas
from geodata.hexagons import hexagon_areas
from geodata.roads.network import RoadNetwork
from siting.area_settings import Roads
from siting.errors import StudyError
from siting.layers import Layers, faults_of
from siting.population import around_centres, like_layer
from siting.study import Study


@dataclass(frozen=True, eq=False)
class Area:
    """Where the study looks.

    Parameters
    ----------
    layers
        The study's layers.
    cells
        Demand cells: id, population, district, area_km2, point; empty when the study has none.
    places
        Named places for orientation: name_zh, name_en, rank; empty when the study names none.
    spread
        How people were spread like a layer; None where they were not.
    """

    study: Study
    layers: Layers
    cells: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    spread: Spread | None
    _networks: dict[str, RoadNetwork] = field(default_factory=dict, init=False, repr=False)

    def roads(self, vehicle: str) -> RoadNetwork:
        """Roads as a class of vehicle drives them; the file is read when they are first asked for.

        Raises
        ------
        StudyError, geodata.LayerError, geodata.CrsError
            When the file or the shares of the speed do not fit.
        """
        roads = self.study.travel.on_roads
        assert roads is not None
        return self.network(roads, vehicle, key="travel.roads")

    def network(self, roads: Roads, vehicle: str, *, key: str) -> RoadNetwork:
        """Roads of a block of the study, which the key names, as `roads` has those of travel."""
        name = f"{vehicle} {roads.model_dump_json()}"
        if name not in self._networks:
            self._networks[name] = _roads(self.study, roads, vehicle, key)
        return self._networks[name]

    @property
    def networks(self) -> tuple[RoadNetwork, ...]:
        """Road networks that were asked for so far."""
        return tuple(self._networks.values())

    def main_roads(self) -> gpd.GeoDataFrame | None:
        """Lines of the main roads that were driven on; nothing where none were."""
        from geodata.roads.main_roads import main_roads

        return main_roads(self.networks[0]) if self.networks else None

    def speeds(self, points: gpd.GeoSeries) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Driving speed at points, km/h."""
        travel, districts = self.study.travel, self.layers.districts
        by_district = {}
        if travel.speed_column is not None:
            frame = districts.frame
            by_district = dict(zip(frame["district"], frame[travel.speed_column].astype(float), strict=True))
        located = districts.locate(points, tolerance_m=self.study.area.tolerance_m)
        return np.asarray(speeds_kmh(located, by_district, self.study.travel.speed_kmh), dtype=np.float64)

    def place_names(self, points: gpd.GeoSeries) -> pd.DataFrame:
        """Nearest named place of points: place_zh, place_en, place_km."""
        if self.places.empty:
            blank = pd.Series("", index=points.index)
            return pd.DataFrame({"place_zh": blank, "place_en": blank, "place_km": np.nan})
        return nearest_places(points, self.places)


def build_area(study: Study, layers: Layers) -> Area:
    """Lay out cells and spread the population over them.

    Raises
    ------
    StudyError
        When the cells cannot be laid out, or people cannot be spread like a layer.
    LayerError
        When a population or weight is not a number.
    LayerError, DemandError
        When a district has people and no cell to put them in.
    """
    cells, spread = _cells(study, layers)
    return Area(study, layers, cells, _places(study, layers), spread)


def _roads(study: Study, roads: Roads, vehicle: str, key: str) -> RoadNetwork:
    from geodata.roads import PROFILES, SPEEDS, read_roads

    free = read_roads(
        study.path_of(roads.path),
        crs=study.area.crs,
        profile=PROFILES[vehicle],
        speeds=SPEEDS[roads.speeds],
        layer=roads.layer,
        source_crs=roads.crs,
    )
    try:
        return free.with_speeds(roads.speed_share_by_class, period=roads.period, otherwise=roads.speed_share)
    except ValueError as error:
        raise StudyError(study.source, [f"{key}: {error}"]) from None


def grid(study: Study, layers: Layers, cell_m: float) -> gpd.GeoDataFrame:
    """Square cells of the study area less what it excludes, each as a point with its district.

    Raises
    ------
    StudyError
        When there are far too many of them.
    """
    return as_points(_laid_out(study, layers, square_areas, cell_m, key="cell_m"))


def _laid_out(
    study: Study, layers: Layers, cells_of: Callable[..., gpd.GeoDataFrame], size: float, *, key: str
) -> gpd.GeoDataFrame:
    """Outlines of the cells of a grid in the study area less what it excludes, with the district of each."""
    excluded = [layers.frames[name].geometry.union_all() for name in study.area.exclude]
    minus = shapely.union_all(excluded) if excluded else None
    try:
        outlines = cells_of(layers.districts.area, size, crs=study.area.crs, minus=minus)
    except ValueError as error:  # far too many cells, or h3 is not installed
        raise StudyError(study.source, [f"{key}: {fault}" for fault in faults_of(error)]) from None
    located = layers.districts.locate(as_points(outlines).geometry, tolerance_m=study.area.tolerance_m)
    return outlines.assign(district=[place or "" for place in located])


def _cells(study: Study, layers: Layers) -> tuple[gpd.GeoDataFrame, Spread | None]:
    """Demand cells with their people, and how these were spread like a layer."""
    area = study.area
    if area.h3_resolution is not None:
        outlines = _laid_out(study, layers, hexagon_areas, area.h3_resolution, key="area.h3_resolution")
    elif area.cell_m is not None:
        outlines = _laid_out(study, layers, square_areas, area.cell_m, key="area.cell_m")
    else:
        return _no_points(study, ["id", "district", "population", "area_km2"]), None
    cells = as_points(outlines)
    if study.population is None:
        return cells.assign(population=0.0), None
    if study.population.like is None:
        return cells.assign(population=around_centres(study, layers, cells)), None
    spread = like_layer(study, layers, outlines)
    return cells.assign(population=spread.values), spread


def _no_points(study: Study, columns: list[str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict.fromkeys(columns, ()), geometry=[], crs=study.area.crs)


def _places(study: Study, layers: Layers) -> gpd.GeoDataFrame:
    if study.area.places is None:
        return _no_points(study, ["name_zh", "name_en", "rank"])
    frame = as_points(layers.frames[study.area.places])
    source = str(study.path_of(study.layers[study.area.places].path))
    rank = (
        number_column(frame, "rank", source=source, minimum=1.0) if "rank" in frame.columns else np.full(len(frame), 3)
    )
    named = frame.assign(
        name_zh=text_column(frame, "name_zh", source=source),
        name_en=text_column(frame, "name_en", source=source),
        rank=rank.astype(int),
    )
    # In the order of the ids, as every table: the order of rows in a file decides nothing.
    return named.sort_values("id", ignore_index=True)[["name_zh", "name_en", "rank", "geometry"]]
