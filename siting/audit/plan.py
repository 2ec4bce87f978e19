"""Audit of the plan: every line recomputed from the written layers, and held against the scorecard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely import LineString

from geodata import UNITS, as_points
from siting.audit.case import Case
from siting.audit.question import placed
from siting.audit.roads import passed
from siting.audit.sentences import EXACT, SOLVED, differences
from siting.plan import BudgetLine, GapLine, Line, MustServeLine, PriceCeiling, ServedShareLine, Target

FILE: Final = "scorecard.json"


@dataclass(frozen=True)
class LineRow:
    """A row of the scorecard as it should be; `achieved` is None where the line is not evaluated.

    What is `over` speaks of a year in which nothing is decided any more.
    """

    key: str
    line: Line
    district: str
    sense: str
    target: float
    achieved: float | None
    unit: str
    year: int
    over: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the line is met, None when it is not evaluated."""
        if self.achieved is None:
            return None
        room = SOLVED * max(1.0, abs(self.target))
        low = self.sense == "<=" or self.achieved >= self.target - room
        return low and (self.sense == ">=" or self.achieved <= self.target + room)

    @property
    def name(self) -> str:
        """The line in a sentence."""
        return f"plan line {self.key}" + (f", {self.district}" if self.district else "")

    def entry(self) -> dict[str, Any]:
        """The row as the scorecard should have it."""
        evaluated = self.achieved is not None
        return {
            "label_zh": self.line.label_zh,
            "label_en": self.line.label_en,
            "year": self.year,
            "target": self.target,
            "achieved": self.achieved,
            "gap": None if self.achieved is None else self.achieved - self.target,
            "met": self.met,
            "evaluated": evaluated,
            "enforced": self.line.enforce and evaluated and not self.over,
            "basis": self.line.basis,
            "source": self.line.source_text(),
        }


def broken_lines(case: Case) -> Iterator[str]:
    """Enforced plan lines that the written layers do not keep to."""
    for row in line_rows(case):
        if row.line.enforce and row.met is False and not row.over:
            yield f"sites.gpkg: {row.name}: {row.achieved:.10g} {row.unit}, expected {row.sense} {row.target:.10g}"


def wrong_scorecard(case: Case) -> Iterator[str]:
    """Scorecard rows that are missing, twice, of no plan line, or not what the layers give."""
    left: dict[tuple[str, ...], list[Any]] = {}
    for row in case.written.scorecard:
        entry = row if isinstance(row, dict) else {}
        left.setdefault(tuple(str(entry.get(key)) for key in ("line", "district", "sense", "unit")), []).append(row)
    for expected in line_rows(case):
        found = left.pop((expected.key, expected.district, expected.sense, expected.unit), [])
        where = f"{FILE}, {expected.name} ({expected.sense} {expected.unit})"
        if len(found) != 1:
            yield f"{where}: found {len(found)} times, expected once"
        else:
            yield from differences(where, found[0], expected.entry(), relative=EXACT)
    for name, rows in left.items():
        yield from (f"{FILE}: row {json.dumps(name, ensure_ascii=False)} is no line of the plan" for _ in rows)


def line_rows(case: Case) -> Iterator[LineRow]:
    """Yield the rows that the scorecard should have, in the plan's order."""
    plan, built = case.question.study.chosen_plan, case.question.built
    for key, target in plan.targets.items():
        yield from _counts(case, key, target)
    for key, budget in plan.budgets.items():
        over = budget.year is not None and built.decides(budget.year)
        year = case.question.study.year_of(budget)
        yield LineRow(key, budget, "", "<=", budget.cny, _spent(case, budget), "CNY", year, over=over)
    for key, share in plan.shares.items():
        year = case.question.study.year_of(share)
        found = _share(case, share, year)
        yield LineRow(key, share, "", ">=", share.at_least, found, "share", year, over=built.decides(year))
    for key, places in plan.must_serve.items():
        wanted, year = float(len(set(places.ids))), case.question.study.year_of(places)
        met = _places_served(case, places, year)
        yield LineRow(key, places, "", ">=", wanted, met, "places", year, over=built.decides(year))
    for key, gap in plan.gaps.items():
        year = case.question.study.year_of(gap)
        found = _longest_gap(case, gap, year)
        yield LineRow(key, gap, "", "<=", gap.max_km, found, "km", year, over=built.decides(year))
    for key, price in plan.price_ceilings.items():
        yield _price(case, key, price)


