"""Key figures of a result: shares served before and after, money, stations, and how good the answer is proven to be."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geodata import UNITS
from siting.answer import Floats
from siting.assemble import Assembly
from siting.objectives.figures import objective_figures
from siting.objectives.nearest import to_nearest
from siting.objectives.stages import SERVED
from siting.study import Study
from siting.tables import Tables
from solvers import Solution, StageReport, serve


def build_kpis(study: Study, assembly: Assembly, tables: Tables, solution: Solution, run_id: str) -> dict[str, Any]:
    """Compute the key figures; plain numbers, `None` where there is none.

    Services, fleets and stations tell of the last year; money and value of all years together, with each year by itself
    under ``years`` where there are several.
    """
    before = _served_before(study, assembly)
    demand = tables.demand[tables.demand["year"] == study.year]
    value = tables.demand["service"].map(study.value_of).astype(float) * tables.demand["year"].map(study.weight_of)
    budget = [
        line.cny
        for line in study.chosen_plan.budgets.values()
        if not line.types and line.enforce and (line.year is None or study.horizon == (line.year,))
    ]
    closing = float(tables.closed["closing_cost_cny"].sum())
    return {
        "services": _services(study, demand, before),
        "fleets": _fleet_totals(demand),
        **({"flows": _flows(tables, study.year)} if study.flows else {}),
        "cost_cny": float(tables.sites["cost_cny"].sum()) + closing,
        "budget_cny": min(budget) if budget else None,
        "yearly_cost_cny": float(tables.sites["yearly_cost_cny"].sum()),
        "land_m2": float(tables.sites["land_m2"].sum()),
        "value": float((value * tables.demand["served"]).sum()),
        "value_demand": float((value * tables.demand["demand"]).sum()),
        "stations": _stations(study, tables),
        **({"closing_cost_cny": closing} if study.closes else {}),
        **({"years": _years(study, tables, closing)} if study.phased else {}),
        **({"objective": objective_figures(study, tables, solution)} if study.classic else {}),
        "solve": _solve(study, solution),
        "check": "passed",
        "travel_method": assembly.travel_method,
        "run_id": run_id,
    }


def _served_before(study: Study, assembly: Assembly) -> Floats:
    """Units of each service that the standing stations serve at best in the last year, without anything new."""
    problem = assembly.problem
    modules = np.where(problem.base_modules > 0, problem.base_modules, 0)
    if not study.objective.capacities:
        comes = to_nearest(study, assembly, Solution(modules, None, (), "", 0)).row_share * problem.demand
        return np.bincount(problem.row_service, weights=comes, minlength=problem.n_services).astype(float)
    standing = serve(problem, modules)
    served = np.where(problem.row_year == assembly.years[-1], standing.served(problem), 0.0)
    return np.bincount(problem.row_service, weights=served, minlength=problem.n_services).astype(float)


def _services(study: Study, demand: pd.DataFrame, before: Floats | None = None) -> dict[str, dict[str, Any]]:
    """Demand of a year by service, and what is served (and was before, where known), covered, out of reach."""
    services = {}
    for n, service in enumerate(study.services):
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
            **({} if before is None else {"share_before": float(before[n]) / asked}),
            "covered_share": float(rows.loc[rows["covered"], "demand"].sum()) / asked,
            "unreachable": float(rows.loc[~rows["reachable"], "demand"].sum()),
            "unreachable_rows": int((~rows["reachable"]).sum()),
        }
    return services


def _fleet_totals(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    grouped = rows.groupby(["fleets", "service"], sort=True)[["demand", "served"]].sum()
    return {
        f"{fleets}: {service}": {"demand": float(demand), "served": float(served)}
        for (fleets, service), (demand, served) in zip(grouped.index, grouped.to_numpy(), strict=True)
    }


def _flows(tables: Tables, year: int) -> dict[str, dict[str, Any]]:
    """Vehicles of each fleet that drive along roads in a year, and those served."""
    rows = tables.flows[tables.flows["year"] == year]
    grouped = rows.groupby("fleet", sort=True)[["vehicles_per_day", "vehicles_served"]].sum()
    return {
        str(fleet): {"vehicles": float(asked), "served": float(served), "share": float(served / asked)}
        for fleet, asked, served in grouped.itertuples(name=None)
    }


def _stations(study: Study, tables: Tables) -> dict[str, dict[str, int]]:
    existing = tables.sites["status"] == "existing"
    return {
        kind: {
            "existing": int((existing & (tables.sites["type"] == kind)).sum()),
            "new": int((~existing & (tables.sites["type"] == kind)).sum()),
            "modules": int(tables.sites.loc[tables.sites["type"] == kind, "modules"].sum()),
            **({"closed": int((tables.closed["type"] == kind).sum())} if study.closes else {}),
        }
        for kind in study.catalogue.root
    }


def _years(study: Study, tables: Tables, closing: float) -> dict[str, dict[str, Any]]:
    """Each year by itself: what is served, what stands, and what is spent; closing is paid for in the first."""
    years = {}
    for year in study.horizon:
        demand, standing = (frame[frame["year"] == year] for frame in (tables.demand, tables.phases))
        value = demand["service"].map(study.value_of).astype(float)
        kinds = standing.groupby("type")["modules"]
        years[str(year)] = {
            "services": _services(study, demand),
            **({"flows": _flows(tables, year)} if study.flows else {}),
            "value": float((value * demand["served"]).sum()),
            "value_demand": float((value * demand["demand"]).sum()),
            "cost_cny": float(standing["cost_cny"].sum()) + (closing if year == study.horizon[0] else 0.0),
            "stations": {kind: int(n) for kind, n in kinds.size().items()},
            "modules": {kind: int(n) for kind, n in kinds.sum().items()},
        }
    return years


def _solve(study: Study, solution: Solution) -> Mapping[str, Any]:
    first = solution.stages[0]
    years = {
        str(year): stage
        for year in study.horizon
        for stage in reversed(solution.stages)  # so that a year's first one stays
        if stage.objective == f"{year}: {SERVED.name}"
    }
    later = [stage for stage in solution.stages[1:] if stage.objective == "cost"]
    return {
        "status": str(first.status),
        "objective": first.value,
        "bound": first.bound,
        "gap": _finite(first.gap),
        "gap_wanted": study.solver.gap,
        "stage2_cost": later[0].value if later else None,
        "stage2_bound": later[0].bound if later else None,
        "stage2_gap": _finite(later[0].gap) if later else None,
        "stage2_floor": later[0].floor if later else None,
        "solver": first.words,
        "method": solution.method,
        "notes": list(solution.notes),
        **({"years": {year: _proof(stage) for year, stage in years.items()}} if years else {}),
    }


def _proof(stage: StageReport) -> dict[str, Any]:
    """What a year that was decided for itself came to."""
    return {"status": str(stage.status), "objective": stage.value, "bound": stage.bound, "gap": _finite(stage.gap)}


def _finite(gap: float | None) -> float | None:
    """A gap as JSON knows it; that of an answer worth nothing under a bound worth something is infinite."""
    return gap if gap is not None and np.isfinite(gap) else None
