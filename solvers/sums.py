"""Sums and ratios by group."""

import numpy as np

from solvers.problem import Booleans, Floats, Integers


def sum_by(group: Integers, weights: Floats | Booleans, n_groups: int) -> Floats:
    """Sum of the weights of each group, shape (n_groups,)."""
    return np.asarray(np.bincount(group, weights=weights, minlength=n_groups), dtype=np.float64)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Part over whole, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole > 0)
