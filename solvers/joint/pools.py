"""Pools: what an option can give to one service in one year, and the pairs that draw on it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.problem import Floats, Integers, Problem

Indices = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Pools:
    """The pairs of a problem, arranged by the capacity that they draw on.

    A pool is an option with a service and a year for which it has pairs that draw on its capacity. Ranges are given by
    `begin` arrays: members of `n` stand at `begin[n]:begin[n + 1]`. Indices are 32-bit, as there are millions of pairs.

    Parameters
    ----------
    pool_option, pool_service, pool_year
        What each pool is; pools are sorted by option, service and year, shape (P,).
    pool_capacity
        Units per module and day, shape (P,).
    option_begin
        Pools of each option, shape (O + 1,).
    pool_begin
        Members of each pool, shape (P + 1,).
    member_pair, member_set
        Pair (index into the problem's pairs) and cover set of each member, in the order of sets within a pool,
        shape (M,).
    pair_pool
        Pool of each pair of the problem, -1 where its set draws nothing, shape (K,).
    set_begin
        Pairs of each cover set, shape (C + 1,).
    set_row
        Demand row of each cover set, shape (C,).
    set_size
        Units drawn when the set provides the whole demand of its row: draw × demand, shape (C,).
    row_begin
        Cover sets of each demand row, shape (I + 1,).
    row_weight
        Value of serving the whole demand of a row: value × demand, shape (I,).
    cover_begin, cover_pair, cover_set
        Pairs of sets that draw nothing, by option, shapes (O + 1,) and (N,).
    """

    pool_option: Indices
    pool_service: Indices
    pool_year: Integers
    pool_capacity: Floats
    option_begin: Integers
    pool_begin: Integers
    member_pair: Indices
    member_set: Indices
    pair_pool: Indices
    set_begin: Integers
    set_row: Indices
    set_size: Floats
    row_begin: Integers
    row_weight: Floats
    cover_begin: Integers
    cover_pair: Indices
    cover_set: Indices

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Arrange the pairs of a problem."""
        years, year_of_row = np.unique(problem.row_year, return_inverse=True)
        kind_of_set = (problem.row_service * len(years) + year_of_row)[problem.set_row]
        n_kinds = max(problem.n_services * len(years), 1)
        draws = (problem.set_draw > 0)[problem.pair_set]
        drawing, covers = np.flatnonzero(draws), np.flatnonzero(~draws)
        covers = covers[np.argsort(problem.pair_option[covers], kind="stable")]
        key = problem.pair_option[drawing] * n_kinds + kind_of_set[problem.pair_set[drawing]]
        used = np.bincount(key, minlength=problem.n_options * n_kinds) > 0
        keys = np.flatnonzero(used)
        option, kind = keys // n_kinds, keys % n_kinds
        service = kind // max(len(years), 1)
        pair_pool = np.full(problem.n_pairs, -1, dtype=np.int32)
        pair_pool[drawing] = (np.cumsum(used) - 1)[key]
        members, pool_begin = _by_group(drawing, pair_pool[drawing], len(keys))
        return cls(
            pool_option=option.astype(np.int32),
            pool_service=service.astype(np.int32),
            pool_year=years[kind % max(len(years), 1)] if len(years) else np.zeros(0, dtype=np.int64),
            pool_capacity=problem.capacity[option, service],
            option_begin=begins(option, problem.n_options),
            pool_begin=pool_begin,
            member_pair=members,
            member_set=problem.pair_set[members].astype(np.int32),
            pair_pool=pair_pool,
            set_begin=begins(problem.pair_set, problem.n_sets),
            set_row=problem.set_row.astype(np.int32),
            set_size=problem.set_draw * problem.demand[problem.set_row],
            row_begin=begins(problem.set_row, problem.n_rows),
            row_weight=problem.value * problem.demand,
            cover_begin=begins(problem.pair_option[covers], problem.n_options),
            cover_pair=covers.astype(np.int32),
            cover_set=problem.pair_set[covers].astype(np.int32),
        )

    @property
    def n_pools(self) -> int:
        """Number of pools."""
        return len(self.pool_option)


def begins(group: Integers, n_groups: int) -> Integers:
    """Where each group begins in an array sorted by group, and the end: shape (n_groups + 1,)."""
    return np.searchsorted(group, np.arange(n_groups + 1)).astype(np.int64)


def _by_group(items: Integers, group: Indices, n_groups: int) -> tuple[Indices, Integers]:
    """Items in the order of their groups (a counting sort), and where each group begins."""
    table = sparse.csr_matrix(
        (items.astype(np.int32), group, np.arange(len(items) + 1)), (len(items), n_groups)
    ).tocsc()
    return table.data, table.indptr.astype(np.int64)
