"""How well a prediction orders and shares out what is observed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Numbers: TypeAlias = NDArray[np.float64]

Metric: TypeAlias = Callable[[Numbers, Numbers], float | None]
"""A figure of (predicted, observed); None where it is not defined."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its standard error over blocks; without one where some block cannot be left out."""

    value: float
    error: float | None


def rank_correlation(predicted: Numbers, observed: Numbers) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; None when one side is constant."""
    if len(observed) < 2 or np.ptp(predicted) == 0 or np.ptp(observed) == 0:
        return None
    return float(np.corrcoef(rankdata(predicted), rankdata(observed))[0, 1])


def auc(predicted: Numbers, observed: Numbers) -> float | None:
    """Chance that a place with something observed is predicted above one with nothing, ties counting half.

    The area under the receiver operating characteristic (Mann and Whitney's statistic); None when every place, or none,
    has something.
    """
    there = observed > 0
    positive, negative = int(there.sum()), int((~there).sum())
    if not positive or not negative:
        return None
    above = rankdata(predicted)[there].sum() - positive * (positive + 1) / 2
    return float(above / (positive * negative))


def misplaced_share(predicted: Numbers, observed: Numbers) -> float | None:
    """Share of the total that would have to move: half the sum of ``|p_i / sum p - o_i / sum o|``, 0 to 1.

    None when one side is all zero.
    """
    if predicted.sum() <= 0 or observed.sum() <= 0:
        return None
    return float(np.abs(predicted / predicted.sum() - observed / observed.sum()).sum() / 2)


def over_blocks(metric: Metric, predicted: Numbers, observed: Numbers, blocks: NDArray[np.int64]) -> Estimate | None:
    """A figure with its jackknife standard error, a block left out at a time.

    ``se^2 = (B - 1) / B sum_b (t_b - mean t)^2`` with ``t_b`` the figure without block ``b`` of ``B``. Neighbours stay
    together, so that what they have in common does not pass for certainty.

    Parameters
    ----------
    metric
        The figure.
    predicted, observed
        One number per place.
    blocks
        Block of each place.

    Returns
    -------
    Estimate
        None where the figure is not defined on all places.
    """
    value = metric(predicted, observed)
    if value is None:
        return None
    without = []
    for block in np.unique(blocks):
        kept = blocks != block
        left = metric(predicted[kept], observed[kept]) if kept.any() else None
        if left is None:
            return Estimate(value, None)
        without.append(left)
    return Estimate(value, float(np.sqrt((len(without) - 1) * np.var(without))))


def lead(
    metric: Metric, observed: Numbers, first: Numbers, second: Numbers, blocks: NDArray[np.int64]
) -> Estimate | None:
    """How much higher a figure of the first prediction is than of the second, with the standard error of that.

    Both are left the same blocks, so that what makes a block hard for both does not count.
    """

    def difference(rows: Numbers, truth: Numbers) -> float | None:
        row = rows.astype(np.int64)
        one, other = metric(first[row], truth), metric(second[row], truth)
        return None if one is None or other is None else one - other

    return over_blocks(difference, np.arange(len(observed), dtype=np.float64), observed, blocks)
