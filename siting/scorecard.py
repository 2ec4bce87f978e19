"""Target, achieved and gap of every line of the plan."""

from typing import Any

import numpy as np

from geodata import UNITS
from siting.area import Area
from siting.assemble import Assembly
from siting.limits import options_within
from siting.plan import BudgetLine, Line, MustServeLine, Plan, PriceCeiling, ServedShareLine, Target
from siting.study import Study
from siting.tables import Tables
from solvers import Solution

Row = dict[str, Any]


def build_scorecard(study: Study, area: Area, assembly: Assembly, tables: Tables, solution: Solution) -> list[Row]:
    """Hold the result against each line of the chosen plan, district rows included.

    A line of another year, and a price ceiling, is carried and shown as not evaluated.
    """
    plan = study.chosen_plan
    rows: list[Row] = []
    for key, target in plan.targets.items():
        rows += _target_rows(plan, key, target, study, tables)
    rows += [_budget_row(plan, key, line, tables) for key, line in plan.budgets.items()]
    rows += [_share_row(plan, key, line, study, tables) for key, line in plan.shares.items()]
    rows += [_must_serve_row(plan, key, line, study, area, assembly, solution) for key, line in plan.must_serve.items()]
    return rows + [_price_row(plan, key, line) for key, line in plan.price_ceilings.items()]


def _target_rows(plan: Plan, key: str, line: Target, study: Study, tables: Tables) -> list[Row]:
    counted = tables.sites[tables.sites["type"].isin(line.types)]
    rows = []
    for district, sense, number in line.bounds():
        here = counted[counted["district"] == district] if district else counted
        achieved = float(len(here) if line.counts == "stations" else here["modules"].sum())
        evaluated = line.year == study.year
        row = _row(plan, key, line, sense, float(number), achieved if evaluated else None, line.counts)
        rows.append(row | {"district": district, "year": line.year})
    return rows


def _budget_row(plan: Plan, key: str, line: BudgetLine, tables: Tables) -> Row:
    paid = tables.sites[tables.sites["type"].isin(line.types)] if line.types else tables.sites
    return _row(plan, key, line, "<=", line.cny, float(paid["cost_cny"].sum()), "CNY")


def _share_row(plan: Plan, key: str, line: ServedShareLine, study: Study, tables: Tables) -> Row:
    rows = tables.demand[tables.demand["service"] == line.service]
    asked = rows["demand"].sum()
    achieved = float(rows["served"].sum() / asked) if asked > 0 and line.year == study.year else None
    return _row(plan, key, line, ">=", line.at_least, achieved, "share") | {"year": line.year}


def _must_serve_row(
    plan: Plan, key: str, line: MustServeLine, study: Study, area: Area, assembly: Assembly, solution: Solution
) -> Row:
    _, groups = options_within(study, area, assembly, line)
    assert solution.modules is not None
    met = sum(bool(np.any(solution.modules[group] > 0)) for group in groups)
    return _row(plan, key, line, ">=", float(len(groups)), float(met), "places")


def _price_row(plan: Plan, key: str, line: PriceCeiling) -> Row:
    unit = f"CNY/{UNITS[line.service]}"
    return _row(plan, key, line, "<=", line.cny_per_unit, None, unit) | {"year": line.year}


def _row(plan: Plan, key: str, line: Line, sense: str, target: float, achieved: float | None, unit: str) -> Row:
    met = None if achieved is None else _met(sense, achieved, target)
    return {
        "line": key,
        "label_zh": line.label_zh,
        "label_en": line.label_en,
        "district": "",
        "year": plan.year,
        "sense": sense,
        "target": target,
        "achieved": achieved,
        "gap": None if achieved is None else achieved - target,
        "unit": unit,
        "met": met,
        "evaluated": achieved is not None,
        "enforced": line.enforce and achieved is not None,
        "basis": line.basis,
        "source": line.source_text(),
    }


def _met(sense: str, achieved: float, target: float) -> bool:
    room = 1e-6 * max(1.0, abs(target))
    if sense == "=":
        return abs(achieved - target) <= room
    return achieved >= target - room if sense == ">=" else achieved <= target + room
