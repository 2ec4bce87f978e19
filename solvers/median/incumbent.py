"""The best set of sites so far, and what would have to be better."""

import numpy as np

from solvers.distances import Distances
from solvers.locating.books import Columns, World
from solvers.locating.interchange import columns_of, cost_of, greedy, interchange
from solvers.median.shaking import shake
from solvers.neighbours import Neighbours
from solvers.problem import Booleans, Floats, Integers

CLOSE = 1e-7  # relative improvement that is not worth a search
_COLUMN_SITES = 4  # places of a list that exchanges look at, per site that a point has to itself
_LEAST_COLUMN = 40


class Incumbent:
    """Sets of sites, offered and kept if they are better.

    Parameters
    ----------
    distances
        Distances of the whole problem.
    weight
        Weights of the points, shape (I,).
    sites
        The sites that the lists number from 0, shape (J,).
    lists
        Weighted lists.
    p
        Number of open sites.
    standard
        Pairs farther apart are absent.
    """

    def __init__(
        self, distances: Distances, weight: Floats, sites: Integers, lists: Neighbours, p: int, standard: float
    ) -> None:
        self.distances, self.weight, self.sites, self.lists, self.p = distances, weight, sites, lists, p
        self.standard = standard
        last = np.zeros(len(weight))
        some = np.diff(lists.begin) > 0
        last[some] = lists.cost[lists.begin[1:][some] - 1]
        most = float(last.sum())
        # Whoever cannot be reached costs more than reaching everybody: the search then reaches all it can.
        self.far = np.where(np.isfinite(lists.beyond), lists.beyond, 2.0 * most + 1.0)
        self.opened: Booleans | None = None
        self.cost = np.inf
        self._tried: set[bytes] = set()
        self.whole = bool(np.all(lists.cost == np.rint(lists.cost))) and most < 2.0**50
        self._length = max(_COLUMN_SITES * len(sites) // max(p, 1), _LEAST_COLUMN)
        self.near = lists
        self.columns: Columns = columns_of(lists, len(sites), self._length)

    @property
    def cut(self) -> float:
        """A bound above this proves that nothing is worth a search: whole costs differ by at least 1."""
        if not np.isfinite(self.cost):
            return np.inf
        return self.cost - 1 if self.whole else self.cost * (1 - CLOSE)

    def begin(self, state: Integers) -> None:
        """Open greedily and exchange."""
        self.improve(greedy(self.lists, self.far, self.columns, state, self.p), state)

    def improve(self, opened: Booleans, state: Integers) -> None:
        """Exchange sites that are free to change, from a set, and offer what comes out; a set is tried once."""
        key = np.packbits(opened).tobytes()
        if key in self._tried:
            return
        self._tried.add(key)
        opened, none = opened.copy(), np.zeros(0, dtype=np.int64)
        interchange(self.near, self.far, self.columns, state, opened, none, none)
        self.offer(opened)

    def narrow(self, lists: Neighbours) -> None:
        """Look for sites in shorter lists from now on."""
        self.near, self.columns = lists, columns_of(lists, len(self.sites), self._length)

    def shake(self, state: Integers, rounds: int, rng: np.random.Generator) -> None:
        """Exchange some sites of the best set at random, then others as long as it pays, again and again."""
        assert self.opened is not None
        opened = self.opened.copy()
        # Sites that only a better set must have, or must not have, are exchanged first.
        missing = np.flatnonzero(~opened & (state > 0))
        inside = np.flatnonzero(opened & (state <= 0))
        inside = inside[np.argsort(state[inside], kind="stable")][: len(missing)]
        interchange(self.near, self.far, self.columns, state, opened, missing[: len(inside)], inside)
        self.offer(opened)
        self.offer(shake(World(self.near, self.columns, self.far, state), opened, rounds, rng))

    def offer(self, opened: Booleans) -> None:
        """Take a set if it reaches everybody and costs less."""
        cost, missing = cost_of(self.lists, self.far, opened)
        if missing and cost < self.cost:
            cost = self._whole_cost(opened)
        if cost < self.cost:
            self.cost, self.opened = cost, opened.copy()

    def price(self) -> Floats:
        """Prices to begin from: half way between the nearest and the second nearest site of each point."""
        assert self.opened is not None
        row = np.repeat(np.arange(len(self.far)), np.diff(self.lists.begin))
        open_ = np.flatnonzero(self.opened[self.lists.site])
        place = np.arange(len(open_)) - np.searchsorted(row[open_], row[open_])
        found = np.stack([self.far, self.far])
        for nth in (0, 1):
            at = open_[place == nth]
            found[nth, row[at]] = self.lists.cost[at]
        # A price at the second site that must pay for reaching somebody would be out of all proportion.
        second = np.where(np.isfinite(self.lists.beyond) | (found[1] < self.far), found[1], found[0])
        half: Floats = np.minimum((found[0] + second) / 2, self.far)
        return half

    def _whole_cost(self, opened: Booleans) -> float:
        """Cost by the distances themselves, where lists end too early; infinite where somebody is not reached."""
        if not np.isfinite(self.lists.beyond).any():
            return np.inf
        open_sites = self.sites[opened]
        nearest = self.distances.nearest(open_sites)
        if (nearest < 0).any():
            return np.inf
        apart = self.distances.of_pairs(np.arange(len(nearest)), nearest)
        return float(self.weight @ apart) if (apart <= self.standard).all() else np.inf
