"""Branch and cut over options: tangents where they are needed, bounds in plain float64."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from solvers.covering.branching import Branching
from solvers.covering.program import Relaxed, TangentProgram
from solvers.covering.searched import Searched
from solvers.linear import Effort, Outcome, Status, relative_gap
from solvers.problem import Floats, Integers

_WHOLE = 1e-6  # distance from a whole number that counts as none
_ROUNDS = 6  # of tangents at a node, before it is split
_STALLED = 0.3  # of the gap: a round that closes less of it than this is followed by a split
_SLACK_ROWS = 1.5  # rows of the program per row that mattered last, before those that do not are taken out
_ROUNDED = 4  # rounds, or nodes, after which an answer is looked for nearby
_PROVED = 1e-9  # relative gap of a proof

News = Callable[[float | None, float], None]
"""Told of the best objective and the bound, in units of the model."""


@dataclass(order=True)
class _Node:
    """Bounds of the integer columns within which to search, and the bound on what can be found there."""

    rank: float  # the bound's negative: the most promising node comes first
    number: int
    lo: Floats = field(compare=False)
    hi: Floats = field(compare=False)

    @property
    def bound(self) -> float:
        return -self.rank


class Tree:
    """Search for the best answer of a master problem.

    At a node the tangents that its optimum breaks are added, at the root until there are none. Then the node is split,
    and the search goes on in one of its halves, for which the program is at hand, and where both are done with in the
    most promising node. Columns whose change would cost more than the gap are fixed by their reduced costs.

    Parameters
    ----------
    master
        What is searched.
    effort
        Gap and limits; solving a program is one piece of work.
    should_stop
        Whether to stop with the best answer so far.
    news
        News out.
    """

    def __init__(self, master: Searched, effort: Effort, should_stop: Callable[[], bool], news: News) -> None:
        self.master, self.effort, self.should_stop, self.news = master, effort, should_stop, news
        self.began = time.perf_counter()
        self.best: Floats | None = None
        self.objective = -np.inf
        self._program = TangentProgram(master, effort)
        self._n = int(master.model.integer.sum())
        self._branching = Branching(self._n)
        self._given_up = -np.inf  # best bound of all that is not worth searching
        self._stopped: Status | None = None
        self._count = 0
        self._rows_that_mattered = 0

    def begin(self, modules: Integers | None, touch: Floats | None = None) -> None:
        """Begin from modules per option, if they keep to all limits, and from what is found without a program.

        Where it is known how far options will be open in the relaxation, the tangents that `touch` there come first.
        """
        if modules is not None:
            self._offer(self.master.answer(modules))
        if touch is None:
            self._offer(self.master.near(np.ones(self.master.n_options)))
        else:
            self._program.touch(touch)

    def search(self) -> Outcome:
        """Search until the gap is closed or the effort is spent."""
        model = self.master.model
        nodes = [_Node(-np.inf, 0, model.lo[: self._n], model.hi[: self._n])]
        while nodes and not self._is_spent():
            node: _Node | None = heapq.heappop(nodes)
            while node is not None:
                halves = self._explore(node)
                if self._is_spent():
                    halves = [*halves, node]
                node = halves.pop(0) if halves and not self._is_spent() else None
                for half in halves:
                    heapq.heappush(nodes, half)
                self._tell([*nodes, *([] if node is None else [node])])
        return self._outcome(nodes)

    def _explore(self, node: _Node) -> list[_Node]:
        """Solve a node; its halves, if there may be something better in it."""
        self._count += 1
        core: Floats | None = None
        round_ = 0
        while True:
            relaxed = self._program.relax(node.lo, node.hi)
            if relaxed is None:
                return []
            before, node.rank = node.bound, max(node.rank, -relaxed.bound)
            self._look(relaxed, round_)
            if self._is_done(node.bound) or self._is_spent():
                return []
            self._fix(node, relaxed)
            stalled = before - node.bound < _STALLED * (node.bound - self._cutoff())
            root, whole = self._count == 1, not self._split_columns(relaxed).size
            enough = not root and not whole and (round_ >= _ROUNDS or (round_ > 0 and stalled))
            touched = None if enough else self._program.cut(relaxed, core)
            if touched is None:
                return self._halves(node, relaxed)
            core = touched if root else None
            round_ += 1

    def _look(self, relaxed: Relaxed, round_: int) -> None:
        """Take the optimum of a program if it is an answer, and now and then look for one near it."""
        if not self._split_columns(relaxed).size:
            self._offer(self.master.answer(self.master.modules(relaxed.values)))
        if (self._count == 1 and round_ % _ROUNDED == 0) or (round_ == 0 and self._count % _ROUNDED == 0):
            self._offer(self.master.near(relaxed.values[: self.master.n_options]))

    def _offer(self, values: Floats | None) -> None:
        """Take all columns of an answer, if there is one and it is better."""
        if values is not None and self.master.model.objective(values) > self.objective:
            self.best, self.objective = values, self.master.model.objective(values)

    def _fix(self, node: _Node, relaxed: Relaxed) -> None:
        """Fix columns where leaving the better of their bounds costs more than any better answer can bear."""
        if self.best is None:
            return
        reduced = self._program.reduced_cost(relaxed)
        worst = self.objective + max(_PROVED * abs(self.objective), self._below_grain())
        # The bound must be the one that these very duals prove, not the node's.
        stuck = (relaxed.bound - np.abs(reduced) < worst) & (node.lo < node.hi)
        if stuck.any():
            self._given_up = max(self._given_up, worst)
        node.lo, node.hi = (
            np.where(stuck & (reduced > 0), node.hi, node.lo),
            np.where(stuck & (reduced < 0), node.lo, node.hi),
        )

    def _halves(self, node: _Node, relaxed: Relaxed) -> list[_Node]:
        """Split a node; a half with nothing better in it is left out."""
        if self._program.n_rows > _SLACK_ROWS * self._rows_that_mattered:
            self._program.forget(relaxed)
            self._rows_that_mattered = self._program.n_rows
        split = self._split_columns(relaxed)
        if not split.size:
            # Whole, and no tangent is broken: what is left between bound and answer is rounding.
            self._given_up = max(self._given_up, node.bound)
            return []
        values = relaxed.values[: self._n]

        def loss(column: int, up: bool) -> float:
            half = _half(node, values, column, up)
            found = self._program.relax(half.lo, half.hi)
            return np.inf if found is None else max(node.bound - found.bound, 0.0)

        column, losses = self._branching.choose(values, split, node.bound - self._cutoff(), loss)
        halves = []
        for up in (True, False):
            half = _half(node, values, column, up)
            half.rank, half.number = -(node.bound - losses.get(up, 0.0)), 2 * self._count + up
            if not self._is_done(half.bound):
                halves.append(half)
        return halves

    def _split_columns(self, relaxed: Relaxed) -> Integers:
        """Integer columns that are not whole."""
        values = relaxed.values[: self._n]
        return np.flatnonzero(np.abs(values - np.round(values)) > _WHOLE)

    def _cutoff(self) -> float:
        """Bound that is not worth searching."""
        if self.best is None:
            return -np.inf
        return self.objective + max(max(self.effort.gap, _PROVED) * abs(self.objective), self._below_grain())

    def _below_grain(self) -> float:
        """How much a better answer is better at least, but for rounding."""
        return (1 - 3 * _WHOLE) * self.master.grain - _PROVED * max(abs(self.objective), 1.0)

    def _is_done(self, bound: float) -> bool:
        """Whether nothing worth searching for is within a bound; it is then given up."""
        done = bound <= self._cutoff()
        if done:
            self._given_up = max(self._given_up, bound)
        return done

    def _is_spent(self) -> bool:
        effort = self.effort
        if self._stopped is None:
            if self.should_stop():
                self._stopped = Status.INTERRUPTED
            elif effort.work_limit is not None and self._program.solved >= effort.work_limit:
                self._stopped = Status.WORK_LIMIT
            elif effort.time_limit_s is not None and time.perf_counter() - self.began >= effort.time_limit_s:
                self._stopped = Status.TIME_LIMIT
        return self._stopped is not None

    def _bound(self, nodes: list[_Node]) -> float:
        return max([self._given_up, self.objective, *(node.bound for node in nodes)])

    def _tell(self, nodes: list[_Node]) -> None:
        self.news(None if self.best is None else self.objective, self._bound(nodes))

    def _outcome(self, nodes: list[_Node]) -> Outcome:
        runtime_s, work = time.perf_counter() - self.began, self._program.solved
        words = f"{self._count} nodes, {work} linear programs"
        if self.best is None:
            refused = self._given_up > -np.inf  # a node that was left although it is not known to be empty
            ended = self._stopped or (Status.UNKNOWN if refused else Status.INFEASIBLE)
            return Outcome(ended, None, None, None, words, work, runtime_s)
        bound = self._bound(nodes)
        if self.master.grain:
            steps = np.floor((bound - self.objective) / self.master.grain + _WHOLE)
            bound = self.objective + steps * self.master.grain
        if bound - self.objective <= 2 * _PROVED * max(abs(self.objective), 1.0):
            bound = self.objective  # bounds are rounded outward by as much
        status = self._stopped or Status.GAP
        if relative_gap(self.objective, bound) <= max(self.effort.gap, 2 * _PROVED):
            status = Status.GAP
        if relative_gap(self.objective, bound) <= 1e-6:
            status = Status.OPTIMAL
        return Outcome(status, self.best, self.objective, bound, words, work, runtime_s)


def _half(node: _Node, values: Floats, column: int, up: bool) -> _Node:
    """The part of a node in which a column is rounded up or down."""
    lo, hi = node.lo.copy(), node.hi.copy()
    if up:
        lo[column] = np.ceil(values[column])
    else:
        hi[column] = np.floor(values[column])
    return _Node(node.rank, 0, lo, hi)
