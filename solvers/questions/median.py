"""The p-median's own method, where a problem asks for no more than a p-median (Hakimi 1964)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.limits import Limit, ServedShare
from solvers.linear import Effort, ProgressCallback, StopCallback
from solvers.method import LEFT_ASIDE
from solvers.objectives import WeightedTravel
from solvers.problem import Integers, Problem
from solvers.questions.center import nearest_shares
from solvers.questions.plain import Plain, distances_to_sets, opened_at_least, serves_everybody, sets_asking
from solvers.reports import aim
from solvers.solution import Solution, StageReport
from solvers.stage import Stage


class MedianMethod:
    """Weighted travel alone, with everybody served, a number of stations and required options."""

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""
        if len(stages) != 1 or not isinstance(stages[0].objective, WeightedTravel):
            return "weighted travel is not the only objective"
        if (problem.set_draw > 0).any():
            return "some cover sets draw on capacities"
        if not sets_asking(problem).size or not serves_everybody(problem, limits):
            return "not everybody is to be served"
        plain = Plain.of(problem, _on_options(limits))
        if isinstance(plain, str):
            return plain
        return "" if plain.most else "no station may be opened"

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
        """Open as many stations as may be, for one more is never worse; `start` is not needed.

        Parameters
        ----------
        problem, stages, limits
            What `supports` has nothing against.
        effort
            Limits on work and time, threads and seed; the stage brings its gap.
        progress, should_stop, start
            As for every method.
        """
        from solvers.median.method import MedianSearch

        plain = Plain.of(problem, _on_options(limits))
        assert isinstance(plain, Plain)
        distances = distances_to_sets(problem, problem.pair_time_s)
        weight = problem.demand[problem.set_row][sets_asking(problem)]
        effort = replace(effort, gap=aim(stages[0]))
        choice = plain.choice(problem, plain.most)
        found = MedianSearch(distances, weight, choice, np.inf, effort=effort, should_stop=should_stop).run()
        report = StageReport(
            objective=stages[0].objective.name,
            status=found.status,
            value=found.value,
            bound=found.bound,
            words=found.words,
            work=0,
            runtime_s=found.runtime_s,
        )
        name = "p-median, prices and exchanges"
        if found.sites is None:
            return Solution(None, None, (report,), name, effort.seed)
        modules = opened_at_least(problem, found.sites)
        aside = () if start is None else (f"{LEFT_ASIDE}: the p-median has a method of its own",)
        return Solution(modules, nearest_shares(problem, modules), (report,), name, effort.seed, notes=aside)


def _on_options(limits: Sequence[Limit]) -> list[Limit]:
    return [limit for limit in limits if not isinstance(limit, ServedShare)]
