"""Bounds from prices: never above the best of all choices, whatever the prices."""

import itertools

import numpy as np
import pytest

from solvers.distances import distances_of
from solvers.median.prices import Aim, Pace, ascend, without_closed

PACE = Pace(rounds=300, step=1.0, patience=20, least_step=1e-4, shorter=0.5)


def best_of(matrix, p):
    """Cost and sites of the best of all choices."""
    return min((matrix[:, list(c)].min(axis=1).sum(), c) for c in itertools.combinations(range(matrix.shape[1]), p))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("length", [3, 8])
def test_the_bound_is_honest_and_fixes_no_better_choice_away(seed, length):
    """From random prices, on whole and on cut-off lists, and every better choice keeps to what was fixed."""
    rng = np.random.default_rng(seed)
    matrix = rng.random((20, 8))
    lists = distances_of(matrix).neighbours(np.arange(8), length, np.inf)
    cost, sites = best_of(matrix, 3)
    far = np.where(np.isfinite(lists.beyond), lists.beyond, 100.0)
    price, state = rng.random(20), np.zeros(8, dtype=np.int64)
    found = ascend(lists, far, price, state, 3, Aim(cost * 1.1, cost * 1.1), PACE)
    assert found.bound <= cost
    assert (state[list(sites)] >= 0).all()
    assert set(np.flatnonzero(state > 0)) <= set(sites)


def test_the_bound_is_the_optimum_of_two_clusters():
    """Where the relaxation is exact, the bound meets the cost."""
    matrix = np.abs(np.subtract.outer([0.0, 1, 2, 10, 11, 12], [0.0, 1, 2, 10, 11, 12]))
    lists = distances_of(matrix).neighbours(np.arange(6), 6, np.inf)
    price = np.ones(6)
    found = ascend(lists, np.full(6, 50.0), price, np.zeros(6, dtype=np.int64), 2, Aim(4.0, np.inf), PACE)
    assert found.bound == pytest.approx(4.0, abs=0.01)


def test_closed_sites_leave_the_lists():
    """Nothing follows a site that must be open, and closed sites are gone."""
    lists = distances_of([[1.0, 2.0, 3.0, 4.0]]).neighbours(np.arange(4), 4, np.inf)
    short = without_closed(lists, np.array([-1, 0, 1, 0]))
    assert short.site.tolist() == [1, 2]
    assert short.cost.tolist() == [2.0, 3.0]


def test_more_required_sites_than_may_be_open_is_impossible():
    """Then the bound is infinite."""
    lists = distances_of([[1.0, 2.0]]).neighbours(np.arange(2), 2, np.inf)
    found = ascend(lists, np.ones(1) * 9, np.ones(1), np.array([1, 1]), 1, Aim(9.0, 9.0), PACE)
    assert found.bound == np.inf
