"""The only bridge between a study's nouns and the solvers' arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import UNITS, CandidateSites, DemandPoints
from geodata.flows import DemandFlows
from siting.area import Area
from siting.built import Built
from siting.errors import StudyError
from siting.facility import Catalogue
from siting.flow_sets import FlowSets, build_flow_sets, flow_rows
from siting.objectives.competitors import rival_attraction
from siting.objectives.settings import Market
from siting.options import build_options
from siting.pairs import build_pairs
from siting.study import Study
from siting.travel import travel_times
from solvers import Problem

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

#: Columns of the options that are arrays of the problem as they stand.
_OPTION_COLUMNS = (
    "min_modules",
    "max_modules",
    "base_modules",
    "fixed_cost",
    "module_cost",
    "closing_cost",
    "required",
)


@dataclass(frozen=True, eq=False)
class Assembly:
    """A study as a problem, with the tables that lead back from indices to ids.

    Parameters
    ----------
    rows
        Demand rows, those of flows last: row_id, place, service, vehicle, year, unit, demand, fleets, kind, district,
        point.
    options
        What may open, as `build_options` gives it.
    sites
        The candidate sites.
    travel_method
        How the travel times from `places` to sites were obtained.
    places
        Distinct places of demand: place, point.
    row_place
        Place index of each demand row, -1 for a flow.
    flows
        The flows, in the order of their rows.
    stops
        Sites beside the road of each flow: row, site, km, detour_km.
    problem
        The arrays.
    pair_distance_m
        Travel distance of each pair, shape (K,).
    built
        What was built so far.
    years
        Years in which something may open, ascending.
    rival
        Attraction of all competitors together on each row, shape (I,); nothing without a market.
    """

    rows: gpd.GeoDataFrame
    options: pd.DataFrame
    sites: CandidateSites
    travel_method: str
    places: gpd.GeoDataFrame
    row_place: Integers
    flows: DemandFlows
    stops: pd.DataFrame
    problem: Problem
    pair_distance_m: NDArray[np.float64]
    built: Built
    years: tuple[int, ...]
    rival: NDArray[np.float64]

    @property
    def opens(self) -> Booleans:
        """Whether an option opens a facility, and does not expand it, shape (O,)."""
        return ~self.options["expands"].to_numpy(dtype=bool)

    @property
    def is_flow(self) -> Booleans:
        """Whether a demand row is a flow, shape (I,)."""
        return self.row_place < 0

    @cached_property
    def reachable(self) -> Booleans:
        """Whether all options together would meet every cover set of a row, shape (I,)."""
        problem = self.problem
        return problem.least_of_sets(np.bincount(problem.pair_set, minlength=problem.n_sets).astype(float)) > 0

    def openings(self, facility: int) -> Integers:
        """Options that open a facility."""
        return np.flatnonzero(self.opens & (self.options["facility"] == facility).to_numpy()).astype(np.int64)


def assemble(
    study: Study,
    area: Area,
    demand: DemandPoints,
    sites: CandidateSites,
    *,
    flows: DemandFlows,
    built: Built = Built(),  # noqa: B008  (frozen)
    years: tuple[int, ...] | None = None,
) -> Assembly:
    """Turn demand, sites and facility types into arrays.

    Demand of several fleets at one place, for one service, vehicle class and year, becomes one row; a site and a
    facility type allowed there become an option in every year in which it may open, and one in every year in which it
    may be expanded; a pair joins a row with an option of its year or before that offers its service to its vehicles
    within the type's standard (`<=`). Each flow is a row with a cover set for every stretch of its road, of options
    beside the road.

    Parameters
    ----------
    study, area, demand, sites
        The study and its nouns.
    flows
        Flows of the study.
    built
        What was built so far.
    years
        Years in which something may open; without them, all of the study.

    Raises
    ------
    StudyError
        When nothing may open anywhere, or a site's grid power cannot feed the least of a type required there.
    """
    points = _rows(study, demand)
    places = points.drop_duplicates("place")[["place", "geometry"]].reset_index(drop=True)
    point_place = pd.Index(places["place"]).get_indexer(points["place"]).astype(np.int64)
    rows = _with_flows(study, points, flows)
    years = years or study.horizon
    options = build_options(study, sites, years, built)
    longest_s, vehicles = _longest_standard_s(study.catalogue, options), sorted(set(rows["vehicle"]))
    travel = travel_times(study, area, places.geometry, sites, longest_s, vehicles)
    of_points = build_pairs(study.catalogue, points, point_place, options, travel).rename(columns={"row": "set"})
    sets = build_flow_sets(study, area, flows, sites, options)
    n_points = len(points)
    of_flows = sets.pairs.assign(set=sets.pairs["set"] + n_points)
    pairs = pd.concat([of_points, of_flows], ignore_index=True) if len(flows) else of_points
    return Assembly(
        rows=rows,
        options=options,
        sites=sites,
        travel_method="; ".join(dict.fromkeys(times.method for times in travel.values())),
        places=places,
        row_place=np.r_[point_place, np.full(len(flows), -1, dtype=np.int64)],
        flows=flows,
        stops=sets.stops.assign(row=sets.stops["row"] + n_points),
        problem=_problem(study, rows, options, sets, pairs),
        pair_distance_m=pairs["distance_m"].to_numpy(dtype=float),
        built=built,
        years=years,
        rival=_rival(study, area, rows, places, point_place),
    )


def _rival(
    study: Study, area: Area, rows: gpd.GeoDataFrame, places: gpd.GeoDataFrame, point_place: Integers
) -> NDArray[np.float64]:
    """What competitors attract of each row, by the row's class of vehicle."""
    objective, rival = study.objective, np.zeros(len(rows))
    if isinstance(objective, Market):
        for vehicle in sorted(set(rows["vehicle"])):
            own = np.flatnonzero(rows["vehicle"] == vehicle)
            rival[own] = rival_attraction(study, area, objective, places.geometry, point_place[own], vehicle)
    return rival


