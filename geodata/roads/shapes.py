"""Lines with vertices as ways: which vertices of different lines are one node."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def joined_at_ends(lines: npt.NDArray[Any], decimals: int) -> tuple[Floats, Integers, Integers]:
    """Nodes of lines that meet where one of them ends.

    A vertex within a line is a node of its own, unless another line ends there: roads that merely cross are bridges.

    Parameters
    ----------
    lines
        LineStrings.
    decimals
        Coordinates equal when rounded to so many decimals are one place.

    Returns
    -------
    position
        Shape (n, 2), of the nodes.
    start
        Line ``i`` runs through ``node[start[i]:start[i + 1]]``.
    node
        Nodes along the lines.
    """
    xy = shapely.get_coordinates(lines)
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))])
    _, place = np.unique(np.round(xy, decimals), axis=0, return_inverse=True)
    ends_here = np.zeros(len(xy), dtype=np.bool_)
    ends_here[place[np.concatenate([start[:-1], start[1:] - 1])]] = True
    shared = ends_here[place]
    key = np.where(shared, place, len(xy) + np.arange(len(xy)))
    _, first, node = np.unique(key, return_index=True, return_inverse=True)
    return xy[first], start.astype(np.int64), node.astype(np.int64)
