"""The joint problem: ours, and the compact model in HiGHS; values in percent of all that could be served."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bench.instances import joint_instance
from bench.models import Call, Setting
from bench.row import Answer, News
from bench.run import OURS, Run
from solvers import OBJECTIVES, Effort, Limit, Problem, Progress, Stage, solve
from solvers.compact import CompactModel
from solvers.highs import Highs
from solvers.problem import Integers

GAP = 1e-4


@dataclass(frozen=True)
class Asked:
    """A problem with limits and stages, the method that answers it, and its size in words."""

    problem: Problem
    limits: tuple[Limit, ...]
    stages: tuple[Stage, ...]
    method: str
    size: str

    @property
    def all_value(self) -> float:
        """Value of all demand."""
        return float(self.problem.demand @ self.problem.value)


def prepare(run: Run, setting: Setting) -> Call:
    """City of `of`: size, seed, budget, demand; `cost`: the second stage too; `again`: from an earlier answer."""
    changes = {key: run.of[key] for key in ("budget", "demand") if key in run.of}
    city = joint_instance(run.of["size"], run.of["seed"], **changes)
    names = ("served_value", "cost") if run.of.get("cost") else ("served_value",)
    stages = tuple(Stage(OBJECTIVES[name], gap=GAP) for name in names)
    size = f"{len(city.row_km):,} rows x {len(city.site_km):,} sites, {city.problem.n_pairs:,} pairs"
    asked = Asked(city.problem, city.limits, stages, "joint", size)
    if not run.of.get("again"):
        return call_on(asked, run, setting)
    effort = Effort(gap=GAP, time_limit_s=run.limit_s, threads=setting.threads)
    start = solve(asked.problem, stages, asked.limits, method=asked.method, effort=effort).modules
    return call_on(replace(asked, problem=_changed(asked.problem)), run, setting, start=start)


def call_on(asked: Asked, run: Run, setting: Setting, *, start: Integers | None = None) -> Call:
    """Ours from a start, or plain HiGHS, on a problem."""
    effort = Effort(gap=asked.stages[0].gap, time_limit_s=run.limit_s, threads=setting.threads)
    unit = asked.all_value / 100.0

    def call() -> Answer:
        began = time.perf_counter()

        def tell(news: Progress) -> None:
            if news.stage == asked.stages[0].objective.name:
                value, bound = (_in(unit, number) for number in (news.incumbent, news.bound))
                setting.tell(News(time.perf_counter() - began, value, bound))

        if run.tool != OURS:
            return _compact(asked, effort, tell, began)
        found = solve(
            asked.problem, asked.stages, asked.limits, method=asked.method, effort=effort, progress=tell, start=start
        )
        last = found.stages[-1]
        if len(asked.stages) > 1:  # money has its own unit
            return Answer(str(last.status), last.value, last.bound, asked.size)
        return Answer(str(last.status), _in(unit, last.value), _in(unit, last.bound), asked.size)

    return call


def _compact(asked: Asked, effort: Effort, tell: Callable[[Progress], None], began: float) -> Answer:
    """Solve the compact model in HiGHS alone, without our relaxation, rounding and blocks; building counts as work."""
    stage = asked.stages[0]
    model = CompactModel.build(asked.problem, asked.limits).with_objective(stage.objective)
    assert effort.time_limit_s is not None
    left_s = max(effort.time_limit_s - (time.perf_counter() - began), 1.0)
    outcome = Highs(tell).solve(model, replace(effort, time_limit_s=left_s), stage=stage.objective.name)
    unit = asked.all_value / 100.0 / (model.scale or 1.0)
    return Answer(str(outcome.status), _in(unit, outcome.objective), _in(unit, outcome.bound), asked.size)


def _in(unit: float, number: float | None) -> float | None:
    return None if number is None else number / unit


def _changed(problem: Problem) -> Problem:
    """Demand of another year: each row up to 10 % more or less."""
    change = np.random.default_rng(1).uniform(0.9, 1.1, problem.n_rows)
    return replace(problem, demand=problem.demand * change)
