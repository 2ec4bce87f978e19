"""One run in this process: `python -m bench.measure RUN` takes a run in JSON and writes lines of JSON.

Lists are news (`bench.row.News`), the object on the last line is the result (`bench.row.Result`).
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from bench.instances import joint_instance
from bench.row import End, News, Result
from bench.runs import PEER, Run
from solvers import OBJECTIVES, Effort, Limit, Problem, Progress, Stage, Status, solve

GAP = 1e-4
EQUAL_PERCENT = 6e-4  # published percentages have three decimals
_PER_MB = 1e6 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB elsewhere


@dataclass(frozen=True)
class _Asked:
    problem: Problem
    limits: tuple[Limit, ...]
    stages: tuple[Stage, ...]


def main() -> None:
    """Measure the run that comes in, and print what came of it."""
    order = json.loads(sys.argv[1])
    run, data, threads = Run(**order["run"]), Path(order["data"]), int(order["threads"])
    result = _known(run, data, threads) if run.kind == "known" else _solved(run, threads)
    print(json.dumps(asdict(result)), flush=True)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MB


def _solved(run: Run, threads: int) -> Result:
    asked, start = _asked(run), None
    effort = Effort(gap=GAP, time_limit_s=run.seconds, threads=threads)
    if run.again:
        start = solve(asked.problem, asked.stages, asked.limits, method=run.method, effort=effort).modules
        asked = replace(asked, problem=_changed(asked.problem))
    began = time.perf_counter()

    def tell(news: Progress) -> None:
        if news.stage == asked.stages[0].objective.name:
            print(json.dumps(News(time.perf_counter() - began, news.incumbent, news.bound)), flush=True)

    if run.method == PEER:
        ends = [_peer(asked, effort, tell)]
    else:
        found = solve(
            asked.problem, asked.stages, asked.limits, method=run.method, effort=effort, progress=tell, start=start
        )
        ends = [End(stage.objective, str(stage.status), stage.value, stage.bound) for stage in found.stages]
    took_s = time.perf_counter() - began
    return Result(took_s, _peak_mb(), float(asked.problem.demand @ asked.problem.value), tuple(ends))


def _asked(run: Run) -> _Asked:
    served, cost = Stage(OBJECTIVES["served_value"], gap=GAP), Stage(OBJECTIVES["cost"], gap=GAP)
    if run.kind == "flows":
        from bench.flows import frlm_instance

        flows = frlm_instance(run.seed)
        return _Asked(flows.problem(), flows.limits(), (replace(served, gap=1e-6),))
    city = joint_instance(run.size, run.seed, budget=run.budget, demand=run.demand)
    return _Asked(city.problem, city.limits, (served, cost) if run.cost_stage else (served,))


def _changed(problem: Problem) -> Problem:
    """Demand of another year: each row up to 10 % more or less."""
    change = np.random.default_rng(1).uniform(0.9, 1.1, problem.n_rows)
    return replace(problem, demand=problem.demand * change)


def _peer(asked: _Asked, effort: Effort, tell: Callable[[Progress], None]) -> End:
    """Solve the compact model in HiGHS alone, without our relaxation, rounding and blocks; building counts as work."""
    from solvers.compact import CompactModel
    from solvers.highs import Highs

    assert effort.time_limit_s is not None
    began = time.perf_counter()
    stage = asked.stages[0]
    model = CompactModel.build(asked.problem, asked.limits).with_objective(stage.objective)
    left_s = effort.time_limit_s - (time.perf_counter() - began)
    outcome = Highs(tell).solve(
        model, replace(effort, gap=stage.gap, time_limit_s=max(left_s, 1.0)), stage=stage.objective.name
    )
    unit = model.scale or 1.0
    value = None if outcome.objective is None else outcome.objective * unit
    return End(
        stage.objective.name, str(outcome.status), value, None if outcome.bound is None else outcome.bound * unit
    )


def _known(run: Run, data: Path, threads: int) -> Result:
    """Solve every case of the 25-node network to the proof, and count those that end at the published optimum."""
    from bench.flows import known_cases

    effort = Effort(time_limit_s=run.seconds, threads=threads)
    stages = (Stage(OBJECTIVES["served_value"], gap=0.0),)
    cases = known_cases(data / "frlm")
    began = time.perf_counter()
    equal = 0
    for case in cases:
        flows = case.instance
        found = solve(flows.problem(), stages, flows.limits(), method=run.method, effort=effort)
        value = found.stages[0].value or 0.0
        percent = 100.0 * value / flows.flow.sum()
        known = found.status is Status.OPTIMAL and abs(percent - case.optimal_percent) <= EQUAL_PERCENT
        equal += int(known)
    return Result(time.perf_counter() - began, _peak_mb(), cases=len(cases), equal=equal)


if __name__ == "__main__":
    main()
