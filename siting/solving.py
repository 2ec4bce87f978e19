"""Solve what a study was assembled to, in one go or year by year."""

from dataclasses import dataclass, replace
from typing import Final

from siting.assemble import Assembly
from siting.start import Start
from siting.study import Study
from solvers import OBJECTIVES, Effort, Limit, Solution, Stage, solve
from solvers.linear import ProgressCallback, StopCallback
from solvers.solve import LEFT_ASIDE

SERVED: Final = OBJECTIVES["served_value"]
COST: Final = OBJECTIVES["cost"]


@dataclass(frozen=True)
class Watch:
    """Who hears of the solver's progress, and who may stop it."""

    progress: ProgressCallback | None = None
    should_stop: StopCallback | None = None

    def named(self, name: str) -> "Watch":
        """Return a watch that hears a name before each stage."""
        tell = self.progress
        if tell is None:
            return self
        return replace(self, progress=lambda news: tell(replace(news, stage=f"{name}: {news.stage}")))


def stages_of(study: Study) -> tuple[Stage, ...]:
    """What the objective asks for first, then the least cost at its value; with capacities then who goes where."""
    settings, objective = study.solver, study.objective
    cost = Stage(COST, settings.cost_gap)
    if objective.least == "cost":
        return Stage(COST, settings.gap), Stage(SERVED, 1e-6, slack=0.0, keeps_modules=True)
    if objective.least == "stations":
        fewest = Stage(OBJECTIVES["stations"], settings.gap, slack=0.0)
        return fewest, cost, Stage(SERVED, 1e-6, slack=0.0, keeps_modules=True)
    if not objective.capacities:
        return Stage(SERVED, settings.gap, slack=settings.slack), cost
    return (
        Stage(SERVED, settings.gap, slack=settings.slack),
        cost,
        # What the cost stage gave up and its modules can serve all the same is taken back before who goes where.
        Stage(SERVED, 1e-6, slack=0.0, keeps_modules=True),
        Stage(OBJECTIVES["travel_time"], 1e-6, keeps_modules=True),
    )


def solve_assembly(
    study: Study,
    assembly: Assembly,
    limits: list[Limit],
    watch: Watch,
    *,
    start: Start | None = None,
    share: float = 1.0,
) -> Solution:
    """Solve the stages of a study.

    Parameters
    ----------
    study
        Its objective, method, gaps and limits of time and work.
    assembly, limits
        The problem, and what must hold.
    watch
        Progress out, and whether to stop.
    start
        An earlier run to begin from.
    share
        Share of the settings' time and work.
    """
    settings = study.solver
    effort = Effort(
        work_limit=None if settings.work_limit is None else max(int(settings.work_limit * share), 1),
        time_limit_s=settings.time_limit_s * share or None,
        threads=settings.threads,
        seed=settings.seed,
    )
    solution = solve(
        assembly.problem,
        stages_of(study),
        limits,
        method=settings.name,
        effort=effort,
        progress=watch.progress,
        should_stop=watch.should_stop,
        start=None if start is None else start.modules(assembly),
    )
    if start is None or any(note.startswith(LEFT_ASIDE) for note in solution.notes):
        return solution
    return replace(solution, notes=(*solution.notes, start.note(assembly)))
