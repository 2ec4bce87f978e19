"""Tiny random covering worlds and the enumeration of all their answers."""

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest

from solvers.coverage import Coverage


@dataclass(frozen=True, eq=False)
class World:
    """Points × sites, true where a site covers a point, with weights, costs and fixed sites."""

    covers: np.ndarray
    weight: np.ndarray
    cost: np.ndarray
    required: np.ndarray
    forbidden: np.ndarray

    @cached_property
    def coverage(self):
        sets = [np.flatnonzero(row) for row in self.covers]
        return Coverage.of_sets(sets, self.covers.shape[1], weight=self.weight)

    @cached_property
    def choices(self):
        """Every set of open sites that has the required and none of the forbidden ones."""
        n = len(self.cost)
        free = np.setdiff1d(np.arange(n), np.r_[self.required, self.forbidden])
        return [
            np.sort(np.r_[self.required, some]).astype(np.int64)
            for size in range(len(free) + 1)
            for some in itertools.combinations(free.tolist(), size)
        ]

    def times(self, sites):
        """How many open sites cover each point."""
        return self.covers[:, sites].sum(axis=1)

    def weight_of(self, sites, times=1):
        return float(self.weight[self.times(sites) >= times].sum())


@pytest.fixture(scope="session")
def random_world():
    """Build a random world: ties, zero weights, equal points and equal sites are frequent."""

    def build(seed, *, fixed=True):
        rng = np.random.default_rng(seed)
        m, n = int(rng.integers(1, 16)), int(rng.integers(1, 8))
        covers = rng.random((m, n)) < rng.uniform(0.15, 0.6)
        if n > 1 and rng.random() < 0.3:
            covers[:, 1] = covers[:, 0]
        kinds = (rng.integers(0, 5, m), rng.uniform(0, 10, m), 10.0 ** rng.uniform(-9, 9, m))
        weight = np.asarray(kinds[rng.integers(0, 3)], dtype=float)
        cost = rng.integers(0, 6, n).astype(float) if rng.random() < 0.6 else rng.uniform(0, 5, n).round(2)
        order = rng.permutation(n)
        n_required, n_forbidden = rng.integers(0, 2, 2) * fixed
        return World(covers, weight, cost, order[:n_required], order[n_required:][:n_forbidden])

    return build
