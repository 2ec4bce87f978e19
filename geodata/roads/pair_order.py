"""The compiled loop that orders pairs: counted, not compared (Seward 1954), so that it takes time in proportion."""

from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def counted(number: Array, order: Array, n: int) -> Array:
    """Make an order one by number.

    Parameters
    ----------
    number
        A number from 0 at each position.
    order
        Positions in any order.
    n
        How many numbers there are.

    Returns
    -------
    order
        The positions by number, those of equal numbers in the order in which they were.
    """
    begin = np.zeros(n + 1, np.int64)
    for at in order:
        begin[number[at] + 1] += 1
    begin = np.cumsum(begin)
    ordered = np.empty_like(order)
    for at in order:
        ordered[begin[number[at]]] = at
        begin[number[at]] += 1
    return ordered
