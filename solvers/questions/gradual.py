"""Gradual covering and the p-median as plain covering: a row is worth more for each step nearer that is reached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from solvers.limits import Limit
from solvers.linear import Effort, Progress, ProgressCallback, Status, StopCallback, relative_gap
from solvers.objectives import GradualValue, Objective, ServedValue, WeightedTravel
from solvers.problem import Floats, Integers, Problem
from solvers.questions.center import must_serve, nearest_shares
from solvers.questions.plain import serves_everybody
from solvers.reports import valued
from solvers.solution import Solution, StageReport
from solvers.stage import Stage

_MOST_PAIRS = 20_000_000
_BEYOND = 1.01  # a little is left at the longest time of all, so that every pair is a step


class GradualMethod:
    """Gradual value or weighted travel first, then objectives over options, without capacities.

    What is left of a row's value at its nearest open option is a sum of plain coverages, one for each of the shares
    that its pairs have (Church & Roberts 1983). Weighted travel with everybody served is the same with what is left
    falling evenly up to the longest time (the radius form of the p-median, Cornuéjols, Nemhauser & Wolsey 1980). The
    `covering` method solves both. A last stage may ask for the first objective again with modules kept.
    """

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""
        objective = stages[0].objective
        if not isinstance(objective, GradualValue | WeightedTravel):
            return "the first objective is neither gradual value nor weighted travel"
        if (problem.set_draw > 0).any() or problem.n_sets != problem.n_rows:
            return "some cover sets draw on capacities, or belong to one row with others"
        if any(stage.objective.form(problem).touches_served for stage in _deciding(stages)[1:]):
            return "a later objective speaks of demand"
        if isinstance(objective, WeightedTravel) and not serves_everybody(problem, limits):
            return "not everybody is to be served"
        if isinstance(objective, GradualValue) and any(limit.touches_served for limit in limits):
            return "a limit speaks of served demand"
        if not problem.n_options:
            return "there is nothing to open"
        n_pairs = int(_ends(problem, _Scale.of(problem, objective).share)[1].sum())
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

        scale, deciding = _Scale.of(problem, stages[0].objective), _deciding(stages)
        asked = [limit for limit in limits if not limit.touches_served]
        if len(asked) < len(limits):
            asked.append(must_serve(problem))
        found = CoveringMethod().solve(
            stepped(replace(problem, value=scale.value), scale.share),
            [scale.stage(deciding[0]), *deciding[1:]],
            asked,
            effort,
            progress=None if progress is None else scale.news(progress),
            should_stop=should_stop,
            start=start,
        )
        reports = [replace(found.stages[0], bound=scale.own(found.stages[0].bound)), *found.stages[1:]]
        found = replace(found, stages=tuple(reports), method=f"steps of decay, {found.method}")
        if found.modules is None:
            return found
        found = replace(found, share=nearest_shares(problem, found.modules))
        told = valued(problem, deciding, found, found.stages)
        return replace(found, stages=(*told, *(_by_going_nearest(told[0]) for _ in stages[len(deciding) :])))


def _deciding(stages: Sequence[Stage]) -> Sequence[Stage]:
    """Stages without a last one that asks for the first again and opens nothing: going to the nearest answers it."""
    again = len(stages) > 1 and stages[-1].keeps_modules and stages[-1].objective == stages[0].objective
    return stages[:-1] if again else stages


def _by_going_nearest(first: StageReport) -> StageReport:
    """The report of such a stage: with what is open, no way is shorter."""
    words = "everybody goes to the nearest"
    return replace(first, status=Status.OPTIMAL, bound=first.value, floor="modules kept", words=words, runtime_s=0.0)


@dataclass(frozen=True, eq=False)
class _Scale:
    """An objective as `offset + unit × value covered by steps`.

    Parameters
    ----------
    name
        Name of the objective.
    share
        What is left of a row's value over each pair, shape (K,).
    value
        Value of one unit of each row, shape (I,).
    offset, unit
        The objective in terms of what steps cover; the unit is negative where less is better.
    nearer
        Part by which the gap of the value must be smaller than that of the objective.
    """

    name: str
    share: Floats
    value: Floats
    offset: float = 0.0
    unit: float = 1.0
    nearer: float = 1.0

    @classmethod
    def of(cls, problem: Problem, objective: Objective) -> Self:
        """The scale of gradual value, or of weighted travel."""
        if isinstance(objective, GradualValue):
            return cls(objective.name, objective.decay.share(problem.pair_time_s), problem.value)
        longest = float(problem.pair_time_s.max(initial=0.0)) * _BEYOND + 1.0
        nearest = np.full(problem.n_rows, np.inf)
        np.minimum.at(nearest, problem.pair_row, problem.pair_time_s)
        going = np.isfinite(nearest)
        least, most = float(problem.demand[going] @ nearest[going]), longest * float(problem.demand.sum())
        share = 1 - problem.pair_time_s / longest
        nearer = least / most if most > 0 else 0.0
        return cls(objective.name, share, np.ones(problem.n_rows), most, -longest, nearer)

    def own(self, value: float | None) -> float | None:
        """A value covered by steps in the objective's own terms."""
        return None if value is None else self.offset + self.unit * value

    def stage(self, stage: Stage) -> Stage:
        """The stage over the value covered by steps."""
        return _Scaled(ServedValue(name=self.name), stage.gap * self.nearer, stage.slack, own=stage, scale=self)

    def news(self, progress: ProgressCallback) -> ProgressCallback:
        """News in the objective's own terms."""

        def tell(told: Progress) -> None:
            if told.stage == self.name:
                incumbent, bound = self.own(told.incumbent), self.own(told.bound)
                gap = None if incumbent is None or bound is None else relative_gap(incumbent, bound)
                told = replace(told, incumbent=incumbent, bound=bound, gap=gap)
            progress(told)

        return tell


@dataclass(frozen=True)
class _Scaled(Stage):
    """A stage whose floor is that of another one, in other terms."""

    own: Stage | None = None
    scale: _Scale | None = None

    def floor(self, value: float) -> float:
        """Worst value that later stages must keep."""
        assert self.own is not None
        assert self.scale is not None
        return (self.own.floor(self.scale.offset + self.scale.unit * value) - self.scale.offset) / self.scale.unit

    def floor_words(self, value: float) -> str:
        """The floor as a sentence for reports."""
        assert self.own is not None
        assert self.scale is not None
        return self.own.floor_words(self.scale.offset + self.scale.unit * value)


def stepped(problem: Problem, share: Floats) -> Problem:
    """Return the problem with a demand row for each step of each row, worth the part of the value that it adds.

    Parameters
    ----------
    problem
        The problem: one cover set per row, which draws nothing.
    share
        What is left of its row's value over each pair, shape (K,).
    """
    order, sizes, worth = _ends(problem, share)
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


def _ends(problem: Problem, share: Floats) -> tuple[Integers, Integers, Floats]:
    """Pairs that are worth something by row and falling share; how many a step has where one ends; their shares."""
    some = np.flatnonzero(share > 0)
    order = some[np.lexsort((-share[some], problem.pair_row[some]))]
    worth, row = share[order], problem.pair_row[order]
    ends = np.ones(len(order), dtype=bool)
    ends[:-1] = (row[1:] != row[:-1]) | (worth[1:] != worth[:-1])
    first = np.searchsorted(row, row)
    sizes: Integers = np.where(ends, np.arange(len(order)) - first + 1, 0)
    return order, sizes, worth
