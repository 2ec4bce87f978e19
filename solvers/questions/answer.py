"""What a question answers: a verified solution, finished by further objectives at the level that was found."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.conflict import explain
from solvers.errors import ProblemError
from solvers.impossible import impossible
from solvers.limits import Limit
from solvers.linear import Effort, StopCallback
from solvers.problem import Integers, Problem
from solvers.solution import Solution, StageReport
from solvers.solve import solve
from solvers.stage import Stage
from solvers.verify import verify

_ASKING = Effort(work_limit=300, time_limit_s=60.0)


def refuse_served(name: str, limits: Sequence[Limit], why: str) -> None:
    """Refuse limits on served demand.

    Raises
    ------
    ProblemError
        One message for all of them.
    """
    named = [limit.name for limit in limits if limit.touches_served]
    if named:
        raise ProblemError([f"{name} takes no limit on served demand ({', '.join(named)}): {why}"])


def infeasible(
    problem: Problem,
    limits: Sequence[Limit],
    told: StageReport,
    method: str,
    seed: int,
    should_stop: StopCallback | None,
) -> Solution:
    """No answer, and which limits conflict."""
    words = explain(problem, limits, effort=_ASKING, should_stop=should_stop).sentences
    notes = words or tuple(impossible(problem, limits)) or (f"{method} found that nothing keeps all limits",)
    return Solution(None, None, (told,), method, seed, notes=notes)


def finished(
    problem: Problem,
    limits: Sequence[Limit],
    solution: Solution,
    told: StageReport,
    *,
    then: Sequence[Stage],
    pairs: Integers,
    effort: Effort,
    should_stop: StopCallback | None,
) -> Solution:
    """Improve an answer by further objectives, and verify it.

    Parameters
    ----------
    problem, limits
        The problem, and limits that keep what the question found.
    solution, told
        The answer, and what is reported of it first.
    then
        Further objectives in order of importance.
    pairs
        Pairs that may serve, ascending.
    effort, should_stop
        When to stop.
    """
    reports = [told]
    if then:
        better = solve(
            problem.over(pairs), then, limits, effort=effort, should_stop=should_stop, start=solution.modules
        )
        if better.found:
            share = np.zeros(problem.n_pairs)
            share[pairs] = better.share
            solution = replace(solution, modules=better.modules, share=share, notes=better.notes)
        kept = f"{told.objective} as it is"
        reports += [replace(stage, floor="; ".join(filter(None, [kept, stage.floor]))) for stage in better.stages]
    verify(problem, limits, solution)
    return replace(solution, stages=tuple(reports), seed=effort.seed)


def reaching(found: Solution, value: float) -> Solution:
    """Tell in the first report what the answer reaches: the cheapest of many may be better than what was asked."""
    return replace(found, stages=(replace(found.stages[0], value=value), *found.stages[1:]))
