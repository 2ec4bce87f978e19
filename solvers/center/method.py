"""The p-center (Hakimi 1964): bisection on the distances, a set cover for each (Minieka 1970)."""

import numpy as np

from solvers.center.check import check_center
from solvers.choice import Choice
from solvers.distances import Distances
from solvers.linear import Effort, Status, StopCallback
from solvers.located import Located
from solvers.locating.cover import Cover, covering_sites
from solvers.neighbours import Neighbours
from solvers.problem import Floats, Integers
from solvers.watch import Watch

MODEL = "p-center"
_MOST_PAIRS = 4_000_000  # pairs up to which the lists name all sites
_FIRST_LIST = 64


class CenterSearch:
    """One p-center.

    Parameters
    ----------
    distances, weight, choice
        What is asked.
    standard
        Pairs farther apart are absent.
    effort, should_stop
        When to stop.
    """

    def __init__(
        self,
        distances: Distances,
        weight: Floats,
        choice: Choice,
        standard: float,
        *,
        effort: Effort,
        should_stop: StopCallback | None,
    ) -> None:
        self.distances, self.weight, self.choice, self.standard = distances, weight, choice, standard
        self.watch = Watch(effort, should_stop)
        self.best: Integers | None = None
        self.value, self.bound = np.inf, 0.0
        self.words = "no cover was asked for"

    def run(self) -> Located:
        """Search, and check what was found."""
        why = self.choice.impossible or ("" if self.choice.p else "no site is to be opened, and the points need one")
        if why:
            return self._without(Status.INFEASIBLE, why)
        lists = self._lists()
        if (np.diff(lists.begin) == 0).any():
            alone = np.flatnonzero(np.diff(lists.begin) == 0)
            return self._without(Status.INFEASIBLE, f"{len(alone)} points reach no site, the first is point {alone[0]}")
        self.bound = float(lists.cost[lists.begin[:-1]].max())
        refused = self._bisect(lists)
        if self.best is None:
            return self._without(*refused)
        return self._located()

    def _lists(self) -> Neighbours:
        """Lists that hold every pair which an optimum may use."""
        n_sites = len(self.choice.sites)
        within, length = self.standard, n_sites
        if n_sites * self.distances.n_points > _MOST_PAIRS:
            length = _FIRST_LIST
            self._offer(self._scattered())
            if np.isfinite(self.value) and (self.weight > 0).all():
                within = min(within, self.value / float(self.weight.min()))
        while True:
            lists = self.distances.neighbours(self.choice.sites, length, within).weighted(self.weight)
            if length >= n_sites or not (lists.beyond < self.value).any():
                return lists
            length *= 4

    def _scattered(self) -> Integers:
        """Required sites, then again and again the one nearest to the point that is worst off (Gonzalez 1985)."""
        opened = np.flatnonzero(self.choice.state)
        if not opened.size:
            opened = np.zeros(1, dtype=np.int64)
        nearest = self.distances.neighbours(self.choice.sites, 1, np.inf)
        point = np.arange(self.distances.n_points)
        now = np.full(len(point), np.inf)
        for first in opened.tolist():
            now = np.minimum(now, self._apart(point, first))
        while len(opened) < self.choice.p:
            worst = int(np.argmax(now))
            j = int(nearest.site[nearest.begin[worst]]) if nearest.begin[worst] < nearest.begin[worst + 1] else -1
            if j < 0 or j in opened:
                break
            opened = np.r_[opened, j]
            now = np.minimum(now, self._apart(point, j))
        return np.sort(opened)

    def _apart(self, point: Integers, j: int) -> Floats:
        apart = self.distances.of_pairs(point, np.full(len(point), self.choice.sites[j]))
        apart = np.where(apart <= self.standard, apart, np.inf)
        finite = np.isfinite(apart)
        return np.where(finite, self.weight * np.where(finite, apart, 0.0), np.inf)

    def _bisect(self, lists: Neighbours) -> tuple[Status, str]:
        """Halve the distances that are in question; why nothing was found, if so."""
        costs = np.unique(lists.cost)
        refused = (Status.INFEASIBLE, "")
        # With everything that can be reached within reach, there is a cover or there is no answer.
        asked = costs[-1] if self.best is None and np.isinf(lists.beyond).any() else None
        while True:
            costs = costs[(costs >= self.bound) & (costs < self.value)]
            if not costs.size:
                self.bound = self.value if self.best is not None else self.bound
                return refused
            radius = float(costs[(len(costs) - 1) // 2] if asked is None else asked)
            asked = None
            cover = Cover.of(lists, len(self.choice.sites), radius)
            found, status, words = covering_sites(cover, self.choice.state, self.choice.p, self.watch.left())
            self.watch.count(1)
            self.words = f"bisection on distances with set covers, the last: {words}"
            if found is not None:
                self._offer(found)
            elif status is Status.INFEASIBLE:
                refused = (status, f"reaching every point: {words}")
                costs = costs[costs > radius]
                self.bound = float(costs[0]) if costs.size else self.value
            else:
                return status, f"reaching every point: {words}"
            if self.watch.stopped() is not Status.UNKNOWN:
                return self.watch.stopped(), words

    def _offer(self, opened: Integers) -> None:
        sites = self.choice.filled(opened)
        value = self._value(sites)
        if value < self.value:
            self.best, self.value = sites, value

    def _value(self, sites: Integers) -> float:
        nearest = self.distances.nearest(sites)
        if (nearest < 0).any():
            return np.inf
        apart = self.distances.of_pairs(np.arange(len(nearest)), nearest)
        return float((self.weight * apart).max()) if (apart <= self.standard).all() else np.inf

    def _located(self) -> Located:
        assert self.best is not None
        proved = self.bound >= self.value
        status = Status.OPTIMAL if proved else self.watch.stopped()
        found = Located(
            MODEL, status, self.best, self.distances.nearest(self.best), self.value, min(self.bound, self.value),
            self.words, self.watch.runtime_s,
        )  # fmt: skip
        check_center(self.distances, self.weight, self.choice, self.standard, found)
        return found

    def _without(self, status: Status, words: str) -> Located:
        return Located(MODEL, status, None, None, None, None, words, self.watch.runtime_s)
