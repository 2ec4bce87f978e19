"""Lists of sites by rising distance, one for each point, which may end before all sites are named."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from solvers.problem import Floats, Integers

Numbers = NDArray[np.int32]


class Neighbours(NamedTuple):
    """Sites near to each point, nearest first, as bare arrays for compiled loops.

    The list of point `i` stands at `begin[i]:begin[i + 1]` of `site` and `cost`; `cost` rises within it. A site that is
    not in the list costs at least `beyond[i]`; that is infinite where none of them can be reached.
    """

    begin: Integers
    site: Numbers
    cost: Floats
    beyond: Floats

    @classmethod
    def stacked(cls, parts: Sequence[Self]) -> Self:
        """Lists of several groups of points, one after the other."""
        lengths = [np.diff(part.begin) for part in parts]
        return cls(
            begin=np.r_[0, np.cumsum(np.concatenate(lengths))],
            site=np.concatenate([part.site for part in parts]),
            cost=np.concatenate([part.cost for part in parts]),
            beyond=np.concatenate([part.beyond for part in parts]),
        )

    def weighted(self, weight: Floats) -> Self:
        """The same lists with distances multiplied by a weight per point, shape (I,)."""
        # A weightless point must be reached as well: 0 x infinite is infinite here.
        beyond = np.where(np.isfinite(self.beyond), weight * np.where(np.isfinite(self.beyond), self.beyond, 0), np.inf)
        return self._replace(cost=self.cost * np.repeat(weight, np.diff(self.begin)), beyond=beyond)


def nearest_first(site: Integers, distance: Floats, within: float, *, whole: bool) -> Neighbours:
    """Sort a block of lists of equal length.

    Parameters
    ----------
    site, distance
        Sites and their distances, infinite where absent, shape (I, L); equal distances keep this order.
    within
        Pairs farther apart than this are absent.
    whole
        Whether there are no other sites.
    """
    # Stable: of equal distances the first given comes first; and fast for what is sorted already.
    order = np.argsort(distance, axis=1, kind="stable")
    site, distance = np.take_along_axis(site, order, axis=1), np.take_along_axis(distance, order, axis=1)
    kept = np.isfinite(distance) & (distance <= within)
    # What follows a list that was cut off is as far as its last site, or too far to be there at all.
    ended = whole | ~kept.all(axis=1)
    last = np.full(len(site), np.inf) if whole else distance[:, -1]
    return Neighbours(
        begin=np.r_[0, np.cumsum(kept.sum(axis=1))],
        site=site[kept].astype(np.int32),
        cost=distance[kept].astype(np.float64),
        beyond=np.where(ended, np.inf, last),
    )
