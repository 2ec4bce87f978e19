"""Maximal covering: the most weight that p sites, or a budget, can cover (Church & ReVelle 1974)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from solvers.coverage.answer import CoverageAnswer, is_tight, verified_covering, weight_covered
from solvers.coverage.branch import branch
from solvers.coverage.core import Core, core
from solvers.coverage.coverage import Coverage
from solvers.coverage.prices import Prices, better_prices, first_prices
from solvers.coverage.program import budget_row, grain_of, most_weight, once
from solvers.coverage.spending import Spending
from solvers.covering.master import Master
from solvers.linear import EXACT, Effort, Outcome, Status, relative_gap
from solvers.problem import Booleans, Floats, Integers
from solvers.watch import Watch

_LOOKS, _ROUNDS = 2, 300  # looks at unsure sites, and steps towards better prices before each
_SURE = 0.01  # open less than this, or more than all but this, is taken for decided when an answer is looked for
_MOST_UNSURE = 300  # sites
_LOOK_PROGRAMS = 400  # linear programs of such a look
_EQUAL = 1e-9  # relative


def max_cover(
    coverage: Coverage,
    p: int | None = None,
    *,
    costs: Floats | None = None,
    budget: float | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Cover as much weight as possible with at most p sites, or within a budget.

    Prices of classes bound what can be covered and show which sites are unsure; a search over these finds an answer;
    what the prices cannot decide is left to branch and cut with Benders' tangents (Cordeau, Furini & Ljubić 2019).

    Parameters
    ----------
    coverage
        Classes of points and their sites. With one of `Coverage.of_steps` this is gradual covering.
    p
        Most open sites; more than there are means all.
    costs, budget
        Instead of p: cost of each site, shape (J,), and the most that open sites may cost.
    required, forbidden
        Sites that are open in any case, and those that must not be.
    effort
        Gap that is good enough, limits on time and on linear programs.

    Returns
    -------
    answer
        `value` and `bound` are weights. Sites that add nothing stay closed.

    Raises
    ------
    ProblemError
        When limits make no sense; all faults at once.
    """
    watch = Watch(effort)
    limits = Spending.of(coverage.n_sites, p=p, costs=costs, budget=budget, required=required, forbidden=forbidden)
    if not limits.is_feasible:
        words = f"the required sites take {limits.takes:g} of {limits.budget:g}"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, watch.runtime_s)
    rest = _undecided(coverage, limits)
    found = Search(rest.coverage, limits.cost[rest.sites], limits.budget - limits.takes, watch).run()
    sites = np.union1d(rest.fixed, rest.sites[found.opened])
    weight = weight_covered(coverage, sites)
    bound = rest.weight + found.bound
    if grain_of(coverage.weight):
        bound = np.floor(bound + 1e-6)
    bound = max(float(bound), weight)
    status = Status.OPTIMAL if is_tight(weight, bound, coverage.total) else found.status
    answer = CoverageAnswer(status, sites, weight, weight, bound, found.words, watch.runtime_s)
    return verified_covering(
        answer, coverage, most=(limits.cost, limits.budget), opens=(limits.required, limits.forbidden)
    )


