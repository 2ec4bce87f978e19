"""The p-median's own method is taken where it can be, and agrees with the compact model and the plain function."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    Budget,
    Count,
    Exclusion,
    Problem,
    ServedShare,
    Stage,
    Status,
    distances_of,
    p_median,
    solve,
)

STAGE = [Stage(OBJECTIVES["weighted_travel"], gap=0.0)]


def town(seed, n_rows=15, n_sites=8, within=np.inf):
    """A row per place and an option per site; pairs within a time."""
    rng = np.random.default_rng(seed)
    far = np.round(np.linalg.norm(rng.random((n_rows, 1, 2)) - rng.random((n_sites, 2)), axis=2) * 1000)
    pair_set, pair_option = np.nonzero(far <= within)
    ones, each = np.ones(n_rows), np.ones(n_sites)
    return Problem(
        demand=rng.integers(0, 5, n_rows), value=ones, row_service=ones * 0, row_year=ones * 0,
        set_row=np.arange(n_rows), set_draw=ones * 0, site=np.arange(n_sites), facility_type=each * 0, year=each * 0,
        capacity=each[:, None], min_modules=each, max_modules=each, base_modules=each * 0, fixed_cost=each,
        module_cost=each * 0, closing_cost=each * 0, required=rng.random(n_sites) < 0.15, pair_set=pair_set,
        pair_option=pair_option, pair_time_s=far[pair_set, pair_option],
    )  # fmt: skip


def asked(problem, p):
    """Everybody is served by at most p stations."""
    everybody = ServedShare("everybody", np.ones(problem.n_rows, dtype=bool), 1.0)
    return [everybody, Count("p", np.arange(problem.n_options), at_most=p)]


@pytest.mark.parametrize("p", [0, 1, 2, 4, 8, 30])
def test_it_is_the_compact_model(p):
    """Value, bound and infeasibility are those of the compact model: no stations, few, all, more than all."""
    for seed in range(8):
        problem = town(seed, within=(np.inf, 400)[seed % 2])
        fast, slow = (solve(problem, STAGE, asked(problem, p), method=name) for name in ("auto", "compact"))
        assert fast.found == slow.found
        if fast.found:
            assert "p-median, prices" in fast.method
            assert fast.status is Status.OPTIMAL
            assert fast.stages[0].value == pytest.approx(slow.stages[0].value, rel=1e-6)
            assert fast.stages[0].bound == pytest.approx(fast.stages[0].value, rel=1e-6)


def test_it_is_the_plain_function():
    """Demand is the weight, travel time the distance."""
    problem = replace(town(3, 60, 20), required=np.zeros(20))
    table = problem.pair_time_s.reshape(60, 20)
    found = solve(problem, STAGE, asked(problem, 5))
    assert found.stages[0].value == pytest.approx(p_median(distances_of(table), 5, weights=problem.demand).value)


def test_what_it_does_not_know_goes_elsewhere():
    """Other limits and a second objective go to steps of decay, a share and capacities to the compact model."""
    problem = replace(town(1), required=np.zeros(8))
    some = asked(problem, 3)
    stages = [*STAGE, Stage(OBJECTIVES["cost"], gap=0.0)]
    one_site = replace(problem, site=[0, 0, *range(2, 8)], pair_time_s=np.ones(problem.n_pairs))
    drawing = replace(problem, capacity=np.full((8, 1), 30.0), set_draw=np.ones(15))
    others = [
        ("steps", problem, STAGE, [*some, Budget("money", np.arange(8), 3.0)]),
        ("steps", problem, STAGE, [*some, Exclusion("one", (np.array([0, 1]),))]),
        ("steps", problem, STAGE, [*some, Count("north", np.arange(4), at_most=1)]),
        ("steps", problem, stages, some),
        ("steps", one_site, STAGE, some),
        ("compact", problem, STAGE, [replace(some[0], at_least=0.5), some[1]]),
        ("compact", drawing, STAGE, some),
    ]
    for name, case, asked_for, limits in others:
        found = solve(case, asked_for, limits)
        assert found.found
        assert found.method.startswith(name)


def test_a_first_stage_of_a_p_median_leaves_no_room(tiny):
    """Ties: two places, two sites in the middle, and any of them is as good as the other."""
    problem = town(0, 2, 2)
    problem = replace(problem, demand=[1, 1], pair_time_s=[100, 100, 100, 100], required=[0, 0])
    found = solve(problem, STAGE, asked(problem, 1))
    assert found.stages[0].value == 200
    assert found.modules.sum() == 1
