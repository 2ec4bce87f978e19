"""Conflicts as few strong rows: sites of which no two may be open, at most one."""

import numpy as np
from scipy import sparse

from solvers.problem import Booleans


def clique_rows(conflict: Booleans) -> sparse.csr_matrix:
    """Cliques that together hold every conflict, each as large as a greedy choice makes it.

    Parameters
    ----------
    conflict
        Which sites must not be open together, symmetric, shape (J, J).

    Returns
    -------
    rows
        Ones for the sites of each clique, shape (C, J).
    """
    left = conflict.copy()
    cliques = []
    for site in np.argsort(-conflict.sum(axis=1), kind="stable"):
        while left[site].any():
            clique = [int(site), int(np.flatnonzero(left[site])[0])]
            able = conflict[clique[0]] & conflict[clique[1]]
            while able.any():
                # Who has most uncovered conflicts with the clique's first goes in next, then who has most conflicts.
                candidates = np.flatnonzero(able)
                score = left[site, candidates] * len(conflict) + conflict[candidates][:, candidates].sum(axis=1)
                clique.append(int(candidates[np.argmax(score)]))
                able &= conflict[clique[-1]]
            left[np.ix_(clique, clique)] = False
            cliques.append(clique)
    row = np.repeat(np.arange(len(cliques)), [len(clique) for clique in cliques])
    site = np.concatenate([np.zeros(0, dtype=np.int64), *map(np.array, cliques)]).astype(np.int64)
    return sparse.csr_matrix((np.ones(len(row)), (row, site)), shape=(len(cliques), len(conflict)))
