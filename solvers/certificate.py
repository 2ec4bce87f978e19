"""A bound that anybody can recompute: prices on demand and multipliers on limits (Lagrangian relaxation)."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from solvers.errors import ProblemError
from solvers.form import Form
from solvers.objectives import Objective
from solvers.problem import Floats, Problem
from solvers.solution import Certificate

OUTWARD = 1e-9  # share of the sizes of all terms by which the bound is moved away from the optimum


class Row(Protocol):
    """Anything with rows of coefficients and bounds: a limit, or an earlier objective kept at a value."""

    @property
    def name(self) -> str:
        """What the planner calls it."""

    def form(self, problem: Problem) -> Form:
        """Rows of coefficients."""

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the rows, infinite where there is none."""


def certified_bound(problem: Problem, limits: Sequence[Row], objective: Objective, certificate: Certificate) -> float:
    """Bound on an objective that the prices of a certificate prove, whatever they are.

    Demand is bought at the set prices from the options, limits are paid for by their multipliers; then each demand row
    and each option decides alone, and no feasible answer can be better than all of them together (Lagrangian
    relaxation, Geoffrion 1974). An option that is open at `m` modules sells its dearest demand up to its capacity.
    Computed in plain float64 and moved outward by 1e-9 of the sizes of all terms.

    Parameters
    ----------
    problem
        The problem.
    limits
        The limits, and objectives of earlier stages kept at a value, in the order of `certificate.limit_price`.
    objective
        What is bounded: from above when maximised, from below when minimised.
    certificate
        The prices.

    Raises
    ------
    ProblemError
        When a price is negative, a multiplier points at an infinite bound, shapes differ, or an objective or limit
        speaks of single pairs.
    """
    price, multiplier = certificate.set_price, certificate.limit_price
    parts: tuple[Objective | Row, ...] = (objective, *limits)
    forms = [part.form(problem) for part in parts]
    bounds = [limit.bounds(problem) for limit in limits]
    lo, hi = (np.concatenate([np.zeros(0), *(pair[side] for pair in bounds)]) for side in (0, 1))
    faults = _shape_faults(problem, certificate, len(lo)) or _faults(parts, forms, certificate, lo, hi)
    if faults:
        raise ProblemError(faults)
    sign = 1.0 if objective.maximise else -1.0
    weights = np.split(multiplier, np.cumsum([len(form.constant) for form in forms[1:]]))[:-1]

    def left(part: str) -> Floats:
        """What the objective gives for something, less what the limits charge for it."""
        goal: Floats = sign * getattr(forms[0], part).toarray()[0]
        for form, weight in zip(forms[1:], weights, strict=True):
            goal = goal - getattr(form, part).T @ weight
        return goal

    constant = np.concatenate([np.zeros(0), *(form.constant for form in forms[1:])])
    priced = multiplier != 0
    side = np.where(multiplier > 0, hi, lo)[priced]
    charged = np.bincount(problem.set_row, weights=price, minlength=problem.n_rows)
    profit = _profits(problem, price, left("opened"), left("modules"))
    terms = np.concatenate(
        [
            [sign * forms[0].constant[0]],
            multiplier[priced] * side,
            -multiplier[priced] * constant[priced],
            problem.demand * np.maximum(left("served") - charged, 0.0),
            np.where(problem.required, profit, np.maximum(profit, 0.0)),
        ]
    )
    return sign * float(terms.sum() + OUTWARD * np.abs(terms).sum())


def _profits(problem: Problem, price: Floats, per_opened: Floats, per_module: Floats) -> Floats:
    """Most that each option earns when it is open, at the best number of modules, shape (O,)."""
    worth = (price * problem.demand[problem.set_row])[problem.pair_set]
    size = (problem.set_draw * problem.demand[problem.set_row])[problem.pair_set]
    years, year = np.unique(problem.row_year, return_inverse=True)
    kind = (problem.row_service * len(years) + year)[problem.set_row]
    order = np.argsort(problem.pair_option, kind="stable")
    begin = np.searchsorted(problem.pair_option[order], np.arange(problem.n_options + 1))
    profit = np.empty(problem.n_options)
    for o in range(problem.n_options):
        modules = np.arange(problem.min_modules[o], problem.max_modules[o] + 1)
        pairs = order[begin[o] : begin[o + 1]]
        sold = np.full(len(modules), worth[pairs[size[pairs] == 0]].sum())
        drawing = pairs[size[pairs] > 0]
        for pool in np.unique(kind[problem.pair_set[drawing]]):
            pool_pairs = drawing[kind[problem.pair_set[drawing]] == pool]
            best = pool_pairs[np.argsort(-worth[pool_pairs] / size[pool_pairs], kind="stable")]
            units, value = (np.append(0.0, np.cumsum(part[best])) for part in (size, worth))
            service = problem.row_service[problem.set_row[problem.pair_set[best[0]]]]
            sold += np.interp(problem.capacity[o, service] * modules, units, value)
        profit[o] = per_opened[o] + (per_module[o] * modules + sold).max()
    return profit


def _shape_faults(problem: Problem, certificate: Certificate, n_rows: int) -> list[str]:
    given = (certificate.set_price.shape, certificate.limit_price.shape)
    if given == ((problem.n_sets,), (n_rows,)):
        return []
    return [f"certificate has {given[0]} set prices and {given[1]} multipliers, expected {problem.n_sets} and {n_rows}"]


def _faults(
    parts: Sequence[Objective | Row], forms: Sequence[Form], certificate: Certificate, lo: Floats, hi: Floats
) -> list[str]:
    price, multiplier = certificate.set_price, certificate.limit_price
    negative = ~((price >= 0) & np.isfinite(price))
    unbounded = ~np.isfinite(multiplier) | ((multiplier > 0) & np.isinf(hi)) | ((multiplier < 0) & np.isinf(lo))
    return [
        *(
            f"{part.name} speaks of single pairs: this bound knows only what is served"
            for part, form in zip(parts, forms, strict=True)
            if form.assigned.nnz
        ),
        *(f"set_price[{c}] is {price[c]}: expected a finite number >= 0" for c in np.flatnonzero(negative)),
        *(
            f"limit_price[{r}] is {multiplier[r]}, but the row has no bound on that side"
            for r in np.flatnonzero(unbounded)
        ),
    ]
