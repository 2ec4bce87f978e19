"""The p-median: prices for the bound, exchanges for the answer, and an exact search for what is left between them."""

from dataclasses import replace

import numpy as np

from solvers.choice import Choice
from solvers.distances import Distances
from solvers.highs import Highs
from solvers.linear import Effort, Status, StopCallback, relative_gap
from solvers.located import Located
from solvers.locating.cover import Cover, covering_sites
from solvers.median.check import check_median
from solvers.median.incumbent import CLOSE, Incumbent
from solvers.median.prices import Aim, Pace, ascend, without_closed
from solvers.median.radius import radius_model, size_of, steps_of
from solvers.median.tree import Node, search
from solvers.neighbours import Neighbours
from solvers.problem import Booleans, Floats, Integers
from solvers.watch import Watch

MODEL = "p-median"
_ASCENT = Pace(rounds=2000, step=1.0, patience=40, least_step=1e-3, shorter=0.5)
_FINE = Pace(rounds=6000, step=1.0, patience=100, least_step=1e-4, shorter=0.7)
_POLISH = Pace(rounds=10, step=0.2, patience=10, least_step=1e-4, shorter=0.5)
_POLISHES = 10  # short ascents in vain, after which better sites are not looked for any more
_WHOLE_LISTS = 4_000_000  # pairs up to which the lists name all sites
_MOST_PAIRS = 100_000_000
_LIST_SITES = 8  # length of a list, per site that a point has to itself
_LEAST_LIST = 200
_SMALL_RADIUS = 1_500_000  # entries of the radius model
_FEW = 20  # sites left to open, up to which branching on prices is tried first
_PART = 200  # rounds of an ascent between two looks at the clock
_SHAKES = 25  # between two looks at the clock
_SHAKES_PER_FREE = 3  # in vain, per site still to be decided, after which a guess of the optimum is searched below
_SHAKES_PER_OPEN = 10  # the same, per site to be opened
_FEWER = 4  # times fewer shakes in vain before the next guess
_FIRST_GUESS = 1 / 16  # of the gap
_FEW_FIRST_GUESS = 1 / 2  # where few sites are to be opened, whose best set is soon found
_TRIAL = 1e9  # visits of pairs that the tree may make before the radius model is tried
_PROVED = 1e-6


