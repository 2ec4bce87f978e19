"""One stage: relaxation for the bound, rounding and blocks for the answer, branching where that is not enough."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from solvers.backend import Backend
from solvers.linear import Effort, LinearModel, Outcome, Status, dual_bound, relative_gap
from solvers.problem import Booleans, Floats

_SMALL_COLUMNS = 4_000  # below this the whole model proves itself sooner than a relaxation and its core
_PART_GAP_SHARE = 0.1  # a part solved closer than this share of the wanted gap is not where the gap is lost
_PART_EFFORT_SHARE = 0.25  # a part that takes longer than this share of what is left gives way to the next
_ROUNDS = 4
_PROVED = 1e-6  # relative gap that counts as none


class Guide(Protocol):
    """What is known of a model's meaning, to find answers; the proof needs none of it."""

    def begin(self, backend: Backend, effort: Effort) -> Floats | None:
        """Find a first answer soon, however poor."""

    def tilt(self) -> Floats:
        """Small numbers to add to the objective, which tell equally good answers apart."""

    def round(self, relaxed: Floats, backend: Backend, effort: Effort) -> Floats | None:
        """Turn a relaxation into an answer, if one is found."""

    def blocks(self) -> Sequence[Booleans]:
        """Sets of columns worth solving together while the others stay."""


def solve_stage(
    model: LinearModel,
    effort: Effort,
    backend: Backend,
    *,
    stage: str,
    start: Floats | None = None,
    guide: Guide | None = None,
) -> Outcome:
    """Solve one model to a gap.

    A large model is first relaxed: the duals prove a bound for all of it (`dual_bound`). The columns that the
    relaxation uses, with those of the start, are its core. The start, or else the rounded relaxation, is improved
    block by block within the core (fix and optimise, after Helber & Sahling 2010), then over the whole core, and
    only where the gap is still open does the whole model go on from that answer.

    Parameters
    ----------
    model
        The model.
    effort
        Gap, limits, threads and seed.
    backend
        The solver.
    stage
        Name passed on with progress.
    start
        A feasible assignment of all columns, shape (N,).
    guide
        Rounding and blocks.
    """
    if not len(model.cost):
        return _nothing_to_decide(model)
    if len(model.cost) <= _SMALL_COLUMNS or not model.integer.any() or not backend.gives_duals:
        return _named(backend.solve(model, effort, stage=stage, start=start), effort)
    began = time.perf_counter()
    first = guide.begin(backend, effort) if guide is not None and start is None else start
    tilt = guide.tilt() if guide is not None and start is None else None
    relaxed, duals = backend.relax(model, effort, stage=f"{stage}: relaxation", tilt=tilt)
    if relaxed.status is Status.INFEASIBLE:
        return relaxed
    if relaxed.status is Status.INTERRUPTED:
        return replace(relaxed, values=first, objective=None if first is None else model.objective(first))
    if relaxed.values is None or duals is None:
        return _named(backend.solve(model, effort.after(relaxed), stage=stage, start=first), effort)
    search = _Search(model, backend, effort, stage, dual_bound(model, duals), relaxed, began)
    search.offer(first)
    if guide is not None and start is None:
        search.offer(guide.round(relaxed.values, backend, search.part()))
    core = _used(relaxed.values if start is None else start) | _used(search.best.values) | ~model.integer
    if guide is not None:
        search.improve([block & core for block in guide.blocks()])
    if not core.all():
        search.solve(core)
    search.solve(np.ones(len(model.cost), dtype=bool))
    return _named(replace(search.best, runtime_s=time.perf_counter() - began), effort)


