"""Gradual covering as plain covering: a row is worth one part more for each step of its decay that is reached."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.limits import Limit
from solvers.linear import Effort, ProgressCallback, StopCallback
from solvers.objectives import GradualValue, ServedValue
from solvers.problem import Floats, Integers, Problem
from solvers.questions.center import nearest_shares
from solvers.reports import valued
from solvers.solution import Solution
from solvers.stage import Stage

_MOST_PAIRS = 20_000_000


class GradualMethod:
    """Gradual value first, then objectives over options, without capacities (Church & Roberts 1983).

    The decay of a row's nearest open option is a sum of plain coverages, one for each of the shares that its pairs
    have: the `covering` method solves it.
    """

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""
        if not isinstance(stages[0].objective, GradualValue):
            return "the first objective is not gradual value"
        if (problem.set_draw > 0).any() or problem.n_sets != problem.n_rows:
            return "some cover sets draw on capacities, or belong to one row with others"
        if any(stage.objective.form(problem).touches_served for stage in stages[1:]):
            return "a later objective speaks of demand"
        if any(limit.touches_served for limit in limits):
            return "a limit speaks of served demand"
        if not problem.n_options:
            return "there is nothing to open"
        n_pairs = int(_ends(problem, stages[0].objective)[1].sum())
        return f"its steps would need {n_pairs} pairs" if n_pairs > _MOST_PAIRS else ""

    def solve(
        self,
        problem: Problem,
        stages: Sequence[Stage],
        limits: Sequence[Limit],
        effort: Effort,
        *,
        progress: ProgressCallback | None = None,
        should_stop: StopCallback | None = None,
        start: Integers | None = None,
    ) -> Solution:
        """Solve as plain covering, and send everybody to the nearest open option.

        Parameters
        ----------
        problem, stages, limits
            What `supports` has nothing against.
        effort, progress, should_stop, start
            As for every method.
        """
        from solvers.covering.method import CoveringMethod

        objective = stages[0].objective
        assert isinstance(objective, GradualValue)
        covering = [replace(stages[0], objective=ServedValue(name=objective.name)), *stages[1:]]
        found = CoveringMethod().solve(
            stepped(problem, objective),
            covering,
            limits,
            effort,
            progress=progress,
            should_stop=should_stop,
            start=start,
        )
        if found.modules is None:
            return replace(found, method=f"gradual covering, {found.method}")
        share = nearest_shares(problem, found.modules)
        found = replace(found, share=share, method=f"gradual covering, {found.method}")
        return replace(found, stages=valued(problem, stages, found, found.stages))


def stepped(problem: Problem, objective: GradualValue) -> Problem:
    """Return the problem with a demand row for each step of each row, worth the part of the value that it adds.

    Parameters
    ----------
    problem
        The problem: one cover set per row, which draws nothing.
    objective
        Whose decay makes the steps.
    """
    order, sizes, worth = _ends(problem, objective)
    last = np.flatnonzero(sizes)
    row = problem.pair_row[order[last]]
    below = np.append(worth[last][1:], 0.0)
    below[np.append(row[1:] != row[:-1], True)] = 0.0
    size = sizes[last]
    begin = np.repeat(last - size + 1 - np.r_[0, np.cumsum(size)[:-1]][: len(size)], size)
    pairs = order[begin + np.arange(size.sum())]
    cover = np.repeat(np.arange(len(last)), size)
    by_set = np.lexsort((problem.pair_option[pairs], cover))
    return replace(
        problem,
        demand=problem.demand[row],
        value=problem.value[row] * (worth[last] - below),
        row_service=problem.row_service[row],
        row_year=problem.row_year[row],
        set_row=np.arange(len(last)),
        set_draw=np.zeros(len(last)),
        pair_set=cover[by_set],
        pair_option=problem.pair_option[pairs][by_set],
        pair_time_s=problem.pair_time_s[pairs][by_set],
    )


def _ends(problem: Problem, objective: GradualValue) -> tuple[Integers, Integers, Floats]:
    """Pairs that are worth something by row and falling share; how many a step has where one ends; their shares."""
    share = objective.decay.share(problem.pair_time_s)
    some = np.flatnonzero(share > 0)
    order = some[np.lexsort((-share[some], problem.pair_row[some]))]
    worth, row = share[order], problem.pair_row[order]
    ends = np.ones(len(order), dtype=bool)
    ends[:-1] = (row[1:] != row[:-1]) | (worth[1:] != worth[:-1])
    first = np.searchsorted(row, row)
    sizes: Integers = np.where(ends, np.arange(len(order)) - first + 1, 0)
    return order, sizes, worth