def _problem(
    study: Study, rows: gpd.GeoDataFrame, options: pd.DataFrame, sets: FlowSets, pairs: pd.DataFrame
) -> Problem:
    """The arrays: a place of demand has one cover set, flows have theirs."""
    n_points = len(rows) - len(np.unique(sets.set_row))
    return Problem(
        demand=rows["demand"].to_numpy(),
        value=_value(study, rows),
        row_service=rows["service"].map(study.services.index).to_numpy(),
        row_year=rows["year"].to_numpy(),
        set_row=np.r_[np.arange(n_points), n_points + sets.set_row],
        # Without capacities a place needs an open option and draws nothing.
        set_draw=np.r_[np.full(n_points, float(study.objective.capacities)), sets.set_draw],
        site=options["site"].to_numpy(),
        facility_type=options["type"].map(list(study.catalogue.root).index).to_numpy(dtype=np.int64),
        year=options["year"].to_numpy(),
        capacity=_capacity(study, options),
        **{name: options[name].to_numpy() for name in _OPTION_COLUMNS},
        pair_set=pairs["set"].to_numpy(),
        pair_option=pairs["option"].to_numpy(),
        pair_time_s=pairs["time_s"].to_numpy(),
    )


def _rows(study: Study, demand: DemandPoints) -> gpd.GeoDataFrame:
    """Demand rows: one per place, service, vehicle class and year."""
    frame = demand.frame[demand.frame["demand"] > 0]
    by = ["place", "service", "vehicle", "year"]
    grouped = frame.groupby(by, sort=True)
    rows = grouped.agg(
        demand=("demand", "sum"),
        district=("district", "first"),
        geometry=("geometry", "first"),
        fleets=("fleet", lambda fleets: ", ".join(sorted(set(fleets)))),
        kind=("kind", lambda kinds: "measured" if set(kinds) == {"measured"} else "modelled"),
    ).reset_index()
    row_id = rows["place"] + "|" + rows["service"] + "|" + rows["vehicle"]
    if study.phased:
        row_id += "|" + rows["year"].astype(str)
    rows = rows.assign(row_id=row_id, unit=rows["service"].map(UNITS))
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=demand.frame.crs)


def _with_flows(study: Study, points: gpd.GeoDataFrame, flows: DemandFlows) -> gpd.GeoDataFrame:
    """Rows of points and, behind them, of flows.

    Raises
    ------
    StudyError
        When a place has the name of a flow.
    """
    if not len(flows):
        return points
    own = flow_rows(study, flows)
    both = sorted(set(points["place"]) & set(own["place"]))
    if both:
        raise StudyError(study.source, [f"flows: {both[0]} is the name of a place of demand, too; rename the fleet"])
    rows = pd.concat([points, own[points.columns]], ignore_index=True) if len(points) else own
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=own.crs)


def _value(study: Study, rows: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Value of a served unit of each row, by service and year."""
    weight = rows["year"].map(study.weight_of).to_numpy(dtype=float)
    return np.asarray(rows["service"].map(study.value_of).to_numpy(dtype=float) * weight)


def _longest_standard_s(catalogue: Catalogue, options: pd.DataFrame) -> float:
    return max((catalogue[kind].standard_min for kind in options["type"].unique()), default=0.0) * 60.0


def _capacity(study: Study, options: pd.DataFrame) -> NDArray[np.float64]:
    capacity = np.zeros((len(options), len(study.services)))
    for index, kind in enumerate(options["type"]):
        for service, offer in study.catalogue[kind].services.items():
            capacity[index, study.services.index(service)] = offer.capacity_per_module
    return capacity


def members(options: pd.DataFrame, types: Sequence[str], within: Booleans | None = None) -> Integers:
    """Indices of the options of some types (all when none are named), within a mask of options."""
    chosen = np.ones(len(options), dtype=bool) if not types else options["type"].isin(types).to_numpy()
    return np.flatnonzero(chosen if within is None else chosen & within).astype(np.int64)
