"""The least level at which something is possible, by halving the levels in question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from solvers.branch import solve_stage
from solvers.compact import CompactModel
from solvers.errors import VerificationError
from solvers.highs import Highs
from solvers.limits import Limit
from solvers.linear import Effort, Outcome, Status, StopCallback, relative_gap
from solvers.problem import Floats, Problem
from solvers.solution import Solution
from solvers.watch import Watch

Ask = Callable[[float, Effort], tuple[Solution | None, Outcome]]
"""Whether something is possible at a level, with what may be spent on it."""


@dataclass(frozen=True, eq=False)
class Bisected:
    """The best answer, its level, and the least level that is not proved impossible."""

    best: Solution | None
    level: float
    bound: float
    status: Status
    words: str
    questions: int


def bisect(levels: Floats, ask: Ask, level_of: Callable[[Solution], float], watch: Watch, gap: float) -> Bisected:
    """Find the least level at which an answer exists; what is possible at one level is at every higher one.

    The highest level is asked first: what is impossible there is impossible.

    Parameters
    ----------
    levels
        Levels in question, rising, at least one, shape (N,).
    ask
        Looks for an answer at a level.
    level_of
        The level that an answer reaches, at most the one it was asked for.
    watch
        When to stop.
    gap
        Relative distance of level and bound that is good enough.
    """
    best, level, bound, questions = None, np.inf, float(levels[0]), 0
    asked, status, words = float(levels[-1]), Status.UNKNOWN, ""
    while status is Status.UNKNOWN:
        found, outcome = ask(asked, watch.left())
        questions += 1
        watch.count(1 + outcome.work)
        words = outcome.words
        if found is not None:
            best, level = found, level_of(found)
            if level < bound:
                raise VerificationError(f"an answer at {level:.10g}, where nothing below {bound:.10g} was possible")
        elif outcome.status is Status.INFEASIBLE:
            above = levels[levels > asked]
            if not above.size:
                return Bisected(None, np.inf, np.inf, Status.INFEASIBLE, words, questions)
            bound = min(float(above[0]), level)
        else:
            status = outcome.status
            break
        left = levels[(levels >= bound) & (levels < level)]
        status = _ended(level, bound if left.size else level, gap) or watch.stopped()
        if not left.size:
            bound = level
        else:
            asked = float(left[(len(left) - 1) // 2])
    return Bisected(best, level, bound, status, words, questions)


def _ended(level: float, bound: float, gap: float) -> Status | None:
    """How the search ends at this level and bound; `None` when it goes on."""
    if level == bound:
        return Status.OPTIMAL
    return Status.GAP if np.isfinite(level) and relative_gap(level, bound) <= gap else None


def possible(
    problem: Problem, limits: Sequence[Limit], effort: Effort, should_stop: StopCallback | None
) -> tuple[Solution | None, Outcome]:
    """Any answer that keeps all limits, if there is one."""
    model = CompactModel.build(problem, limits)
    outcome = solve_stage(model.rows, effort, Highs(None, should_stop), stage="bisection")
    return (None if outcome.values is None else model.decode(outcome.values, effort.seed)), outcome
