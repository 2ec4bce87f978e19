"""Rounds of search: moves of all options, rebuilding of places, and other charges, until nothing is to be won."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solvers.joint.charges import Charges
from solvers.joint.search import Search
from solvers.problem import Floats, Integers

_ROUNDS = 300  # when nothing else ends the search
_PATIENCE = 60  # rounds without a better answer, when nothing else ends the search
_ASTRAY = 6  # rounds without a better answer after which to go back to the best
_REBUILT = 1.0  # places rebuilt in a round, of the options that are open
_HEAT = 0.03  # of what an open option is worth on average, that one rebuilding may lose at first
_BATCH = 500  # options between two looks at the clock


class Answer(NamedTuple):
    """Modules, the pairs with flow and how much, and the objective (maximised)."""

    modules: Integers
    pairs: Integers
    flow: Floats
    value: float


@dataclass
class Rounds:
    """A search that goes on round by round and keeps the best answer.

    Parameters
    ----------
    search
        The search, at an answer.
    charges
        What it is charged.
    seed
        Random seed.
    best
        The best answer that keeps to all limits; `None`: there is none yet.
    done
        Rounds so far.
    """

    search: Search
    charges: Charges
    seed: int
    best: Answer | None = None
    done: int = 0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.search.price(self.charges.price)
        self.keep()

    def keep(self) -> bool:
        """Keep the present answer if it is the best; whether it is."""
        search = self.search
        if not search.kept or (self.best is not None and search.value <= self.best.value):
            return False
        flow = search.flow
        pairs = np.flatnonzero(flow > 0)
        self.charges.keep()
        self.best = Answer(search.modules, pairs, flow[pairs], search.value)
        return True

    def go_back(self) -> None:
        """Return to the best answer."""
        if self.best is not None:
            flow = np.zeros(self.search.problem.n_pairs)
            flow[self.best.pairs] = self.best.flow
            self.search.load(self.best.modules, flow)

    def run(self, enough: Callable[[], bool], spent: Callable[[], float | None]) -> None:
        """Search until the answer is good enough or everything is spent.

        Parameters
        ----------
        enough
            Whether the best answer is good enough, or the search was stopped.
        spent
            Share of what may be used that is used, 0 to 1, or `None` when all may be used; as it grows, less and less
            is lost by rebuilding.
        """
        since = 0
        while not enough():
            part = spent()
            if part is None:
                part = self.done / _ROUNDS if since < _PATIENCE else 1.0
            if part >= 1:
                break
            self.round(heat=1 - part, enough=enough)
            since = 0 if self.keep() else since + 1
            if since and since % _ASTRAY == 0:
                self.go_back()
                self.search.price(self.charges.shake(self.rng))
            else:
                self.search.price(self.charges.swing(self.search.activity))
        self.settle(enough)

    def round(self, *, heat: float, enough: Callable[[], bool]) -> None:
        """Try the moves of every option, then rebuild around many open ones."""
        search = self.search
        for batch in _batches(self.rng.permutation(search.problem.n_options)):
            search.improve(batch)
            if enough():
                return
        search.saturate()
        self.keep()
        standing = np.flatnonzero(search.modules > 0)
        if not len(standing):
            return
        each = _HEAT * heat * abs(search.value) / len(standing)
        for batch in _batches(self.rng.choice(standing, max(int(_REBUILT * len(standing)), 1))):
            search.rebuild(batch, self.rng, each)
            if enough():
                break
        search.saturate()
        self.done += 1

    def settle(self, enough: Callable[[], bool]) -> None:
        """From the best answer, use up what charges left unspent."""
        self.go_back()
        self.search.price(self.charges.last)
        paid = 1
        while paid and not enough():
            options = self.rng.permutation(self.search.problem.n_options)
            paid = sum(self.search.improve(batch) for batch in _batches(options))
            self.search.saturate()
            paid *= self.keep()
        self.go_back()


def _batches(options: Integers) -> list[Integers]:
    return np.array_split(options, max(1, -(-len(options) // _BATCH)))
