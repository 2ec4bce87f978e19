"""The radius model: its optimum is that of all choices that cost no more than the guess."""

import itertools

import numpy as np
import pytest

from solvers.distances import distances_of
from solvers.highs import Highs
from solvers.linear import Effort, Status
from solvers.median.radius import radius_model, size_of, steps_of


def solved(matrix, price, room, p, length=None):
    """Outcome of the radius model."""
    n_sites = matrix.shape[1]
    lists = distances_of(matrix).neighbours(np.arange(n_sites), length or n_sites, np.inf)
    model, _ = radius_model(steps_of(lists, price, room), np.zeros(n_sites, dtype=np.int64), p, 1.0)
    return Highs().solve(model, Effort())


@pytest.mark.parametrize("seed", range(10))
def test_without_caps_it_is_the_p_median(seed):
    """Prices above all costs cap nothing."""
    matrix = np.random.default_rng(seed).integers(0, 9, (12, 7)).astype(float)
    best = min(matrix[:, list(c)].min(axis=1).sum() for c in itertools.combinations(range(7), 3))
    assert solved(matrix, np.full(12, 100.0), 0.0, 3).objective == pytest.approx(best)


def test_nobody_pays_more_than_price_and_room():
    """A point at 0 and 10 with a cap of 5 must be served by the first."""
    matrix = np.array([[0.0, 10.0], [3.0, 0.0], [3.0, 0.0], [3.0, 0.0]])
    assert solved(matrix, np.full(4, 100.0), 0.0, 1).objective == pytest.approx(9.0)
    assert solved(matrix, np.array([1.0, 9, 9, 9]), 4.0, 1).objective == pytest.approx(9.0)
    assert solved(matrix[:, ::-1], np.array([9.0, 0, 0, 0]), 1.0, 1).status is Status.OPTIMAL
    assert solved(np.array([[0.0, 10.0], [10.0, 0.0]]), np.ones(2), 1.0, 1).status is Status.INFEASIBLE


def test_beyond_a_cut_off_list_the_least_is_paid():
    """A list of one site of three leaves a bound that is below the optimum, not above."""
    matrix = np.array([[1.0, 2.0, 9.0], [9.0, 2.0, 1.0]])
    assert solved(matrix, np.full(2, 100.0), 0.0, 1, length=1).objective == pytest.approx(2.0)
    assert solved(matrix, np.full(2, 100.0), 0.0, 1).objective == pytest.approx(4.0)


def test_points_with_the_same_nearer_sites_share_steps():
    """A thousand points at one place have the steps of one."""
    matrix = np.tile([[1.0, 2.0, 4.0]], (1000, 1))
    lists = distances_of(matrix).neighbours(np.arange(3), 3, np.inf)
    steps = steps_of(lists, np.full(1000, 10.0), 0.0)
    assert steps.paid == 1000.0
    assert sorted(steps.cost.tolist()) == [1000.0, 2000.0, np.inf]
    assert size_of(lists, np.full(1000, 10.0), 0.0) == 6000
