"""Capacitated location's own method, where a problem asks for no more than that (Holmberg, Rönnqvist & Yuan 1999)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.limits import Limit, ServedShare
from solvers.linear import Effort, ProgressCallback, StopCallback
from solvers.objectives import TotalCost
from solvers.problem import Floats, Integers, Problem
from solvers.questions.plain import serves_everybody, sets_asking
from solvers.reports import aim
from solvers.solution import Solution, StageReport
from solvers.stage import Stage
from solvers.watch import Watch

_MOST_CELLS = 20_000_000  # the method holds a table of all rows and options


class CapacitatedMethod:
    """Total cost alone, with everybody served by one service in one year, and no limit on options."""

    def supports(self, problem: Problem, stages: Sequence[Stage], limits: Sequence[Limit]) -> str:
        """Say why the method cannot solve a problem; empty when it can."""
        if len(stages) != 1 or not isinstance(stages[0].objective, TotalCost):
            return "total cost is not the only objective"
        for limit in limits:
            if not isinstance(limit, ServedShare):
                return f"limit {limit.name!r} is no served share"
        if not sets_asking(problem).size or not serves_everybody(problem, limits):
            return "not everybody is to be served"
        return _unlike(problem)

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
        """Open options with as many modules as are needed; `start` is not needed.

        Parameters
        ----------
        problem, stages, limits
            What `supports` has nothing against.
        effort
            Limits on nodes and time, threads and seed; the stage brings its gap.
        progress, should_stop, start
            As for every method.
        """
        from solvers.capacitated.case import Capacitated
        from solvers.capacitated.method import solve_case

        objective = stages[0].objective
        assert isinstance(objective, TotalCost)
        rows = np.flatnonzero(problem.demand > 0)
        demand = problem.demand[rows]
        way = np.full((problem.n_rows, problem.n_options), np.inf)
        way[problem.pair_row, problem.pair_option] = objective.per_unit * problem.demand[problem.pair_row]
        capacity, cost = _sizes(problem)
        case = Capacitated(
            demand, way[rows], capacity, cost, np.flatnonzero(problem.required), np.zeros(0, dtype=np.int64)
        )
        found = solve_case(case, Watch(replace(effort, gap=aim(stages[0])), should_stop))
        report = StageReport(
            objective=objective.name,
            status=found.status,
            value=found.value,
            bound=found.bound if found.bound is not None and np.isfinite(found.bound) else None,
            words=found.words,
            work=0,
            runtime_s=found.runtime_s,
        )
        name = "capacitated location, prices and branching"
        if found.sites is None or found.sizes is None or found.share is None:
            return Solution(None, None, (report,), name, effort.seed)
        modules = np.zeros(problem.n_options, dtype=np.int64)
        modules[found.sites] = problem.min_modules[found.sites] + found.sizes
        table = np.zeros_like(way)
        table[rows] = found.share.toarray()
        return Solution(modules, table[problem.pair_row, problem.pair_option], (report,), name, effort.seed)


def _unlike(problem: Problem) -> str:
    """Why a problem is more than customers, sites and sizes; empty when it is not."""
    if problem.n_sets != problem.n_rows or (problem.set_draw != 1).any():
        return "some rows have several cover sets, or one that does not draw all of their demand"
    if len(np.unique(problem.row_service)) > 1 or len(np.unique(problem.row_year)) > 1:
        return "there are several services, or several years"
    if (problem.closing_cost > 0).any():
        return "closing costs money"
    if problem.n_rows * problem.n_options > _MOST_CELLS:
        return f"{problem.n_rows} rows by {problem.n_options} options are too large a table"
    return ""


def _sizes(problem: Problem) -> tuple[Floats, Floats]:
    """Capacity and cost of each option by its modules, from the least on, shape (O, M); infinite beyond the most."""
    more = np.arange(int((problem.max_modules - problem.min_modules).max(initial=0)) + 1)
    modules = problem.min_modules[:, None] + more
    given = problem.capacity[:, problem.row_service[0]][:, None] * modules
    cost = problem.fixed_cost[:, None] + problem.module_cost[:, None] * (modules - problem.base_modules[:, None])
    fits = modules <= problem.max_modules[:, None]
    capacity: Floats = np.where(fits, given, 0.0)
    return capacity, np.where(fits, cost, np.inf)
