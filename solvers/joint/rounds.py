"""Rounds of search: moves of all options, rebuilding of places, and other charges, until nothing is to be won."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solvers.backend import Backend
from solvers.joint.charges import Charges
from solvers.joint.search import Search
from solvers.joint.window import Window, window_around
from solvers.linear import Effort
from solvers.problem import Floats, Integers

_ROUNDS = 300  # in all, when nothing else ends the search
_PATIENCE = 15  # rounds without a better answer, before windows are tried
_ASTRAY = 6  # rounds without a better answer after which to go back to the best
_REBUILT = 1.0  # places rebuilt in a round, of the options that are open
_HEAT = 0.03  # of what an open option is worth on average, that one rebuilding may lose at first
_BATCH = 500  # options between two looks at the clock
_SIZES = (80, 120, 160)  # options of a window; larger ones when smaller ones bring nothing
_WINDOWS = 40  # windows between rounds
_WINDOW = Effort(gap=1e-4, work_limit=100)


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
    backend
        What decides windows.
    seed
        Random seed.
    best
        The best answer that keeps to all limits; `None`: there is none yet.
    done
        Rounds and windows so far.
    """

    search: Search
    charges: Charges
    backend: Backend
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
        """Search until the answer is good enough or everything is spent: rounds, then windows, again and again.

        Parameters
        ----------
        enough
            Whether the best answer is good enough, or the search was stopped.
        spent
            Share of what may be used that is used, 0 to 1, or `None` when all may be used; as it grows, less and less
            is lost by rebuilding.
        """

        def over() -> bool:
            return enough() or (self.part(spent) >= 1)

        size = 0
        while not over() and size < len(_SIZES):
            before = self.best
            self.wander(over, lambda: self.part(spent))
            self.settle(over)
            self.decide_windows(_SIZES[size], over)
            if self.best is before:
                size = size + 1 if spent() is None else min(size + 1, len(_SIZES) - 1)

    def part(self, spent: Callable[[], float | None]) -> float:
        """Share of the search that is behind it."""
        part = spent()
        return self.done / _ROUNDS if part is None else part

    def wander(self, over: Callable[[], bool], part: Callable[[], float]) -> None:
        """Rounds, until nothing better was found for some time."""
        self.search.price(self.charges.price)
        since = 0
        while since < _PATIENCE and not over():
            self.round(heat=1 - part(), enough=over)
            since = 0 if self.keep() else since + 1
            if since and since % _ASTRAY == 0:
                self.go_back()
                self.search.price(self.charges.shake(self.rng))
            else:
                self.search.price(self.charges.swing(self.search.activity))

    def decide_windows(self, size: int, over: Callable[[], bool]) -> None:
        """Decide some windows of the best answer exactly; it is the present one."""
        if self.best is None or not self.search.has_only_flows:
            return
        uncharged = np.zeros(self.search.side.n_rows)
        standing = np.flatnonzero(self.best.modules)
        n_windows = 1 if size >= self.search.problem.n_options else _WINDOWS
        for centre in self.rng.permutation(standing)[:n_windows]:
            if over():
                return
            self.done += 1
            self.search.price(uncharged)
            window = Window.of(self.search, window_around(self.search, int(centre), size))
            better = window.better(self.backend, _WINDOW)
            if better is not None:
                self.search.load(*better)
                self.search.price(self.charges.last)
                self.search.saturate()
                if not self.keep():
                    self.go_back()

    def round(self, *, heat: float, enough: Callable[[], bool]) -> None:
        """Try the moves of every option, then rebuild around many open ones."""
        search = self.search
        self.done += 1
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
