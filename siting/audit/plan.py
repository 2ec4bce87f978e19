"""Audit of the plan: every line recomputed from the written layers, and held against the scorecard."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from geodata import UNITS, as_points
from siting.audit.case import Case
from siting.audit.question import placed
from siting.audit.sentences import EXACT, SOLVED, differences
from siting.plan import BudgetLine, Line, MustServeLine, PriceCeiling, ServedShareLine, Target

FILE: Final = "scorecard.json"


@dataclass(frozen=True)
class LineRow:
    """A row of the scorecard as it should be; `achieved` is None where the line is not evaluated."""

    key: str
    line: Line
    district: str
    sense: str
    target: float
    achieved: float | None
    unit: str
    year: int

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
            "enforced": self.line.enforce and evaluated,
            "basis": self.line.basis,
            "source": self.line.source_text(),
        }


def broken_lines(case: Case) -> Iterator[str]:
    """Enforced plan lines that the written layers do not keep to."""
    for row in line_rows(case):
        if row.line.enforce and row.met is False:
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
    plan = case.question.study.chosen_plan
    for key, target in plan.targets.items():
        yield from _counts(case, key, target)
    for key, budget in plan.budgets.items():
        yield LineRow(key, budget, "", "<=", budget.cny, _spent(case, budget), "CNY", plan.year)
    for key, share in plan.shares.items():
        yield LineRow(key, share, "", ">=", share.at_least, _share(case, share), "share", share.year)
    for key, places in plan.must_serve.items():
        wanted = float(len(set(places.ids)))
        yield LineRow(key, places, "", ">=", wanted, _places_served(case, places), "places", plan.year)
    for key, price in plan.price_ceilings.items():
        yield _price(key, price)


def _counts(case: Case, key: str, line: Target) -> Iterator[LineRow]:
    counted = case.written.sites[case.written.sites["type"].isin(line.types)]
    for district, sense, number in line.bounds():
        here = counted[counted["district"] == district] if district else counted
        achieved = float(len(here)) if line.counts == "stations" else float(here["modules"].sum())
        evaluated = achieved if line.year == case.question.study.year else None
        yield LineRow(key, line, district, sense, float(number), evaluated, line.counts, line.year)


def _spent(case: Case, line: BudgetLine) -> float:
    paid = case.facilities["type"].isin(line.types) if line.types else np.ones(len(case.facilities), dtype=bool)
    return float(case.costs[np.asarray(paid)].sum())


def _share(case: Case, line: ServedShareLine) -> float | None:
    rows = case.asked[case.asked["service"] == line.service]
    asked = float(rows["demand"].sum())
    return float(rows["served"].sum()) / asked if asked > 0 and line.year == case.question.study.year else None


def _places_served(case: Case, line: MustServeLine) -> float:
    """Places with an open facility of the service, for the vehicle, within the line's standard."""
    question = case.question
    layer = question.area.layers.frames[line.layer]
    places = placed(question.area, as_points(layer[layer["id"].isin(line.ids)]))
    fits = [line.service in kind.services and line.vehicle in kind.vehicles for kind in case.kinds]
    minutes = question.minutes_between(places, case.facilities[np.array(fits, dtype=bool)])
    return float((minutes <= line.standard_min * (1 + EXACT)).any(axis=1).sum())


def _price(key: str, line: PriceCeiling) -> LineRow:
    return LineRow(key, line, "", "<=", line.cny_per_unit, None, f"CNY/{UNITS[line.service]}", line.year)
