"""Weights scaled so that they add up to a control total."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from demand_models.errors import DemandError


def calibrate(
    values: ArrayLike,
    total: float | Mapping[str, float],
    *,
    groups: Sequence[str] | None = None,
    what: str = "weights",
) -> NDArray[np.float64]:
    """Scale weights so that their sum is a total, over all of them or within each group.

    ``x_i = T_g * w_i / sum of w over the group g of i``; the sums hold to 1e-9 relative.

    Parameters
    ----------
    values
        Weights ``w`` of shape (n,), finite and at least 0, in any unit.
    total
        Total ``T``, finite and at least 0: one number without groups, a number by group with them.
    groups
        Group of each weight, length n.
    what
        Name of the weights, for messages.

    Returns
    -------
    NDArray[np.float64]
        Shape (n,), in the unit of the total and in the order of the weights.

    Raises
    ------
    DemandError
        When weights or totals are negative or not finite, a group has no total, or a positive total meets weights
        that are all zero (or none); each message names the group.
    """
    weights = np.asarray(values, dtype=np.float64)
    bad = ~(np.isfinite(weights) & (weights >= 0))
    if bad.any():
        raise DemandError(f"{what}: found {weights[bad][0]}; give finite weights of at least 0")
    totals, labels = _by_group(total, groups, len(weights), what)
    scaled = np.zeros_like(weights)
    for group, wanted in totals.items():
        of = f"{what} of {group!r}" if group else what
        if not (np.isfinite(wanted) and wanted >= 0):
            raise DemandError(f"{of}: the total is {wanted}; give a finite total of at least 0")
        if wanted == 0:
            continue
        members = labels == group
        largest = weights[members].max(initial=0.0)
        if largest == 0:
            found = "all are zero" if members.any() else "there are none"
            raise DemandError(f"{of}: {found}, so {wanted:g} cannot be spread; give a positive weight or a total of 0")
        # Divided by the largest first, so that neither very small nor very large weights leave the range of floats.
        shares = weights[members] / largest
        scaled[members] = shares / shares.sum() * wanted
    return scaled


def _by_group(
    total: float | Mapping[str, float], groups: Sequence[str] | None, n: int, what: str
) -> tuple[Mapping[str, float], NDArray[np.object_]]:
    """Totals by group and the group of each weight; one nameless group when there are none."""
    if isinstance(total, Mapping) != (groups is not None):
        raise DemandError(f"{what}: give totals by group together with groups, or one total without groups")
    if not isinstance(total, Mapping):
        return {"": float(total)}, np.full(n, "", dtype=object)
    labels = np.array(list(groups or ()), dtype=object)
    unknown = sorted(set(labels) - set(total))
    if unknown:
        raise DemandError(f"{what}: no total for {', '.join(map(repr, unknown))}; give one (0 is a total)")
    return total, labels
