"""The covering method: stage by stage over options, with demand known by the worth that open options cover."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from solvers.covering.families import Families
from solvers.covering.master import Master
from solvers.covering.tree import Tree
from solvers.limits import Limit
from solvers.linear import Effort, Progress, ProgressCallback, Status, StopCallback, relative_gap
from solvers.objectives import Objective
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.reports import aim, part, report, valued
from solvers.side import Floor, Side
from solvers.solution import Solution, StageReport
from solvers.stage import Stage


class CoveringMethod:
    """Covering without capacities: maximal covering (Church & ReVelle 1974), set covering, flow refuelling.

    Demand rows with the same cover sets are one; what they are worth together is known to a small program over the
    options by its tangents (Benders decomposition, as Cordeau, Furini & Ljubić 2019 for points), which `Tree` searches.
    """

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""
        if not problem.n_options:
            return "there is nothing to open"
        if (problem.set_draw > 0).any():
            return "some cover sets draw on capacities"
        for stage in stages:
            if stage.objective.form(problem).assigned.nnz:
                return f"objective {stage.objective.name!r} asks who goes where"
        deciding = [stage.objective for n, stage in enumerate(stages) if n == 0 or not stage.keeps_modules]
        for objective in deciding:
            if objective.form(problem).served.nnz and not objective.maximise:
                return f"objective {objective.name!r} is more than what is covered and what is open"
        return _unlike(problem, [*deciding, *limits])

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
        """Solve stage by stage.

        Parameters
        ----------
        problem
            The problem; no set draws on capacities.
        stages
            Objectives in order of importance. A stage that keeps modules is decided by them.
        limits
            What the answer must keep to; those on served demand count it as the objective does, if that counts it.
        effort
            Limits on work and time for all stages together, threads and seed; each stage brings its own gap. Solving a
            program is one piece of work.
        progress, should_stop
            News out; whether to stop with the best answer so far.
        start
            Modules per option to begin from, shape (O,).
        """
        families, total = _families(problem, stages, limits)
        floors: list[Floor] = []
        conditions: list[str] = []
        reports: list[StageReport] = []
        modules, left, first = None, effort, start
        for number, stage in enumerate(stages):
            if stage.keeps_modules and modules is not None:
                reports.append(_kept(problem, stage, modules, conditions))
                continue
            side = Side.of(problem, stage.objective, [*limits, *floors])
            master = self.master(problem, side, families, total)
            share = replace(part(left, last=number == len(stages) - 1), gap=aim(stage))
            tree = Tree(master, share, should_stop or _never, _news(progress, stage, side.sign * master.unit, side))
            tree.begin(first)
            outcome = tree.search()
            left = left.after(outcome)
            bound = None if outcome.bound is None else side.sign * (master.unit * outcome.bound + master.offset)
            reports.append(report(stage, outcome, bound, conditions))
            if outcome.values is None:
                break
            modules = first = master.modules(outcome.values)
            if outcome.status is Status.INTERRUPTED:
                break
            value = stage.objective.value(problem, _solution(problem, modules, effort.seed))
            floors.append(Floor(stage.objective, stage.floor(value)))
            conditions.append(stage.floor_words(value))
        solution = _solution(problem, modules, effort.seed)
        return replace(solution, stages=valued(problem, stages, solution, reports))

    def master(self, problem: Problem, side: Side, families: Families, total: float) -> Master:
        """The master problem that is searched."""
        return Master.of(problem, side, families, total)


def _unlike(problem: Problem, parts: Sequence[Objective | Limit]) -> str:
    """Why objectives and limits do not all count one worth of what is covered; empty when they do."""
    forms = [(part.name, part.form(problem)) for part in parts]
    counting = [(name, form) for name, form in forms if form.served.nnz or form.assigned.nnz]
    for name, form in counting:
        if form.served.shape[0] > 1 or form.assigned.nnz or form.served.data.min() < 0:
            return f"{name!r} is more than what is covered"
    for (one, first), (other, second) in pairwise(counting):
        if abs(first.served - second.served).nnz:
            return f"{one!r} and {other!r} count served demand differently"
    return ""


def _never() -> bool:
    return False


def _families(problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> tuple[Families, float]:
    """Families by what their rows are worth to the stages and limits, and the worth of all."""
    worth = np.zeros(problem.n_rows)
    deciding = [stage.objective for n, stage in enumerate(stages) if not n or not stage.keeps_modules]
    parts: tuple[Objective | Limit, ...] = (*deciding, *limits)
    for counted in parts:
        served = counted.form(problem).served
        if served.nnz and not worth.any():
            worth = problem.demand * served.toarray()[0]
    families = Families.of(problem, worth)
    return families, float(families.weight.sum()) or 1.0


def _news(
    progress: ProgressCallback | None, stage: Stage, unit: float, side: Side
) -> Callable[[float | None, float | None], None]:
    began = time.perf_counter()

    def tell(objective: float | None, bound: float | None) -> None:
        if progress is not None:
            known = [None if x is None or not np.isfinite(x) else unit * x + side.sign * side.offset
                     for x in (objective, bound)]  # fmt: skip
            gap = None if known[0] is None or known[1] is None else relative_gap(known[0], known[1])
            progress(Progress(stage.objective.name, known[0], known[1], gap, time.perf_counter() - began))

    return tell


def _kept(problem: Problem, stage: Stage, modules: Integers, conditions: Sequence[str]) -> StageReport:
    """A stage that decides nothing: all that the modules cover is served, and nobody draws or travels."""
    bound = stage.objective.value(problem, _solution(problem, modules, 0))
    floor = "; ".join([*conditions, "modules kept"])
    return StageReport(stage.objective.name, Status.OPTIMAL, None, bound, "nothing to decide", 0, 0.0, floor)


def _solution(problem: Problem, modules: Integers | None, seed: int) -> Solution:
    """Modules, with every row that they cover served by the nearest open option of each set, ties by index."""
    name = "covering, tangents and branching in HiGHS"
    if modules is None:
        return Solution(None, None, (), name, seed)
    able = np.flatnonzero(modules[problem.pair_option] > 0)
    order = able[np.lexsort((problem.pair_option[able], problem.pair_time_s[able], problem.pair_set[able]))]
    sets, first = np.unique(problem.pair_set[order], return_index=True)
    covered: Floats = np.zeros(problem.n_sets)
    covered[sets] = 1.0
    whole: Booleans = problem.least_of_sets(covered) > 0
    share = np.zeros(problem.n_pairs)
    share[order[first]] = whole[problem.set_row[sets]]
    return Solution(modules, share, (), name, seed)
