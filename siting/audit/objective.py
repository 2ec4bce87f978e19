"""Audit of a classic objective: who goes where without capacities, what the model asks for, and what it came to."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from siting.audit.case import Case
from siting.audit.market import won
from siting.audit.sentences import SOLVED, Floats, differences, same
from siting.objectives.settings import (
    BackupCover,
    CapacitatedCost,
    GradualCover,
    Market,
    PartialCover,
    PCenter,
    PDispersion,
    PMedian,
    SetCover,
    TargetShare,
)

KPIS: Final = "kpis.json"
ASSIGNMENT: Final = "sites.gpkg, layer assignment"
_BLOCK: Final = 1_000  # rows whose ways to all facilities are held at once
_KEPT: Final = " as it is"
_FLOOR: Final = re.compile(r"(>=|<=) (\S+)$")


def wrong_nearest(case: Case) -> Iterator[str]:
    """Places that do not go to the nearest open station, whole, where stations cannot be full."""
    objective = case.question.study.objective
    if objective.capacities:
        return
    if isinstance(objective, Market):
        yield from _wrong_shares(case)
        return
    lines = case.assignment[~case.assignment["flow"]]
    least = nearest_minutes(case, case.facilities)
    for row, number in lines["row_id"].value_counts().items():
        if number > 1:
            yield f"{ASSIGNMENT}, {row}: goes to {number} facilities, expected the nearest alone"
    exact = case.question.ways.exact
    for row, facility, minutes in lines[["row_id", "facility_id", "minutes"]].itertuples(index=False):
        nearest = least[row]
        if not minutes <= nearest * (1 + exact) + exact:
            yield f"{ASSIGNMENT}, {row} to {facility}: {minutes:.4f} minutes, an open one is {nearest:.4f} minutes away"
    asked = case.question.rows.loc[least.index, "demand"]
    wanted = asked.where(np.isfinite(least), 0.0)
    if isinstance(objective, GradualCover):
        wanted = asked * objective.left(least.to_numpy(dtype=np.float64))
    came = lines.groupby("row_id")["served"].sum().reindex(least.index).fillna(0.0)
    for row in least.index[~(np.abs(came - wanted) <= max(SOLVED, exact) * np.maximum(1.0, asked))]:
        yield f"{ASSIGNMENT}, {row}: {came[row]:.10g} goes to a facility, expected {wanted[row]:.10g}"


def _wrong_shares(case: Case) -> Iterator[str]:
    """Demand that is not split by attraction among open stations and competitors."""
    share = won(case, case.facilities)
    amounts = share.to_numpy(dtype=np.float64) * case.question.rows["demand"].to_numpy(dtype=np.float64)[:, None]
    wanted = {(str(share.index[i]), str(share.columns[j])): float(amounts[i, j]) for i, j in np.argwhere(amounts > 0)}
    lines = case.assignment[["row_id", "facility_id", "served"]].itertuples(index=False, name=None)
    found = {(str(row), str(facility)): float(served) for row, facility, served in lines}
    room = max(SOLVED, 10 * case.question.ways.exact)
    for key in sorted(wanted.keys() | found.keys()):
        amount, expected = found.get(key, 0.0), wanted.get(key, 0.0)
        if not abs(amount - expected) <= room * max(1.0, expected):
            yield f"{ASSIGNMENT}, {key[0]} to {key[1]}: {amount:.10g} is won, expected {expected:.10g}"


def broken_objective(case: Case) -> Iterator[str]:
    """What the model asks to hold and the layers do not: the number of stations, and who must be covered."""
    objective, number = case.question.study.objective, len(case.written.sites)
    exact = objective.assigns_all or isinstance(objective, PDispersion)
    p = objective.stations
    if p is not None and (number > p or (exact and number < p)):
        yield f"sites.gpkg, layer sites: {number} stations, objective.p asks for {'' if exact else 'at most '}{p}"
    everyone = isinstance(objective, SetCover) or objective.assigns_all
    if everyone or (isinstance(objective, BackupCover) and objective.all_once):
        missed = case.demand["reachable"].astype(bool) & (case.demand["served"] < case.demand["demand"] * (1 - SOLVED))
        for row in case.demand.index[missed]:
            yield f"sites.gpkg, layer demand, {row}: not covered, {objective.model} asks for all that can be reached"
    yield from _missed_shares(case)


def _missed_shares(case: Case) -> Iterator[str]:
    """Demand of a service, or of all, of which less is served, covered or won than the model asks for."""
    objective = case.question.study.objective
    if isinstance(objective, CapacitatedCost):
        reachable = case.demand[case.demand["reachable"].astype(bool)]
        for service, rows in reachable.groupby("service"):
            asked, served = float(rows["demand"].sum()), float(rows["served"].sum())
            if served < asked - SOLVED * max(1.0, asked):
                yield f"sites.gpkg: {served:.10g} of {service} is served, expected all {asked:.10g} that can be reached"
    if isinstance(objective, TargetShare):
        asked = float((case.worth * case.asked["demand"]).sum())
        found = float((case.worth * case.asked["served"]).sum())
        if found < objective.share * asked - SOLVED * max(1.0, asked):
            yield f"sites.gpkg: {found / asked:.6g} of all demand is won, objective.share asks for {objective.share:g}"
    if isinstance(objective, PartialCover):
        for service in case.question.study.services:
            rows = case.asked[case.asked["service"] == service]
            asked, served = float(rows["demand"].sum()), float(rows["served"].sum())
            if served < objective.share * asked - SOLVED * max(1.0, asked):
                found, wanted = served / asked, objective.share
                yield f"sites.gpkg: {found:.6g} of {service} is covered, objective.share asks for {wanted:g}"


def wrong_figures(case: Case) -> Iterator[str]:
    """Figures of the objective in the key figures that the layers do not give."""
    study, found = case.question.study, case.written.kpis.get("objective")
    if not study.classic:
        if found is not None:
            yield f"{KPIS}: has an objective, expected none: the study asks for the value served"
        return
    objective = study.objective
    expected: dict[str, Any] = {"model": objective.model, "capacities": objective.capacities}
    expected |= {} if objective.stations is None else {"p": objective.stations}
    yield from differences(KPIS, found, expected, at="objective")
    told = found.get("figures") if isinstance(found, Mapping) else None
    figures = (
        {str(entry.get("key")): entry for entry in told if isinstance(entry, Mapping)} if isinstance(told, list) else {}
    )
    for key, value in _figures(case).items():
        written = figures.pop(key, {}).get("value")
        if not same(written, value, relative=max(SOLVED, case.question.ways.exact)):
            yield f"{KPIS}: objective.figures, {key} is {written!r}, expected {value!r}"
    yield from (f"{KPIS}: objective.figures has {key!r}, which the model does not know" for key in figures)


def objective_value(case: Case) -> float | None:
    """Value of a classic objective, from the written layers; None where nothing can be said of it."""
    objective = case.question.study.objective
    if objective.least:
        return (
            float(len(case.written.sites))
            if objective.least == "stations"
            else float(case.costs.sum()) + case.closing_cny
        )
    if isinstance(objective, CapacitatedCost):
        return float(case.costs.sum()) + case.closing_cny + _ways_cny(case, objective)
    if isinstance(objective, PMedian):
        lines = case.assignment
        return float((lines["served"] * lines["minutes"]).sum()) * 60.0
    if isinstance(objective, PCenter):
        return float(case.assignment["minutes"].max()) * 60.0
    if isinstance(objective, PDispersion):
        apart = least_apart_km(case)
        return None if apart is None else apart * 1000.0
    rows = case.asked
    counted = rows["demand"] * (stations_within(case) >= 2) if isinstance(objective, BackupCover) else rows["served"]
    return float((case.worth * counted).sum())


def is_least(case: Case) -> bool:
    """Whether the objective's value should be as small as possible."""
    objective = case.question.study.objective
    return bool(objective.least) or objective.assigns_all or isinstance(objective, CapacitatedCost)


