"""Solve a problem: choose a method, run it, and hand back nothing that its own problem contradicts."""

from collections.abc import Sequence
from dataclasses import replace

from solvers.conflict import explain
from solvers.errors import ProblemError, VerificationError
from solvers.impossible import impossible
from solvers.limits import Limit
from solvers.linear import Effort, ProgressCallback, Status, StopCallback
from solvers.method import LEFT_ASIDE, Method, method_for
from solvers.problem import Integers, Problem
from solvers.solution import Solution, StageReport
from solvers.stage import Stage
from solvers.useless import useless, useless_words
from solvers.verify import broken_by, verify

_ASKING = Effort(work_limit=300, time_limit_s=60.0)
"""What the search for conflicting limits may use."""
_ARITHMETIC = "arithmetic, before solving"
_BOUND_ROOM = 1e-4  # limits are kept within 1e-6 of their size, which is worth more than that in another objective
_BOUND_NOTHING = 1e-9


def solve(
    problem: Problem,
    stages: Sequence[Stage],
    limits: Sequence[Limit] = (),
    *,
    method: str = "auto",
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
    start: Integers | None = None,
) -> Solution:
    """Solve a joint siting problem and verify the answer.

    When nothing keeps all limits, `Solution.notes` say which of them conflict, and the cheapest way out. What
    arithmetic shows to be impossible is not solved.

    Parameters
    ----------
    problem
        The problem.
    stages
        Objectives in order of importance.
    limits
        What the answer must keep to.
    method
        `"joint"`: decomposition, for cities; `"covering"`: where nothing draws on capacities; `"gradual"`: the same
        for gradual value and weighted travel; `"median"`: where only weighted travel counts and stations have a number;
        `"capacitated"`: where only total cost counts, and everybody is served; `"compact"`: everything in one model, in
        HiGHS; `"auto"`: the fastest of these that supports the problem; `"pulp:NAME"`: the compact model through PuLP
        to the solver that PuLP calls NAME (for example `"pulp:COIN_CMD"` for CBC).
    effort
        Limits on work and time, threads and seed.
    progress, should_stop
        News out; whether to stop with the best answer so far.
    start
        Modules per option to begin from, shape (O,), for example of an earlier answer; ignored where they break a
        limit.

    Raises
    ------
    ProblemError
        When `start` does not fit the problem.
    BackendError
        When the method is unknown, does not support the problem, or its solver is not installed.
    VerificationError
        When the answer fails its check; it is never returned.
    """
    if start is not None and len(start) != problem.n_options:
        raise ProblemError([f"start has {len(start)} entries, expected modules of {problem.n_options} options"])
    chosen, why = method_for(method, problem, stages, limits)
    solution = solve_by(chosen, problem, stages, limits, effort, progress, should_stop, start)
    return replace(
        solution, method=f"{solution.method}: {why}" if why and solution.method != _ARITHMETIC else solution.method
    )


def solve_by(
    chosen: Method,
    problem: Problem,
    stages: Sequence[Stage],
    limits: Sequence[Limit],
    effort: Effort,
    progress: ProgressCallback | None,
    should_stop: StopCallback | None,
    start: Integers | None,
) -> Solution:
    """Solve a problem by a method that supports it; see `solve`."""
    faults = impossible(problem, limits)
    if faults:
        words = explain(problem, limits, effort=_ASKING, should_stop=should_stop).sentences
        return _without_answer(stages[0], words or faults, effort.seed)
    broken = [] if start is None else broken_by(problem, limits, start)
    solution = chosen.solve(
        problem, stages, limits, effort, progress=progress, should_stop=should_stop, start=None if broken else start
    )
    if solution.found:
        verify(problem, limits, solution)
        _verify_bounds(problem, stages, solution)
        idle = useless_words(limits, useless(problem, limits, solution))
        aside = [f"{LEFT_ASIDE}: it breaks {broken[0]}"] if broken else []
        solution = replace(solution, notes=(*solution.notes, *aside, *idle))
    elif solution.status is Status.INFEASIBLE:
        words = explain(problem, limits, effort=_ASKING, should_stop=should_stop).sentences
        solution = replace(solution, notes=words or (f"{solution.method} found that nothing keeps all limits",))
    return solution


def _verify_bounds(problem: Problem, stages: Sequence[Stage], solution: Solution) -> None:
    """Raise when an answer is better than what was proven possible."""
    for stage, told in zip(stages, solution.stages, strict=False):
        value = stage.objective.value(problem, solution)
        if told.bound is None:
            continue
        beyond = value - told.bound if stage.objective.maximise else told.bound - value
        if beyond > _BOUND_ROOM * max(abs(value), abs(told.bound)) + _BOUND_NOTHING:
            raise VerificationError(
                f"{told.objective}: {value:.10g} is beyond the bound {told.bound:.10g}; one of them is wrong"
            )


def _without_answer(stage: Stage, faults: Sequence[str], seed: int) -> Solution:
    report = StageReport(stage.objective.name, Status.INFEASIBLE, None, None, "; ".join(faults), 0, 0.0)
    return Solution(None, None, (report,), _ARITHMETIC, seed, notes=tuple(faults))
