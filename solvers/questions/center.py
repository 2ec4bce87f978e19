"""The farthest that anybody has to go, as near as can be: p-center under every limit on options (Hakimi 1964)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from solvers.columns import nearest_of
from solvers.limits import Limit, MustServe, ServedShare
from solvers.linear import Effort, Outcome, Status, StopCallback
from solvers.problem import Floats, Integers, Problem
from solvers.questions.answer import finished, infeasible, reaching, refuse_served
from solvers.questions.bisection import bisect, possible
from solvers.questions.plain import Plain, distances_to_sets, opened_at_least, sets_asking
from solvers.solution import Solution, StageReport
from solvers.stage import Stage
from solvers.sums import sum_by
from solvers.watch import Watch

NAME = "farthest travel time"


def solve_center(
    problem: Problem,
    limits: Sequence[Limit] = (),
    *,
    then: Sequence[Stage] = (),
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    should_stop: StopCallback | None = None,
) -> Solution:
    """Serve all demand so that the longest travel time of anybody is least (Hakimi 1964), under limits on options.

    Bisection on the travel times of the pairs (Minieka 1970). Each step asks whether all can be served within a time
    under all limits: where nothing draws on capacities a set cover over the options, else the compact model. A limit
    that is only a number of stations goes to the classic p-center. A row without demand asks for nobody.

    Parameters
    ----------
    problem
        The problem; with capacities a row may be served by several options, the farthest of which counts.
    limits
        What the answer must keep to; none speaks of served demand, for everybody is served.
    then
        Further objectives, at the least longest time that was found: what of many such answers costs least, say.
    effort
        Gap that is good enough, limits on time and work, threads, seed.
    should_stop
        Whether to stop with the best answer so far.

    Returns
    -------
    solution
        The first report's value and bound are seconds: nobody can be proved to be nearer than the bound.

    Raises
    ------
    ProblemError
        When a limit speaks of served demand.
    """
    refuse_served("the p-center", limits, "it serves everybody")
    everybody = ServedShare("serving everybody", problem.demand > 0, 1.0)
    asked = [*limits, everybody]
    watch = Watch(effort, should_stop)
    reason = "some cover sets draw on capacities" if (problem.set_draw > 0).any() else ""
    plain = reason or Plain.of(problem, limits)
    if isinstance(plain, Plain) and plain.most and sets_asking(problem).size:
        solution, told = _classic(problem, plain, watch)
    else:
        solution, told = _bisected(problem, limits, everybody, watch, effort)
        if isinstance(plain, str):
            solution = replace(solution, method=f"{solution.method} (the classic p-center: {plain})")
    if told.status is Status.INFEASIBLE:
        return infeasible(problem, asked, told, solution.method, effort.seed, should_stop)
    if told.value is None:
        return replace(solution, stages=(told,))
    pairs = np.flatnonzero(problem.pair_time_s <= told.value)
    left = watch.left()
    found = finished(problem, asked, solution, told, then=then, pairs=pairs, effort=left, should_stop=should_stop)
    assert found.modules is not None
    assert found.share is not None
    share = found.share if reason else nearest_shares(problem, found.modules)
    return reaching(replace(found, share=share), farthest_s(problem, share))


def farthest_s(problem: Problem, share: Floats) -> float:
    """The longest travel time over which anybody with demand is served, 0 where nobody is."""
    going = (share > 0) & (problem.demand[problem.pair_row] > 0)
    return float(problem.pair_time_s[going].max(initial=0.0))


def _classic(problem: Problem, plain: Plain, watch: Watch) -> tuple[Solution, StageReport]:
    """As many stations as may be: one more is never worse."""
    from solvers.center.method import CenterSearch

    distances = distances_to_sets(problem, problem.pair_time_s)
    choice = plain.choice(problem, plain.most)
    weight = np.ones(distances.n_points)
    found = CenterSearch(distances, weight, choice, np.inf, effort=watch.left(), should_stop=watch.should_stop).run()
    told = StageReport(NAME, found.status, found.value, found.bound, found.words, 0, found.runtime_s)
    name = "p-center, bisection on set covers"
    if found.sites is None:
        return Solution(None, None, (), name, 0), told
    modules = opened_at_least(problem, found.sites)
    return Solution(modules, nearest_shares(problem, modules), (), name, 0), told


def _bisected(
    problem: Problem, limits: Sequence[Limit], everybody: ServedShare, watch: Watch, effort: Effort
) -> tuple[Solution, StageReport]:
    uncapacitated = not (problem.set_draw > 0).any()

    def ask(time_s: float, left: Effort) -> tuple[Solution | None, Outcome]:
        pairs = np.flatnonzero(problem.pair_time_s <= time_s)
        if uncapacitated:
            return _covering(problem, limits, pairs, left, watch)
        found, outcome = possible(problem.over(pairs), [*limits, everybody], left, watch.should_stop)
        if found is None:
            return None, outcome
        share = np.zeros(problem.n_pairs)
        share[pairs] = found.share
        return replace(found, share=share), outcome

    def level_of(found: Solution) -> float:
        assert found.share is not None
        return farthest_s(problem, found.share)

    done = bisect(_levels(problem), ask, level_of, watch, effort.gap)
    found = done.best or Solution(None, None, (), "", effort.seed)
    value = None if done.best is None else done.level
    words = f"{done.questions} questions, the last: {done.words}"
    bound = None if done.status is Status.INFEASIBLE else done.bound
    told = StageReport(NAME, done.status, value, bound, words, done.questions, watch.runtime_s)
    return replace(found, method="bisection on travel times, HiGHS"), told


def _covering(
    problem: Problem, limits: Sequence[Limit], pairs: Integers, effort: Effort, watch: Watch
) -> tuple[Solution | None, Outcome]:
    """Options such that every set that asks holds an open one, by some pairs."""
    cover = must_serve(problem, pairs)
    found, outcome = possible(problem.without_demand(), [*limits, cover], effort, watch.should_stop)
    if found is None or found.modules is None:
        return None, outcome
    return replace(found, share=nearest_shares(problem, found.modules)), outcome


def must_serve(problem: Problem, pairs: Integers | None = None) -> MustServe:
    """An open option for every cover set that asks, by some pairs or all, as a limit on options."""
    asking = sets_asking(problem)
    of_asking = np.flatnonzero(np.isin(problem.pair_set, asking))
    pairs = of_asking if pairs is None else np.intersect1d(pairs, of_asking)
    begin = np.searchsorted(problem.pair_set[pairs], np.append(asking, problem.n_sets))
    options = problem.pair_option[pairs]
    groups = sorted({tuple(options[start:end].tolist()) for start, end in pairwise(begin)})
    names = tuple(str(number) for number in range(len(groups)))
    return MustServe("everybody", names, tuple(np.array(group, dtype=np.int64) for group in groups))


def nearest_shares(problem: Problem, modules: Integers) -> Floats:
    """Share of each pair when every row goes to the nearest open option of each set, wholly or not at all."""
    nearest = nearest_of(problem, np.flatnonzero(modules[problem.pair_option] > 0))
    first = np.zeros(problem.n_pairs)
    first[nearest] = 1.0
    whole = problem.least_of_sets(sum_by(problem.pair_set, first, problem.n_sets))
    share: Floats = first * whole[problem.pair_row]
    return share


def _levels(problem: Problem) -> Floats:
    """Travel times that may be the longest: none is shorter than that of the set which is worst off."""
    asking = np.isin(problem.pair_set, sets_asking(problem))
    times, sets = problem.pair_time_s[asking], problem.pair_set[asking]
    if not times.size:
        return np.zeros(1)
    nearest = np.full(problem.n_sets, np.inf)
    np.minimum.at(nearest, sets, times)
    levels = np.unique(times)
    in_question: Floats = levels[levels >= nearest[np.isfinite(nearest)].max()]
    return in_question
