"""Audit of who is served: demand, travel within the standard, amounts within demand and capacity."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geodata import amount_name
from siting.audit.case import Case
from siting.audit.flows import beyond_detour
from siting.audit.sentences import SOLVED, elsewhere, repeated, unequal, unlike
from siting.audit.sites import WHERE as SITES

DEMAND: Final = "sites.gpkg, layer demand"
ASSIGNMENT: Final = "sites.gpkg, layer assignment"
DISTRICTS: Final = "sites.gpkg, layer districts"


def wrong_demand(case: Case) -> Iterator[str]:
    """Demand rows that are not those derived from the inputs."""
    expected, found = case.question.rows, case.written.demand
    yield from repeated(DEMAND, found["row_id"])
    yield from (f"{DEMAND}: row {name} is missing" for name in expected.index.difference(list(found["row_id"])))
    strange = set(found["row_id"]) - set(expected.index)
    yield from (f"{DEMAND}: row {name} is not demand of the study" for name in sorted(strange))
    known = case.demand
    expected = expected.loc[known.index]
    yield from unequal(DEMAND, known.index, "demand", known["demand"], expected["demand"])
    for column in ("place", "service", "vehicle", "unit", "kind", "fleets", "district"):
        yield from unlike(DEMAND, known.index, column, known[column], expected[column])
    yield from unequal(DEMAND, known.index, "year", known["year"], expected["year"])
    points = known["geometry"].to_numpy()
    there = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    yield from elsewhere(DEMAND, known.index, "its position", there, expected[["x", "y"]].to_numpy(dtype=float))


def wrong_reach(case: Case) -> Iterator[str]:
    """Flags covered and reachable that are not what travel times say; a time at the standard to nine digits is both."""
    options = case.question.options
    years = case.question.study.horizon
    opened = {year: options.loc[case.standing_in(year)["facility_id"]] for year in years}
    may_open = {year: case.question.may_stand(year) for year in years}
    for column, chosen in (("covered", opened), ("reachable", may_open)):
        sure, at_all = (
            pd.Series(flags, index=case.question.rows.index)[case.demand.index].tolist()
            for flags in case.question.reached(chosen)
        )
        points = ~case.demand.index.isin(case.question.roads.index)
        columns = case.demand.index, case.demand[column], sure, at_all, points
        for name, flag, least, most, place in zip(*columns, strict=True):
            if place and flag not in (least, most):
                yield f"{DEMAND}, {name}: {column} is {flag}, expected {least}"


def strange_assignments(case: Case) -> Iterator[str]:
    """Assignments of unknown rows, to facilities that are not there, or of what these do not offer."""
    lines = case.written.assignment
    yield from repeated(ASSIGNMENT, lines["row_id"] + " to " + lines["facility_id"])
    opened = set(case.facilities["facility_id"])
    for row, facility in lines[["row_id", "facility_id"]].itertuples(index=False):
        if row not in case.question.rows.index:
            yield f"{ASSIGNMENT}, {row} to {facility}: the row is not demand of the study"
        elif facility not in opened:
            yield f"{ASSIGNMENT}, {row} to {facility}: no such facility stands in layer sites"
    known = case.assignment
    columns = known[["row_id", "facility_id", "service", "row_service", "vehicle", "type"]]
    for row, facility, service, wanted, vehicle, name in columns.itertuples(index=False):
        kind = case.question.kind(name)
        if service != wanted:
            yield f"{ASSIGNMENT}, {row} to {facility}: service is {service}, expected {wanted}"
        elif service not in kind.services:
            yield f"{ASSIGNMENT}, {row} to {facility}: type {name} does not offer {service}"
        elif vehicle not in kind.vehicles:
            yield f"{ASSIGNMENT}, {row} to {facility}: type {name} does not serve vehicle class {vehicle}"


def wrong_travel(case: Case) -> Iterator[str]:
    """Assignments beyond the standard, or with other times, distances and lines than positions and speeds give."""
    known = case.assignment
    names = known["row_id"] + " to " + known["facility_id"]
    for name, km, most in beyond_detour(case, known):
        yield f"{ASSIGNMENT}, {name}: {km:.3f} km of detour, the fleet's longest is {most:g} km"
    points = known[~known["flow"]]
    near = zip(names[points.index], points["type"], points["service"], points["minutes"], strict=True)
    exact = case.question.ways.exact
    for name, kind, service, minutes in near:
        offer = case.question.kind(kind).services.get(service)
        if offer is not None and not minutes <= offer.standard_min * (1 + exact):
            yield f"{ASSIGNMENT}, {name}: {minutes:.4f} minutes away, standard {offer.standard_min:g} minutes"
    yield from unequal(ASSIGNMENT, names, "time_min", known["time_min"], known["minutes"], relative=exact)
    yield from unequal(ASSIGNMENT, names, "distance_km", known["distance_km"], known["km"], relative=exact)
    lines = known["geometry"].to_numpy()
    for what, point, columns in (("its begin", 0, ["x", "y"]), ("its end", -1, ["to_x", "to_y"])):
        ends = shapely.get_point(lines, point)
        found = np.column_stack([shapely.get_x(ends), shapely.get_y(ends)])
        yield from elsewhere(ASSIGNMENT, names, what, found, known[columns].to_numpy(dtype=float))


def wrong_amounts(case: Case) -> Iterator[str]:
    """Amounts below zero, above a row's demand, or that do not add up to what the row says is served."""
    lines = case.written.assignment
    for row, facility, served in lines[["row_id", "facility_id", "served"]].itertuples(index=False):
        if not served >= 0:
            yield f"{ASSIGNMENT}, {row} to {facility}: served is {served:g}, expected at least 0"
    total = lines.groupby("row_id")["served"].sum()
    rows = case.asked
    assigned = total.reindex(rows.index).fillna(0.0)
    for source, amounts in ((ASSIGNMENT, assigned), (DEMAND, rows["served"])):
        for name in rows.index[~(amounts <= rows["demand"] + SOLVED * np.maximum(1.0, rows["demand"]))]:
            yield f"{source}, {name}: served is {amounts[name]:.10g}, above its demand {rows.loc[name, 'demand']:.10g}"
    known = case.demand
    pure = [fleets for fleets, fleet in case.question.study.flows.items() if not fleet.capacity]
    drawn = known[~(known["fleets"].isin(pure) & known.index.isin(case.question.roads.index))]
    yield from unequal(DEMAND, drawn.index, "served", drawn["served"], assigned[drawn.index], relative=SOLVED)
    for name in known.index.difference(drawn.index)[assigned[known.index.difference(drawn.index)] > 0]:
        yield f"{ASSIGNMENT}, {name}: energy is assigned, expected none: the fleet's capacity is false"
    left = (known["demand"] - known["served"]).clip(lower=0.0)
    yield from unequal(DEMAND, known.index, "unserved", known["unserved"], left)


