"""What a model answers: the solvers' word, and who goes where."""

from dataclasses import dataclass, field

import numpy as np

from siting.placement.layer import Floats, Integers
from siting.placement.ways import Ways
from solvers import CapacitatedAnswer, CoverageAnswer, Located

Found = Located | CoverageAnswer | CapacitatedAnswer


@dataclass(frozen=True, eq=False)
class Answer:
    """Chosen sites and who goes there, by position in the layers.

    Parameters
    ----------
    found
        What the solvers found; its `sites` are None where there is no answer.
    point, site, share
        Point `point[k]` brings `share[k]` of its weight to `site[k]`, shapes (K,).
    """

    found: Found
    point: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    site: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    share: Floats = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def to_nearest(cls, found: Found, ways: Ways, farthest: float = np.inf) -> "Answer":
        """Everyone within the farthest distance that counts goes to the nearest open site."""
        if found.sites is None:
            return cls(found)
        nearest = ways.distances.nearest(found.sites)
        point = np.flatnonzero(nearest >= 0)
        point = point[ways.distances.of_pairs(point, nearest[point]) <= farthest]
        return cls(found, point, nearest[point], np.ones(len(point)))
