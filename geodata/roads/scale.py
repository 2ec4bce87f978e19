"""Time and length of a way as one whole number, so that one addition and one comparison serve both.

The time stands in the higher bits and the length in the lower ones: the smaller number is the faster way, and of
equally fast ways the shorter. Sums of whole numbers do not depend on the order of their terms, nor does any result.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.roads.graph import Graph

TIME_BITS, LENGTH_BITS = 32, 29

FAST_MPS = 60.0
"""Arcs faster than this are counted one by one when the longest way is estimated."""


class Scale(NamedTuple):
    """How times and lengths are written as costs.

    Parameters
    ----------
    limit
        First cost beyond the cutoff.
    tick_s, tick_m
        Seconds and metres of one step, powers of two.
    cutoff_s
        Longest time of a pair.
    """

    limit: int
    tick_s: float
    tick_m: float
    cutoff_s: float

    def cost(self, time_s: npt.NDArray[np.float64], length_m: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Write times and lengths as costs; those beyond the cutoff become the limit."""
        near = time_s <= self.cutoff_s
        ticks = np.rint(np.where(near, time_s, 0.0) / self.tick_s).astype(np.int64)
        metres = np.rint(np.where(near, length_m, 0.0) / self.tick_m).astype(np.int64)
        return np.where(near, (ticks << LENGTH_BITS) | metres, self.limit)


def scale_of(graph: Graph, *, cutoff_s: float, access_mps: float) -> Scale:
    """The finest steps with which no way within the cutoff overflows.

    Parameters
    ----------
    graph
        The roads.
    cutoff_s
        Longest time of a pair.
    access_mps
        Speed of the way between points and roads, in metres per second.

    Returns
    -------
    scale
        At a cutoff of 30 minutes a step is half a microsecond, and about a millimetre.
    """
    fast = graph.length_m > FAST_MPS * graph.time_s
    longest_m = cutoff_s * max(FAST_MPS, access_mps) + float(graph.length_m[fast].sum())
    tick_s = 2.0 ** math.ceil(math.log2(cutoff_s) - TIME_BITS)
    # Two ways are added before their sum is held against the limit, and rounding may lengthen each.
    tick_m = 2.0 ** math.ceil(math.log2(longest_m) - LENGTH_BITS + 2)
    return Scale((math.floor(cutoff_s / tick_s) + 1) << LENGTH_BITS, tick_s, tick_m, cutoff_s)