@dataclass
class _Search:
    """The best answer so far, and what is left to spend on it."""

    model: LinearModel
    backend: Backend
    effort: Effort
    stage: str
    bound: float
    best: Outcome
    began: float

    def __post_init__(self) -> None:
        self.best = replace(self.best, status=Status.UNKNOWN, values=None, objective=None, bound=self.bound)

    @property
    def done(self) -> bool:
        """Whether the gap is closed, or the search was stopped or has nothing left to spend."""
        left = self.left
        spent = left.work_limit == 0 or left.time_limit_s == 0.0
        return _close(self.best, self.effort.gap) or self.best.status is Status.INTERRUPTED or spent

    @property
    def left(self) -> Effort:
        """What is left to spend; the clock counts everything since the stage began."""
        return self.effort.after(replace(self.best, runtime_s=time.perf_counter() - self.began))

    def part(self) -> Effort:
        """What one part of the search may use."""
        left = self.left
        return replace(
            left,
            gap=self.effort.gap * _PART_GAP_SHARE,
            work_limit=None if left.work_limit is None else max(int(left.work_limit * _PART_EFFORT_SHARE), 1),
            time_limit_s=None if left.time_limit_s is None else left.time_limit_s * _PART_EFFORT_SHARE,
        )

    def offer(self, values: Floats | None) -> None:
        """Take an answer if it is better."""
        if values is None:
            return
        objective = self.model.objective(values)
        if self.best.objective is None or (objective > self.best.objective) == self.model.maximise:
            self.best = replace(self.best, values=values, objective=objective)

    def improve(self, blocks: Sequence[Booleans]) -> None:
        """Solve block after block from the best answer, until a round changes nothing."""
        if len(blocks) < 2:
            return
        for _ in range(_ROUNDS):
            before = self.best.objective
            for block in blocks:
                if self.done or self.best.values is None:
                    return
                kept = np.where(self.model.integer, np.round(self.best.values), self.best.values)
                fixed = self.model.with_bounds(
                    np.where(block, self.model.lo, kept), np.where(block, self.model.hi, kept)
                )
                self._spend(fixed, self.part(), "blocks")
            if self.best.objective == before:
                return

    def solve(self, free: Booleans) -> None:
        """Branch over the free columns, the others closed, from the best answer; all free: also for the bound."""
        if self.done:
            return
        whole = bool(free.all())
        left = self.left
        model = self.model.with_bounds(self.model.lo, np.where(free, self.model.hi, self.model.lo))
        found = self._spend(model, left if whole else self.part(), "" if whole else "core")
        if whole and found.bound is not None:
            bounds = (self.bound, found.bound)
            self.bound = min(bounds) if self.model.maximise else max(bounds)
            self.best = replace(self.best, bound=self.bound)

    def _spend(self, model: LinearModel, part: Effort, name: str) -> Outcome:
        target = _target(self.model, self.bound, self.effort.gap)
        label = f"{self.stage}: {name}" if name else self.stage
        model = replace(model, proven=self.bound)
        found = self.backend.solve(model, part, stage=label, start=self.best.values, target=target)
        self.offer(found.values)
        self.best = replace(
            self.best,
            # What a part is proved to be, optimal or infeasible, the whole model need not be.
            status=found.status if not name or found.status is Status.INTERRUPTED else Status.UNKNOWN,
            words=found.words,
            work=self.best.work + found.work,
        )
        return found


def _nothing_to_decide(model: LinearModel) -> Outcome:
    """A model without columns, which solvers call empty whatever its rows say."""
    kept = bool(np.all((model.row_lo <= 0) & (model.row_hi >= 0)))
    values, objective = (np.zeros(0), model.offset) if kept else (None, None)
    status = Status.OPTIMAL if kept else Status.INFEASIBLE
    return Outcome(status, values, objective, objective, "nothing to decide", work=0, runtime_s=0.0)


def _used(values: Floats | None) -> Booleans:
    """Columns that are not zero; of no values, none."""
    return np.zeros(1, dtype=bool) if values is None else values > 1e-6


def _target(model: LinearModel, bound: float, gap: float) -> float:
    """Objective value whose relative distance to the bound is the gap."""
    return bound / (1 + gap) if model.maximise == (bound >= 0) else bound / max(1 - gap, _PROVED)


def _close(outcome: Outcome, gap: float) -> bool:
    if outcome.objective is None or outcome.bound is None:
        return False
    return relative_gap(outcome.objective, outcome.bound) <= gap


def _named(outcome: Outcome, effort: Effort) -> Outcome:
    """Say by bound and gap, not by what stopped the solver, whether the wanted gap was reached."""
    if _close(outcome, max(effort.gap, _PROVED)):
        return replace(outcome, status=Status.OPTIMAL if _close(outcome, _PROVED) else Status.GAP)
    left = effort.after(outcome)
    if outcome.status is Status.UNKNOWN and left.time_limit_s == 0.0:
        return replace(outcome, status=Status.TIME_LIMIT)
    if outcome.status is Status.UNKNOWN and left.work_limit == 0:
        return replace(outcome, status=Status.WORK_LIMIT)
    return outcome
