"""The result: the answer in the planner's terms."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from maps_out import MapTables
from siting.study import Study
from solvers import Solution


@dataclass(frozen=True, eq=False)
class Result:
    """Sites, sizes, who is served, and how good the answer is proven to be.

    Parameters
    ----------
    study
        The study as resolved.
    run_id
        Hash of the resolved study, its inputs and the version.
    inputs
        Name, path, SHA-256, rows and CRS of every input file.
    sites, demand, assignment, districts, places
        Result tables in the study's metric CRS.
    phases
        Each facility in every year in which it stands.
    closed
        Stations that stood and were closed.
    flows
        Who drives along roads, in every year.
    roads
        The main roads on which travel was computed; nothing where it was not.
    types, kpis, scorecard, meta
        Facility types, key figures, plan lines, and what a reader must know.
    solution
        The solver's answer.
    size
        Rows, options, pairs and sites of the problem.
    """

    study: Study
    run_id: str
    inputs: tuple[dict[str, Any], ...]
    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    assignment: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    phases: pd.DataFrame
    closed: gpd.GeoDataFrame
    flows: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame | None
    types: list[dict[str, Any]]
    kpis: dict[str, Any]
    scorecard: list[dict[str, Any]]
    meta: dict[str, Any]
    solution: Solution
    size: dict[str, int]

    def map_tables(self) -> MapTables:
        """Return the tables a map is drawn from, in longitude and latitude: the state of the last year."""
        demand = self.demand[self.demand["year"] == self.study.year]
        assignment = self.assignment[self.assignment["row_id"].isin(demand["row_id"])]
        return MapTables(
            sites=self.sites.to_crs("EPSG:4326"),
            demand=demand.to_crs("EPSG:4326"),
            assignment=assignment.to_crs("EPSG:4326"),
            districts=self.districts.to_crs("EPSG:4326"),
            places=self.places.to_crs("EPSG:4326"),
            types=self.types,
            kpis=self.kpis,
            scorecard=self.scorecard,
            meta=self.meta,
            flows=self._last_flows(),
            roads=None if self.roads is None else self.roads.to_crs("EPSG:4326"),
        )

    def _last_flows(self) -> gpd.GeoDataFrame | None:
        """Flows of the last year in longitude and latitude; nothing in a study without flows."""
        if not self.study.flows:
            return None
        return self.flows[self.flows["year"] == self.study.year].reset_index(drop=True).to_crs("EPSG:4326")

    def draw(self) -> str:
        """Draw the interactive map as one self-contained HTML page."""
        from maps_out import draw_map

        return draw_map(self.map_tables())
