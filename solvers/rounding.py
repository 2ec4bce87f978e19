"""From a relaxation to a first answer: whole modules that keep to all limits on options, then the best flows."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from solvers.backend import Backend
from solvers.columns import Columns
from solvers.linear import Effort, LinearModel
from solvers.problem import Floats, Problem
from solvers.sums import ratio, sum_by

_BEYOND = 0.3  # worth of a module beyond those the relaxation uses, relative to one that it uses
_UNUSED = 1e-3  # worth of a module the relaxation does not use, relative to the median of those it uses
_GAP = 5e-3


def round_relaxation(
    problem: Problem, columns: Columns, model: LinearModel, relaxed: Floats, backend: Backend, effort: Effort
) -> Floats | None:
    """Round a relaxation to an answer of the compact model.

    A side model over opening and modules alone keeps the rows that touch no flow, and so every limit on options, and
    maximises the value that the relaxation draws from each option's modules; modules beyond those count less. The
    flows then follow from a linear program. Rows that touch flows besides demand and capacity (a served share, a
    floor) may fail; then there is no answer here.

    Parameters
    ----------
    problem, columns, model
        The compact model: its columns are opening, modules, flows and served parts.
    relaxed
        Values of the relaxation, shape (N,).
    backend, effort
        The solver, and what it may use.

    Returns
    -------
    answer
        Values of all columns, or `None`.
    """
    n = problem.n_options
    used = np.maximum(relaxed[n : 2 * n], 0.0)
    side = _side_model(problem, model, used, _worth(problem, columns, relaxed, used))
    found = backend.solve(side, replace(effort, gap=_GAP), stage="rounding")
    if found.values is None:
        return None
    decided = np.round(found.values[: 2 * n])
    lo, hi = model.lo.copy(), model.hi.copy()
    lo[: 2 * n] = hi[: 2 * n] = decided
    return backend.solve(model.with_bounds(lo, hi).relaxed(), effort.after(found), stage="rounding").values


def even_split(problem: Problem, columns: Columns) -> Floats:
    """What a relaxation would look like if every row split its demand evenly over the options that reach it.

    It needs no solver, and rounds to a poor but early answer: something to show when a run is interrupted soon.
    """
    n_flows = np.bincount(columns.flow_set, minlength=problem.n_sets)
    flows = problem.demand[columns.flow_row] / columns.units / n_flows[columns.flow_set]
    degree = np.bincount(problem.pair_set, minlength=problem.n_sets)
    units = problem.pair_draw * problem.demand[problem.pair_row] / degree[problem.pair_set]
    asked = np.zeros_like(problem.capacity)
    np.add.at(asked, (problem.pair_option, problem.pair_service), units)
    used = np.minimum(ratio(asked, problem.capacity).max(axis=1, initial=0.0), problem.max_modules)
    opened = ratio(used, problem.max_modules.astype(np.float64))
    served = (problem.demand / columns.row_units)[columns.served_row]
    return np.concatenate([opened, used, flows, served]).astype(np.float64)


def _worth(problem: Problem, columns: Columns, relaxed: Floats, used: Floats) -> Floats:
    """Value that the relaxation draws from one module of each option, shape (O,)."""
    flows = relaxed[2 * problem.n_options :][: columns.n_flows] * problem.set_draw[columns.flow_set]
    n_pools = len(columns.member_pool)
    given = problem.capacity[columns.member_option, columns.member_service] * used[columns.member_option]
    of_pool = sum_by(columns.member_pool, given, n_pools)
    drawn = sum_by(columns.flow_pool, flows, n_pools)
    part = ratio(given, of_pool[columns.member_pool]) * drawn[columns.member_pool]
    worth = ratio(sum_by(columns.member_option, part, problem.n_options), used)
    least = _UNUSED * (float(np.median(worth[worth > 0])) if (worth > 0).any() else 1.0)
    return np.maximum(worth, least)


def _side_model(problem: Problem, model: LinearModel, used: Floats, worth: Floats) -> LinearModel:
    """Opening, modules, and the part of the modules that the relaxation uses too."""
    n = problem.n_options
    touches_flow = np.diff(model.matrix[:, 2 * n :].indptr) > 0
    kept = np.flatnonzero(~touches_flow)
    each, none = sparse.identity(n, format="csr"), sparse.csr_matrix((n, n))
    only_open = sparse.hstack([-sparse.diags_array(used), none, each])
    only_built = sparse.hstack([none, -each, each])
    limits = sparse.hstack([model.matrix[kept][:, : 2 * n], sparse.csr_matrix((len(kept), n))])
    most = np.minimum(model.hi[n : 2 * n], np.maximum(np.ceil(used - 1e-6), problem.min_modules))
    return LinearModel(
        maximise=True,
        cost=np.r_[np.zeros(n), _BEYOND * worth, (1 - _BEYOND) * worth],
        lo=np.r_[model.lo[: 2 * n], np.zeros(n)],
        hi=np.r_[model.hi[:n], np.maximum(most, model.lo[n : 2 * n]), used],
        integer=np.r_[np.ones(2 * n, dtype=bool), np.zeros(n, dtype=bool)],
        matrix=sparse.vstack([limits, only_open, only_built], format="csr"),
        row_lo=np.r_[model.row_lo[kept], np.full(2 * n, -np.inf)],
        row_hi=np.r_[model.row_hi[kept], np.zeros(2 * n)],
        scale=None,
    )