def _counts(case: Case, key: str, line: Target) -> Iterator[LineRow]:
    year = case.question.study.year_of(line)
    counted = case.counted[case.counted["type"].isin(line.types) & (case.counted["year"] == year)]
    for district, sense, number in line.bounds():
        here = counted[counted["district"] == district] if district else counted
        achieved = float(len(here)) if line.counts == "stations" else float(here["modules"].sum())
        found = achieved if year in case.question.study.horizon else None
        over = case.question.built.decides(year)
        yield LineRow(key, line, district, sense, float(number), found, line.counts, year, over=over)


def _spent(case: Case, line: BudgetLine) -> float | None:
    """Money of the line's year or of all years; closing is paid for in the first."""
    years = case.question.study.horizon
    if line.year is not None and line.year not in years:
        return None
    rows = case.phase_costs if line.year is None else case.phase_costs[case.phase_costs["year"] == line.year]
    closed = case.question.options.loc[case.closed["facility_id"]]
    if line.types:
        rows, closed = rows[rows["type"].isin(line.types)], closed[closed["type"].isin(line.types)]
    closing = float(closed["closing_cost_cny"].sum()) if line.year in (None, years[0]) else 0.0
    return float(rows["cost"].sum()) + closing


def _share(case: Case, line: ServedShareLine, year: int) -> float | None:
    rows = case.asked[(case.asked["service"] == line.service) & (case.asked["year"] == year)]
    if line.flows is not None:
        rows = rows[(rows["fleets"] == line.flows) & rows.index.isin(case.question.roads.index)]
    asked = float(rows["demand"].sum())
    return float(rows["served"].sum()) / asked if asked > 0 else None


def _places_served(case: Case, line: MustServeLine, year: int) -> float | None:
    """Places with an open facility of the service, for the vehicle, within the line's standard."""
    question = case.question
    if year not in question.study.horizon:
        return None
    layer = question.area.layers.frames[line.layer]
    places = placed(question.area, as_points(layer[layer["id"].isin(line.ids)]))
    standing = case.standing_in(year)
    kinds = [question.kind(name) for name in standing["type"]]
    fits = [kind.offers(line.service, line.vehicle) for kind in kinds]
    minutes = question.ways.between(places, standing[np.array(fits, dtype=bool)], line.vehicle)
    return float((minutes <= line.standard_min * (1 + question.ways.exact)).any(axis=1).sum())


def _longest_gap(case: Case, line: GapLine, year: int) -> float | None:
    """Longest way along one of the line's roads between its ends and facilities of the service beside it."""
    question = case.question
    if year not in question.study.horizon:
        return None
    standing = case.standing_in(year)
    kinds = [question.kind(name) for name in standing["type"]]
    fits = [kind.offers(line.service, line.vehicle) for kind in kinds]
    stations = standing[np.array(fits, dtype=bool)]
    gaps = [0.0]
    for drawn, factor in _roads(case, line, year):
        length = drawn.length / 1000.0 * factor
        km, detour, _ = passed(drawn, stations, question.study.travel.detour_factor, factor)
        ends = np.sort(np.r_[0.0, np.minimum(km[detour <= line.max_detour_km], length), length])
        gaps.append(float(np.diff(ends).max()))
    return max(gaps)


def _roads(case: Case, line: GapLine, year: int) -> Iterator[tuple[LineString, float]]:
    """Lines of the roads, or of the flows of a fleet, with the km of road per km of line."""
    if line.roads is not None:
        layer = case.question.area.layers.frames[line.roads]
        for road in layer.geometry[layer["id"].isin(line.ids)] if line.ids else layer.geometry:
            yield shapely.line_merge(shapely.force_2d(road)), line.length_factor
        return
    roads = case.question.roads
    for road in roads[(roads["fleets"] == line.flows) & (roads["year"] == year)].to_dict("records"):
        if not line.ids or road["place"].removeprefix(f"{line.flows}:") in line.ids:
            yield road["line"], road["length_factor"]


def _price(case: Case, key: str, line: PriceCeiling) -> LineRow:
    unit, year = f"CNY/{UNITS[line.service]}", case.question.study.year_of(line)
    return LineRow(key, line, "", "<=", line.cny_per_unit, None, unit, year)
