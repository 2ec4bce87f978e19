"""Guangzhou as it was known at the end of 2020, with its stations by the year in which they came."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata import DemandPoints
from geodata.grid import square_areas
from siting.area import Area, build_area
from siting.demand import build_demand
from siting.layers import Layers, read_layers
from siting.study import Study

STUDY = Path(__file__).parent / "guangzhou_2020" / "study.toml"

OPENED_LATER = ("guangzhou_baiyun",)
"""Hubs of the embedded study that opened after 2020 (Baiyun railway station, December 2023)."""


@dataclass(frozen=True, eq=False)
class Guangzhou:
    """The city on 1 km cells.

    Parameters
    ----------
    area
        Cells with people, and layers.
    cells
        The same cells as outlines, with population, people_km2, district and district_km2 (people of the district).
    demand
        Demand of every fleet.
    stations
        Stations with a gun: id, year of commissioning, guns.
    gunless
        Rows of the table that report no gun; they count for nothing.
    """

    area: Area
    cells: gpd.GeoDataFrame
    demand: DemandPoints
    stations: gpd.GeoDataFrame
    gunless: int

    def charging(self) -> DemandPoints:
        """Demand for charging alone."""
        frame = self.demand.frame
        return DemandPoints(frame[frame["service"] == "charging"])

    def standing(self, year: int) -> gpd.GeoDataFrame:
        """Stations that stood at the end of a year."""
        return self.stations[self.stations["year"] <= year]

    def new(self, year: int) -> gpd.GeoDataFrame:
        """Stations commissioned in a year."""
        return self.stations[self.stations["year"] == year]


def read(year: int = 2020) -> Guangzhou:
    """Read the study and build its demand.

    Parameters
    ----------
    year
        Year of the fleets' stocks.
    """
    study = Study.from_toml(STUDY).model_copy(update={"year": year})
    layers = read_layers(study)
    hubs = layers.frames["hubs"]
    known = Layers({**layers.frames, "hubs": hubs[~hubs["id"].isin(OPENED_LATER)]}, layers.districts, layers.inputs)
    area = build_area(study, known)
    stations = _stations(layers.frames["stations"])
    return Guangzhou(
        area=area,
        cells=_cells(study, area),
        demand=build_demand(study, area),
        stations=stations[stations["guns"] > 0],
        gunless=int((stations["guns"] == 0).sum()),
    )


def _stations(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    guns = [pd.to_numeric(table[f"station_{speed}_cnt"]).fillna(0) for speed in ("fast", "slow")]
    return table.assign(guns=sum(guns), year=pd.to_datetime(table["create_time"]).dt.year)


def _cells(study: Study, area: Area) -> gpd.GeoDataFrame:
    assert study.area.cell_m is not None
    outlines = square_areas(area.layers.districts.area, study.area.cell_m, crs=study.area.crs)
    people = area.cells.set_index("id")[["population", "district"]]
    cells = outlines.join(people, on="id")
    by_district = cells.groupby("district")[["population", "area_km2"]].sum()
    density = by_district["population"] / by_district["area_km2"]
    return cells.assign(
        people_km2=cells["population"] / cells["area_km2"], district_km2=density.loc[cells["district"]].to_numpy()
    )