def wrong_use(case: Case) -> Iterator[str]:
    """Facilities that give more than their modules can, or other amounts than assigned to them."""
    known, given, capacity = case.facilities, case.given, case.capacity
    study = case.question.study
    several, sizes = len(study.horizon) > 1, study.objective.capacities
    for year, service in product(study.horizon, study.services):
        amounts, most = case.given_in(year)[service].to_numpy(), case.capacity_in(year)[service].to_numpy()
        for n in np.flatnonzero(sizes & ~(amounts <= most + SOLVED * np.maximum(1.0, most))):
            when = f" in {year}" if several else ""
            name = known["facility_id"].iloc[n]
            yield f"{SITES}, {name}: gives {amounts[n]:.10g} of {service}{when}, capacity {most[n]:.10g}"
    for service in study.services:
        column = amount_name("demand", service)
        yield from unequal(SITES, known["facility_id"], column, known[column], given[service])
    if not sizes:
        yield from unequal(SITES, known["facility_id"], "use_share", known["use_share"], np.full(len(known), np.nan))
        return
    share = (given / capacity.where(capacity > 0)).fillna(0.0).max(axis=1).clip(upper=1.0)
    yield from unequal(SITES, known["facility_id"], "use_share", known["use_share"], share)


def wrong_importance(case: Case) -> Iterator[str]:
    """Value, places served and priority of facilities that do not follow from the assignment."""
    known = case.facilities
    ids = pd.Index(known["facility_id"])
    lines = case.assignment
    flows = lines[(lines["served"] > 0) & (lines["year"] == case.question.study.year)]
    places = flows[~flows["flow"]].groupby("facility_id")["place"].nunique().reindex(ids).fillna(0)
    value = flows.groupby("facility_id")["value"].sum().reindex(ids).fillna(0.0)
    yield from unequal(SITES, ids, "points_served", known["points_served"], places)
    yield from unequal(SITES, ids, "value_served", known["value_served"], value)
    # The written values order the facilities: computed again they may differ in the last digit, where ties break.
    sites = case.written.sites
    # What stands already comes last.
    standing = (sites["status"] == "existing").to_numpy()
    value_order = -np.round(sites["value_served"].to_numpy(), 6)
    order = np.lexsort((sites["facility_id"].to_numpy(dtype=str), value_order, standing))
    yield from unequal(SITES, sites["facility_id"], "priority", sites["priority"], order.argsort() + 1)


def wrong_districts(case: Case) -> Iterator[str]:
    """Districts that are not the study's, or whose shares and stations are not those of demand and sites."""
    study, rows = case.question.study, case.asked_last
    expected = case.question.area.layers.districts.frame.set_index("district")
    yield from repeated(DISTRICTS, case.written.districts["district"])
    there = set(case.written.districts["district"])
    yield from (f"{DISTRICTS}: {name} is missing" for name in sorted(set(expected.index) - there))
    yield from (f"{DISTRICTS}: {name} is no district of the study" for name in sorted(there - set(expected.index)))
    found = case.written.districts[case.written.districts["district"].isin(expected.index)]
    names, asked = found["district"], expected.loc[found["district"]]
    yield from unlike(DISTRICTS, names, "name_en", found["name_en"], asked["name_en"])
    people = asked[study.population.column] if study.population else np.full(len(names), np.nan)
    yield from unequal(DISTRICTS, names, "population", found["population"], people)
    outlines, wanted = found.geometry.to_numpy(), asked.geometry.to_numpy()
    apart_m2 = shapely.area(shapely.symmetric_difference(shapely.make_valid(outlines), wanted))
    for name in names[~(apart_m2 <= shapely.length(wanted))]:
        yield f"{DISTRICTS}, {name}: its outline is not that of the study, expected within 1 m"
    stations = case.written.sites["district"].value_counts().reindex(names).fillna(0)
    yield from unequal(DISTRICTS, names, "stations", found["stations"], stations)
    for service in study.services:
        totals = rows[rows["service"] == service].groupby("district")[["served", "demand"]].sum()
        share = (totals["served"] / totals["demand"]).reindex(names)
        column = f"share_served_{service}"
        yield from unequal(DISTRICTS, names, column, found[column], share, relative=SOLVED)
