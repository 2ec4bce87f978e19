"""Target, achieved and gap of every line of the plan."""

from typing import Any

import numpy as np

from geodata import UNITS
from siting.area import Area
from siting.assemble import Assembly
from siting.gaps import longest_gap_km
from siting.limits import asked_by, evaluated, options_within, paid_by
from siting.plan import BudgetLine, GapLine, Line, MustServeLine, PriceCeiling, ServedShareLine, Target
from siting.study import Study
from siting.tables import Tables
from solvers import Solution

Row = dict[str, Any]


def build_scorecard(study: Study, area: Area, assembly: Assembly, tables: Tables, solution: Solution) -> list[Row]:
    """Hold the result against each line of the chosen plan, district rows included.

    A line of a year that is not studied, and a price ceiling, is carried and shown as not evaluated; one of a year that
    is over binds no more.
    """
    plan = study.chosen_plan
    rows: list[Row] = []
    for key, target in plan.targets.items():
        rows += _target_rows(study, key, target, assembly, tables)
    rows += [_budget_row(study, key, line, assembly, solution) for key, line in plan.budgets.items()]
    rows += [_share_row(study, key, line, assembly, tables) for key, line in plan.shares.items()]
    for key, places in plan.must_serve.items():
        rows.append(_must_serve_row(study, key, places, area, assembly, solution))
    rows += [_gap_row(study, key, line, area, assembly, solution) for key, line in plan.gaps.items()]
    return rows + [_price_row(study, key, line) for key, line in plan.price_ceilings.items()]


def _target_rows(study: Study, key: str, line: Target, assembly: Assembly, tables: Tables) -> list[Row]:
    year = study.year_of(line)
    counted = tables.phases[tables.phases["type"].isin(line.types) & (tables.phases["year"] == year)]
    rows = []
    for district, sense, number in line.bounds():
        here = counted[counted["district"] == district] if district else counted
        achieved = float(len(here) if line.counts == "stations" else here["modules"].sum())
        found = achieved if evaluated(study, assembly, line) else None
        row = _row(study, key, line, sense=sense, target=float(number), achieved=found, unit=line.counts)
        rows.append(_binding(row, assembly) | {"district": district})
    return rows


def _budget_row(study: Study, key: str, line: BudgetLine, assembly: Assembly, solution: Solution) -> Row:
    assert solution.modules is not None
    achieved = None
    if line.year is None or evaluated(study, assembly, line):
        achieved = float(assembly.problem.cost(solution.modules)[paid_by(line, assembly)].sum())
    row = _row(study, key, line, sense="<=", target=line.cny, achieved=achieved, unit="CNY")
    return row if line.year is None else _binding(row, assembly)


def _share_row(study: Study, key: str, line: ServedShareLine, assembly: Assembly, tables: Tables) -> Row:
    demand = tables.demand
    rows = demand[demand["row_id"].isin(assembly.rows["row_id"][asked_by(study, line, assembly)])]
    asked = rows["demand"].sum()
    achieved = float(rows["served"].sum() / asked) if asked > 0 and evaluated(study, assembly, line) else None
    row = _row(study, key, line, sense=">=", target=line.at_least, achieved=achieved, unit="share")
    return _binding(row, assembly)


def _must_serve_row(
    study: Study, key: str, line: MustServeLine, area: Area, assembly: Assembly, solution: Solution
) -> Row:
    _, groups = options_within(study, area, assembly, line)
    assert solution.modules is not None
    met = sum(bool(np.any(solution.modules[group] > 0)) for group in groups)
    achieved = float(met) if evaluated(study, assembly, line) else None
    row = _row(study, key, line, sense=">=", target=float(len(groups)), achieved=achieved, unit="places")
    return _binding(row, assembly)


def _gap_row(study: Study, key: str, line: GapLine, area: Area, assembly: Assembly, solution: Solution) -> Row:
    assert solution.modules is not None
    achieved = None
    if evaluated(study, assembly, line):
        achieved = longest_gap_km(study, area, assembly, line, solution.modules)
    row = _row(study, key, line, sense="<=", target=line.max_km, achieved=achieved, unit="km")
    return _binding(row, assembly)


def _price_row(study: Study, key: str, line: PriceCeiling) -> Row:
    unit = f"CNY/{UNITS[line.service]}"
    return _row(study, key, line, sense="<=", target=line.cny_per_unit, achieved=None, unit=unit)


def _row(study: Study, key: str, line: Line, *, sense: str, target: float, achieved: float | None, unit: str) -> Row:
    met = None if achieved is None else _met(sense, achieved, target)
    return {
        "line": key,
        "label_zh": line.label_zh,
        "label_en": line.label_en,
        "district": "",
        "year": study.year_of(line),
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


def _binding(row: Row, assembly: Assembly) -> Row:
    """The row of a line of one year: what is over binds no more."""
    return row | {"enforced": row["enforced"] and not assembly.built.decides(row["year"])}


def _met(sense: str, achieved: float, target: float) -> bool:
    room = 1e-6 * max(1.0, abs(target))
    if sense == "=":
        return abs(achieved - target) <= room
    return achieved >= target - room if sense == ">=" else achieved <= target + room
