"""Backup covering under limits: against enumeration and the classic function."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    Budget,
    Count,
    Coverage,
    ProblemError,
    ServedShare,
    Stage,
    Status,
    backup_cover,
    backup_problem,
    solve_backup,
    verify,
)

SERVED, COST, TRAVEL = (OBJECTIVES[name] for name in ("served_value", "cost", "weighted_travel"))


def covered_twice(problem, modules):
    """Value of rows of which every set has open options at two sites."""
    total = 0.0
    for i in range(problem.n_rows):
        sets = np.flatnonzero(problem.set_row == i)
        n_sites = [
            len({int(problem.site[o]) for o in problem.pair_option[problem.pair_set == c] if modules[o] > 0})
            for c in sets
        ]
        total += problem.demand[i] * problem.value[i] * (min(n_sites) >= 2)
    return total


@pytest.mark.parametrize("method", ["compact", "auto"])
def test_answers_equal_enumeration(method, random_case, brute_force):
    """Most value covered twice, least cost at it, and infeasibility, under every kind of limit on options."""
    answers = 0
    for seed in range(60):
        problem, limits = random_case(seed)
        problem = replace(problem, set_draw=np.zeros(problem.n_sets))
        limits = [limit for limit in limits if not isinstance(limit, ServedShare)]
        exact = replace(brute_force(seed), problem=problem, limits=limits)
        told = [(covered_twice(problem, modules), cost) for modules, cost, _ in exact.choices]
        stages = [Stage(SERVED, gap=0.0, slack=0.0), Stage(COST, gap=0.0)]
        found = solve_backup(problem, stages, limits, method=method)
        if not told:
            assert found.status is Status.INFEASIBLE
            continue
        best = max(value for value, _ in told)
        answers += best > 0
        verify(problem, limits, found)
        assert found.status is Status.OPTIMAL
        assert SERVED.value(problem, found) == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert found.stages[0].bound == pytest.approx(best, rel=1e-6, abs=1e-6)
        least = min(cost for value, cost in told if value >= best - 1e-9 * max(best, 1.0))
        assert found.stages[1].value == pytest.approx(least, rel=1e-6, abs=1e-6)
    assert answers > 5


def square(tiny, n_rows=50, n_sites=10, within=0.45):
    """Places and sites in a square, within a distance."""
    rng = np.random.default_rng(4)
    far = np.linalg.norm(rng.random((n_rows, 1, 2)) - rng.random((n_sites, 2)), axis=2)
    pair_set, pair_option = np.nonzero(far <= within)
    ones, each = np.ones(n_rows), np.ones(n_sites)
    problem = tiny(
        demand=rng.integers(1, 9, n_rows), value=ones, row_service=ones * 0, row_year=ones, set_row=np.arange(n_rows),
        set_draw=ones * 0, site=np.arange(n_sites), facility_type=each * 0, year=each, capacity=np.ones((n_sites, 1)),
        min_modules=each, max_modules=each, base_modules=each * 0, fixed_cost=each, module_cost=each * 0,
        closing_cost=each * 0, required=each * 0, pair_set=pair_set, pair_option=pair_option,
        pair_time_s=far[pair_set, pair_option],
    )  # fmt: skip
    return problem, far <= within


@pytest.mark.parametrize("p", [0, 1, 2, 4, 10, 20])
def test_a_number_of_sites_is_the_classic_function(p, tiny):
    """At most p stations, or a budget of p, cover twice what the classic function covers twice."""
    problem, within = square(tiny)
    classic = backup_cover(Coverage.of_matrix(within, weight=problem.demand), p)
    for limit in (Count("p", np.arange(10), at_most=p), Budget("p", np.arange(10), float(p))):
        found = solve_backup(problem, [Stage(SERVED, gap=0.0)], [limit])
        assert found.stages[0].value == pytest.approx(classic.value)


def test_options_of_one_site_do_not_stand_in_for_each_other(tiny):
    """Two facility types at one site are one site: nobody is covered twice."""
    problem = tiny(
        set_draw=[0, 0, 0], site=[0, 0, 1, 1], pair_set=[0, 0], pair_option=[0, 1], pair_time_s=[60, 60],
        capacity=np.ones((4, 2)),
    )  # fmt: skip
    assert solve_backup(problem, [Stage(SERVED, gap=0.0)]).stages[0].value == 0


def test_what_makes_no_sense_is_refused(tiny, monkeypatch):
    """Capacities, travel, and a problem that would be too large, each with its reason."""
    with pytest.raises(ProblemError, match="draw no capacity"):
        backup_problem(tiny())
    free = tiny(set_draw=[0, 0, 0])
    with pytest.raises(ProblemError, match="weighted travel cannot be its objective"):
        solve_backup(free, [Stage(TRAVEL, gap=0.0)])
    monkeypatch.setattr("solvers.questions.backup._MOST_PAIRS", 3)
    with pytest.raises(ProblemError, match="would need 9 pairs, more than 3"):
        backup_problem(free)
