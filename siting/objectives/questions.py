"""Questions that are no sum over stations or demand, put to the solvers."""

from dataclasses import replace

from siting.assemble import Assembly
from siting.objectives.apart import apart_m
from siting.objectives.asked import Asked
from siting.objectives.market import pair_attraction
from siting.objectives.settings import BackupCover, Market, PCenter, PDispersion, TargetShare
from siting.objectives.stages import least
from siting.study import Study
from solvers import (
    Effort,
    Solution,
    solve_backup,
    solve_center,
    solve_dispersion,
    solve_market_share,
    solve_target_share,
)
from solvers.linear import StopCallback


def solve_question(
    study: Study, assembly: Assembly, asked: Asked, effort: Effort, should_stop: StopCallback | None
) -> Solution:
    """Ask a question, which has a method of its own.

    Parameters
    ----------
    study, assembly
        A study whose objective is a question, and what it was assembled to.
    asked
        The problem, limits and stages; the stages follow what the question finds.
    effort, should_stop
        When to stop.
    """
    objective, problem, limits = study.objective, asked.problem, asked.limits
    effort = replace(effort, gap=study.solver.gap)
    if isinstance(objective, Market):
        drawn = pair_attraction(objective, assembly), assembly.rival
        if isinstance(objective, TargetShare):
            fewest = least(objective.least)
            return solve_target_share(
                problem, *drawn, objective.share, limits, objective=fewest, effort=effort, should_stop=should_stop
            )
        return solve_market_share(problem, *drawn, limits, effort=effort, should_stop=should_stop)
    if isinstance(objective, BackupCover):
        return solve_backup(problem, asked.stages, limits, effort=effort, should_stop=should_stop)
    if isinstance(objective, PCenter):
        return solve_center(problem, limits, then=asked.stages, effort=effort, should_stop=should_stop)
    assert isinstance(objective, PDispersion)
    apart = apart_m(assembly.sites.frame.geometry)
    found = solve_dispersion(problem, apart, limits, then=asked.stages, effort=effort, should_stop=should_stop)
    # That nobody is served by a station says nothing against it where demand has no say.
    return replace(found, notes=()) if found.found else found
