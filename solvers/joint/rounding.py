"""From prices to a first answer: the modules that earn most within all limits on options, nothing but limits asked."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from solvers.backend import Backend
from solvers.joint.ascent import Bound
from solvers.linear import Effort, LinearModel, Outcome
from solvers.problem import Booleans, Integers, Problem
from solvers.side import Side

_GAP = 1e-2
_POINTS = 3  # numbers of modules per option
_BONUS = 1.0  # of what an option sells at most, for being open in the relaxation
_MISSED = 1e-6  # of a module by which a solver may miss a whole number


def round_prices(
    problem: Problem, side: Side, bound: Bound, backend: Backend, effort: Effort
) -> tuple[Integers | None, Outcome]:
    """Choose modules that keep to all limits on options and earn most.

    Rows that speak of served demand are left out. The model is infeasible only if the problem is.

    Parameters
    ----------
    problem, side
        The problem.
    bound
        What the options sell at the prices that prove it, and how far they are open near the relaxation's optimum.
    backend, effort
        The solver, and what it may use.

    Returns
    -------
    modules
        Modules per option, shape (O,), or `None`.
    outcome
        What the solver said.
    """
    whole = _must_be_whole(side)
    outcome = backend.solve(_model(problem, side, bound, whole=whole), replace(effort, gap=_GAP), stage="rounding")
    if outcome.values is None:
        return None, outcome
    n = problem.n_options
    opened = outcome.values[:n] > 0.5
    modules = np.floor(outcome.values[n : 2 * n] + (0.5 if whole else _MISSED)).astype(np.int64)
    return np.where(opened, np.clip(modules, problem.min_modules, problem.max_modules), 0), outcome


def _must_be_whole(side: Side) -> bool:
    """Whether a row asks for modules, so that rounding them down could break it."""
    rows = np.repeat(np.arange(side.n_rows), np.diff(side.modules.indptr))
    asked = np.where(side.modules.data > 0, np.isfinite(side.lo)[rows], np.isfinite(side.hi)[rows])
    return bool(asked.any())


def _model(problem: Problem, side: Side, bound: Bound, *, whole: bool) -> LinearModel:
    """Columns: opening, modules, and the weight of each of some numbers of modules; straight lines in between."""
    point, begin = _points(bound.point_begin)
    number = (problem.min_modules - bound.point_begin[:-1]).repeat(np.diff(begin)) + point
    n, width = problem.n_options, len(point)
    kept = np.flatnonzero(np.diff(side.served.indptr) == 0)
    each, nothing = sparse.identity(n, format="csr"), sparse.csr_matrix((n, n))
    one = sparse.csr_matrix((np.ones(width), np.arange(width), begin), (n, width))
    built = sparse.csr_matrix((number.astype(np.float64), np.arange(width), begin), (n, width))
    limits = sparse.hstack([side.opened[kept], side.modules[kept], sparse.csr_matrix((len(kept), width))], format="csr")
    largest = abs(limits).max(axis=1).toarray().ravel() if n else np.zeros(len(kept))
    largest = np.where(largest > 0, largest, 1.0)
    sold = bound.sold[point]
    most_sold = np.maximum.reduceat(sold, begin[:-1]) if n else np.zeros(0)
    bonus = _BONUS * most_sold * (bound.opened - 0.5)
    scale = max(float(np.abs(sold).sum()), 1e-6) / 1e4
    return LinearModel(
        maximise=True,
        cost=np.r_[side.per_opened + bonus, side.per_module, sold] / scale,
        lo=np.r_[problem.required.astype(np.float64), np.zeros(n + width)],
        hi=np.r_[np.ones(n), problem.max_modules, np.ones(width)],
        integer=np.r_[np.ones(n, dtype=bool), np.full(n, whole), np.zeros(width, dtype=bool)],
        matrix=sparse.vstack(
            [
                sparse.diags_array(1 / largest) @ limits,
                sparse.hstack([-each, nothing, one]),
                sparse.hstack([nothing, -each, built]),
            ],
            format="csr",
        ),
        row_lo=np.r_[(side.lo - side.constant)[kept] / largest, np.zeros(2 * n)],
        row_hi=np.r_[(side.hi - side.constant)[kept] / largest, np.zeros(2 * n)],
        scale=None,
    )


def _points(point_begin: Integers) -> tuple[Integers, Integers]:
    """Some of each option's numbers of modules, spread evenly from the least to the most, and where each begins."""
    n_points = np.diff(point_begin)
    n_kept = np.minimum(n_points, _POINTS)
    begin = np.append(0, np.cumsum(n_kept))
    rank = np.arange(begin[-1]) - begin[:-1].repeat(n_kept)
    step = (n_points - 1) / np.maximum(n_kept - 1, 1)
    return point_begin[:-1].repeat(n_kept) + np.rint(rank * step.repeat(n_kept)).astype(np.int64), begin


def kept_by(side: Side, modules: Integers) -> Booleans:
    """Which rows that do not speak of served demand some modules keep; the others count as kept, shape (R,)."""
    use = side.constant + side.opened @ (modules > 0) + side.modules @ modules
    size = _MISSED * np.maximum(1.0, np.abs(use))
    inside: Booleans = (use >= side.lo - size) & (use <= side.hi + size)
    return inside | (np.diff(side.served.indptr) > 0)
