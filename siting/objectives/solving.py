"""How a classic objective is put to the solvers: as stages, or as a question of its own."""

from dataclasses import replace
from typing import Any, Final

import numpy as np

from siting.answer import Floats, Integers
from siting.assemble import Assembly
from siting.objectives.market import pair_attraction
from siting.objectives.settings import (
    BackupCover,
    CapacitatedCost,
    GradualCover,
    Market,
    PCenter,
    PDispersion,
    PMedian,
    TargetShare,
)
from siting.study import Study
from solvers import (
    OBJECTIVES,
    Effort,
    GradualValue,
    GridPower,
    Limit,
    Linear,
    Objective,
    Problem,
    ServedShare,
    Solution,
    Stage,
    Stations,
    TotalCost,
    TypesPerSite,
    WeightedTravel,
)
from solvers.linear import StopCallback

SERVED: Final = OBJECTIVES["served_value"]
COST: Final = OBJECTIVES["cost"]


def classic_stages(study: Study, assembly: Assembly) -> tuple[Stage, ...]:
    """The objective first, then the least cost at its value; of two questions that are no stages, the cost alone."""
    settings, objective = study.solver, study.objective
    cost, covered = Stage(COST, settings.cost_gap), Stage(SERVED, 1e-6, slack=0.0, keeps_modules=True)
    if isinstance(objective, PCenter | PDispersion):
        return (cost,)
    if objective.least:
        least: Objective = COST if objective.least == "cost" else Stations()
        first = Stage(least, settings.gap, slack=0.0)
        return (first, covered) if objective.least == "cost" else (first, cost, covered)
    if isinstance(objective, PMedian):
        first = Stage(WeightedTravel(), settings.gap, slack=settings.slack)
        # Where a site knows one type, money does not tell two answers of equal travel apart but by chance.
        return (first,) if _one_each(assembly) else (first, cost, replace(first, gap=1e-6, keeps_modules=True))
    if isinstance(objective, GradualCover):
        worth = GradualValue(Linear(objective.all_min * 60.0, objective.none_min * 60.0))
        first = Stage(worth, settings.gap, slack=settings.slack)
        return first, cost, replace(first, gap=1e-6, slack=0.0, keeps_modules=True)
    if isinstance(objective, CapacitatedCost):
        first = Stage(_total_cost(study, objective, assembly), settings.gap, slack=0.0)
        return first, covered, Stage(OBJECTIVES["travel_time"], 1e-6, keeps_modules=True)
    # What the cost stage gave up and what is open covers all the same is taken back.
    return Stage(SERVED, settings.gap, slack=settings.slack), cost, covered


def _total_cost(study: Study, objective: CapacitatedCost, assembly: Assembly) -> Objective:
    """Stations and ways; stations alone where ways cost nothing."""
    if not objective.pays_ways:
        return COST
    problem = assembly.problem
    each = np.array([objective.cny_per_second(service) for service in study.services])
    return TotalCost(each[problem.pair_service] * problem.pair_time_s)


def asked_problem(study: Study, assembly: Assembly) -> Problem:
    """The problem as the objective sees it: where everyone is served, without those whom no candidate reaches."""
    problem = assembly.problem
    if not study.objective.assigns_all or assembly.reachable.all():
        return problem
    kept = assembly.reachable
    row = np.cumsum(kept) - 1
    sets = kept[problem.set_row]
    number = np.cumsum(sets) - 1
    return replace(
        problem,
        **{name: getattr(problem, name)[kept] for name in ("demand", "value", "row_service", "row_year")},
        set_row=row[problem.set_row[sets]],
        set_draw=problem.set_draw[sets],
        pair_set=number[problem.pair_set],
    )


def asked_limits(study: Study, assembly: Assembly, problem: Problem, limits: list[Limit]) -> list[Limit]:
    """Limits without those that cannot bind where every site has one option of one size, and everyone's service."""
    if not study.classic or study.objective.capacities:
        return limits
    idle = (TypesPerSite, GridPower) if _one_each(assembly) else ()
    kept = [limit for limit in limits if not isinstance(limit, idle)]
    if isinstance(study.objective, PMedian):
        kept.append(ServedShare("everyone is served (objective)", np.ones(problem.n_rows, dtype=np.bool_), 1.0))
    return kept


def solve_question(
    study: Study, assembly: Assembly, problem: Problem, limits: list[Limit], effort: Effort, stop: StopCallback | None
) -> Solution | None:
    """Ask a question that is no sum over stations or demand; nothing for other objectives."""
    from solvers import solve_backup, solve_center, solve_dispersion, solve_market_share, solve_target_share

    then, objective = classic_stages(study, assembly), study.objective
    effort = replace(effort, gap=study.solver.gap)
    if isinstance(objective, Market):
        drawn = pair_attraction(objective, assembly), assembly.rival
        if isinstance(objective, TargetShare):
            least: Objective = COST if objective.least == "cost" else Stations()
            asked: dict[str, Any] = {"objective": least, "effort": effort, "should_stop": stop}
            return solve_target_share(problem, *drawn, objective.share, limits, **asked)
        return solve_market_share(problem, *drawn, limits, effort=effort, should_stop=stop)
    if isinstance(objective, BackupCover):
        return solve_backup(problem, then, limits, effort=effort, should_stop=stop)
    if isinstance(objective, PCenter):
        found = solve_center(problem, limits, then=then, effort=effort, should_stop=stop)
        return _reaching(found, None if found.modules is None else farthest_s(problem, found.modules))
    if isinstance(objective, PDispersion):
        apart = apart_m(assembly)
        found = solve_dispersion(problem, apart, limits, then=then, effort=effort, should_stop=stop)
        if found.modules is None:
            return found
        # That nobody is served by a station says nothing against it where demand has no say.
        return replace(_reaching(found, _least_apart_m(assembly, apart, found.modules)), notes=())
    return None


def apart_m(assembly: Assembly) -> Floats:
    """Straight lines between sites in metres; two stations that stand already are left alone, and far apart."""
    points = assembly.sites.frame.geometry
    xy = np.stack([points.x, points.y], axis=1)
    apart: Floats = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    stands = np.zeros(len(xy), dtype=np.bool_)
    stands[assembly.problem.site[assembly.problem.base_modules > 0]] = True
    apart[np.logical_and.outer(stands, stands)] = apart.max(initial=0.0)
    return apart


def farthest_s(problem: Problem, modules: Integers) -> float:
    """Travel time of whoever is farthest from the nearest open option."""
    able = np.flatnonzero(modules[problem.pair_option] > 0)
    nearest = np.full(problem.n_sets, np.inf)
    np.minimum.at(nearest, problem.pair_set[able], problem.pair_time_s[able])
    return float(nearest.max(initial=0.0))


def _least_apart_m(assembly: Assembly, apart: Floats, modules: Integers) -> float:
    sites = assembly.problem.site[modules > 0]
    among = apart[np.ix_(sites, sites)]
    return float(among[np.triu_indices(len(sites), 1)].min(initial=np.inf))


def _reaching(found: Solution, value: float | None) -> Solution:
    """An answer whose first report tells what it reaches in the end: the cheapest may be better than what was asked."""
    if value is None:
        return found
    return replace(found, stages=(replace(found.stages[0], value=value), *found.stages[1:]))


def _one_each(assembly: Assembly) -> bool:
    """Whether no site has two options."""
    return bool(assembly.options["site"].is_unique)
