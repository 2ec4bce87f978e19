"""Cliques of conflicts: they hold every conflict and nothing else."""

import numpy as np
import pytest

from solvers.dispersion.conflicts import clique_rows


@pytest.mark.parametrize("seed", range(10))
def test_cliques_are_the_conflicts(seed):
    """Two sites share a row if and only if they are in conflict."""
    rng = np.random.default_rng(seed)
    conflict = np.triu(rng.random((15, 15)) < 0.4, 1)
    conflict |= conflict.T
    rows = clique_rows(conflict).toarray()
    together = rows.T @ rows > 0
    np.fill_diagonal(together, val=False)
    assert (together == conflict).all()


def test_all_in_conflict_is_one_row():
    """A clique is not taken apart."""
    assert clique_rows(~np.eye(6, dtype=bool)).toarray().tolist() == [[1.0] * 6]
