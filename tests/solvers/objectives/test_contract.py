"""The classic objectives under every limit, against enumeration."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    Effort,
    GradualValue,
    Linear,
    ServedShare,
    Stage,
    Status,
    Steps,
    TotalCost,
    solve,
    verify,
)


def way(problem):
    """A cost per unit of each pair, the same for all options of a site."""
    return 2.5 + problem.site[problem.pair_option] + problem.pair_time_s / 60


MADE = {
    "weighted travel": lambda problem: OBJECTIVES["weighted_travel"],
    "travel time": lambda problem: OBJECTIVES["travel_time"],
    "stations": lambda problem: OBJECTIVES["stations"],
    "cost": lambda problem: OBJECTIVES["cost"],
    "gradual value in steps": lambda problem: GradualValue(Steps((300, 900), (1.0, 0.4))),
    "gradual value, linear": lambda problem: GradualValue(Linear(300, 1500)),
    "total cost": lambda problem: TotalCost(way(problem)),
}


def case_of(seed, random_case, *, draws, share):
    """A random problem, with or without capacities, of which a share must be served; none at all where it has none."""
    problem, limits = random_case(seed)
    if not draws:
        problem = replace(problem, set_draw=np.zeros(problem.n_sets))
    limits = [limit for limit in limits if not isinstance(limit, ServedShare)]
    if share is not None and problem.n_rows:
        limits.append(ServedShare("share", np.ones(problem.n_rows, dtype=bool), share))
    return problem, limits


@pytest.mark.parametrize("columns", [4000, 0])
@pytest.mark.parametrize("draws", [True, False])
@pytest.mark.parametrize("name", MADE)
def test_answers_equal_enumeration(name, draws, columns, random_case, brute_force, best_by_enumeration, monkeypatch):
    """Best value, bound and infeasibility are those of enumeration, with capacities and without."""
    monkeypatch.setattr("solvers.branch._SMALL_COLUMNS", columns)
    answers = 0
    for seed in range(20):
        share = (0.1, 0.25, 0.5, 1.0)[seed % 4]
        problem, limits = case_of(seed, random_case, draws=draws, share=share)
        objective = MADE[name](problem)
        exact = replace(brute_force(seed), problem=problem, limits=limits)
        best = best_by_enumeration(exact, objective)
        found = solve(problem, [Stage(objective, gap=0.0)], limits, method="auto" if columns else "compact")
        if best is None:
            assert found.status is Status.INFEASIBLE
            continue
        answers += 1
        verify(problem, limits, found)
        near = 1e-6 * max(abs(best), 1.0)
        assert found.status is Status.OPTIMAL
        assert objective.value(problem, found) == pytest.approx(best, abs=2 * near)
        assert found.stages[0].bound == pytest.approx(best, abs=near)
    assert answers > 4


def test_the_bound_of_a_later_stage_holds(random_case):
    """Who goes where is told last, under the floor of what was served first, whatever method did the first stages."""
    served, travel = OBJECTIVES["served_value"], OBJECTIVES["weighted_travel"]
    for seed in range(12):
        problem, limits = case_of(seed, random_case, draws=False, share=None)
        if not problem.n_pairs:
            continue
        stages = [Stage(served, gap=0.0), Stage(travel, gap=0.0, keeps_modules=True)]
        told = [
            solve(problem, stages, limits, method=name, effort=Effort(work_limit=5)) for name in ("compact", "joint")
        ]
        for found in told:
            if found.found:
                report = found.stages[1]
                assert report.bound <= report.value + 1e-6 * max(report.value, 1.0)
        assert told[0].found == told[1].found
