"""What set covering can leave out: classes and sites that others stand for (Toregas & ReVelle 1972)."""

import numpy as np
from scipy import sparse

from solvers.locating.dominance import dominated_points, dominated_sites
from solvers.problem import Floats, Integers


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
        rows = ~dominated_points(*_lists(covers))
        covers = covers[rows]
        begin, site, at_begin, at = _lists(covers)
        columns = ~dominated_sites(at_begin, at, begin, site, cost[sites])
        covers = covers[:, columns]
        classes, sites = classes[rows], sites[columns]
        if rows.all() and columns.all():
            return classes, sites


def smallest_classes(covers: sparse.csr_matrix) -> Integers:
    """Classes whose sites include those of no other class: when these are covered, all are."""
    return np.flatnonzero(~dominated_points(*_lists(covers)))


def _lists(covers: sparse.csr_matrix) -> tuple[Integers, ...]:
    """Sites of each class, and classes of each site: begin and members, ascending."""
    covers = covers.sorted_indices()
    turned = sparse.csc_matrix(covers)
    arrays = (covers.indptr, covers.indices, turned.indptr, turned.indices)
    return tuple(array.astype(np.int64) for array in arrays)
