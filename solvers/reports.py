"""Stages of a solve: how close each is to be solved, what it may use, and what is reported of it."""

from collections.abc import Sequence
from dataclasses import replace

from solvers.linear import Effort, Outcome, Status
from solvers.problem import Problem
from solvers.solution import Solution, StageReport
from solvers.stage import Stage

_STAGE_SHARE = 0.8  # of what is left, for each stage but the last
_PROVED = 1e-6  # relative gap that counts as none


def aim(stage: Stage) -> float:
    """Gap to stop at, so that the wanted gap still holds after later stages have used the slack."""
    return max(stage.gap - 2 * stage.slack, stage.gap / 2)


def part(effort: Effort, *, last: bool) -> Effort:
    """Most of what is left for a stage, all of it for the last."""
    if last:
        return effort
    return replace(
        effort,
        time_limit_s=None if effort.time_limit_s is None else effort.time_limit_s * _STAGE_SHARE,
        work_limit=None if effort.work_limit is None else int(effort.work_limit * _STAGE_SHARE),
    )


def report(stage: Stage, outcome: Outcome, bound: float | None, conditions: Sequence[str]) -> StageReport:
    """Report how a stage ended, its value still open; conditions are what earlier stages ask for, in words."""
    floor = "; ".join([*conditions, *(["modules kept"] if stage.keeps_modules else [])])
    name, words, work = stage.objective.name, outcome.words, outcome.work
    return StageReport(name, outcome.status, None, bound, words, work, outcome.runtime_s, floor)


def valued(
    problem: Problem, stages: Sequence[Stage], solution: Solution, reports: Sequence[StageReport]
) -> tuple[StageReport, ...]:
    """Give every stage the value of the final answer, so that what is reported is what is delivered."""
    if not solution.found:
        return tuple(reports)
    given = [
        replace(told, value=stage.objective.value(problem, solution))
        for stage, told in zip(stages, reports, strict=False)
    ]
    # What a later stage gave up within the slack is no longer the optimum that was proven.
    return tuple(
        replace(told, status=Status.GAP) if told.status is Status.OPTIMAL and (told.gap or 0.0) > _PROVED else told
        for told in given
    )