def gradual_cover(
    coverage: Coverage,
    p: int | None = None,
    *,
    costs: Floats | None = None,
    budget: float | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Cover as much weight as possible where coverage decays in steps with distance (Church & Roberts 1983).

    A step function of the nearest open site's distance is a sum of plain coverages, so this is `max_cover` of
    `Coverage.of_steps`, whose arguments it takes.
    """
    fixed = {"required": required, "forbidden": forbidden}
    return max_cover(coverage, p, costs=costs, budget=budget, effort=effort, **fixed)


def _undecided(coverage: Coverage, limits: Spending) -> Core:
    """What required sites leave, over the sites that the rest of the budget can open."""
    fixed = np.zeros(coverage.n_sites, dtype=np.bool_)
    fixed[limits.required] = True
    return core(coverage, fixed, limits.free & (limits.cost <= limits.budget - limits.takes))


class Found(NamedTuple):
    """Open sites, shape (J,), a bound on the weight, and how the search ended."""

    opened: Booleans
    bound: float
    status: Status
    words: str


class Search:
    """Search for the most weight within a budget, by prices, looks at unsure sites, and branch and cut.

    Parameters
    ----------
    coverage
        Classes of points and their sites.
    cost, budget
        What each site takes of the budget, shape (J,).
    watch
        Gap and limits.
    target
        The question is only whether so much weight can be covered: the search ends when it is, or cannot be.
    """

    def __init__(
        self, coverage: Coverage, cost: Floats, budget: float, watch: Watch, *, target: float = np.inf
    ) -> None:
        self.coverage, self.cost, self.budget, self.watch, self.target = coverage, cost, budget, watch, target
        self.grain = grain_of(coverage.weight)
        self.best = np.zeros(coverage.n_sites, dtype=np.bool_)
        self.weight = 0.0
        self.work = 0

    def run(self) -> Found:
        """Search until the gap is closed or the effort is spent."""
        if self.cost.sum() <= self.budget:
            useful = np.bincount(self.coverage.site, minlength=self.coverage.n_sites) > 0
            return Found(useful, float(self.coverage.weight.sum()), Status.OPTIMAL, "the budget opens all sites")
        first = self._master(core(self.coverage, self.best, ~self.best), self.budget).near(np.ones(len(self.cost)))
        self._take(self.best if first is None else first[: len(self.cost)] > 0)
        prices, looks = first_prices(self.coverage, self.best), 0
        while looks < _LOOKS and not self._is_done(prices.bound):
            prices = better_prices(self.coverage, self.cost, self.budget, prices, value=self.weight, rounds=_ROUNDS)
            if not self._is_done(prices.bound):
                self._look(prices)
            looks += 1
        words = f"bound by prices, {looks} looks at unsure sites with {self.work} linear programs"
        if self._is_near(prices.bound):
            return Found(self.best, prices.bound, Status.GAP, words)
        if self.watch.is_late:
            return Found(self.best, prices.bound, Status.TIME_LIMIT, words)
        outcome, bound = self._prove(prices)
        return Found(self.best, bound, outcome.status, f"{words}; {outcome.words}")

    def _is_done(self, bound: float) -> bool:
        return self._is_near(bound) or self.watch.is_late

    def _is_near(self, bound: float) -> bool:
        """Whether a bound is near enough; with whole weights a better answer gains 1 at least."""
        gap = max(self.watch.effort.gap, _EQUAL)
        if np.isfinite(self.target) and (self.weight >= self.target or bound < self.target):
            return True
        return bound - self.weight < self.grain * (1 - 1e-6) or relative_gap(self.weight, bound) <= gap

    def _take(self, opened: Booleans) -> None:
        """Take open sites if they are better."""
        weight = weight_covered(self.coverage, np.flatnonzero(opened))
        if weight >= self.weight:
            self.best, self.weight = opened, weight

    def _look(self, prices: Prices) -> None:
        """Search the sites that the prices leave unsure, the others rounded."""
        opened = prices.opened
        unsure = (opened > _SURE) & (opened < 1 - _SURE)
        order = np.argsort(-np.where(unsure, 0.5 - np.abs(opened - 0.5), -1.0), kind="stable")
        unsure[order[_MOST_UNSURE:]] = False
        fixed, left = np.zeros_like(unsure), self.budget
        for j in np.argsort(-opened, kind="stable").tolist():
            if opened[j] > 1 / 2 and not unsure[j] and self.cost[j] <= left:
                fixed[j], left = True, left - self.cost[j]
        effort = replace(self.watch.left(), work_limit=_LOOK_PROGRAMS)
        self._branch(core(self.coverage, fixed, unsure & (self.cost <= left)), left, prices, effort)

    def _prove(self, prices: Prices) -> tuple[Outcome, float]:
        """Search all that the prices do not decide."""
        worst = self.weight * (1 + _EQUAL)
        closed = (prices.bound + prices.worth <= worst) & ~self.best
        fixed = (prices.bound - prices.worth <= worst) & self.best
        rest = core(self.coverage, fixed, ~closed)
        outcome, bound = self._branch(rest, self.budget - float(self.cost[fixed].sum()), prices, self.watch.left())
        return outcome, min(max(bound, worst), prices.bound)

    def _branch(self, rest: Core, budget: float, prices: Prices, effort: Effort) -> tuple[Outcome, float]:
        """Branch and cut over the free sites of a core; also a bound for the core."""
        opened = np.zeros_like(self.best)
        opened[rest.fixed] = True
        self._take(opened)
        if not len(rest.coverage):
            return Outcome(Status.OPTIMAL, None, None, None, "nothing left to decide", 0, 0.0), rest.weight
        master = self._master(rest, budget)
        start = self.best[rest.sites].astype(np.int64)

        def enough(objective: float, bound: float) -> bool:
            short = rest.weight + master.unit * bound < self.target < np.inf
            return short or rest.weight + master.unit * objective >= self.target

        outcome = branch(master, effort, start=start, touch=prices.opened[rest.sites], enough=enough)
        self.work += outcome.work
        if outcome.values is not None:
            opened = opened.copy()
            opened[rest.sites[master.modules(outcome.values) > 0]] = True
            self._take(opened)
        return outcome, np.inf if outcome.bound is None else rest.weight + master.unit * outcome.bound

    def _master(self, rest: Core, budget: float) -> Master:
        none = np.zeros(len(rest.sites), dtype=np.bool_)
        return most_weight(once(rest.coverage), budget_row(self.cost[rest.sites], budget), none)