def floor_kept(text: object, value: float) -> bool:
    """Whether a value keeps to the condition under which a later stage was decided."""
    if str(text).endswith(_KEPT):
        return True  # a question of its own: what it reached is computed again, and the later stage keeps to it
    match = _FLOOR.search(str(text))
    try:
        floor = float(match.group(2)) if match else np.nan
    except ValueError:
        return False
    room = SOLVED * max(1.0, abs(floor))
    return value >= floor - room if match and match.group(1) == ">=" else value <= floor + room


def least_apart_km(case: Case) -> float | None:
    """Distance of the two stations nearest to each other, of which one at least is new, km."""
    known = case.facilities
    stands = known["standing"].to_numpy() > 0
    x, y = (known[name].to_numpy(dtype=float) for name in ("x", "y"))
    km = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y)) / 1000.0
    counted = np.triu(~np.logical_and.outer(stands, stands), k=1)
    return float(km[counted].min()) if counted.any() else None


def nearest_minutes(case: Case, facilities: pd.DataFrame) -> "pd.Series[float]":
    """Minutes from every place of demand to the nearest of some facilities within the standard, infinite without."""
    return _over_facilities(case, facilities, lambda minutes, _: minutes.min(axis=1, initial=np.inf), np.inf)


def stations_within(case: Case) -> "pd.Series[float]":
    """Sites with an open facility within the standard of every place of demand."""
    return _over_facilities(case, case.facilities, _different_sites, 0.0)


