"""Demand that two stations cover, so that one may fail: backup covering under every limit (Hogan & ReVelle 1986)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from solvers.errors import ProblemError
from solvers.limits import Limit
from solvers.linear import Effort, ProgressCallback, StopCallback
from solvers.problem import Integers, Problem
from solvers.questions.center import nearest_shares
from solvers.solution import Solution
from solvers.solve import solve, solve_by
from solvers.stage import Stage
from solvers.verify import verify

_MOST_PAIRS = 20_000_000


def backup_problem(problem: Problem) -> Problem:
    """Return the problem in which a row is served only where two sites serve it.

    Two sites cover a set exactly when it still holds an open option without any one of its sites: the set is replaced
    by one for each of its sites, of the options at all others. Options of one site do not stand in for each other.

    Parameters
    ----------
    problem
        The problem; none of its sets draws on capacities.

    Raises
    ------
    ProblemError
        When a set draws on capacities, or there would be more than 20 million pairs: a set with pairs to `m` sites
        makes about `m` times as many.
    """
    return _twice(problem)[0]


def _twice(problem: Problem) -> tuple[Problem, Integers]:
    """The backup problem, and the cover set that each of its sets was made of."""
    if (problem.set_draw > 0).any():
        raise ProblemError(["backup covering asks who could stand in, not who is served: its sets draw no capacity"])
    begin = np.searchsorted(problem.pair_set, np.arange(problem.n_sets + 1))
    site = problem.site[problem.pair_option]
    sites_of = [np.unique(site[start:end]) for start, end in pairwise(begin)]
    n_pairs = sum(len(sites) * int(size) for sites, size in zip(sites_of, np.diff(begin), strict=True))
    if n_pairs > _MOST_PAIRS:
        raise ProblemError(
            [f"backup covering would need {n_pairs} pairs, more than {_MOST_PAIRS}: a shorter standard has fewer"]
        )
    origin: list[int] = []
    parts: list[Integers] = []
    for cover, sites in enumerate(sites_of):
        pairs = np.arange(begin[cover], begin[cover + 1])
        rest = [pairs[site[pairs] != one] for one in sites] or [pairs]
        origin += [cover] * len(rest)
        parts += rest
    kept = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    made_of = np.array(origin, dtype=np.int64)
    twice = replace(
        problem,
        set_row=problem.set_row[made_of],
        set_draw=np.zeros(len(made_of)),
        pair_set=np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
        pair_option=problem.pair_option[kept],
        pair_time_s=problem.pair_time_s[kept],
    )
    return twice, made_of


def solve_backup(
    problem: Problem,
    stages: Sequence[Stage],
    limits: Sequence[Limit] = (),
    *,
    method: str = "auto",
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
) -> Solution:
    """Solve a problem in which a row is served only where two sites serve it (Hogan & ReVelle 1986).

    Parameters
    ----------
    problem, stages, limits, method, effort, progress, should_stop
        As for `solve`. A `ServedShare` asks for a share that two sites cover.

    Returns
    -------
    solution
        `share` is that of the problem given: a row that two sites cover goes to the nearest of them.

    Raises
    ------
    ProblemError
        As `backup_problem`; and when an objective asks who goes where.
    """
    from solvers.questions.twice import TwiceMethod  # compiled loops take a second to load

    asking = [stage.objective.name for stage in stages if stage.objective.form(problem).assigned.nnz]
    if asking:
        raise ProblemError([f"backup covering sends nobody anywhere: {', '.join(asking)} cannot be its objective"])
    twice, made_of = _twice(problem)
    own = TwiceMethod(problem, made_of)
    if method in ("auto", "covering") and not own.supports(twice, stages, limits):
        found = solve_by(own, twice, stages, limits, effort, progress, should_stop, None)
    else:
        found = solve(twice, stages, limits, method=method, effort=effort, progress=progress, should_stop=should_stop)
    if found.modules is None:
        return found
    covered = found.served(twice) > 0
    share = nearest_shares(problem, found.modules) * covered[problem.pair_row]
    solution = replace(found, share=share)
    verify(problem, limits, solution)
    return solution
