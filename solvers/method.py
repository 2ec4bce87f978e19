"""What every way to solve a problem offers, and which way is taken."""

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from solvers.errors import BackendError
from solvers.limits import Limit
from solvers.linear import Effort, ProgressCallback, StopCallback
from solvers.problem import Integers, Problem
from solvers.solution import Solution
from solvers.stage import Stage

LEFT_ASIDE = "the earlier answer was left aside"


class Method(Protocol):
    """A way to solve problems of some kind."""

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""

    def solve(
        self,
        problem: Problem,
        stages: Sequence[Stage],
        limits: Sequence[Limit],
        effort: Effort,
        *,
        progress: ProgressCallback | None,
        should_stop: StopCallback | None,
        start: Integers | None,
    ) -> Solution:
        """Solve a problem; `start` are modules per option to begin from, shape (O,)."""


# Imported when asked for: compiled loops take seconds to load.
METHODS = {
    "compact": ("solvers.compact", "CompactMethod"),
    "joint": ("solvers.joint.method", "JointMethod"),
    "covering": ("solvers.covering", "CoveringMethod"),
    "capacitated": ("solvers.questions.capacitated", "CapacitatedMethod"),
    "gradual": ("solvers.questions.gradual", "GradualMethod"),
    "median": ("solvers.questions.median", "MedianMethod"),
}
# "capacitated" is taken by its name alone: where few sites reach a point it may find no answer.
_ALWAYS = ("median", "gradual")  # fastest at every size, and quick to say whether they support a problem
_FAST = ("covering", "joint")
_SMALL_PAIRS = 20_000  # below this the compact model proves itself sooner


def method_for(name: str, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> tuple[Method, str]:
    """Return a method by its name, and why it was taken; `"auto"` takes the fastest that supports the problem.

    Raises
    ------
    BackendError
        When there is no such method, or it does not support the problem.
    """
    if name.startswith("pulp:"):
        from solvers.compact import CompactMethod

        return CompactMethod(name.removeprefix("pulp:")), ""
    if name in METHODS:
        method = _load(name)
        reason = method.supports(problem, stages, limits)
        if reason:
            raise BackendError(f"method {name!r} cannot solve this problem: {reason}; use 'auto' or 'compact'")
        return method, ""
    if name != "auto":
        raise BackendError(f"unknown method {name!r}: use 'auto', {', '.join(map(repr, METHODS))} or 'pulp:NAME'")
    small, reasons = problem.n_pairs <= _SMALL_PAIRS, []
    for fast in _ALWAYS if small else (*_ALWAYS, *_FAST):
        method = _load(fast)
        reason = method.supports(problem, stages, limits)
        if not reason:
            return method, ""
        reasons.append(f"{fast}: {reason}")
    why = "small enough" if small else f"no faster method supports the problem ({'; '.join(reasons)})"
    return _load("compact"), why


def _load(name: str) -> Method:
    module, kind = METHODS[name]
    return cast("Method", getattr(import_module(module), kind)())
