"""What a study asks, derived again from its inputs without the bridge to the solvers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import UNITS, CandidateSites, DemandPoints
from siting.area import Area, build_area
from siting.audit.roads import COLUMNS, asked_roads
from siting.audit.sentences import EXACT
from siting.audit.ways import Ways, ways_of
from siting.built import Built, read_built
from siting.candidates import build_sites
from siting.demand import build_demand
from siting.facility import FacilityType
from siting.layers import read_layers
from siting.site_settings import ExistingSites
from siting.study import Study

Booleans = NDArray[np.bool_]

_BLOCK: Final = 1_000  # rows whose distances to all sites are held at once


@dataclass(frozen=True, eq=False)
class Question:
    """A study's demand, sites and options.

    Parameters
    ----------
    study, area
        The study and its area.
    rows
        Demand rows by id: place, service, vehicle, year, unit, demand, kind, fleets, district, x, y (m), speed (km/h);
        flows last.
    sites
        Candidate sites by id, as `CandidateSites`, with x, y (m) and speed (km/h).
    options
        What may stand, by facility id: site_id, type, standing (modules there before the first year), least and most
        (modules when open), required (must be open in the last year), closable, closing_cost_cny.
    built
        What was built in the study's years so far.
    roads
        The demand rows that are flows, with line, length_km, range_km and vehicles.
    ways
        How far places are from each other.
    """

    study: Study
    area: Area
    rows: pd.DataFrame
    sites: pd.DataFrame
    options: pd.DataFrame
    built: Built
    roads: pd.DataFrame
    ways: Ways

    def kind(self, facility_type: str) -> FacilityType:
        """Return a facility type of the catalogue."""
        return self.study.catalogue[facility_type]

    def may_stand(self, year: int) -> pd.DataFrame:
        """Options that may stand in a year: all, unless what opened up to it is known."""
        if not self.built.decides(year):
            return self.options
        opened = {name for name, given in self.built.modules.items() if min(given) <= year}
        return self.options[(self.options["standing"] > 0) | self.options.index.isin(opened)]

    def reached(self, options: Mapping[int, pd.DataFrame]) -> tuple[Booleans, Booleans]:
        """Whether places of demand lie within the standard of one of their year's options: for sure, and at all.

        The two differ only where the travel time is the standard to the digits that the ways are exact to.
        """
        sure, at_all = np.zeros(len(self.rows), dtype=bool), np.zeros(len(self.rows), dtype=bool)
        points = ~self.rows.index.isin(self.roads.index)
        kinds = self.rows[points][["service", "vehicle", "year"]].drop_duplicates()
        for service, vehicle, year in kinds.itertuples(index=False):
            standard = self._standards(options[year], service, vehicle)
            sites = self.sites.loc[standard.index]
            same = (self.rows["service"] == service) & (self.rows["vehicle"] == vehicle) & (self.rows["year"] == year)
            chosen = np.flatnonzero(same & points)
            for begin in range(0, len(chosen) if len(sites) else 0, _BLOCK):
                block = chosen[begin : begin + _BLOCK]
                minutes = self.ways.between(self.rows.iloc[block], sites, vehicle)
                sure[block] = (minutes <= standard.to_numpy() * (1 - self.ways.exact)).any(axis=1)
                at_all[block] = (minutes <= standard.to_numpy() * (1 + self.ways.exact)).any(axis=1)
        return sure, at_all

    def _standards(self, options: pd.DataFrame, service: str, vehicle: str) -> "pd.Series[float]":
        """Longest standard at each site that serves a vehicle with a service, minutes."""
        offers = {
            name: offer.standard_min
            for name, kind in self.study.catalogue.root.items()
            for offered, offer in kind.services.items()
            if offered == service and vehicle in kind.vehicles
        }
        chosen = options[options["type"].isin(list(offers))]
        return chosen["type"].map(offers).astype(float).groupby(chosen["site_id"]).max()


def ask_again(study: Study) -> tuple[Question, list[dict[str, Any]]]:
    """Derive a study's demand, sites and options from its inputs, and list the inputs.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a file, a layer or a number does not fit.
    """
    layers = read_layers(study)
    area = build_area(study, layers)
    demand = build_demand(study, area)
    sites = build_sites(study, area, demand)
    built = read_built(study, sites)
    rows, options = _rows(study, area, demand), _options(study, sites, built)
    roads = asked_roads(study, area)
    if len(roads):
        flows = roads[[*COLUMNS]].assign(speed=np.nan)
        rows = pd.concat([rows, flows[rows.columns]]) if len(rows) else flows
    question = Question(study, area, rows, placed(area, sites.frame), options, built, roads, ways_of(area))
    return question, list(layers.inputs)


def placed(area: Area, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """A layer with an id column as a table by id, with x, y in metres and the speed in km/h."""
    points = frame.geometry
    table = pd.DataFrame(frame.drop(columns="geometry"))
    return table.assign(x=points.x, y=points.y, speed=area.speeds(points)).set_index("id")


def _rows(study: Study, area: Area, demand: DemandPoints) -> pd.DataFrame:
    """One row per place, service, vehicle class and year, all fleets together."""
    frame = placed(area, demand.frame[demand.frame["demand"] > 0])
    grouped = frame.groupby(["place", "service", "vehicle", "year"], sort=True)
    rows = grouped[["district", "x", "y", "speed"]].first().assign(demand=grouped["demand"].sum())
    rows["fleets"] = grouped["fleet"].agg(lambda fleets: ", ".join(sorted(set(fleets))))
    rows["kind"] = grouped["kind"].agg(lambda kinds: "measured" if (kinds == "measured").all() else "modelled")
    rows = rows.reset_index()
    names = rows["place"] + "|" + rows["service"] + "|" + rows["vehicle"]
    if len(study.horizon) > 1:
        names = names + "|" + rows["year"].astype(str)
    return rows.assign(row_id=names, unit=rows["service"].map(UNITS)).set_index("row_id")


def _options(study: Study, sites: CandidateSites, built: Built) -> pd.DataFrame:
    """Every facility that may stand somewhere; those that a site's grid cannot feed are left out."""
    records = [
        record
        for site in sites.frame.to_dict("records")
        if site["status"] != "forbidden"
        for record in _options_of(study, site, built)
    ]
    columns = [
        "facility_id",
        "site_id",
        "type",
        "standing",
        "least",
        "most",
        "required",
        "closable",
        "closing_cost_cny",
    ]
    return pd.DataFrame(records, columns=columns).set_index("facility_id")


