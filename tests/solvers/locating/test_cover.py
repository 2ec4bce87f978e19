"""Covers of all points by few sites: against all choices, before and after what dominance leaves out."""

import itertools

import numpy as np
import pytest

from solvers.distances import distances_of
from solvers.linear import Effort, Status
from solvers.locating.cover import Cover, covering_sites
from solvers.locating.dominance import dominated_points, dominated_sites


def cover_of(table):
    """Sites by point from a table of booleans."""
    lists = distances_of(np.where(table, 1.0, np.inf)).neighbours(np.arange(table.shape[1]), table.shape[1], np.inf)
    return Cover.of(lists, table.shape[1], 1.0)


@pytest.mark.parametrize("seed", range(60))
def test_a_cover_is_found_if_and_only_if_there_is_one(seed):
    """Small covers, required sites included."""
    rng = np.random.default_rng(seed)
    table = rng.random((int(rng.integers(1, 14)), int(rng.integers(1, 9)))) < 0.35
    p, state = int(rng.integers(1, table.shape[1] + 1)), (rng.random(table.shape[1]) < 0.15).astype(np.int64)
    must = set(np.flatnonzero(state))
    choices = (set(c) | must for c in itertools.combinations(range(table.shape[1]), p))
    possible = any(len(c) <= p and table[:, sorted(c)].any(axis=1).all() for c in choices)
    found, status, _ = covering_sites(cover_of(table), state, p, Effort())
    if possible:
        assert len(found) <= p
        assert must <= set(found.tolist())
        assert table[:, found].any(axis=1).all()
    else:
        assert found is None
        assert status is Status.INFEASIBLE


def test_dominance_in_the_head():
    """Point 1 has all of point 0, site 2 all of sites 0 and 1; of equal ones at equal cost the first stays."""
    table = np.array([[True, False, True], [True, True, True], [True, False, True]])
    cover = cover_of(table)
    turned = cover.turned()
    assert dominated_points(cover.begin, cover.site, turned.begin, turned.site).tolist() == [False, True, True]
    sites = turned.begin, turned.site, cover.begin, cover.site
    assert dominated_sites(*sites, np.ones(3)).tolist() == [False, True, True]
    assert dominated_sites(*sites, np.array([2.0, 1.0, 1.0])).tolist() == [True, True, False]
    assert dominated_sites(*sites, np.array([2.0, 1.0, 2.0])).tolist() == [False, False, True]
