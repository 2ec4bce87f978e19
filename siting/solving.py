"""Solve what a study was assembled to, in one go or year by year."""

from dataclasses import dataclass, replace
from typing import Final

from siting.assemble import Assembly
from siting.solver_settings import Solver
from siting.start import Start
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


def stages_of(settings: Solver) -> tuple[Stage, ...]:
    """As much value as possible, then the least cost, then the shortest ways."""
    return (
        Stage(SERVED, settings.gap, slack=settings.slack),
        Stage(COST, settings.cost_gap),
        # What the cost stage gave up and its modules can serve all the same is taken back before who goes where.
        Stage(SERVED, 1e-6, slack=0.0, keeps_modules=True),
        Stage(OBJECTIVES["travel_time"], 1e-6, keeps_modules=True),
    )


def solve_assembly(
    settings: Solver,
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
    settings
        Method, gaps and limits of time and work.
    assembly, limits
        The problem, and what must hold.
    watch
        Progress out, and whether to stop.
    start
        An earlier run to begin from.
    share
        Share of the settings' time and work.
    """
    effort = Effort(
        work_limit=None if settings.work_limit is None else max(int(settings.work_limit * share), 1),
        time_limit_s=settings.time_limit_s * share or None,
        threads=settings.threads,
        seed=settings.seed,
    )
    solution = solve(
        assembly.problem,
        stages_of(settings),
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
