"""Solve a problem: choose a method, run it, and hand back nothing that its own problem contradicts."""

from collections.abc import Sequence

from solvers.backend import Backend
from solvers.compact import solve_compact
from solvers.errors import BackendError
from solvers.impossible import impossible
from solvers.limits import Limit
from solvers.linear import Effort, ProgressCallback, Status, StopCallback
from solvers.problem import Problem
from solvers.solution import Solution, StageReport
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

    Limits that arithmetic shows to be impossible are named in `Solution.notes` without solving.

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
    backend = _backend(method, progress, should_stop)
    faults = impossible(problem, limits)
    if faults:
        return _without_answer(stages[0], faults, effort.seed)
    solution = solve_compact(problem, stages, limits, effort, backend)
    if solution.found:
        verify(problem, limits, solution)
    return solution


def _without_answer(stage: Stage, faults: Sequence[str], seed: int) -> Solution:
    report = StageReport(
        objective=stage.objective.name,
        status=Status.INFEASIBLE,
        value=None,
        bound=None,
        floor="",
        words="; ".join(faults),
        work=0,
        runtime_s=0.0,
    )
    return Solution(None, None, (report,), "arithmetic, before solving", seed, notes=tuple(faults))


def _backend(method: str, progress: ProgressCallback | None, should_stop: StopCallback | None) -> Backend:
    if method in ("auto", "compact"):
        from solvers.highs import Highs

        return Highs(progress, should_stop)
    if method.startswith("pulp:"):
        from solvers.pulp_backend import Pulp

        return Pulp(method.removeprefix("pulp:"))
    raise BackendError(f"unknown method {method!r}: use 'auto', 'compact' or 'pulp:NAME'")
