"""The largest market share that p sites can win, and the fewest sites that win a given one (Huff 1964)."""

from collections.abc import Sequence

import numpy as np

from solvers.coverage.answer import CoverageAnswer
from solvers.coverage.branch import branch
from solvers.coverage.market import Market
from solvers.coverage.program import grain_of
from solvers.coverage.spending import Spending
from solvers.coverage.winning import ShareMaster
from solvers.errors import ProblemError, VerificationError
from solvers.linear import EXACT, Effort, Status, relative_gap
from solvers.problem import Floats, Integers
from solvers.watch import Watch

_TOLERANCE = 1e-9
_ROUNDING = 1e-10  # of the weight to win
_WHOLE = 1e-6


def market_share(
    market: Market,
    p: int | None = None,
    *,
    costs: Floats | None = None,
    budget: float | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Win as much weight from competitors as possible with at most p sites, or within a budget.

    Tangents bound the share from above; branch and cut closes the gap.

    Parameters
    ----------
    market
        Attraction of sites and competitors on points.
    p
        Most open sites; more than there are means all.
    costs, budget
        Instead of p: cost of each site, shape (J,), and the most that open sites may cost.
    required, forbidden
        Sites that are open in any case (one's own that exist, say), and those that must not be.
    effort
        Gap that is good enough, limits on time and on linear programs.

    Returns
    -------
    answer
        `covered_weight`, `value` and `bound` are weights won.

    Raises
    ------
    ProblemError
        When limits make no sense; all faults at once.
    """
    watch = Watch(effort)
    limits = Spending.of(market.n_sites, p=p, costs=costs, budget=budget, required=required, forbidden=forbidden)
    if not limits.is_feasible:
        words = f"the required sites take {limits.takes:g} of {limits.budget:g}"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, watch.runtime_s)
    master = ShareMaster.of(market, limits, None)
    outcome = branch(master, watch.left())
    if outcome.values is None:
        return CoverageAnswer(outcome.status, None, None, None, None, outcome.words, watch.runtime_s)
    sites = np.flatnonzero(master.modules(outcome.values))
    won = market.won(sites)
    bound = None if outcome.bound is None else max(master.unit * outcome.bound, won)
    return _verified(
        CoverageAnswer(outcome.status, sites, won, won, bound, outcome.words, watch.runtime_s), market, limits
    )


def target_share(
    market: Market,
    share: float,
    *,
    costs: Floats | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Win at least a share of all weight with as few sites as possible, or at the least cost.

    Parameters
    ----------
    market
        Attraction of sites and competitors on points.
    share
        Part of `market.total` to win, 0 to 1; weights are compared to within 1e-9 of themselves.
    costs
        Cost of each site, shape (J,); each costs 1 if it is left out.
    required, forbidden, effort
        As for `market_share`.

    Returns
    -------
    answer
        `value` and `bound` are the cost, or the number, of open sites. Infeasible when all sites win less.

    Raises
    ------
    ProblemError
        When limits make no sense; all faults at once.
    """
    watch = Watch(effort)
    if not 0 <= share <= 1:
        raise ProblemError([f"share: must be from 0 to 1, found {share}"])
    limits = Spending.without_budget(market.n_sites, costs=costs, required=required, forbidden=forbidden)
    least, most = share * market.total, market.won(np.setdiff1d(np.arange(market.n_sites), limits.forbidden))
    if most < least * (1 - _ROUNDING):
        words = f"all sites win {most:g} of {least:g}"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, watch.runtime_s)
    master = ShareMaster.of(market, limits, least * (1 - _ROUNDING))
    outcome = branch(master, watch.left())
    if outcome.values is None:
        return CoverageAnswer(outcome.status, None, None, None, None, outcome.words, watch.runtime_s)
    sites = np.flatnonzero(master.modules(outcome.values))
    cost = float(limits.cost[sites].sum())
    bound = None if outcome.bound is None else -master.unit * outcome.bound
    if bound is not None and grain_of(limits.cost):
        bound = float(np.ceil(bound - _WHOLE))
    bound = None if bound is None else min(bound, cost)
    status = Status.OPTIMAL if bound is not None and relative_gap(cost, bound) <= _TOLERANCE else outcome.status
    answer = CoverageAnswer(status, sites, market.won(sites), cost, bound, outcome.words, watch.runtime_s)
    return _verified(answer, market, limits, least=least)


def _verified(answer: CoverageAnswer, market: Market, limits: Spending, *, least: float = 0.0) -> CoverageAnswer:
    """Return an answer that keeps what it says, point by point."""
    assert answer.sites is not None
    assert answer.covered_weight is not None
    own = market.attraction[:, answer.sites].sum(axis=1)
    won = float(sum(w * a / (a + r) for w, a, r in zip(market.weight, own, market.rival, strict=True) if a > 0))
    faults = []
    if abs(won - answer.covered_weight) > _TOLERANCE * max(won, 1e-300):
        faults.append(f"wins {won}, not {answer.covered_weight}")
    if won < least * (1 - _TOLERANCE):
        faults.append(f"wins {won}, less than {least}")
    if limits.cost[answer.sites].sum() > limits.budget * (1 + _TOLERANCE):
        faults.append("takes more than the budget")
    if not np.isin(limits.required, answer.sites).all() or np.isin(limits.forbidden, answer.sites).any():
        faults.append("leaves out a required site or opens a forbidden one")
    if faults:
        raise VerificationError("; ".join(faults))
    return answer
