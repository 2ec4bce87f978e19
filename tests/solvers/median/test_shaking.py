"""Shaking and its books: what is kept from trial to trial is what a new count would give."""

import itertools

import numpy as np
import pytest

from solvers.distances import distances_of
from solvers.locating.books import World, all_asleep, exchange, open_books
from solvers.locating.interchange import columns_of, cost_of
from solvers.median.shaking import shake


def world(seed, *, n_points=60, n_sites=25, state=None):
    """A table of whole costs with many ties, and the world of its lists."""
    matrix = np.random.default_rng(seed).integers(0, 12, (n_points, n_sites)).astype(float)
    lists = distances_of(matrix).neighbours(np.arange(n_sites), n_sites, np.inf)
    state = np.zeros(n_sites, dtype=np.int64) if state is None else state
    return matrix, World(lists, columns_of(lists, n_sites, n_sites), np.full(n_points, 100.0), state)


def first(n_sites, p):
    """The first p sites are open."""
    return np.arange(n_sites) < p


def users(books, j):
    """Users of a site, by following the chain."""
    found, user = [], books.user[j]
    while user >= 0:
        found.append(int(user))
        user = books.after[user]
    return sorted(found)


@pytest.mark.parametrize("seed", range(5))
def test_books_after_many_exchanges_are_those_of_a_new_count(seed):
    """Costs, losses, users, places and the total follow from the open sites alone."""
    _, w = world(seed)
    rng, books = np.random.default_rng(seed), open_books(w, first(25, 6))
    for _ in range(40):
        into, out = rng.choice(np.flatnonzero(~books.opened)), rng.choice(books.outs)
        exchange(into, out, w, books, all_asleep(25))
    new = open_books(w, books.opened)
    for kept, counted in ((books.first_cost, new.first_cost), (books.second_cost, new.second_cost)):
        np.testing.assert_array_equal(kept, counted)
    np.testing.assert_array_equal(books.loss[books.opened], new.loss[books.opened])
    assert books.total[0] == new.total[0] == new.first_cost.sum()
    assert sorted(books.outs) == new.outs.tolist()
    assert (books.outs[books.place[books.outs]] == books.outs).all()
    for j in range(25):
        served = [2 * i for i in range(60) if books.first[i] == j] + [
            2 * i + 1 for i in range(60) if books.second[i] == j
        ]
        assert users(books, j) == sorted(served)


@pytest.mark.parametrize("seed", range(5))
def test_shaking_finds_the_best_of_a_small_table(seed):
    """Four of twelve sites: some hundred shakes find the best of all choices, and never lose it."""
    matrix, w = world(seed, n_sites=12)
    best = min(matrix[:, list(c)].min(axis=1).sum() for c in itertools.combinations(range(12), 4))
    found = shake(w, first(12, 4), 300, np.random.default_rng(seed))
    assert found.sum() == 4
    assert matrix[:, found].min(axis=1).sum() == best
    again = shake(w, found, 20, np.random.default_rng(seed + 1))
    assert cost_of(w.lists, w.far, again) == (best, 0)


@pytest.mark.parametrize("seed", range(5))
def test_shaking_never_ends_worse_and_keeps_to_what_is_fixed(seed):
    """Required sites stay, closed ones stay closed, and the number of sites is what it was."""
    state = np.zeros(25, dtype=np.int64)
    state[[0, 3]], state[[20, 21, 22]] = 1, -1
    _, w = world(seed, state=state)
    begun = first(25, 6)
    for rounds in (1, 5, 50):
        found = shake(w, begun, rounds, np.random.default_rng(seed))
        assert found.sum() == 6
        assert found[[0, 3]].all()
        assert not found[[20, 21, 22]].any()
        assert cost_of(w.lists, w.far, found)[0] <= cost_of(w.lists, w.far, begun)[0]


def test_the_same_seed_gives_the_same_sites():
    """Chance comes from the generator alone."""
    _, w = world(1)
    one, two = (shake(w, first(25, 6), 30, np.random.default_rng(4)) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_all_sites_open_or_required_leave_nothing_to_shake():
    """Then the sites come back as they were."""
    _, w = world(2)
    assert shake(w, first(25, 25), 20, np.random.default_rng(0)).all()
    _, w = world(2, state=np.where(first(25, 4), 1, 0))
    np.testing.assert_array_equal(shake(w, first(25, 4), 20, np.random.default_rng(0)), first(25, 4))


def test_a_point_without_any_site_left_is_no_place_to_shake():
    """Where all sites of a point are fixed closed, its list is empty, and the others are shaken all the same."""
    matrix, w = world(3)
    empty = np.full((1, 25), np.inf)
    lists = distances_of(np.r_[empty, matrix[:1], empty]).neighbours(np.arange(25), 25, np.inf)
    w = World(lists, columns_of(lists, 25, 25), np.full(3, 100.0), w.state)
    found = shake(w, first(25, 6), 200, np.random.default_rng(0))
    assert matrix[0, found].min() == matrix[0].min()
