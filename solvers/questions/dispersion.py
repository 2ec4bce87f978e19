"""Stations as far from each other as can be: p-dispersion under every limit on options (Kuby 1987)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.dispersion.conflicts import clique_rows
from solvers.errors import ProblemError
from solvers.limits import Count, Exclusion, Limit
from solvers.linear import Effort, Outcome, Status, StopCallback
from solvers.problem import Floats, Integers, Problem
from solvers.questions.answer import finished, infeasible, reaching, refuse_served
from solvers.questions.bisection import bisect, possible
from solvers.questions.plain import Plain, opened_at_least
from solvers.solution import Solution, StageReport
from solvers.stage import Stage
from solvers.watch import Watch

NAME = "least distance between stations"


def solve_dispersion(
    problem: Problem,
    apart: Floats,
    limits: Sequence[Limit] = (),
    *,
    then: Sequence[Stage] = (),
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    should_stop: StopCallback | None = None,
) -> Solution:
    """Open stations so that the least distance between any two of them is greatest (Kuby 1987), under limits.

    Bisection on the distances; each step asks whether options without conflict keep all limits. Demand has no say: a
    problem may have none. Options of one site are 0 apart, unless they have one facility type: then they are one
    station that grows. Two options that stand already keep their places, and count as far apart as any two sites.

    Parameters
    ----------
    problem
        The problem.
    apart
        Distances between sites, symmetric, shape (J, J).
    limits
        What the answer must keep to; none speaks of served demand. They must ask for two stations or more.
    then
        Further objectives, at the greatest least distance that was found.
    effort, should_stop
        As for `solve_center`.

    Returns
    -------
    solution
        The first report's value and bound are distances, in the unit of `apart`: no answer can be proved to be farther
        apart than the bound.

    Raises
    ------
    ProblemError
        When a limit speaks of served demand, distances make no sense, or fewer than two stations would do.
    """
    refuse_served("the p-dispersion", limits, "it serves nobody")
    far = _between_options(problem, apart)
    watch = Watch(effort, should_stop)
    bare = problem.without_demand()
    every = np.arange(problem.n_options)
    if possible(bare, [*limits, Count("at most one station", every, at_most=1)], watch.left(), should_stop)[0]:
        raise ProblemError(
            ["the limits allow fewer than two stations, between which there is no distance: ask for a number of them"]
        )
    plain = Plain.of(problem, limits)
    if isinstance(plain, Plain):
        solution, told = _classic(problem, far, plain, watch)
    else:
        solution, told = _bisected(bare, far, limits, watch, effort)
        solution = replace(solution, method=f"{solution.method} (the classic p-dispersion: {plain})")
    if told.status is Status.INFEASIBLE:
        return infeasible(bare, limits, told, solution.method, effort.seed, should_stop)
    if told.value is None:
        return replace(solution, stages=(told,))
    asked = [*limits, _conflicts(far, told.value)]
    solution = replace(solution, share=np.zeros(problem.n_pairs))
    pairs = np.arange(problem.n_pairs)
    found = finished(
        problem, asked, solution, told, then=then, pairs=pairs, effort=watch.left(), should_stop=should_stop
    )
    assert found.modules is not None
    return reaching(found, least_apart(far, np.flatnonzero(found.modules > 0)))


def least_apart(far: Floats, opened: Integers) -> float:
    """Least distance between any two open options, infinite where there are fewer than two."""
    among = far[np.ix_(opened, opened)]
    return float(among[np.triu_indices(len(opened), 1)].min(initial=np.inf))


def _between_options(problem: Problem, apart: Floats) -> Floats:
    """Distances between options, infinite from one to itself and to its own later phases, shape (O, O)."""
    apart = np.asarray(apart, dtype=np.float64)
    n_sites = int(problem.site.max(initial=-1)) + 1
    if apart.ndim != 2 or apart.shape[0] != apart.shape[1] or len(apart) < n_sites:
        raise ProblemError([f"apart has shape {apart.shape}, expected a square with {n_sites} sites or more"])
    faults = []
    if not np.all(np.isfinite(apart) & (apart >= 0)):
        faults.append(
            f"apart: {int(np.sum(~(np.isfinite(apart) & (apart >= 0))))} distances are negative or not finite"
        )
    uneven = np.argwhere(apart != apart.T)
    if uneven.size:
        faults.append(f"apart: {len(uneven) // 2} pairs of sites have two distances, first {uneven[0].tolist()}")
    if faults:
        raise ProblemError(faults)
    same_site = problem.site[:, None] == problem.site
    same_type = problem.facility_type[:, None] == problem.facility_type
    far: Floats = np.where(same_site, 0.0, apart[np.ix_(problem.site, problem.site)])
    stands = problem.base_modules > 0
    far[np.logical_and.outer(stands, stands)] = apart.max(initial=0.0)
    far[same_site & same_type] = np.inf
    return far


def _conflicts(far: Floats, least: float) -> Exclusion:
    """Of options nearer to each other than a distance at most one is open."""
    cliques = clique_rows(far < least)
    groups = np.split(cliques.indices.astype(np.int64), cliques.indptr[1:-1])
    return Exclusion("stations apart", tuple(group for group in groups if len(group)))


def _classic(problem: Problem, far: Floats, plain: Plain, watch: Watch) -> tuple[Solution, StageReport]:
    """As few stations as may be: one less is never nearer to another."""
    from solvers.dispersion.method import DispersionSearch

    choice = plain.choice(problem, max(plain.least, len(plain.required)))
    apart = np.where(np.isfinite(far), far, 0.0)
    found = DispersionSearch(apart, choice, effort=watch.left(), should_stop=watch.should_stop).run()
    told = StageReport(NAME, found.status, found.value, found.bound, found.words, 0, found.runtime_s)
    modules = None if found.sites is None else opened_at_least(problem, found.sites)
    return Solution(modules, None, (), "p-dispersion, bisection on independent sets", 0), told


def _bisected(
    bare: Problem, far: Floats, limits: Sequence[Limit], watch: Watch, effort: Effort
) -> tuple[Solution, StageReport]:
    def ask(level: float, left: Effort) -> tuple[Solution | None, Outcome]:
        return possible(bare, [*limits, _conflicts(far, -level)], left, watch.should_stop)

    def level_of(found: Solution) -> float:
        assert found.modules is not None
        return -least_apart(far, np.flatnonzero(found.modules > 0))

    levels = -np.unique(far[np.isfinite(far)])[::-1]
    done = bisect(levels if levels.size else np.zeros(1), ask, level_of, watch, effort.gap)
    found = done.best or Solution(None, None, (), "", effort.seed)
    value = None if done.best is None else -done.level
    bound = None if done.status is Status.INFEASIBLE else -done.bound
    words = f"{done.questions} questions, the last: {done.words}"
    told = StageReport(NAME, done.status, value, bound, words, done.questions, watch.runtime_s)
    return replace(found, method="bisection on distances, HiGHS"), told
