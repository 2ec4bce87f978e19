"""The study area: cells with their population, speeds and named places."""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from demand_models import spread_population
from geodata import as_points, nearest_places, number_column, speeds_kmh, square_cells, text_column
from geodata.roads.network import RoadNetwork
from siting.area_settings import Roads
from siting.errors import StudyError
from siting.layers import Layers
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
    """

    study: Study
    layers: Layers
    cells: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
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
    LayerError
        When a population or weight is not a number.
    DemandError
        When a district has people and no cell to put them in.
    """
    cells = _cells(study, layers)
    return Area(study, layers, cells, _places(study, layers))


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
    """Cells of the study area less what it excludes, with the district of each."""
    excluded = [layers.frames[name].geometry.union_all() for name in study.area.exclude]
    minus = shapely.union_all(excluded) if excluded else None
    cells = square_cells(layers.districts.area, cell_m, crs=study.area.crs, minus=minus)
    located = layers.districts.locate(cells.geometry, tolerance_m=study.area.tolerance_m)
    return cells.assign(district=[place or "" for place in located])


def _cells(study: Study, layers: Layers) -> gpd.GeoDataFrame:
    if study.area.cell_m is None:
        return _no_points(study, ["id", "district", "population", "area_km2"])
    cells = grid(study, layers, study.area.cell_m)
    if study.population is None:
        return cells.assign(population=0.0)
    settings = study.population
    districts = layers.districts.frame
    centres = layers.frames[settings.centres]
    source = str(study.path_of(study.layers[settings.centres].path))
    population = spread_population(
        cells,
        dict(zip(districts["district"], districts[settings.column].astype(float), strict=True)),
        centres.assign(weight=number_column(centres, settings.weight, source=source, minimum=0.0)),
        decay_km=settings.decay_km,
        background_share=settings.background_share,
    )
    return cells.assign(population=population)


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
