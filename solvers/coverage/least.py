"""The fewest or cheapest sites that cover all weight, or a share of it (Toregas et al. 1971)."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from solvers.coverage.answer import CoverageAnswer, covered, verified_covering, weight_covered
from solvers.coverage.branch import branch
from solvers.coverage.core import Core, core
from solvers.coverage.coverage import Coverage
from solvers.coverage.dominance import undominated
from solvers.coverage.maximal import Search
from solvers.coverage.program import grain_of, least_cost, once
from solvers.coverage.set_prices import set_prices
from solvers.coverage.spending import Spending
from solvers.errors import ProblemError
from solvers.highs import Highs
from solvers.linear import EXACT, Effort, LinearModel, Outcome, Status, relative_gap
from solvers.problem import Floats, Integers
from solvers.watch import Watch

_EQUAL = 1e-9  # relative
_ROUNDING = 1e-10  # of the weight to cover: sums in another order differ by less
_WHOLE = 1e-6
_ROUNDS = 600  # of steps towards better prices


def set_cover(
    coverage: Coverage,
    *,
    costs: Floats | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Cover every point, whatever its weight, with as few sites as possible, or at the least cost.

    Classes and sites that others dominate are left out, and sites that prices rule out; HiGHS solves the rest.

    Parameters
    ----------
    coverage
        Classes of points and their sites.
    costs
        Cost of each site, shape (J,); each costs 1 if it is left out.
    required, forbidden
        Sites that are open in any case, and those that must not be.
    effort
        Gap that is good enough, and limits.

    Returns
    -------
    answer
        `value` and `bound` are the cost, or the number, of open sites. Infeasible when some point has no site.

    Raises
    ------
    ProblemError
        When limits make no sense; all faults at once.
    """
    watch = Watch(effort)
    limits = Spending.without_budget(coverage.n_sites, costs=costs, required=required, forbidden=forbidden)
    rest = _undecided(coverage, limits)
    lost = coverage.n_out_of_reach + int(_points_lost(coverage, limits))
    if lost:
        words = f"{lost} points have no site within the standard that may be open"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, watch.runtime_s)
    if not len(rest.coverage):
        return _answer(coverage, limits, np.zeros(0, dtype=np.int64), _trivial("the required sites cover all"), watch)
    outcome, opened = _cover_all(rest, limits.cost[rest.sites], watch)
    return _answer(coverage, limits, opened, outcome, watch)


def _cover_all(rest: Core, cost: Floats, watch: Watch) -> tuple[Outcome, Integers]:
    """Dominance, then prices, then HiGHS over the sites that they leave; how it ended, and the open sites."""
    classes, sites = undominated(rest.coverage.matrix, cost)
    covers, cost = rest.coverage.matrix[classes][:, sites], cost[sites]
    prices = set_prices(covers, cost, rounds=_ROUNDS)
    opened, value, words = prices.opened, float(cost[prices.opened].sum()), f"{len(sites)} sites after dominance"
    grain = grain_of(cost) * (1 - _WHOLE)
    bound = prices.bound * (1 - _EQUAL)
    if value - bound < max(grain, _EQUAL * value, watch.effort.gap * value):
        status = Status.OPTIMAL if value - bound < max(grain, 2 * _EQUAL * value) else Status.GAP
        return Outcome(status, None, value, bound, f"{words}, bound by prices", 0, watch.runtime_s), rest.sites[
            sites[opened]
        ]
    left = np.flatnonzero(opened | (bound + prices.reduced < value - grain))
    model = _rows(covers[:, left], cost[left])
    found = Highs().solve(model, watch.left(), start=opened[left].astype(np.float64))
    if found.values is not None and float(cost[left] @ (found.values > 1 / 2)) < value:
        opened = np.zeros_like(opened)
        opened[left[found.values > 1 / 2]] = True
        value = float(cost[opened].sum())
    # What the prices left out costs the first answer's value at least.
    bound = max(bound, min(value, -np.inf if found.bound is None else found.bound))
    words = f"{words}, {len(left)} after prices; {found.words}"
    return Outcome(found.status, None, value, bound, words, found.work, watch.runtime_s), rest.sites[sites[opened]]


