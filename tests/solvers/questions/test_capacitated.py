"""Capacitated location's own method is taken where it can be, and agrees with enumeration and the compact model."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import Count, Effort, Problem, ServedShare, Stage, Status, TotalCost, solve, verify


def world(seed, n_rows=8, n_sites=5):
    """Customers, sites with up to three modules, some required, some standing, pairs that are there or not."""
    rng = np.random.default_rng(seed)
    there = rng.random((n_rows, n_sites)) < 0.8
    pair_set, pair_option = np.nonzero(there)
    ones, each = np.ones(n_rows), np.ones(n_sites)
    least = rng.integers(1, 3, n_sites)
    base = np.where(rng.random(n_sites) < 0.2, least, 0)
    return Problem(
        demand=rng.integers(0, 9, n_rows), value=ones, row_service=ones * 0, row_year=ones, set_row=np.arange(n_rows),
        set_draw=ones, site=np.arange(n_sites), facility_type=each * 0, year=each,
        capacity=rng.integers(4, 12, (n_sites, 1)), min_modules=least, max_modules=least + rng.integers(0, 3, n_sites),
        base_modules=base, fixed_cost=rng.integers(10, 60, n_sites), module_cost=rng.integers(5, 20, n_sites),
        closing_cost=each * 0, required=rng.random(n_sites) < 0.2, pair_set=pair_set, pair_option=pair_option,
        pair_time_s=rng.integers(1, 30, len(pair_set)),
    )  # fmt: skip


def everybody(problem):
    return ServedShare("everybody", np.ones(problem.n_rows, dtype=bool), 1.0)


def test_it_is_the_compact_model():
    """Value, bound and infeasibility are those of the compact model, with sizes, required and standing stations."""
    answers = 0
    for seed in range(40):
        problem = world(seed)
        stages = [Stage(TotalCost(problem.pair_time_s), gap=0.0)]
        fast, slow = (solve(problem, stages, [everybody(problem)], method=name) for name in ("capacitated", "compact"))
        assert fast.found == slow.found
        if not fast.found:
            assert fast.status is Status.INFEASIBLE
            continue
        answers += 1
        assert "prices and branching" in fast.method
        verify(problem, [everybody(problem)], fast)
        assert fast.status is Status.OPTIMAL
        assert fast.stages[0].value == pytest.approx(slow.stages[0].value, rel=1e-6)
        assert fast.stages[0].bound == pytest.approx(slow.stages[0].value, rel=1e-6)
    assert answers > 20


def test_what_it_does_not_know_goes_to_the_compact_model():
    """A count, a share, a closing cost: the compact model solves it."""
    problem = replace(world(1), required=np.zeros(5))
    stages = [Stage(TotalCost(problem.pair_time_s), gap=0.0)]
    for case, limits in (
        (problem, [everybody(problem), Count("some", np.arange(5), at_most=4)]),
        (problem, [replace(everybody(problem), at_least=0.5)]),
        (replace(problem, closing_cost=np.ones(5)), [everybody(problem)]),
    ):
        assert solve(case, stages, limits).method.startswith("compact")


def test_a_stop_is_honest():
    """Asked to stop at once it proves what it has proved and no more."""
    problem = world(3, 40, 15)
    stages = [Stage(TotalCost(problem.pair_time_s), gap=0.0)]
    best = solve(problem, stages, [everybody(problem)])
    found = solve(problem, stages, [everybody(problem)], effort=Effort(gap=0.0), should_stop=lambda: True)
    assert best.status is Status.OPTIMAL
    assert found.status in (Status.INTERRUPTED, Status.OPTIMAL)
    if found.found:
        assert found.stages[0].bound <= best.stages[0].value * (1 + 1e-9) <= found.stages[0].value * (1 + 1e-8)
