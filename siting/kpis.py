"""Key figures of a result: shares served before and after, money, stations, and how good the answer is proven to be."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from geodata import SERVICES, UNITS
from siting.assemble import Assembly
from siting.study import Study
from siting.tables import Tables
from solvers import Solution, serve


def build_kpis(study: Study, assembly: Assembly, tables: Tables, solution: Solution, run_id: str) -> dict[str, Any]:
    """Compute the key figures; plain numbers, `None` where there is none."""
    before = _served_before(assembly)
    demand = tables.demand
    services = {}
    for n, service in enumerate(SERVICES):
        rows = demand[demand["service"] == service]
        asked = float(rows["demand"].sum())
        if asked <= 0:
            continue
        served = float(rows["served"].sum())
        services[service] = {
            "unit": UNITS[service],
            "demand": asked,
            "served": served,
            "share": served / asked,
            "share_before": float(before[n]) / asked,
            "covered_share": float(rows.loc[rows["covered"], "demand"].sum()) / asked,
            "unreachable": float(rows.loc[~rows["reachable"], "demand"].sum()),
            "unreachable_rows": int((~rows["reachable"]).sum()),
        }
    value = demand["service"].map(study.value_of).astype(float)
    budget = [line.cny for line in study.chosen_plan.budgets.values() if not line.types and line.enforce]
    return {
        "services": services,
        "fleets": _fleet_totals(tables),
        "cost_cny": float(tables.sites["cost_cny"].sum()),
        "budget_cny": min(budget) if budget else None,
        "yearly_cost_cny": float(tables.sites["yearly_cost_cny"].sum()),
        "land_m2": float(tables.sites["land_m2"].sum()),
        "value": float((value * demand["served"]).sum()),
        "value_demand": float((value * demand["demand"]).sum()),
        "stations": _stations(study, tables),
        "solve": _solve(study, solution),
        "check": "passed",
        "travel_method": assembly.travel.method,
        "run_id": run_id,
    }


def _served_before(assembly: Assembly) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Units of each service that the standing stations serve at best, without anything new."""
    problem = assembly.problem
    standing = serve(problem, np.where(problem.base_modules > 0, problem.base_modules, 0))
    return np.bincount(problem.row_service, weights=standing.served(problem), minlength=len(SERVICES)).astype(float)


def _fleet_totals(tables: Tables) -> dict[str, dict[str, float]]:
    grouped = tables.demand.groupby(["fleets", "service"], sort=True)[["demand", "served"]].sum()
    return {
        f"{fleets}: {service}": {"demand": float(row.demand), "served": float(row.served)}
        for (fleets, service), row in zip(grouped.index, grouped.itertuples(index=False), strict=True)
    }


def _stations(study: Study, tables: Tables) -> dict[str, dict[str, int]]:
    existing = tables.sites["status"] == "existing"
    return {
        kind: {
            "existing": int((existing & (tables.sites["type"] == kind)).sum()),
            "new": int((~existing & (tables.sites["type"] == kind)).sum()),
            "modules": int(tables.sites.loc[tables.sites["type"] == kind, "modules"].sum()),
        }
        for kind in study.catalogue.root
    }


def _solve(study: Study, solution: Solution) -> Mapping[str, Any]:
    first = solution.stages[0]
    later = [stage for stage in solution.stages[1:] if stage.objective == "cost"]
    return {
        "status": str(first.status),
        "objective": first.value,
        "bound": first.bound,
        "gap": first.gap,
        "gap_wanted": study.solver.gap,
        "stage2_cost": later[0].value if later else None,
        "stage2_bound": later[0].bound if later else None,
        "stage2_gap": later[0].gap if later else None,
        "stage2_floor": later[0].floor if later else None,
        "solver": first.words,
        "method": solution.method,
        "notes": list(solution.notes),
    }