def _different_sites(minutes: Floats, sites: "pd.Series[str]") -> Floats:
    found = pd.DataFrame(np.isfinite(minutes).T).groupby(sites.to_numpy()).any().sum(axis=0)
    return found.to_numpy(dtype=np.float64)


def _over_facilities(
    case: Case, facilities: pd.DataFrame, told: Callable[[Floats, "pd.Series[str]"], Floats], nothing: float
) -> "pd.Series[float]":
    """Something of the minutes to some facilities from each row, infinite beyond the standard."""
    question = case.question
    rows = question.rows[~question.rows.index.isin(question.roads.index)]
    found = pd.Series(nothing, index=rows.index)
    for service, vehicle in rows[["service", "vehicle"]].drop_duplicates().itertuples(index=False):
        kinds = [question.kind(name) for name in facilities["type"]]
        there = facilities[np.array([kind.offers(service, vehicle) for kind in kinds], dtype=bool)]
        if there.empty:
            continue
        standard = np.array([question.kind(kind).services[service].standard_min for kind in there["type"]], dtype=float)
        names = rows.index[(rows["service"] == service) & (rows["vehicle"] == vehicle)]
        for begin in range(0, len(names), _BLOCK):
            block = names[begin : begin + _BLOCK]
            minutes: Floats = question.ways.between(rows.loc[block], there, vehicle)
            found[block] = told(
                np.where(minutes <= standard * (1 + question.ways.exact), minutes, np.inf), there["site_id"]
            )
    return found


def _figures(case: Case) -> dict[str, float | None]:
    """Figures that the model has, by key."""
    objective, lines = case.question.study.objective, case.assignment
    figures: dict[str, float | None] = {"stations": float(len(case.written.sites))}
    if isinstance(objective, BackupCover):
        asked = float((case.worth * case.asked["demand"]).sum())
        value = objective_value(case)
        figures["covered_twice"] = None if value is None or not asked else value / asked
    if isinstance(objective, CapacitatedCost) and objective.pays_ways:
        figures["ways_cny"] = _ways_cny(case, objective)
    if isinstance(objective, PDispersion):
        figures["apart_km"] = least_apart_km(case)
    if len(lines):
        total = float(lines["value"].sum())
        figures["mean_min"] = float((lines["minutes"] * lines["value"]).sum()) / total if total > 0 else None
        figures["longest_min"] = float(lines["minutes"].max())
    return figures


def _ways_cny(case: Case, objective: CapacitatedCost) -> float:
    """Cost of all ways over the days that count, CNY."""
    lines = case.assignment
    each = lines["service"].map(objective.cny_per_second).to_numpy(dtype=float) * 60.0
    return float((lines["served"] * lines["minutes"] * each).sum())


def share_before(case: Case, service: str) -> tuple[float, float]:
    """Least and most share of a service's demand that comes to the standing stations; they differ by flows alone."""
    question = case.question
    standing = question.options[question.options["standing"] > 0].reset_index()
    where = question.sites.loc[standing["site_id"], ["x", "y", "speed"]].reset_index(drop=True)
    if isinstance(question.study.objective, Market):
        share = won(case, standing.join(where)).sum(axis=1)
        rows = question.rows[question.rows["service"] == service]
        won_before = float((share[rows.index] * rows["demand"]).sum() / rows["demand"].sum())
        return won_before, won_before
    minutes = nearest_minutes(case, standing.join(where))
    rows = question.rows[question.rows["service"] == service]
    asked = float(rows["demand"].sum())
    points = rows[rows.index.isin(minutes.index)]
    near = minutes[points.index].to_numpy(dtype=np.float64)
    objective = question.study.objective
    left = objective.left(near) if isinstance(objective, GradualCover) else np.isfinite(near).astype(np.float64)
    came = float((points["demand"].to_numpy(dtype=float) * left).sum())
    return came / asked, (came + asked - float(points["demand"].sum())) / asked
