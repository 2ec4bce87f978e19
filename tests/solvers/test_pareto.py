"""The front of cost against coverage holds what enumeration finds, and says what is worth a look."""

from itertools import pairwise

import numpy as np
import pytest

from solvers import Effort, ProblemError, ServedShare, Status, pareto, verify
from solvers.limits import Budget


def test_every_point_is_the_best_of_its_budget(random_case, brute_force):
    """Value and bound are those of enumeration within each budget."""
    for seed in range(12):
        problem, limits = random_case(seed)
        limits = [limit for limit in limits if not isinstance(limit, ServedShare)]
        exact = brute_force(seed)
        most = float(problem.cost(problem.max_modules).sum())
        budgets = [most, 0.0, 0.3 * most, 0.6 * most]
        told = pareto(problem, budgets, limits)
        assert [point.budget for point in told] == sorted(set(budgets))
        for point in told:
            within = [value for _, cost, value in exact.choices if cost <= point.budget + 1e-9]
            if not within:
                assert point.status is Status.INFEASIBLE
                assert point.value is None
                continue
            near = 1e-5 * max(max(within), 1.0)
            assert point.value == pytest.approx(max(within), abs=near)
            assert point.bound >= max(within) - 1e-6 * max(max(within), 1.0)
            assert point.cost <= point.budget * (1 + 1e-6) + 1e-6
            verify(problem, [*limits, Budget("b", np.arange(problem.n_options), point.budget)], point.solution)


def test_the_tiny_front(tiny):
    """130 serves all charging, 350 half of the swaps, 530 everything; more money serves no more, and is dominated."""
    told = pareto(tiny(), [0, 130, 130, 350, 530, 900])
    assert [point.budget for point in told] == [0, 130, 350, 530, 900]
    assert [point.value for point in told] == pytest.approx([0, 30, 90, 210, 210], rel=1e-5)
    assert [point.dominated for point in told] == [False, False, False, False, True]
    assert all(point.bound >= point.value - 1e-6 for point in told)
    values = [point.value for point in told]
    assert values == sorted(values)


def test_a_front_under_little_effort_is_monotone_and_honest(town):
    """Stopped early, a larger budget still serves no less, and bounds only rise with the budget."""
    problem, limits = town
    told = pareto(problem, [300, 900, 1500, 2500], limits, effort=Effort(work_limit=40))
    found = [point for point in told if point.value is not None]
    assert found
    assert all(one.value <= other.value + 1e-9 for one, other in pairwise(found))
    bounds = [point.bound for point in told if point.bound is not None]
    assert bounds == sorted(bounds)


def test_a_budget_that_is_none_is_refused(tiny):
    """Negative and infinite amounts are named."""
    with pytest.raises(ProblemError, match="budgets: expected finite amounts"):
        pareto(tiny(), [10, -1])
