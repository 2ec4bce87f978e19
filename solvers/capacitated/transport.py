"""The cheapest service from open sites of known sizes: a transportation problem, or one of assignment."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from solvers.capacitated.case import Capacitated
from solvers.highs import Highs
from solvers.linear import Effort, LinearModel, Outcome
from solvers.problem import Booleans, Floats, Integers


class Arcs(NamedTuple):
    """Points and sites between which something may flow, shape (A,) each."""

    point: Integers
    site: Integers


class Service(NamedTuple):
    """Cost of serving all, and share of each point that each site serves, shape (I, J)."""

    cost: float
    share: sparse.csr_matrix


def serve(case: Capacitated, size: Integers, effort: Effort, *, whole: bool = False) -> Service | None:
    """Serve all points from open sites.

    Parameters
    ----------
    case
        Points and sites.
    size
        Size of each site, -1 where it is closed, shape (J,).
    effort
        Limits.
    whole
        Whether each point is served by one site alone.

    Returns
    -------
    service
        `None` when capacities are not enough, or nothing was found within the limits.
    """
    opened = size >= 0
    given = np.where(opened, case.capacity[np.arange(case.n_sites), np.maximum(size, 0)], 0.0)
    if given.sum() < case.demand.sum() * (1 - 1e-12):
        return None
    point, site = np.nonzero(np.isfinite(case.cost) & opened[None, :])
    arcs = Arcs(point, site)
    rows, lo, hi = flow_rows(case, arcs, given)
    n = len(point)
    model = LinearModel(
        maximise=False,
        cost=case.cost[point, site],
        lo=np.zeros(n),
        hi=np.ones(n),
        integer=np.full(n, whole),
        matrix=rows,
        row_lo=lo,
        row_hi=hi,
    )
    outcome = Highs().solve(model, effort) if n else None
    if outcome is None:
        return Service(0.0, sparse.csr_matrix(case.cost.shape)) if not len(case.demand) else None
    if outcome.values is None:
        return None
    return service_of(case, arcs, outcome.values, whole=whole)


def service_of(case: Capacitated, arcs: Arcs, values: Floats, *, whole: bool) -> Service:
    """Shares as a matrix, rounding cleaned, with what they cost."""
    values = np.round(values) if whole else np.where(np.abs(values) < 1e-12, 0.0, values)
    used = values > 0
    share = sparse.csr_matrix((values[used], (arcs.point[used], arcs.site[used])), case.cost.shape)
    total = np.asarray(share.sum(axis=1)).ravel()
    share = sparse.csr_matrix(sparse.diags_array(1 / np.where(total > 0, total, 1.0)) @ share)
    rows = np.repeat(np.arange(share.shape[0]), np.diff(share.indptr))
    return Service(float(case.cost[rows, share.indices] @ share.data), share)


def flow_rows(case: Capacitated, arcs: Arcs, given: Floats) -> tuple[sparse.csr_matrix, Floats, Floats]:
    """Every point is served once, no site gives more than it has (in units of all demand)."""
    n, (m, n_sites) = len(arcs.point), case.cost.shape
    unit = float(case.demand.sum()) or 1.0
    each = np.arange(n)
    served = sparse.csr_matrix((np.ones(n), (arcs.point, each)), (m, n))
    taken = sparse.csr_matrix((case.demand[arcs.point] / unit, (arcs.site, each)), (n_sites, n))
    rows = sparse.csr_matrix(sparse.vstack([served, taken], format="csr"))
    return rows, np.r_[np.ones(m), np.full(n_sites, -np.inf)], np.r_[np.ones(m), given / unit]


def strong_model(
    case: Capacitated, allowed: Booleans, effort: Effort, start: tuple[Integers, Service] | None
) -> tuple[Outcome, Integers | None, Service | None]:
    """Choose sites, sizes and one site for each point, all at once, in HiGHS.

    Parameters
    ----------
    case
        Points and sites.
    allowed
        Whether each site may be closed, and which sizes it may have, shape (J, 1 + M).
    effort
        Gap and limits.
    start
        Sizes and service to begin from.
    """
    site, size = np.nonzero(allowed[:, 1:])
    may_serve = np.isfinite(case.cost) & np.asarray(allowed[:, 1:].any(axis=1))
    arcs = Arcs(*np.nonzero(may_serve))
    n, o, (m, n_sites) = len(arcs.point), len(site), case.cost.shape
    flows, lo, hi = flow_rows(case, arcs, np.zeros(n_sites))
    unit = float(case.demand.sum()) or 1.0
    at = sparse.csr_matrix((np.ones(o), (site, np.arange(o))), (n_sites, o))
    given = sparse.csr_matrix((case.capacity[site, size] / unit, (site, np.arange(o))), (n_sites, o))
    linked = sparse.hstack([sparse.identity(n), -at[arcs.site]])
    matrix = sparse.vstack(
        [
            sparse.hstack([flows, sparse.vstack([sparse.csr_matrix((m, o)), -given])]),
            linked,
            sparse.hstack([sparse.csr_matrix((n_sites, n)), at]),
        ],
        format="csr",
    )
    model = LinearModel(
        maximise=False,
        cost=np.r_[case.cost[arcs], case.fixed_cost[site, size]],
        lo=np.zeros(n + o),
        hi=np.ones(n + o),
        integer=np.ones(n + o, dtype=np.bool_),
        matrix=sparse.csr_matrix(matrix),
        row_lo=np.r_[lo, np.full(n, -np.inf), (~allowed[:, 0]).astype(np.float64)],
        row_hi=np.r_[hi, np.zeros(n), np.ones(n_sites)],
    )
    first = None
    if start is not None:
        share = np.asarray(start[1].share[arcs.point, arcs.site]).ravel()
        first = np.r_[share, start[0][site] == size]
    outcome = Highs().solve(model, effort, start=first)
    if outcome.values is None:
        return outcome, None, None
    chosen = np.full(n_sites, -1, dtype=np.int64)
    opened = outcome.values[n:] > 0.5
    chosen[site[opened]] = size[opened]
    return outcome, chosen, service_of(case, arcs, outcome.values[:n], whole=True)
