"""A coverage as the master problem that the tree of `solvers.covering` searches."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from solvers.coverage.coverage import Coverage
from solvers.covering.exchange import Aim, Rules
from solvers.covering.families import Families
from solvers.covering.master import TYPICAL, Master
from solvers.covering.tangents import Cover, cover_of
from solvers.linear import LinearModel
from solvers.problem import Booleans, Floats

_GROUPS = 100  # tangents per point
_ROOM = 1e-11  # of a limit, which an answer may miss by rounding only
_EXACT = 2.0**53  # whole numbers up to here are exact


class Rows(NamedTuple):
    """Limits `lo <= matrix @ opened <= hi` on open sites, shapes (R, J), (R,), (R,)."""

    matrix: sparse.csr_matrix
    lo: Floats
    hi: Floats


def budget_row(cost: Floats, budget: float) -> Rows:
    """What open sites take stays within a budget."""
    return Rows(sparse.csr_matrix(cost[None, :]), np.array([-np.inf]), np.array([budget]))


def once(coverage: Coverage) -> Cover:
    """Classes that need one open site."""
    n, order = len(coverage), np.argsort(coverage.site, kind="stable")
    at_begin = np.r_[0, np.cumsum(np.bincount(coverage.site, minlength=coverage.n_sites))]
    of_class = np.repeat(np.arange(n), np.diff(coverage.begin))
    each, one = np.arange(n + 1), np.ones(n, dtype=np.int64)
    return Cover(coverage.weight, each, coverage.begin, coverage.site, each[:-1], one, at_begin, of_class[order])


def twice(coverage: Coverage) -> Cover:
    """Classes that need two open sites: whichever site is left out of a class, another one is open."""
    size = np.diff(coverage.begin)
    pairs = size >= 2
    sets = size[pairs]  # one for each site of a class, with the other sites in it
    of_set = np.repeat(np.flatnonzero(pairs), sets)
    left_out = np.arange(sets.sum()) - np.repeat(np.r_[0, np.cumsum(sets)[:-1]][: len(sets)], sets)
    member_begin = np.r_[0, np.cumsum(size[of_set] - 1)]
    place = np.arange(member_begin[-1]) - np.repeat(member_begin[:-1], size[of_set] - 1)
    place += place >= np.repeat(left_out, size[of_set] - 1)
    member = coverage.site[np.repeat(coverage.begin[of_set], size[of_set] - 1) + place]
    set_begin = np.r_[0, np.cumsum(sets)]
    families = Families(coverage.weight[pairs], set_begin, member_begin, member, of_set)
    return cover_of(families, coverage.n_sites)


def grain_of(numbers: Floats) -> float:
    """1 where all numbers are whole and their sums exact, else 0."""
    return float((numbers == np.round(numbers)).all() and numbers.sum() < _EXACT)


def most_weight(cover: Cover, rows: Rows, kept: Booleans) -> Master:
    """Cover as much weight as limits on sites allow.

    Parameters
    ----------
    cover
        Classes and what they need.
    rows
        Limits.
    kept
        Sites that stay open, shape (J,).
    """
    n = len(kept)
    unit = float(cover.weight.sum()) / TYPICAL or 1.0
    return _master(cover, rows, kept, profit=np.zeros(n), price=1.0, least=-np.inf, units=(unit, unit),
                   grain=grain_of(cover.weight) / unit)  # fmt: skip


def least_cost(cover: Cover, cost: Floats, least: float) -> Master:
    """Cover at least some weight at the least cost."""
    n = len(cost)
    no_rows = Rows(sparse.csr_matrix((0, n)), np.zeros(0), np.zeros(0))
    unit, money = float(cover.weight.sum()) / TYPICAL or 1.0, float(cost.sum()) / TYPICAL or 1.0
    return _master(cover, no_rows, np.zeros(n, dtype=np.bool_), profit=-cost, price=0.0, least=least,
                   units=(unit, money), grain=grain_of(cost) / money)  # fmt: skip


def _master(
    cover: Cover,
    rows: Rows,
    kept: Booleans,
    *,
    profit: Floats,
    price: float,
    least: float,
    units: tuple[float, float],
    grain: float,
) -> Master:
    """Columns: sites, then the weight of each group of classes, in units of weight; the objective has its own unit."""
    n, (unit, money) = len(kept), units
    cover = cover._replace(weight=cover.weight / unit)
    n_classes = len(cover.weight)
    group_begin = np.unique(np.linspace(0, n_classes, min(_GROUPS, n_classes) + 1).astype(np.int64))
    sums = np.add.reduceat(cover.weight, group_begin[:-1]) if n_classes else np.zeros(0)
    g, floors = len(sums), int(np.isfinite(least))
    matrix = sparse.vstack(
        [
            sparse.hstack([rows.matrix, sparse.csr_matrix((len(rows.lo), g))]),
            sparse.hstack([sparse.csr_matrix((floors, n)), sparse.csr_matrix(np.ones((floors, g)))]),
        ],
        format="csr",
    )
    largest = np.maximum(abs(matrix).max(axis=1).toarray().ravel(), 1e-300) if matrix.size else np.ones(matrix.shape[0])
    floor = np.full(floors, least / unit)
    by_site = sparse.csc_matrix(rows.matrix)
    model = LinearModel(
        maximise=True,
        cost=np.r_[profit / money, np.full(g, price)],
        lo=np.r_[kept, np.zeros(g)].astype(np.float64),
        hi=np.r_[np.ones(n), sums],
        integer=np.r_[np.ones(n, dtype=np.bool_), np.zeros(g, dtype=np.bool_)],
        matrix=sparse.csr_matrix(sparse.diags_array(1 / largest) @ matrix),
        row_lo=np.r_[rows.lo, floor] / largest,
        row_hi=np.r_[rows.hi, np.full(floors, np.inf)] / largest,
        scale=money,
    )
    return Master(
        model=model,
        cover=cover,
        group_begin=group_begin,
        sized=np.zeros(0, dtype=np.int64),
        least_modules=np.ones(n, dtype=np.int64),
        kept=kept,
        rules=Rules(by_site.indptr.astype(np.int64), by_site.indices.astype(np.int64),
                    by_site.data.astype(np.float64), np.zeros(len(rows.lo)), rows.lo, rows.hi),
        aim=Aim(price, profit / money, least / unit),
        unit=money,
        offset=0.0,
        grain=grain,
        room=_ROOM,
    )  # fmt: skip
