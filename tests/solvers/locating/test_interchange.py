"""Greedy opening and exchanges: what they promise, recomputed from the table."""

import itertools

import numpy as np
import pytest

from solvers.distances import distances_of
from solvers.locating.interchange import columns_of, cost_of, greedy, interchange

NONE = np.zeros(0, dtype=np.int64)


def world(seed, n_points=40, n_sites=15):
    """A table of random costs, its lists, and what a point costs that nobody serves."""
    matrix = np.random.default_rng(seed).random((n_points, n_sites))
    lists = distances_of(matrix).neighbours(np.arange(n_sites), n_sites, np.inf)
    return matrix, lists, np.full(n_points, 100.0)


@pytest.mark.parametrize("seed", range(5))
def test_no_single_exchange_is_left_that_pays(seed):
    """With a start that wakes all sites, few exchanges are left, and the cost never rises."""
    matrix, lists, far = world(seed)
    columns, state = columns_of(lists, 15, 15), np.zeros(15, dtype=np.int64)
    opened = greedy(lists, far, columns, state, 4)
    before = cost_of(lists, far, opened)[0]
    for _ in range(5):
        interchange(lists, far, columns, state, opened, NONE, NONE)
    cost, missing = cost_of(lists, far, opened)
    assert missing == 0
    assert cost <= before
    assert cost == pytest.approx(matrix[:, opened].min(axis=1).sum())
    for out, into in itertools.product(np.flatnonzero(opened), np.flatnonzero(~opened)):
        other = opened.copy()
        other[[out, into]] = False, True
        assert matrix[:, other].min(axis=1).sum() >= cost - 1e-9


def test_required_and_closed_sites_stay():
    """A site that must be open stays open, one that must not be is never opened."""
    _, lists, far = world(7)
    state = np.zeros(15, dtype=np.int64)
    state[[0, 1]], state[[2, 3]] = 1, -1
    columns = columns_of(lists, 15, 15)
    opened = greedy(lists, far, columns, state, 5)
    interchange(lists, far, columns, state, opened, NONE, NONE)
    assert opened[[0, 1]].all()
    assert not opened[[2, 3]].any()
    assert opened.sum() == 5


def test_exchanges_made_first_are_made():
    """A forced exchange that cannot be improved upon stays."""
    matrix = np.array([[1.0, 1.0]])
    lists = distances_of(matrix).neighbours(np.arange(2), 2, np.inf)
    opened = np.array([True, False])
    interchange(
        lists, np.ones(1), columns_of(lists, 2, 2), np.zeros(2, dtype=np.int64), opened, np.array([1]), np.array([0])
    )
    assert opened.tolist() == [False, True]


def test_who_is_not_in_a_list_costs_what_is_beyond():
    """A point whose list has no open site costs its least cost beyond, and is counted."""
    lists = distances_of([[1.0, 2.0, 3.0]]).neighbours(np.arange(3), 2, np.inf)
    assert lists.beyond.tolist() == [2.0]
    assert cost_of(lists, lists.beyond, np.array([False, False, True])) == (2.0, 1)
