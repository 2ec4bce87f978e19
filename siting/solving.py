"""Solve what a study was assembled to, in one go or year by year."""

from dataclasses import dataclass, replace

from siting.assemble import Assembly
from siting.objectives.asked import Asked
from siting.objectives.questions import solve_question
from siting.solver_settings import Solver
from siting.start import Start
from siting.study import Study
from solvers import Effort, Limit, Solution, solve
from solvers.linear import ProgressCallback, StopCallback
from solvers.method import LEFT_ASIDE


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


def effort_of(settings: Solver, share: float = 1.0) -> Effort:
    """A share of the time and work that a study allows."""
    return Effort(
        work_limit=None if settings.work_limit is None else max(int(settings.work_limit * share), 1),
        time_limit_s=settings.time_limit_s * share or None,
        threads=settings.threads,
        seed=settings.seed,
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
        An earlier run to begin from; questions that are no stages look for themselves.
    share
        Share of the settings' time and work.
    """
    asked, effort = Asked.of(study, assembly, limits), effort_of(study.solver, share)
    if study.objective.is_question:
        found = solve_question(study, assembly, asked, effort, watch.should_stop)
        aside = [] if start is None else [f"{LEFT_ASIDE}: {study.objective.model} has a method of its own"]
        return replace(found, notes=(*found.notes, *aside))
    solution = solve(
        asked.problem,
        asked.stages,
        asked.limits,
        method=study.solver.name,
        effort=effort,
        progress=watch.progress,
        should_stop=watch.should_stop,
        start=None if start is None else start.modules(assembly),
    )
    if start is None or any(note.startswith(LEFT_ASIDE) for note in solution.notes):
        return solution
    return replace(solution, notes=(*solution.notes, start.note(assembly)))