def partial_cover(
    coverage: Coverage,
    share: float,
    *,
    costs: Floats | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Cover at least a share of all weight with as few sites as possible, or at the least cost.

    Parameters
    ----------
    coverage
        Classes of points and their sites.
    share
        Part of `coverage.total` to cover, 0 to 1; weights are compared to within 1e-9 of themselves.
    costs, required, forbidden, effort
        As for `set_cover`.

    Returns
    -------
    answer
        `value` and `bound` are the cost, or the number, of open sites. Infeasible when all sites cover less.

    Raises
    ------
    ProblemError
        When limits make no sense; all faults at once.
    """
    watch = Watch(effort)
    if not 0 <= share <= 1:
        raise ProblemError([f"share: must be from 0 to 1, found {share}"])
    limits = Spending.without_budget(coverage.n_sites, costs=costs, required=required, forbidden=forbidden)
    rest = _undecided(coverage, limits)
    least = share * coverage.total
    asked = least * (1 - _ROUNDING) - rest.weight
    most = float(rest.coverage.weight.sum())
    if asked > most:
        words = f"all sites cover {rest.weight + most:g} of {least:g}"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, watch.runtime_s)
    if asked <= 0:
        outcome = _trivial("the required sites cover enough")
        return _answer(coverage, limits, np.zeros(0, dtype=np.int64), outcome, watch, least=least)
    if grain_of(limits.cost):
        found, opened = _by_budgets(rest, limits.cost[rest.sites], asked, watch)
        return _answer(coverage, limits, opened, found, watch, least=least)
    master = least_cost(once(rest.coverage), limits.cost[rest.sites], asked)
    outcome = branch(master, watch.left())
    scaled = None if outcome.bound is None else -master.unit * outcome.bound
    found = Outcome(outcome.status, outcome.values, None, scaled, outcome.words, outcome.work, outcome.runtime_s)
    if outcome.values is None:
        return CoverageAnswer(outcome.status, None, None, None, _bound(found, limits), outcome.words, watch.runtime_s)
    opened = rest.sites[master.modules(outcome.values) > 0]
    return _answer(coverage, limits, opened, found, watch, least=least)


def _by_budgets(rest: Core, cost: Floats, asked: float, watch: Watch) -> tuple[Outcome, Integers]:
    """Halve the whole budgets that may be the least with which the asked weight can be covered.

    That a budget is enough is shown by an answer of maximal covering, that it is not by its bound.
    """
    opened = np.ones(len(cost), dtype=np.bool_)
    low, probes, status = 0.0, 0, Status.OPTIMAL
    while status is Status.OPTIMAL and low < (high := float(cost[opened].sum())):
        budget = np.floor((low + high) / 2)
        usable = cost <= budget
        part = core(rest.coverage, np.zeros(len(cost), dtype=np.bool_), usable)
        found = Search(part.coverage, cost[usable], budget, watch, target=asked).run()
        some = np.zeros(len(cost), dtype=np.bool_)
        some[part.sites[found.opened]] = True
        probes += 1
        if float(part.coverage.weight[covered(part.coverage, np.flatnonzero(found.opened))].sum()) >= asked:
            opened = some
        elif (np.floor(found.bound + _WHOLE) if grain_of(part.coverage.weight) else found.bound) < asked:
            low = budget + 1
        else:
            status = found.status
    words = f"{probes} budgets tried; {found.words}" if probes else "nothing to decide"
    return Outcome(status, None, None, low, words, probes, watch.runtime_s), rest.sites[opened]


def _undecided(coverage: Coverage, limits: Spending) -> Core:
    """What required sites leave, over the sites that may be open."""
    fixed = np.zeros(coverage.n_sites, dtype=np.bool_)
    fixed[limits.required] = True
    return core(coverage, fixed, limits.free)


def _points_lost(coverage: Coverage, limits: Spending) -> int:
    """Number of points that only forbidden sites cover."""
    allowed = np.ones(coverage.n_sites)
    allowed[limits.forbidden] = 0.0
    return int(coverage.points[coverage.matrix @ allowed < 0.5].sum())


def _rows(covers: sparse.csr_matrix, cost: Floats) -> LinearModel:
    """Minimise the cost of sites, one at least for each class."""
    n_classes, n_sites = covers.shape
    return LinearModel(
        maximise=False,
        cost=cost,
        lo=np.zeros(n_sites),
        hi=np.ones(n_sites),
        integer=np.ones(n_sites, dtype=np.bool_),
        matrix=sparse.csr_matrix(covers),
        row_lo=np.ones(n_classes),
        row_hi=np.full(n_classes, np.inf),
    )


def _trivial(words: str) -> Outcome:
    return Outcome(Status.OPTIMAL, None, 0.0, 0.0, words, 0, 0.0)


def _bound(outcome: Outcome, limits: Spending) -> float | None:
    """Least cost that is proved; whole where all costs are."""
    if outcome.bound is None:
        return None
    bound = outcome.bound + limits.takes
    return float(np.ceil(bound - _WHOLE)) if grain_of(limits.cost) else bound


def _answer(
    coverage: Coverage,
    limits: Spending,
    opened: Integers,
    outcome: Outcome,
    watch: Watch,
    *,
    least: float | None = None,
) -> CoverageAnswer:
    """The answer with required sites, checked; without a least weight all classes must be covered."""
    sites = np.union1d(limits.required, opened)
    weight, cost = weight_covered(coverage, sites), float(limits.cost[sites].sum())
    bound = _bound(outcome, limits)
    bound = None if bound is None else min(bound, cost)
    status = outcome.status
    if bound is not None and relative_gap(cost, bound) <= _EQUAL:
        status = Status.OPTIMAL
    found = CoverageAnswer(status, sites, weight, cost, bound, outcome.words, watch.runtime_s)
    return verified_covering(found, coverage, least=least, opens=(limits.required, limits.forbidden))
