"""Backup covering: weight that two open sites cover (Hogan & ReVelle 1986)."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from solvers.coverage.answer import CoverageAnswer, is_tight, verified_covering, weight_covered
from solvers.coverage.branch import branch
from solvers.coverage.core import core
from solvers.coverage.coverage import Coverage
from solvers.coverage.dominance import smallest_classes
from solvers.coverage.program import Rows, budget_row, grain_of, most_weight, twice
from solvers.coverage.second import SecondMaster
from solvers.coverage.spending import Spending
from solvers.linear import EXACT, Effort, Status
from solvers.problem import Floats, Integers
from solvers.watch import Watch


def backup_cover(
    coverage: Coverage,
    p: int | None = None,
    *,
    costs: Floats | None = None,
    budget: float | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    all_once: bool = False,
    effort: Effort = EXACT,
) -> CoverageAnswer:
    """Cover as much weight as possible at least twice, with at most p sites or within a budget.

    Parameters
    ----------
    coverage
        Classes of points and their sites; memory grows with the squares of their numbers of sites.
    p, costs, budget, required, forbidden
        As for `max_cover`.
    all_once
        Whether every point must be covered at least once.
    effort
        Gap that is good enough, limits on time and on linear programs.

    Returns
    -------
    answer
        `covered_weight`, `value` and `bound` are weights covered twice.

    Raises
    ------
    ProblemError
        When limits make no sense; all faults at once.
    """
    watch = Watch(effort)
    limits = Spending.of(coverage.n_sites, p=p, costs=costs, budget=budget, required=required, forbidden=forbidden)
    usable = limits.free & (limits.cost <= limits.budget - limits.takes)
    usable[limits.required] = True
    rest = core(coverage, np.zeros(coverage.n_sites, dtype=np.bool_), usable)
    lost = coverage.n_out_of_reach + rest.coverage.n_out_of_reach
    if not limits.is_feasible or (all_once and lost):
        words = "the budget is too small" if not limits.is_feasible else "some points have no site that may be open"
        return CoverageAnswer(Status.INFEASIBLE, None, None, None, None, words, watch.runtime_s)
    kept = np.isin(rest.sites, limits.required)
    rows = budget_row(limits.cost[rest.sites], limits.budget)
    if all_once and len(rest.coverage):
        rows = _with_once(rows, rest.coverage)
    master = SecondMaster.over(most_weight(twice(rest.coverage), rows, kept), rest.coverage)
    outcome = branch(master, watch.left())
    if outcome.values is None:
        words = f"no choice covers every point once; {outcome.words}" if all_once else outcome.words
        return CoverageAnswer(outcome.status, None, None, None, None, words, watch.runtime_s)
    sites = rest.sites[master.modules(outcome.values) > 0]
    weight = weight_covered(coverage, sites, times=2)
    bound = weight if outcome.bound is None else max(master.unit * outcome.bound, weight)
    if grain_of(coverage.weight):
        bound = max(float(np.floor(bound + 1e-6)), weight)
    status = Status.OPTIMAL if is_tight(weight, bound, coverage.total) else outcome.status
    answer = CoverageAnswer(status, sites, weight, weight, bound, outcome.words, watch.runtime_s)
    if all_once:
        once = CoverageAnswer(status, sites, weight_covered(coverage, sites), None, None, "", 0.0)
        verified_covering(once, coverage, least=None, opens=(limits.required, limits.forbidden))
    return verified_covering(
        answer, coverage, times=2, most=(limits.cost, limits.budget), opens=(limits.required, limits.forbidden)
    )


def _with_once(rows: Rows, coverage: Coverage) -> Rows:
    """One open site at least for each class, those aside that follow from others."""
    once = coverage.matrix[smallest_classes(coverage.matrix)]
    n = once.shape[0]
    return Rows(
        sparse.csr_matrix(sparse.vstack([rows.matrix, once])),
        np.r_[rows.lo, np.ones(n)],
        np.r_[rows.hi, np.full(n, np.inf)],
    )
