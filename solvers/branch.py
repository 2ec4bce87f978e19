"""One stage's model: relaxation for the bound, its core for the answer, the whole model where that is not enough."""

from dataclasses import replace
from typing import Protocol

import numpy as np

from solvers.linear import Effort, LinearModel, Outcome, Status, dual_bound, relative_gap
from solvers.problem import Booleans, Floats

_SMALL_COLUMNS = 4_000  # below this the whole model proves itself sooner than a relaxation and its core
_CORE_GAP_SHARE = 0.25  # a core solved closer than this share of the wanted gap is not where the gap is lost


class Backend(Protocol):
    """A solver of linear models."""

    @property
    def name(self) -> str:
        """Name in reports."""

    @property
    def gives_duals(self) -> bool:
        """Whether `relax` returns row duals."""

    def solve(
        self,
        model: LinearModel,
        effort: Effort,
        *,
        stage: str,
        start: Floats | None = None,
        target: float | None = None,
    ) -> Outcome:
        """Solve a model; a mixed-integer one may begin from a start and stop at a target value."""

    def relax(self, model: LinearModel, effort: Effort, *, stage: str) -> tuple[Outcome, Floats | None]:
        """Solve the linear relaxation; return the outcome and its row duals."""


def solve_stage(
    model: LinearModel, effort: Effort, backend: Backend, *, stage: str, start: Floats | None = None
) -> Outcome:
    """Solve one model to a gap.

    A large model is first relaxed: the duals prove a bound for all of it (`dual_bound`), and the columns that the
    relaxation uses, with those of the start, make the core, a much smaller model whose answer usually lies within
    the gap. Where it does not, the whole model goes on from that answer.

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
    """
    n_columns = len(model.cost)
    if n_columns <= _SMALL_COLUMNS or not model.integer.any() or not backend.gives_duals:
        return _named(backend.solve(model, effort, stage=stage, start=start), effort)
    relaxed, duals = backend.relax(model, effort, stage=f"{stage}: relaxation")
    if relaxed.values is None or duals is None:
        return _named(backend.solve(model, effort.after(relaxed), stage=stage, start=start), effort)
    bound = dual_bound(model, duals)
    begun = _begun(model, start, bound, relaxed)
    if _close(begun, effort.gap):
        return begun
    left = effort.after(relaxed)
    target = _target(model, bound, effort.gap)
    core = model.with_bounds(model.lo, np.where(_core(model, relaxed.values, start), model.hi, model.lo))
    core_effort = replace(left, gap=effort.gap * _CORE_GAP_SHARE)
    found = backend.solve(core, core_effort, stage=f"{stage}: core", start=start, target=target)
    best = _better(model, begun, replace(found, bound=bound), bound)
    if _close(best, effort.gap) or best.status is Status.INTERRUPTED:
        return _named(best, effort)
    left = left.after(found)
    whole = backend.solve(model, left, stage=stage, start=best.values)
    return _named(_better(model, best, whole, _tighter(model, bound, whole.bound)), effort)


def _core(model: LinearModel, relaxed: Floats, start: Floats | None) -> Booleans:
    """Integer columns that the start uses, or else the relaxation; every continuous column."""
    return ((relaxed if start is None else start) > 1e-6) | ~model.integer


def _target(model: LinearModel, bound: float, gap: float) -> float:
    """Objective value whose relative distance to the bound is the gap."""
    return bound / (1 + gap) if model.maximise == (bound >= 0) else bound / (1 - gap)


def _begun(model: LinearModel, start: Floats | None, bound: float, relaxed: Outcome) -> Outcome:
    """What is known before branching: the bound, and the start if there is one."""
    objective = None if start is None else float(model.cost @ start)
    return replace(relaxed, status=Status.UNKNOWN, values=start, objective=objective, bound=bound)


def _better(model: LinearModel, old: Outcome, new: Outcome, bound: float) -> Outcome:
    """The better answer of the two under the given bound, with the work of both and the newer status."""
    worst = -np.inf if model.maximise else np.inf
    values = [worst if outcome.objective is None else outcome.objective for outcome in (old, new)]
    kept = (old, new)[int(np.argmax(values) if model.maximise else np.argmin(values))]
    return Outcome(
        status=new.status,
        values=kept.values,
        objective=kept.objective,
        bound=bound,
        words=new.words,
        work=old.work + new.work,
        runtime_s=old.runtime_s + new.runtime_s,
    )


def _tighter(model: LinearModel, bound: float, other: float | None) -> float:
    if other is None:
        return bound
    return min(bound, other) if model.maximise else max(bound, other)


def _close(outcome: Outcome, gap: float) -> bool:
    if outcome.objective is None or outcome.bound is None:
        return False
    return relative_gap(outcome.objective, outcome.bound) <= gap


def _named(outcome: Outcome, effort: Effort) -> Outcome:
    """Say by bound and gap, not by what stopped the solver, whether the wanted gap was reached."""
    if not _close(outcome, effort.gap):
        return outcome
    proved = _close(outcome, 1e-6)
    return replace(outcome, status=Status.OPTIMAL if proved else Status.GAP)
