"""An order of points that keeps neighbours together: along the curve of Morton (1966), also called Z-order."""

import numpy as np
import numpy.typing as npt

_BITS = 31
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def space_order(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Rows in Z-order, equal places in the order of their rows.

    Parameters
    ----------
    x, y
        Finite coordinates in one unit.

    Returns
    -------
    rows
        A permutation.
    """
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    low_x, low_y = x.min(), y.min()
    side = max(x.max() - low_x, y.max() - low_y) or 1.0
    scale = (2**_BITS - 1) / side
    code = _spread((x - low_x) * scale) | (_spread((y - low_y) * scale) << np.uint64(1))
    return np.argsort(code, kind="stable")


def _spread(cells: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """The bits of each number with a gap after each of them."""
    bits = cells.astype(np.uint64)
    for shift, mask in _SPREAD:
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
