"""What an objective asks for, one thing after the other."""

from dataclasses import replace
from typing import Final

import numpy as np

from siting.assemble import Assembly
from siting.objectives.settings import CapacitatedCost, GradualCover, PCenter, PDispersion, PMedian, ServedValue
from siting.study import Study
from solvers import OBJECTIVES, GradualValue, Linear, Objective, Stage, Stations, TotalCost, WeightedTravel

SERVED: Final = OBJECTIVES["served_value"]
COST: Final = OBJECTIVES["cost"]
_TRAVEL: Final = OBJECTIVES["travel_time"]


def stages_of(study: Study, assembly: Assembly) -> tuple[Stage, ...]:
    """The objective first, then the least cost at its value; of two questions that are no stages, the cost alone."""
    settings, objective = study.solver, study.objective
    cost, nearer = Stage(COST, settings.cost_gap), Stage(_TRAVEL, 1e-6, keeps_modules=True)
    served = Stage(SERVED, settings.gap, slack=settings.slack)
    covered = _taken_back(served)
    if isinstance(objective, PCenter | PDispersion):
        return (cost,)
    if objective.least:
        first = Stage(least(objective.least), settings.gap, slack=0.0)
        return (first, covered) if objective.least == "cost" else (first, cost, covered)
    if isinstance(objective, PMedian):
        first = Stage(WeightedTravel(), settings.gap, slack=settings.slack)
        # Where a site knows one type, money does not tell two answers of equal travel apart but by chance.
        return (first,) if one_each(assembly) else (first, cost, _taken_back(first))
    if isinstance(objective, GradualCover):
        worth = GradualValue(Linear(objective.all_min * 60.0, objective.none_min * 60.0))
        first = Stage(worth, settings.gap, slack=settings.slack)
        return first, cost, _taken_back(first)
    if isinstance(objective, CapacitatedCost):
        return Stage(_total_cost(study, objective, assembly), settings.gap, slack=0.0), covered, nearer
    return (served, cost, covered, nearer) if isinstance(objective, ServedValue) else (served, cost, covered)


def _taken_back(first: Stage) -> Stage:
    """The same again: what was given up for money, and what is open gives all the same."""
    return replace(first, gap=1e-6, slack=0.0, keeps_modules=True)


def least(counted: str) -> Objective:
    """What is kept least: stations or cost."""
    return COST if counted == "cost" else Stations()


def one_each(assembly: Assembly) -> bool:
    """Whether no site has two options."""
    return bool(assembly.options["site"].is_unique)


def _total_cost(study: Study, objective: CapacitatedCost, assembly: Assembly) -> Objective:
    """Stations and ways; stations alone where ways cost nothing."""
    if not objective.pays_ways:
        return COST
    problem = assembly.problem
    each = np.array([objective.cny_per_second(service) for service in study.services])
    return TotalCost(each[problem.pair_service] * problem.pair_time_s)
