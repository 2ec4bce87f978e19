"""Rows of the compact model: demand, cover sets, capacity, modules and limits, each scaled for the solver."""

import numpy as np
from scipy import sparse

from solvers.certificate import Row
from solvers.columns import Columns
from solvers.problem import Floats, Problem

Block = tuple[sparse.csr_matrix, Floats, Floats]
"""Coefficients on all columns, lower and upper bounds."""


def demand_rows(problem: Problem, columns: Columns) -> Block:
    """No demand row is served more than once: the flows that serve a row add to at most its demand."""
    served_by_flows = ~np.isin(columns.flow_row, columns.served_row)
    reached = np.unique(columns.flow_row[served_by_flows])
    flow = np.flatnonzero(served_by_flows)
    at = (np.searchsorted(reached, columns.flow_row[flow]), flow)
    flows = sparse.csr_matrix((np.ones(len(flow)), at), (len(reached), columns.n_flows))
    left = sparse.csr_matrix((len(reached), 2 * problem.n_options))
    right = sparse.csr_matrix((len(reached), columns.n_served))
    most = (problem.demand / columns.row_units)[reached]
    return sparse.hstack([left, flows, right], format="csr"), np.full(len(reached), -np.inf), most


def set_rows(problem: Problem, columns: Columns) -> Block:
    """What is served of a row of its own is what the flows of each of its sets add to; of a set without flows, no more
    than its open options allow.
    """
    own = np.flatnonzero(np.isin(problem.set_row, columns.served_row))
    n, flowing = len(own), columns.flowing[own]
    at = np.full(problem.n_sets, -1)
    at[own] = np.arange(n)
    served_at = np.searchsorted(columns.served_row, problem.set_row[own])
    served = sparse.csr_matrix((np.ones(n), (np.arange(n), served_at)), (n, columns.n_served))
    flow = np.flatnonzero(at[columns.flow_set] >= 0)
    flows = sparse.csr_matrix((-np.ones(len(flow)), (at[columns.flow_set[flow]], flow)), (n, columns.n_flows))
    pair = np.flatnonzero((columns.pair_flow < 0) & (at[problem.pair_set] >= 0))
    row = problem.pair_row[pair]
    all_of_it = -problem.demand[row] / columns.row_units[row]
    opened = sparse.csr_matrix(
        (all_of_it, (at[problem.pair_set[pair]], problem.pair_option[pair])), (n, problem.n_options)
    )
    modules = sparse.csr_matrix((n, problem.n_options))
    return sparse.hstack([opened, modules, flows, served], format="csr"), np.where(flowing, 0.0, -np.inf), np.zeros(n)


def pool_rows(problem: Problem, columns: Columns) -> Block:
    """What a pool gives is at most the capacity of its options' modules."""
    units, mean_units = pool_units(problem, columns)
    n_pools = len(mean_units)
    drawn = sparse.csr_matrix(
        (units / mean_units[columns.flow_pool], (columns.flow_pool, np.arange(columns.n_flows))),
        (n_pools, columns.n_flows),
    )
    capacity = problem.capacity[columns.member_option, columns.member_service] / mean_units[columns.member_pool]
    given = sparse.csr_matrix((-capacity, (columns.member_pool, columns.member_option)), (n_pools, problem.n_options))
    opened, served = (sparse.csr_matrix((n_pools, n)) for n in (problem.n_options, columns.n_served))
    return sparse.hstack([opened, given, drawn, served], format="csr"), np.full(n_pools, -np.inf), np.zeros(n_pools)


def link_rows(problem: Problem, columns: Columns) -> Block:
    """A flow of a set that draws nothing goes to a pool with an open option: `x <= y` of the p-median."""
    free = problem.set_draw[columns.flow_set] == 0
    flow = np.flatnonzero(free)
    pool = np.unique(columns.flow_pool[flow])
    member = np.flatnonzero(np.isin(columns.member_pool, pool))
    of_pool = sparse.csr_matrix(
        (np.ones(len(member)), (np.searchsorted(pool, columns.member_pool[member]), columns.member_option[member])),
        (len(pool), problem.n_options),
    )
    row = columns.flow_row[flow]
    most = sparse.diags_array(problem.demand[row] / columns.row_units[row])
    opened = -(most @ of_pool[np.searchsorted(pool, columns.flow_pool[flow])])
    modules, served = (sparse.csr_matrix((len(flow), n)) for n in (problem.n_options, columns.n_served))
    each = sparse.identity(columns.n_flows, format="csr")[flow]
    return (
        sparse.hstack([opened, modules, each, served], format="csr"),
        np.full(len(flow), -np.inf),
        np.zeros(len(flow)),
    )


def pool_units(problem: Problem, columns: Columns) -> tuple[Floats, Floats]:
    """Units that one unit of each flow column draws, shape (F,), and their mean in each pool (1 where none draws)."""
    units = columns.units * problem.set_draw[columns.flow_set]
    n_pools = int(columns.flow_pool.max(initial=-1)) + 1
    flows = np.bincount(columns.flow_pool, minlength=n_pools)
    mean = np.bincount(columns.flow_pool, weights=units, minlength=n_pools) / np.maximum(flows, 1)
    return units, np.where(mean > 0, mean, 1.0)


def module_rows(problem: Problem, columns: Columns) -> list[Block]:
    """An open option has between its least and its most modules, a closed one none."""
    n = problem.n_options
    each = sparse.identity(n, format="csr")
    flows = sparse.csr_matrix((n, columns.n_flows + columns.n_served))
    free = np.full(n, np.inf)
    return [
        (sparse.hstack([-sparse.diags_array(bound.astype(float)), each, flows], format="csr"), lo, hi)
        for bound, lo, hi in (
            (problem.max_modules, -free, np.zeros(n)),
            (problem.min_modules, np.zeros(n), free),
        )
    ]


def limit_rows(problem: Problem, columns: Columns, limit: Row) -> tuple[sparse.csr_matrix, Floats, Floats, Floats]:
    """A limit's rows, each divided by its largest coefficient, with their bounds and this coefficient."""
    form = limit.form(problem)
    matrix = columns.matrix(problem, form)
    lo, hi = (bound - form.constant for bound in limit.bounds(problem))
    largest = np.asarray(abs(matrix).max(axis=1).todense()).ravel() if matrix.shape[1] else np.zeros(len(lo))
    largest = np.where(largest > 0, largest, 1.0)
    return sparse.csr_matrix(sparse.diags_array(1 / largest) @ matrix), lo / largest, hi / largest, largest
