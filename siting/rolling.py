"""Several years one after the other: each year is decided for itself, on what the years before it built."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geodata import CandidateSites, DemandPoints
from siting.area import Area
from siting.assemble import Assembly, assemble
from siting.built import Built
from siting.flows import of_year as flows_of_year
from siting.limits import build_limits
from siting.objectives.stages import COST, SERVED
from siting.solving import Watch, solve_assembly
from siting.start import Start
from siting.study import Study
from solvers import Limit, Solution, StageReport, Status, verify

_WORST_FIRST = (
    *(Status.INFEASIBLE, Status.UNKNOWN, Status.INTERRUPTED, Status.TIME_LIMIT, Status.WORK_LIMIT),
    *(Status.GAP, Status.OPTIMAL),
)


@dataclass(frozen=True, eq=False)
class _Year:
    """A year as it was decided."""

    year: int
    assembly: Assembly
    solution: Solution


def solve_rolling(
    study: Study,
    area: Area,
    demand: DemandPoints,
    sites: CandidateSites,
    whole: tuple[Assembly, list[Limit]],
    watch: Watch,
    start: Start | None = None,
) -> Solution:
    """Decide year by year, looking at no later year, and give the answer for all years.

    Each year serves its own demand with what stands, what the years before opened and what it opens itself. The plan
    lines of the year bind, and the budgets over all years with what is already spent.

    Parameters
    ----------
    study, area, demand, sites
        The study and its nouns.
    whole
        The problem of all years and its limits, which the answer is verified against.
    watch
        Progress out, and whether to stop.
    start
        An earlier run to begin from.

    Returns
    -------
    solution
        The first stages tell of all years, for which nothing is proven; then come those of each year, with its bound.

    Raises
    ------
    VerificationError
        When the years together break a limit.
    """
    assembly, limits = whole
    built, decided = assembly.built, list[_Year]()
    for n, year in enumerate(study.horizon, start=1):
        of_year = DemandPoints(demand.frame[demand.frame["year"] == year])
        part = assemble(
            study,
            area,
            of_year,
            sites,
            flows=flows_of_year(assembly.flows, year),
            built=built,
            years=study.horizon[:n],
        )
        solution = solve_assembly(
            study,
            part,
            build_limits(study, area, part),
            watch.named(str(year)),
            start=start,
            share=1.0 / len(study.horizon),
        )
        decided.append(_Year(year, part, solution))
        if not solution.found:
            return _without_answer(decided)
        if not built.decides(year):
            built = _built_until(year, part, solution, built)
    answer = _joined(assembly, decided)
    verify(assembly.problem, limits, answer)
    return replace(answer, stages=(*_overall(assembly, answer, decided), *_of_years(decided)))


def _built_until(year: int, part: Assembly, solution: Solution, before: Built) -> Built:
    """What stands after a year was decided."""
    assert solution.modules is not None
    options = part.options.assign(added=solution.modules - part.options["base_modules"], modules=solution.modules)
    modules: dict[str, Mapping[int, int]] = dict(before.modules)
    new = options[(options["year"] == year) & (options["modules"] > 0) & (options["added"] > 0)]
    for name, count in zip(new["facility_id"], new["added"], strict=True):
        modules[name] = {**modules.get(name, {}), year: int(count)}
    closed = options.loc[options["closable"] & (options["modules"] == 0), "facility_id"]
    return Built(modules, before.closed | set(closed), through=year)


def _joined(whole: Assembly, decided: list[_Year]) -> Solution:
    """The years' answers as one answer to the problem of all years."""
    problem = whole.problem
    modules = np.zeros(problem.n_options, dtype=np.int64)
    share = np.zeros(problem.n_pairs)
    key = problem.pair_set * problem.n_options + problem.pair_option
    for part in decided:
        assert part.solution.modules is not None
        assert part.solution.share is not None
        option = _positions(whole.options, part.assembly.options, ["facility_id", "year", "expands"])
        row = _positions(whole.rows, part.assembly.rows, ["row_id"])
        modules[option] = part.solution.modules
        used = np.flatnonzero(part.solution.share)
        own = part.assembly.problem
        # A row has the same cover sets in the same order in both.
        within = np.arange(own.n_sets) - np.searchsorted(own.set_row, own.set_row)
        there = np.searchsorted(problem.set_row, row[own.set_row]) + within
        pairs = there[own.pair_set[used]] * problem.n_options + option[own.pair_option[used]]
        share[np.searchsorted(key, pairs)] = part.solution.share[used]
    last = decided[-1].solution
    return Solution(modules, share, (), f"year by year, {last.method}", last.seed, notes=last.notes)


def _positions(whole: pd.DataFrame, part: pd.DataFrame, keys: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Row of the whole table for each row of a part of it."""
    known, wanted = (pd.MultiIndex.from_frame(pd.DataFrame(frame[keys])) for frame in (whole, part))
    return known.get_indexer(wanted).astype(np.int64)


def _overall(whole: Assembly, answer: Solution, decided: list[_Year]) -> list[StageReport]:
    """What all years together came to; each may be proven best for itself, the years together are not."""
    reports = []
    for objective in (SERVED, COST):
        first = [(part.year, _first(part.solution, objective.name)) for part in decided]
        found = [(year, stage) for year, stage in first if stage is not None]
        stages = [stage for _, stage in found]
        if not stages:
            continue
        worst = min((stage.status for stage in stages), key=_WORST_FIRST.index)
        endings = ", ".join(f"{year} {stage.status}" for year, stage in found)
        report = StageReport(
            objective=objective.name,
            status=Status.GAP if worst is Status.OPTIMAL else worst,
            value=objective.value(whole.problem, answer),
            bound=None,
            words=f"year by year: {endings}",
            work=sum(stage.work for stage in stages),
            runtime_s=sum(stage.runtime_s for stage in stages),
        )
        reports.append(report)
    return reports


def _first(solution: Solution, objective: str) -> StageReport | None:
    return next((stage for stage in solution.stages if stage.objective == objective), None)


def _of_years(decided: list[_Year]) -> list[StageReport]:
    """Each year's own reports."""
    return [
        replace(stage, objective=f"{part.year}: {stage.objective}")
        for part in decided
        for stage in part.solution.stages
    ]


def _without_answer(decided: list[_Year]) -> Solution:
    """No answer, because a year has none on what the years before it built, or none was found."""
    year, failed = decided[-1].year, decided[-1].solution
    notes = failed.notes
    if failed.status is Status.INFEASIBLE:
        ahead = f'on what the years before {year} built; years = "joint" decides with knowledge of all years'
        notes = (*notes, ahead) if len(decided) > 1 else notes
    notes = tuple(f"{year}: {note}" for note in notes)
    return replace(failed, notes=notes)
