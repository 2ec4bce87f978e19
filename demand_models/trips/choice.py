"""Trips divided among the paths between two places."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from demand_models.errors import DemandError


def logit_shares(cost: ArrayLike, *, scale: float) -> NDArray[np.float64]:
    """Share of each path, by the multinomial logit ``p_k = exp(-c_k / s) / sum over all paths of exp(-c / s)``.

    Parameters
    ----------
    cost
        What each path costs (minutes or km), finite, shape (K,), at least one.
    scale
        ``s``, above 0, in the unit of the costs: a path that costs ``s`` more has 1/e of the trips.

    Returns
    -------
    NDArray[np.float64]
        Shape (K,), adding up to 1.

    Raises
    ------
    DemandError
        When there is no path, or a number is out of its range.

    Notes
    -----
    D. McFadden, "Conditional logit analysis of qualitative choice behavior", Frontiers in Econometrics, 1974. Paths
    that share most of their road count as different ones all the same.
    """
    costs = np.asarray(cost, dtype=np.float64)
    if not (costs.size and np.isfinite(costs).all()):
        raise DemandError("paths: give at least one, with finite costs")
    if not (np.isfinite(scale) and scale > 0):
        raise DemandError(f"logit scale: found {scale}; give a finite number above 0")
    weights = np.exp(-(costs - costs.min()) / scale)
    return np.asarray(weights / weights.sum(), dtype=np.float64)
