"""The compiled loop that orders pairs: counted, not compared (Seward 1954), so that it takes time in proportion."""

from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def order_of(first: Array, second: Array, n_first: int, n_second: int) -> Array:
    """Positions of pairs by their first and then their second number.

    Parameters
    ----------
    first, second
        The numbers, from 0.
    n_first, n_second
        How many numbers there are on each side.

    Returns
    -------
    order
        A permutation; equal pairs keep their order.
    """
    by_second = _counted(second, np.arange(len(second)), n_second)
    return _counted(first, by_second, n_first)


@compiled
def _counted(number: Array, order: Array, n: int) -> Array:
    """An order made one by number, equal numbers as before."""
    begin = np.zeros(n + 1, np.int64)
    for at in order:
        begin[number[at] + 1] += 1
    begin = np.cumsum(begin)
    ordered = np.empty_like(order)
    for at in order:
        ordered[begin[number[at]]] = at
        begin[number[at]] += 1
    return ordered
