"""Roads that cross at a node of both, cut there, so that whoever reads the lines can tell a crossing from a bridge."""

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

_DECIMALS: Final = 7
"""Of a degree: the grid on which OpenStreetMap keeps positions."""


def cut_at_crossings(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Lines with a part for each stretch between crossings.

    Where no line ends, two lines may share a node (a crossing) or merely a place on the map (a bridge). Readers of
    lines join those that end on each other, so an end is made where a node is shared.

    Parameters
    ----------
    lines
        LineStrings and MultiLineStrings in longitude and latitude.

    Returns
    -------
    lines
        The same lines; those that are cut are MultiLineStrings.
    """
    if not len(lines):
        return lines
    parts, owner = shapely.get_parts(lines, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    _, place = np.unique(np.round(xy, _DECIMALS), axis=0, return_inverse=True)
    is_end = np.ones(len(xy), dtype=np.bool_)
    is_end[1:-1] = (part[1:-1] != part[:-2]) | (part[1:-1] != part[2:])
    ended, passed = np.bincount(place[is_end], minlength=len(xy)), np.bincount(place[~is_end], minlength=len(xy))
    cut = ~is_end & (passed[place] > 1) & (ended[place] == 0)
    found = lines.copy()
    for row in np.unique(owner[part[cut]]):
        # Parts and vertices stand in the order of the lines.
        vertices = slice(*np.searchsorted(part, np.searchsorted(owner, [row, row + 1])))
        found[row] = _with_parts(xy[vertices], part[vertices], cut[vertices])
    return found


def _with_parts(
    xy: npt.NDArray[np.float64], part: npt.NDArray[np.int64], cut: npt.NDArray[np.bool_]
) -> shapely.MultiLineString:
    """One line with its old parts, and new ones from each cut on."""
    begins = [0, *(np.flatnonzero(cut | np.r_[False, part[1:] != part[:-1]])).tolist()]
    ends = [*(begin + int(cut[begin]) for begin in begins[1:]), len(xy)]
    return shapely.MultiLineString([xy[begin:end] for begin, end in zip(begins, ends, strict=True)])
