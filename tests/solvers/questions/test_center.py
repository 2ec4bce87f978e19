"""The p-center under limits: against enumeration, the classic method, and by hand."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    Budget,
    Count,
    Effort,
    Problem,
    ProblemError,
    ServedShare,
    Stage,
    Status,
    distances_of,
    p_center,
    solve_center,
    verify,
)
from solvers.questions.center import farthest_s

EVERY = np.arange(4)


def without_shares(limits):
    """Limits on options alone."""
    return [limit for limit in limits if not isinstance(limit, ServedShare)]


def enumerated(exact, best_by_enumeration):
    """Least longest time, by trying every time; `None` when not everybody can be served."""
    problem = exact.problem
    everybody = ServedShare("all", problem.demand > 0, 1.0)
    times = np.unique(np.r_[0.0, problem.pair_time_s])
    reached = None
    for time_s in times[::-1]:
        sub = problem.over(np.flatnonzero(problem.pair_time_s <= time_s))
        tried = replace(exact, problem=sub, limits=[*exact.limits, everybody])
        if best_by_enumeration(tried, OBJECTIVES["cost"]) is None:
            break
        reached = time_s
    return reached


@pytest.mark.parametrize(("draws", "columns"), [(True, 4000), (True, 0), (False, 4000)])
def test_answers_equal_enumeration(draws, columns, random_case, brute_force, best_by_enumeration, monkeypatch):
    """The least longest time and infeasibility are those of enumeration, with capacities and without."""
    monkeypatch.setattr("solvers.branch._SMALL_COLUMNS", columns)
    answers = 0
    for seed in range(24):
        problem, limits = random_case(seed)
        problem = replace(
            problem, **({"capacity": problem.capacity * 3} if draws else {"set_draw": np.zeros(problem.n_sets)})
        )
        limits = without_shares(limits)
        best = enumerated(replace(brute_force(seed), problem=problem, limits=limits), best_by_enumeration)
        found = solve_center(problem, limits, then=[Stage(OBJECTIVES["cost"], gap=0.0)])
        if best is None:
            assert found.status is Status.INFEASIBLE
            assert found.notes
            continue
        answers += 1
        verify(problem, [*limits, ServedShare("all", problem.demand > 0, 1.0)], found)
        assert found.status is Status.OPTIMAL
        assert found.stages[0].value == found.stages[0].bound == best
        assert farthest_s(problem, found.share) <= best
    assert answers > 5


def town(seed, n_rows=40, n_sites=12):
    """Places and sites in a square, all pairs, nothing drawn."""
    rng = np.random.default_rng(seed)
    return np.round(np.linalg.norm(rng.random((n_rows, 1, 2)) - rng.random((n_sites, 2)), axis=2) * 1000)


def problem_of(far, draws=0.0):
    """A row per place and an option per site, all pairs."""
    n_rows, n_sites = far.shape
    ones, each = np.ones(n_rows), np.ones(n_sites)
    pair_set, pair_option = (index.ravel() for index in np.indices(far.shape))
    return Problem(
        demand=ones, value=ones, row_service=ones * 0, row_year=ones * 0, set_row=np.arange(n_rows),
        set_draw=ones * draws, site=np.arange(n_sites), facility_type=each * 0, year=each * 0,
        capacity=np.ones((n_sites, 1)) * n_rows, min_modules=each, max_modules=each, base_modules=each * 0,
        fixed_cost=np.arange(n_sites) + 1, module_cost=each * 0, closing_cost=each * 0, required=each * 0,
        pair_set=pair_set, pair_option=pair_option, pair_time_s=far.ravel(),
    )  # fmt: skip


@pytest.mark.parametrize("p", [1, 3, 12])
def test_a_number_of_stations_is_the_classic_p_center(p):
    """The classic method, the bisection under a budget that says the same, and the plain function agree."""
    far = town(p)
    problem = problem_of(far)
    plain = p_center(distances_of(far), p)
    classic = solve_center(problem, [Count("p", np.arange(12), p, p)])
    free = replace(problem, fixed_cost=np.ones(12))
    by_budget = solve_center(free, [Budget("p", np.arange(12), float(p))])
    assert classic.stages[0].value == by_budget.stages[0].value == plain.value
    assert "set covers" in classic.method
    assert "is no number of stations" in by_budget.method


def test_more_than_all_and_none_at_all(tiny):
    """At most more than there are opens all; none at all serves nobody, and the limit is named."""
    far = town(5)
    problem = problem_of(far)
    found = solve_center(problem, [Count("p", np.arange(12), at_most=40)])
    assert found.stages[0].value == far.min(axis=1).max()
    none = solve_center(problem, [Count("nothing", np.arange(12), at_most=0)])
    assert none.status is Status.INFEASIBLE
    assert any("nothing" in note for note in none.notes)


def test_nobody_to_serve_is_no_distance(tiny):
    """Without demand nobody goes anywhere."""
    found = solve_center(tiny(demand=[0, 0, 0]), [Count("one", EVERY, 1, 1)])
    assert found.stages[0].value == 0
    assert found.status is Status.OPTIMAL


def test_a_stop_leaves_a_proven_bound():
    """Asked to stop at once, the bound is the time of the place that is worst off, and nothing is called optimal."""
    far = town(9)
    found = solve_center(problem_of(far), [Budget("p", np.arange(12), 20.0)], effort=Effort(work_limit=1))
    assert found.status is not Status.OPTIMAL
    assert found.stages[0].bound >= far.min(axis=1).max()
    if found.found:
        assert found.stages[0].bound <= found.stages[0].value


def test_a_share_makes_no_sense():
    """Serving a share is refused with the reason."""
    share = ServedShare("half", np.ones(40, dtype=bool), 0.5)
    with pytest.raises(ProblemError, match=r"p-center takes no limit on served demand \(half\)"):
        solve_center(problem_of(town(1)), [share])
