"""Audit of flows: every vehicle that is said to be served drives its road, there and back, on what was written."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from siting.audit.case import Case
from siting.audit.drive import drives, drives_on_purchases
from siting.audit.roads import beside, suited
from siting.audit.sentences import EXACT, SOLVED, Floats, repeated, unequal, unlike

FLOWS: Final = "sites.gpkg, layer flows"
DEMAND: Final = "sites.gpkg, layer demand"
_NEARLY: Final = 1e-8  # of the range: what reaches a station but for rounding may be said to reach it or not


def wrong_flows(case: Case) -> Iterator[str]:
    """Flows that are missing, strange, or not those of the study; shares that are not those of the demand layer."""
    roads, found = case.question.roads, case.written.flows
    if not case.question.study.flows:
        return
    yield from repeated(FLOWS, found["row_id"])
    yield from (f"{FLOWS}: row {name} is missing" for name in roads.index.difference(list(found["row_id"])))
    yield from (f"{FLOWS}: row {name} is no flow of the study" for name in sorted({*found["row_id"]} - {*roads.index}))
    known = found[found["row_id"].isin(roads.index)].drop_duplicates("row_id").set_index("row_id")
    asked, names = roads.loc[known.index], known.index
    for column, expected in (
        ("flow", "place"),
        ("fleet", "fleets"),
        ("service", "service"),
        ("vehicle", "vehicle"),
        ("unit", "unit"),
    ):
        yield from unlike(FLOWS, names, column, known[column], asked[expected])
    share = (case.demand["served"] / case.demand["demand"]).reindex(names).to_numpy(dtype=float)
    numbers = {"year": asked["year"], "length_km": asked["length_km"], "range_km": asked["range_km"]}
    numbers |= {"vehicles_per_day": asked["vehicles"], "demand": asked["demand"]}
    for column, values in numbers.items():
        yield from unequal(FLOWS, names, column, known[column], values)
    solved = {"share": share, "vehicles_served": share * asked["vehicles"], "served": share * asked["demand"]}
    for column, values in solved.items():
        yield from unequal(FLOWS, names, column, known[column], values, relative=SOLVED)
    apart = shapely.hausdorff_distance(known.geometry.to_numpy(), asked["line"].to_numpy())
    yield from (
        f"{FLOWS}, {name}: its line is not that of the study, expected within 1 m" for name in names[apart > 1.0]
    )


def undriven_flows(case: Case) -> Iterator[str]:
    """Flows said to be served whose vehicles run dry, or cannot hold what they are said to buy."""
    served = case.asked["served"].astype(float).to_dict()
    for name, road in _roads(case):
        if not served[name] > SOLVED * road["demand"]:
            continue
        lengths = float(road["length_km"]), float(road["range_km"])
        if not case.question.study.flows[road["fleets"]].capacity:
            km, detour = _passed(case, road, case.standing_in(int(road["year"])))
            if not drives(*lengths, km, detour, np.ones(len(km), dtype=bool)):
                yield f"{FLOWS}, {name}: is served, but its vehicles run dry on what stands in {road['year']}"
            continue
        lines = case.assignment[case.assignment["row_id"] == name]
        km, detour, _ = beside(case.question.study, road, lines.assign(x=lines["to_x"], y=lines["to_y"]))
        bought = lines["served"].to_numpy(dtype=float)
        total = bought.sum()
        if not (total > 0 and drives_on_purchases(*lengths, km, detour, bought / total)):
            yield f"{FLOWS}, {name}: is served, but its vehicles cannot drive on what they are assigned"


def wrong_flow_reach(case: Case) -> Iterator[str]:
    """Flags covered and reachable that a drive on what stands, and on what may stand, contradicts."""
    question = case.question
    for (name, road), column in product(_roads(case), ("covered", "reachable")):
        if name not in case.demand.index:
            continue
        year = int(road["year"])
        options = question.options.loc[case.standing_in(year)["facility_id"]]
        chosen = options if column == "covered" else question.may_stand(year)
        places = question.sites.loc[chosen["site_id"], ["x", "y"]].assign(type=chosen["type"].to_numpy())
        flag, least, most = case.demand.loc[name, column], *_carried(case, road, places)
        if flag not in (least, most):
            yield f"{DEMAND}, {name}: {column} is {flag}, expected {least}"


def wrong_stations(case: Case) -> Iterator[str]:
    """Stations of a flow that are not those where it buys, or without capacities those that stand beside its road."""
    served = case.asked["served"].astype(float).to_dict()
    listed = (
        case.written.flows.drop_duplicates("row_id").set_index("row_id")["facility_ids"]
        if len(case.written.flows)
        else {}
    )
    for name, road in _roads(case):
        if name not in listed:
            continue
        if case.question.study.flows[road["fleets"]].capacity:
            own = case.assignment[case.assignment["row_id"] == name].assign(
                x=lambda t: t["to_x"], y=lambda t: t["to_y"]
            )
        else:
            standing = case.standing_in(int(road["year"]))
            own = standing[_near(case, road, standing) & (served[name] > 0)]
        km, _, _ = beside(case.question.study, road, own)
        order = np.lexsort((own["facility_id"].to_numpy(dtype=str), km))
        expected = ", ".join(own["facility_id"].to_numpy(dtype=object)[order])
        yield from unlike(FLOWS, [name], "facility_ids", [listed[name]], [expected])


def flow_figures(case: Case, year: int) -> dict[str, dict[str, float]]:
    """Vehicles of each fleet in a year and those served, as the key figures should have them."""
    roads = case.question.roads[case.question.roads["year"] == year]
    share = case.asked.loc[roads.index, "served"] / roads["demand"]
    table = pd.DataFrame({"asked": roads["vehicles"], "served": roads["vehicles"] * share})
    totals = table.groupby(roads["fleets"])[["asked", "served"]].sum()
    return {
        str(fleet): {"vehicles": float(asked), "served": float(served), "share": float(served / asked)}
        for fleet, asked, served in totals.itertuples(name=None)
    }


def _roads(case: Case) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, road in case.question.roads.iterrows():
        yield str(name), {str(key): value for key, value in road.items()}


def _near(case: Case, road: Mapping[str, Any], sites: pd.DataFrame) -> "pd.Series[bool]":
    """Whether sites (x, y, type) offer a flow what it needs within its longest detour."""
    study = case.question.study
    _, detour, _ = beside(study, road, sites)
    near: pd.Series[bool] = suited(study, road, sites["type"]) & (detour <= study.flows[road["fleets"]].max_detour_km)
    return near


def _passed(case: Case, road: Mapping[str, Any], sites: pd.DataFrame) -> tuple[Floats, Floats]:
    """Kilometre and detour of the sites where a flow may refuel."""
    km, detour, _ = beside(case.question.study, road, sites[_near(case, road, sites)])
    return km, detour


def _carried(case: Case, road: Mapping[str, Any], sites: pd.DataFrame) -> tuple[bool, bool]:
    """Whether stations at all of some sites carry a flow: for sure, and but for rounding.

    Where capacities count, half of the longest detour to any candidate is kept in reserve, whatever stands.
    """
    question = case.question
    km, detour = _passed(case, road, sites)
    range_km = float(road["range_km"])
    if question.study.flows[road["fleets"]].capacity:
        may = question.sites[question.sites["status"] != "forbidden"]
        wanted = [question.study.sites.require.get(str(site), "") for site in may.index]
        types = [[*own, name] if name else list(own) for own, name in zip(may["types"], wanted, strict=True)]
        candidates = may[["x", "y"]].assign(type=pd.Series(types, index=may.index)).explode("type").dropna()
        longest = float(_passed(case, road, candidates)[1].max(initial=0.0))
        range_km, detour = range_km - longest, np.zeros(len(km))
    there = np.ones(len(km), dtype=bool)
    length = float(road["length_km"])
    least, most = (drives(length, range_km * part, km, detour, there) for part in (1 - _NEARLY, 1 + _NEARLY))
    return least, most


def beyond_detour(case: Case, lines: pd.DataFrame) -> Iterator[tuple[str, float, float]]:
    """Yield name, detour and longest detour of assignments of flows to stations too far from the road."""
    own = lines[lines["row_id"].isin(case.question.roads.index)]
    for row, facility, km in own[["row_id", "facility_id", "km"]].itertuples(index=False):
        most = case.question.study.flows[case.question.roads.loc[row, "fleets"]].max_detour_km
        if not km <= most * (1 + EXACT):
            yield f"{row} to {facility}", float(km), most
