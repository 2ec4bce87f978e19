"""Solve a problem: choose a method, run it, and hand back nothing that its own problem contradicts."""

from collections.abc import Sequence

from solvers.branch import Backend
from solvers.compact import solve_compact
from solvers.errors import BackendError
from solvers.limits import Limit
from solvers.linear import Effort, ProgressCallback, StopCallback
from solvers.problem import Problem
from solvers.solution import Solution
from solvers.stage import Stage
from solvers.verify import verify


def solve(
    problem: Problem,
    stages: Sequence[Stage],
    limits: Sequence[Limit] = (),
    *,
    method: str = "auto",
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
) -> Solution:
    """Solve a joint siting problem and verify the answer.

    Parameters
    ----------
    problem
        The problem.
    stages
        Objectives in order of importance.
    limits
        What the answer must keep to.
    method
        `"auto"` or `"compact"`: the compact model in HiGHS; `"pulp:NAME"`: the same model through PuLP to the solver
        that PuLP calls NAME (for example `"pulp:COIN_CMD"` for CBC).
    effort
        Limits on work and time, threads and seed.
    progress, should_stop
        News out; whether to stop with the best answer so far.

    Raises
    ------
    BackendError
        When the method is unknown or its solver is not installed.
    VerificationError
        When the answer fails its check; it is never returned.
    """
    solution = solve_compact(problem, stages, limits, effort, _backend(method, progress, should_stop))
    if solution.found:
        verify(problem, limits, solution)
    return solution


def _backend(method: str, progress: ProgressCallback | None, should_stop: StopCallback | None) -> Backend:
    if method in ("auto", "compact"):
        from solvers.highs import Highs

        return Highs(progress, should_stop)
    if method.startswith("pulp:"):
        from solvers.pulp_backend import Pulp

        return Pulp(method.removeprefix("pulp:"))
    raise BackendError(f"unknown method {method!r}: use 'auto', 'compact' or 'pulp:NAME'")
