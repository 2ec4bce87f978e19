"""Cost against coverage: the most value that each budget can serve, and which of these answers are worth a look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from solvers.errors import ProblemError, VerificationError
from solvers.limits import Budget, Limit
from solvers.linear import Effort, ProgressCallback, Status, StopCallback, relative_gap
from solvers.objectives import Cost, ServedValue
from solvers.problem import Integers, Problem
from solvers.solution import Solution
from solvers.solve import solve
from solvers.stage import Stage
from solvers.watch import Watch

_EQUAL = 1e-6  # relative: values and costs that differ by less are the same
_ROOM = 1e-4  # an answer better than a bound by more is a contradiction: limits are kept within 1e-6


@dataclass(frozen=True, eq=False)
class ParetoPoint:
    """The best answer found for a budget.

    Parameters
    ----------
    budget
        Most that may be spent.
    value, cost
        Value served and money spent by the answer; `None` without one.
    bound
        No answer within the budget serves more; `None` where nothing was proved.
    status
        How the search within this budget ended.
    dominated
        Whether another point serves as much for less, or more for as much; of equal ones the first is not.
    solution
        The answer, verified under this budget.
    """

    budget: float
    value: float | None
    cost: float | None
    bound: float | None
    status: Status
    dominated: bool
    solution: Solution

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound; `None` when one of them is missing."""
        return None if self.value is None or self.bound is None else relative_gap(self.value, self.bound)


def pareto(
    problem: Problem,
    budgets: Sequence[float],
    limits: Sequence[Limit] = (),
    *,
    gap: float = 1e-6,
    method: str = "auto",
    effort: Effort = Effort(),  # noqa: B008  (frozen)
    progress: ProgressCallback | None = None,
    should_stop: StopCallback | None = None,
) -> tuple[ParetoPoint, ...]:
    """Most value served within each of some budgets over all options, and its least cost.

    From the least budget to the largest: an answer is where the next search begins, and is kept where that finds no
    better one; what cannot be served with more money cannot be served with less.

    Parameters
    ----------
    problem, limits
        The problem, and what every answer must keep to besides the budget.
    budgets
        Amounts in the unit of the problem's costs, in any order; repeated ones are asked once.
    gap
        Relative gap that is good enough for each value.
    method
        As for `solve`.
    effort
        Limits on work and time of all points together, the time left being shared by those left; threads and seed.
    progress, should_stop
        News out; whether to stop with what was found so far.

    Returns
    -------
    points
        One per budget, by rising budget.

    Raises
    ------
    ProblemError
        When a budget is negative or not finite.
    """
    amounts = np.unique(np.asarray(budgets, dtype=np.float64))
    if not np.all(np.isfinite(amounts) & (amounts >= 0)):
        raise ProblemError([f"budgets: expected finite amounts >= 0, found {amounts.tolist()}"])
    watch = Watch(effort, should_stop)
    points: list[ParetoPoint] = []
    start: Integers | None = None
    for number, amount in enumerate(amounts.tolist()):
        asked = [*limits, Budget("budget", np.arange(problem.n_options), amount)]
        part = _part(watch.left(), len(amounts) - number)
        stages = [Stage(ServedValue(), gap, slack=_EQUAL), Stage(Cost(), gap)]
        found = solve(
            problem, stages, asked, method=method, effort=part, progress=progress, should_stop=should_stop, start=start
        )
        watch.count(sum(stage.work for stage in found.stages))
        points.append(_better(_point(problem, amount, found), points[-1:]))
        kept = points[-1].solution
        start = kept.modules
    return _marked(_bounded(points))


def _part(left: Effort, n_points: int) -> Effort:
    """An even part of what is left."""
    return replace(
        left,
        time_limit_s=None if left.time_limit_s is None else left.time_limit_s / n_points,
        work_limit=None if left.work_limit is None else left.work_limit // n_points,
    )


def _point(problem: Problem, amount: float, found: Solution) -> ParetoPoint:
    value = ServedValue().value(problem, found) if found.found else None
    cost = Cost().value(problem, found) if found.found else None
    return ParetoPoint(amount, value, cost, found.stages[0].bound, found.status, False, found)


def _better(point: ParetoPoint, before: Sequence[ParetoPoint]) -> ParetoPoint:
    """The point, or with what the budget before it found, where that is better."""
    for last in before:
        if last.value is not None and (point.value is None or last.value > point.value):
            return replace(point, value=last.value, cost=last.cost, solution=last.solution)
    return point


def _bounded(points: Sequence[ParetoPoint]) -> list[ParetoPoint]:
    """Bounds of larger budgets hold for smaller ones."""
    bounded: list[ParetoPoint] = []
    least = np.inf
    for point in reversed(points):
        least = min(least, np.inf if point.bound is None else point.bound)
        bound = float(least) if np.isfinite(least) and point.value is not None else None
        if bound is not None and point.value is not None and point.value > bound + _ROOM * max(abs(bound), 1.0):
            raise VerificationError(
                f"budget {point.budget:.10g}: {point.value:.10g} is served, and not more than {bound:.10g} can be"
            )
        bounded.append(replace(point, bound=bound))
    return bounded[::-1]


def _marked(points: Sequence[ParetoPoint]) -> tuple[ParetoPoint, ...]:
    """Say which points another one dominates; of equal ones the first is kept."""

    def beats(one: ParetoPoint, other: ParetoPoint, *, earlier: bool) -> bool:
        if one.value is None or other.value is None or one.cost is None or other.cost is None:
            return other.value is None
        more = one.value - other.value, _EQUAL * max(abs(one.value), abs(other.value))
        less = other.cost - one.cost, _EQUAL * max(abs(one.cost), abs(other.cost))
        as_good = all(gain >= -room for gain, room in (more, less))
        return as_good and (earlier or any(gain > room for gain, room in (more, less)))

    return tuple(
        replace(point, dominated=any(beats(one, point, earlier=m < n) for m, one in enumerate(points) if m != n))
        for n, point in enumerate(points)
    )
