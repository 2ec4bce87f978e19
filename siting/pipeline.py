"""One straight line from a study to its result."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata import CandidateSites, DemandPoints
from siting import __version__
from siting.about import build_meta, type_entries
from siting.answer import Answer
from siting.area import Area, build_area
from siting.assemble import Assembly, assemble
from siting.built import read_built
from siting.candidates import build_sites
from siting.demand import build_demand
from siting.errors import NoAnswerError, StudyError
from siting.flows import build_flows
from siting.kpis import build_kpis
from siting.layers import read_layers
from siting.limits import build_limits
from siting.objectives.nearest import to_nearest
from siting.objectives.rules import open_ended_faults
from siting.result import Result
from siting.rolling import solve_rolling
from siting.scorecard import build_scorecard
from siting.solving import Watch, solve_assembly
from siting.start import read_start
from siting.study import Study
from siting.tables import build_tables
from solvers import Limit, Progress, Solution, Status


@dataclass(frozen=True, eq=False)
class Prepared:
    """A study made ready to solve."""

    study: Study
    run_id: str
    inputs: tuple[dict[str, Any], ...]
    area: Area
    demand: DemandPoints
    sites: CandidateSites
    assembly: Assembly
    limits: list[Limit]


def prepare(study: Study) -> Prepared:
    """Read, model and assemble a study, without solving it.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a file, a layer or a number does not fit.
    """
    layers = read_layers(study)
    area = build_area(study, layers)
    demand = build_demand(study, area)
    sites = build_sites(study, area, demand)
    flows = build_flows(study, area)
    assembly = assemble(study, area, demand, sites, flows=flows, built=read_built(study, sites))
    limits = build_limits(study, area, assembly)
    return Prepared(study, _run_id(study, layers.inputs), layers.inputs, area, demand, sites, assembly, limits)


def run(
    study: Study,
    *,
    start: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Solve a study and check the answer.

    Parameters
    ----------
    study
        The study.
    start
        Folder of an earlier run whose facilities the solver begins from.
    progress, should_stop
        News out while the solver works; whether to stop with the best answer so far.

    Raises
    ------
    NoAnswerError
        When the study is infeasible, or nothing was found before a limit or an interrupt.
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a file, a layer or a number does not fit.
    RunFolderError
        When there is no run to begin from.
    """
    begun = None if start is None else read_start(Path(start))
    ready = prepare(study)
    if faults := open_ended_faults(study, ready.assembly):
        raise StudyError(study.source, faults)
    watch = Watch(progress, should_stop)
    if study.phased and study.solver.years == "rolling":
        whole = ready.assembly, ready.limits
        solution = solve_rolling(study, ready.area, ready.demand, ready.sites, whole, watch, begun)
    else:
        solution = solve_assembly(study, ready.assembly, ready.limits, watch, start=begun)
    if not solution.found:
        raise _no_answer(solution)
    return build_result(ready, solution)


def build_result(ready: Prepared, solution: Solution) -> Result:
    """Put an answer back into the planner's terms."""
    study, area, assembly = ready.study, ready.area, ready.assembly
    answer = Answer(assembly, solution) if study.objective.capacities else to_nearest(study, assembly, solution)
    tables = build_tables(study, area, answer, ready.limits)
    return Result(
        study=study,
        run_id=ready.run_id,
        inputs=ready.inputs,
        sites=tables.sites,
        demand=tables.demand,
        assignment=tables.assignment,
        districts=tables.districts,
        places=tables.places,
        phases=tables.phases,
        closed=tables.closed,
        flows=tables.flows,
        roads=area.main_roads(),
        types=type_entries(study),
        kpis=build_kpis(study, assembly, tables, solution, ready.run_id),
        scorecard=build_scorecard(study, area, assembly, tables, solution),
        meta=build_meta(study, area, assembly, ready.run_id),
        solution=solution,
        size={
            "sites": len(ready.sites),
            "demand_rows": assembly.problem.n_rows,
            "options": assembly.problem.n_options,
            "pairs": assembly.problem.n_pairs,
        },
    )


def _run_id(study: Study, inputs: tuple[dict[str, Any], ...]) -> str:
    """Hash of the resolved study, the inputs' content and the version."""
    content = [study.model_dump(mode="json"), study.catalogue.model_dump(mode="json")]
    hashes = sorted((entry["name"], entry["sha256"]) for entry in inputs)
    text = json.dumps([content, hashes, __version__], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def infeasible(reasons: Sequence[str]) -> NoAnswerError:
    """Say that nothing meets all limits, which of them conflict, and the cheapest way out."""
    why = "".join(f"\n  - {reason}" for reason in reasons)
    advice = f":{why}" if why else " together; relax a count, a quota, a budget, a share or a spacing"
    return NoAnswerError(f"nothing meets all limits{advice}", 4)


def _no_answer(solution: Solution) -> NoAnswerError:
    if solution.status is Status.INFEASIBLE:
        return infeasible(solution.notes)
    if solution.status is Status.INTERRUPTED:
        return NoAnswerError("interrupted before an answer was found", 130)
    return NoAnswerError(
        f"no answer within the limits ({solution.stages[0].words}); raise solver.time_limit_s or solver.work_limit", 6
    )