class MedianSearch:
    """One p-median.

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
        self.distances, self.weight, self.choice, self.standard, self.effort = (
            distances, weight, choice, standard, effort
        )  # fmt: skip
        self.watch = Watch(effort, should_stop)
        self.should_stop = should_stop
        self.words: list[str] = []
        self.bound = 0.0
        self.rng = np.random.default_rng(effort.seed)

    def run(self) -> Located:
        """Search, and check what was found."""
        if self.choice.impossible:
            return self._without(Status.INFEASIBLE, self.choice.impossible)
        if not self.choice.p:
            return self._without(Status.INFEASIBLE, "no site is to be opened, and the points need one")
        lists = self._lists()
        if (np.diff(lists.begin) == 0).any():
            alone = np.flatnonzero(np.diff(lists.begin) == 0)
            return self._without(Status.INFEASIBLE, f"{len(alone)} points reach no site, the first is point {alone[0]}")
        self.incumbent = Incumbent(self.distances, self.weight, self.choice.sites, lists, self.choice.p, self.standard)
        self.state = self.choice.state.copy()
        self.incumbent.begin(self.state)
        if self.incumbent.opened is None:
            ended = self._reach_all()
            if ended is not None:
                return ended
        self._prove(lists)
        return self._located()

    def _lists(self) -> Neighbours:
        n_sites, n_points = len(self.choice.sites), self.distances.n_points
        length = n_sites
        if n_sites * n_points > _WHOLE_LISTS:
            length = min(max(_LIST_SITES * n_sites // self.choice.p, _LEAST_LIST), _MOST_PAIRS // n_points + 1)
        return self.distances.neighbours(self.choice.sites, length, self.standard).weighted(self.weight)

    def _reach_all(self) -> Located | None:
        """Find sites that reach everybody, if there are any."""
        whole = self.distances.neighbours(self.choice.sites, len(self.state), self.standard)
        cover = Cover.of(whole, len(self.state), np.inf)
        found, status, words = covering_sites(cover, self.state, self.choice.p, self.watch.left())
        if found is None:
            return self._without(status, f"reaching every point: {words}")
        opened = np.isin(self.choice.sites, self.choice.filled(found))
        self.incumbent.offer(opened)
        self.incumbent.improve(opened, self.state)
        return None

    def _prove(self, lists: Neighbours) -> None:
        """Close the gap, with guesses of the optimum that rise from the bound.

        What is left to be searched below a guess is small when the guess is low: a guess at which nothing is found is a
        new bound, and the first at which something is found has the optimum.
        """
        price = self.incumbent.price()
        lists = self._ascend(lists, price, _ASCENT)
        lists = self._polish(lists, price)
        first = _FIRST_GUESS if self.choice.p > _FEW else _FEW_FIRST_GUESS
        least, room = self.bound, first * (self.incumbent.cost - self.bound)
        patience = min(int((self.state == 0).sum()) * _SHAKES_PER_FREE, self.choice.p * _SHAKES_PER_OPEN)
        if self.choice.p <= _FEW:
            patience = 0  # a shake of one of few sites moves nearly every point, and the tree comes on the best itself
        while not self._is_done() and self.watch.stopped() is Status.UNKNOWN:
            cut = min(least + room, self.incumbent.cut)
            cost = self.incumbent.cost
            self._shake(lists, patience)
            patience //= _FEWER
            if self.incumbent.cost < cost and not self._is_done():
                lists = self._ascend(lists, price, _FINE)
            if not self._is_done() and not self._search(lists, price.copy(), min(cut, self.incumbent.cut)):
                return
            room *= 2

    def _shake(self, lists: Neighbours, patience: int) -> None:
        """Shake the best sites until so many shakes are in vain."""
        vain = 0
        self.incumbent.narrow(lists)
        while vain < patience and not self._is_done() and self.watch.stopped() is Status.UNKNOWN:
            cost = self.incumbent.cost
            self.incumbent.shake(self.state, _SHAKES, self.rng)
            self.watch.count(1)
            vain = 0 if self.incumbent.cost < cost else vain + _SHAKES

    def _search(self, lists: Neighbours, price: Floats, cut: float) -> bool:
        """Look for something better than a cut; whether there was time to."""
        state, cost, old = self.state.copy(), self.incumbent.cost, self.incumbent.cut
        known, _ = self._climb(lists, price, state, Aim(cost, cut), _ASCENT)
        self._raise(min(known, cut))
        if known > cut or self._is_done():
            return True
        lists = without_closed(lists, state)
        node = Node(lists, price, state, known, int((state >= 0).sum()))
        small = size_of(lists, price, cut - node.bound) <= _SMALL_RADIUS
        finished = False
        if not small or self.choice.p - (state > 0).sum() <= _FEW:
            bound, finished = search(self.incumbent, node, cut, self.watch, _TRIAL if small else np.inf)
            self._raise(min(bound, cut))
            self._say("branch and bound on prices")
        if not finished and self.watch.stopped() is Status.UNKNOWN:
            finished = self._radius(node, cut)
        if finished:
            self._raise(np.inf if cut >= min(self.incumbent.cost, old) else cut)
        return finished

    def _ascend(self, lists: Neighbours, price: Floats, pace: Pace) -> Neighbours:
        """Raise the bound, exchange sites from where it is best, and shorten the lists."""
        bound, opened = self._climb(lists, price, self.state, self._aim(), pace)
        self._raise(bound)
        self.incumbent.offer(opened)
        if self._is_done():
            return lists
        self.incumbent.improve(opened, self.state)
        return without_closed(lists, self.state)

    def _climb(self, lists: Neighbours, price: Floats, state: Integers, aim: Aim, pace: Pace) -> tuple[float, Booleans]:
        """Ascend, part by part, until the pace is over, the bound is beyond the cut, or it is time to stop."""
        bound, left, opened = -np.inf, pace.rounds, np.zeros(len(state), dtype=bool)
        while True:
            found = ascend(
                lists, self.incumbent.far, price, state, self.choice.p, aim, pace._replace(rounds=min(_PART, left))
            )
            self.watch.count(1)
            if found.bound > bound:
                bound, opened = found.bound, found.opened
            left, pace = left - found.rounds, pace._replace(step=found.step)
            near = relative_gap(aim.best, bound) <= self.effort.gap
            over = left <= 0 or pace.step < pace.least_step or bound > aim.cut or near
            if over or self.watch.stopped() is not Status.UNKNOWN:
                return bound, opened

    def _polish(self, lists: Neighbours, price: Floats) -> Neighbours:
        """Look for better sites near the best prices."""
        vain, now = 0, price.copy()
        while vain < _POLISHES and not self._is_done() and self.watch.stopped() is Status.UNKNOWN:
            cost, bound = self.incumbent.cost, self.bound
            lists = self._ascend(lists, now, _POLISH)
            vain = 0 if self.incumbent.cost < cost else vain + 1
            if self.bound > bound:
                price[:] = now
            elif vain % 10 == 0:
                now[:] = price
        return lists

    def _radius(self, node: Node, cut: float) -> bool:
        """Hand what is left to HiGHS; whether it was searched to the end."""
        incumbent = self.incumbent
        if (np.diff(node.lists.begin) == 0).any():
            return True
        steps = steps_of(node.lists, node.price, cut - node.bound)
        unit = max(incumbent.cost, 1e-300) / 1e4
        model, sites = radius_model(steps, node.state, self.choice.p, unit)
        effort = replace(self.watch.left(), gap=min(self.effort.gap, _PROVED))
        outcome = Highs(should_stop=self.should_stop).solve(model, effort, cutoff=(cut + incumbent.whole * 0.5) / unit)
        self.watch.count(outcome.work)
        self._say(f"radius model in {outcome.words.split(':')[0]}")
        if outcome.values is not None:
            opened = np.zeros(len(node.state), dtype=bool)
            opened[sites] = outcome.values[: len(sites)] > 0.5
            incumbent.offer(opened)
        if outcome.bound is not None and outcome.status is not Status.INFEASIBLE:
            self._raise(min(outcome.bound * unit * (1 - 1e-7), cut))
        return outcome.status in (Status.INFEASIBLE, Status.OPTIMAL)

    def _say(self, words: str) -> None:
        if words not in self.words:
            self.words.append(words)

    def _aim(self) -> Aim:
        return Aim(self.incumbent.cost, self.incumbent.cut)

    def _raise(self, bound: float) -> None:
        """Take a bound on all that is better than the cut; what is above the cut proves no more than the cut."""
        if self.incumbent.whole and np.isfinite(bound):
            bound = float(np.ceil(bound))
        best = self.incumbent.cost
        if bound > self.incumbent.cut:
            bound = best if self.incumbent.whole else min(bound, max(self.incumbent.cut, 0.0))
        self.bound = max(self.bound, min(bound, best))

    def _is_done(self) -> bool:
        # What is closer than the cut is not searched for, so that no smaller gap can be asked for.
        near = max(self.effort.gap, 2 * CLOSE)
        return self.bound > self.incumbent.cut or relative_gap(self.incumbent.cost, self.bound) <= near

    def _located(self) -> Located:
        opened: Booleans | None = self.incumbent.opened
        assert opened is not None
        sites = self.choice.sites[opened]
        assigned = self.distances.nearest(sites)
        value = float(self.weight @ self.distances.of_pairs(np.arange(len(assigned)), assigned))
        bound = min(self.bound, value)
        stopped = self.watch.stopped()
        status = Status.OPTIMAL if relative_gap(value, bound) <= _PROVED else Status.GAP
        if relative_gap(value, bound) > max(self.effort.gap, _PROVED):
            status = stopped
        words = "; ".join(["Lagrangian prices and exchanges", *self.words])
        found = Located(MODEL, status, sites, assigned, value, bound, words, self.watch.runtime_s)
        check_median(self.distances, self.weight, self.choice, self.standard, found)
        return found

    def _without(self, status: Status, words: str) -> Located:
        return Located(MODEL, status, None, None, None, None, words, self.watch.runtime_s)
