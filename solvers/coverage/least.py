"""The fewest or cheapest sites that cover all weight, or a share of it (Toregas et al. 1971)."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from solvers.coverage.answer import CoverageAnswer, verified_covering, weight_covered
from solvers.coverage.branch import EXACT, Clock, branch
from solvers.coverage.choice import Choice, priced_choice
from solvers.coverage.core import Core, core
from solvers.coverage.coverage import Coverage
from solvers.coverage.dominance import undominated
from solvers.coverage.program import grain_of, least_cost, once
from solvers.errors import ProblemError
from solvers.highs import Highs
from solvers.linear import Effort, LinearModel, Outcome, Status, relative_gap
from solvers.problem import Floats, Integers

_EQUAL = 1e-9  # relative
_ROUNDING = 1e-10  # of the weight to cover: sums in another order differ by less
_WHOLE = 1e-6


def set_cover(
    coverage: Coverage,
    *,
    costs: Floats | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Cover every point, whatever its weight, with as few sites as possible, or at the least cost.

    Classes and sites that others dominate are left out; HiGHS solves the rest.

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
    clock = Clock.start(effort)
    limits = priced_choice(coverage.n_sites, costs=costs, required=required, forbidden=forbidden)
    rest = _undecided(coverage, limits)
    lost = coverage.n_out_of_reach + int(_points_lost(coverage, limits))
    if lost:
        words = f"{lost} points have no site within the standard that may be open"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, clock.spent_s)
    if not len(rest.coverage):
        return _answer(coverage, limits, np.zeros(0, dtype=np.int64), _trivial("the required sites cover all"), clock)
    cost = limits.cost[rest.sites]
    classes, sites = undominated(rest.coverage.matrix, cost)
    covers = rest.coverage.matrix[classes][:, sites]
    outcome = Highs().solve(_rows(covers, cost[sites]), clock.rest())
    words = f"{len(classes)} classes and {len(sites)} sites after dominance; {outcome.words}"
    if outcome.values is None:
        return CoverageAnswer(outcome.status, None, None, None, _bound(outcome, limits), words, clock.spent_s)
    opened = rest.sites[sites[outcome.values > 0.5]]
    return _answer(coverage, limits, opened, outcome, clock, words=words)


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
    clock = Clock.start(effort)
    if not 0 <= share <= 1:
        raise ProblemError([f"share: must be from 0 to 1, found {share}"])
    limits = priced_choice(coverage.n_sites, costs=costs, required=required, forbidden=forbidden)
    rest = _undecided(coverage, limits)
    least = share * coverage.total
    asked = least * (1 - _ROUNDING) - rest.weight
    most = float(rest.coverage.weight.sum())
    if asked > most:
        words = f"all sites cover {rest.weight + most:g} of {least:g}"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, clock.spent_s)
    if asked <= 0:
        outcome = _trivial("the required sites cover enough")
        return _answer(coverage, limits, np.zeros(0, dtype=np.int64), outcome, clock, least=least)
    master = least_cost(once(rest.coverage), limits.cost[rest.sites], asked)
    outcome = branch(master, clock.rest())
    scaled = None if outcome.bound is None else -master.unit * outcome.bound
    found = Outcome(outcome.status, outcome.values, None, scaled, outcome.words, outcome.work, outcome.runtime_s)
    if outcome.values is None:
        return CoverageAnswer(outcome.status, None, None, None, _bound(found, limits), outcome.words, clock.spent_s)
    opened = rest.sites[master.modules(outcome.values) > 0]
    return _answer(coverage, limits, opened, found, clock, least=least)


def _undecided(coverage: Coverage, limits: Choice) -> Core:
    """What required sites leave, over the sites that may be open."""
    fixed = np.zeros(coverage.n_sites, dtype=np.bool_)
    fixed[limits.required] = True
    return core(coverage, fixed, limits.free)


def _points_lost(coverage: Coverage, limits: Choice) -> int:
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


def _bound(outcome: Outcome, limits: Choice) -> float | None:
    """Least cost that is proved; whole where all costs are."""
    if outcome.bound is None:
        return None
    bound = outcome.bound + limits.takes
    return float(np.ceil(bound - _WHOLE)) if grain_of(limits.cost) else bound


def _answer(
    coverage: Coverage,
    limits: Choice,
    opened: Integers,
    outcome: Outcome,
    clock: Clock,
    *,
    least: float | None = None,
    words: str = "",
) -> CoverageAnswer:
    """The answer with required sites, checked; without a least weight all classes must be covered."""
    sites = np.union1d(limits.required, opened)
    weight, cost = weight_covered(coverage, sites), float(limits.cost[sites].sum())
    bound = _bound(outcome, limits)
    bound = None if bound is None else min(bound, cost)
    status = outcome.status
    if bound is not None and relative_gap(cost, bound) <= _EQUAL:
        status = Status.OPTIMAL
    found = CoverageAnswer(status, sites, weight, cost, bound, words or outcome.words, clock.spent_s)
    return verified_covering(found, coverage, least=least, opens=(limits.required, limits.forbidden))