def _options_of(study: Study, site: dict[Any, Any], built: Built) -> list[tuple[Any, ...]]:
    wanted = study.sites.require.get(site["id"], "")
    source = study.sites.sources[site["id"].split(":", 1)[0]]
    existing = source if isinstance(source, ExistingSites) else None
    grows, closes = existing is not None and existing.expand, existing is not None and existing.closable
    records = []
    for name in {*site["types"], *([wanted] if wanted else [])}:
        facility = f"{site['id']}|{name}"
        registered, given = int(site["modules"].get(name, 0)), built.modules.get(facility, {})
        standing = registered + sum(count for year, count in given.items() if year < study.horizon[0])
        most = _most_modules(study.catalogue[name], float(site["grid_kw"]))
        if registered and not grows:
            most = registered
        if not study.objective.capacities:  # a station has its type's least size, or the one it stands with
            most = study.catalogue[name].min_modules if most >= study.catalogue[name].min_modules else 0
            most = registered or most
        most = max(most, registered + sum(given.values()), standing)
        least = standing or (given[min(given)] if given else study.catalogue[name].min_modules)
        if least <= most:
            closable = registered > 0 and closes
            required = (standing > 0 and not closable) or bool(given) or name == wanted
            closing = float(site["closing_cost_cny"]) if closable else 0.0
            records.append((facility, site["id"], name, standing, least, most, required, closable, closing))
    return records


def _most_modules(kind: FacilityType, grid_kw: float) -> int:
    """Most modules of a station, by its type and by the grid alone."""
    if not (np.isfinite(grid_kw) and kind.kw_per_module > 0):
        return kind.max_modules
    return min(kind.max_modules, int(np.floor((grid_kw + kind.onsite_kw) / kind.kw_per_module * (1 + EXACT))))
