"""Which of many segments may be nearest to one of some points, found on a raster: most are far from all of them."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CELLS = 1024
"""Cells along each side of the raster."""


def in_question(begin: Floats, end: Floats, xy: Floats, reach_m: Floats) -> npt.NDArray[np.bool_]:
    """Say which segments come near to a point.

    Parameters
    ----------
    begin, end
        Ends of the segments, shape (n, 2), in metres.
    xy
        The points, shape (m, 2).
    reach_m
        How far from each point a segment is of interest.

    Returns
    -------
    near
        True for every segment within the reach of a point, and for some others.
    """
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    origin = low.min(axis=0)
    side = float((high.max(axis=0) - origin).max()) / CELLS or 1.0

    def cell(at: Floats) -> npt.NDArray[np.int64]:
        return np.asarray(np.clip((at - origin) / side, 0, CELLS - 1), dtype=np.int64)

    reach = reach_m[:, np.newaxis] * (1 + 1e-9) + 1e-6
    (left, below), (right, above) = cell(xy - reach).T, cell(xy + reach).T + 1
    steps = np.zeros((CELLS + 1, CELLS + 1), dtype=np.int64)
    for column, row, step in ((left, below, 1), (right, above, 1), (left, above, -1), (right, below, -1)):
        np.add.at(steps, (column, row), step)
    asked = steps.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0
    count = np.zeros((CELLS + 1, CELLS + 1), dtype=np.int64)
    count[1:, 1:] = asked.cumsum(axis=0).cumsum(axis=1)
    (left, below), (right, above) = cell(low).T, cell(high).T + 1
    near: npt.NDArray[np.bool_] = (
        count[right, above] - count[left, above] - count[right, below] + count[left, below] > 0
    )
    return near
