"""What set covering can leave out: classes and sites that others stand for (Toregas & ReVelle 1972)."""

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.problem import Booleans, Floats, Integers


def undominated(covers: sparse.csr_matrix, cost: Floats) -> tuple[Integers, Integers]:
    """Classes and sites that matter.

    A class whose sites include all those of another class is covered with it. A site that covers no more than another
    one that costs no more is not needed. Both are repeated until nothing changes.

    Parameters
    ----------
    covers
        Classes × sites, each class with a site of its own kind of set at least.
    cost
        Cost of each site, shape (J,).

    Returns
    -------
    classes, sites
        Those that are left, ascending.
    """
    classes, sites = np.arange(covers.shape[0]), np.arange(covers.shape[1])
    while True:
        rows = _kept(covers, None)
        covers = covers[rows]
        columns = _kept(sparse.csr_matrix(covers.T), cost[sites])
        covers = covers[:, columns]
        classes, sites = classes[rows], sites[columns]
        if rows.all() and columns.all():
            return classes, sites


def smallest_classes(covers: sparse.csr_matrix) -> Integers:
    """Classes whose sites include those of no other class: when these are covered, all are."""
    return np.flatnonzero(_kept(covers, None))


def _kept(lists: sparse.csr_matrix, cost: Floats | None) -> Booleans:
    """Lists to keep: with costs the larger ones, without the smaller ones."""
    lists = lists.sorted_indices()
    turned = sparse.csc_matrix(lists)
    arrays = (lists.indptr, lists.indices, turned.indptr, turned.indices)
    begin, member, at_begin, at = (array.astype(np.int64) for array in arrays)
    if cost is None:
        return _without_larger(begin, member, at_begin, at)
    return _without_smaller(begin, member, at_begin, at, cost)


@compiled
def _without_larger(begin: Integers, member: Integers, at_begin: Integers, at: Integers) -> Booleans:
    """Lists that include no other list; the first of equal ones."""
    kept = np.ones(len(begin) - 1, dtype=np.bool_)
    stamp = np.full(len(at_begin) - 1, -1, dtype=np.int64)
    for a in range(len(kept)):
        if kept[a] and begin[a + 1] > begin[a]:
            rare = _stamp(a, begin, member, at_begin, stamp)
            for n in range(at_begin[rare], at_begin[rare + 1]):
                b = at[n]
                if b != a and kept[b] and _includes(b, a, begin, member, stamp):
                    kept[b] = False
    return kept


@compiled
def _without_smaller(begin: Integers, member: Integers, at_begin: Integers, at: Integers, cost: Floats) -> Booleans:
    """Lists that no other one includes at the same cost or less; the first of equal ones; no empty ones."""
    kept = np.ones(len(begin) - 1, dtype=np.bool_)
    stamp = np.full(len(at_begin) - 1, -1, dtype=np.int64)
    for a in range(len(kept)):
        if begin[a + 1] == begin[a]:
            kept[a] = False
            continue
        rare = _stamp(a, begin, member, at_begin, stamp)
        for n in range(at_begin[rare], at_begin[rare + 1]):
            b = at[n]
            if b == a or not kept[b] or cost[b] > cost[a]:
                continue
            if _includes(b, a, begin, member, stamp):
                kept[a] = False
                break
    return kept


@compiled
def _stamp(a: int, begin: Integers, member: Integers, at_begin: Integers, stamp: Integers) -> np.int64:
    """Mark the members of a list; the one that is in the fewest lists."""
    rare = member[begin[a]]
    for k in range(begin[a], begin[a + 1]):
        m = member[k]
        stamp[m] = a
        if at_begin[m + 1] - at_begin[m] < at_begin[rare + 1] - at_begin[rare]:
            rare = m
    return np.int64(rare)


@compiled
def _includes(b: int, a: int, begin: Integers, member: Integers, stamp: Integers) -> bool:
    """Whether a list includes the one whose members are marked."""
    size = begin[a + 1] - begin[a]
    if begin[b + 1] - begin[b] < size:
        return False
    found = 0
    for k in range(begin[b], begin[b + 1]):
        found += stamp[member[k]] == a
    return bool(found == size)
