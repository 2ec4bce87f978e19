"""Ways: roads as their source draws them, lines through nodes, and the arcs that they are cut into."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod

from geodata.crs import require_metric

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MPS_OF_KMH = 1 / 3.6

NO_ID = -1
_WHOLE = re.compile(r"\d{1,18}")


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Lines through nodes, each with a class and a speed in either direction.

    Parameters
    ----------
    position
        Shape (n, 2): longitude and latitude, or x and y, of the nodes.
    crs
        Their system: geographic, or metric.
    node_id
        Id of each node, -1 for one without.
    start
        Way ``w`` runs through ``node[start[w]:start[w + 1]]``, at least two of them.
    node
        Nodes along the ways.
    kmh
        Shape (w, 2): speed along the line and against it; NaN where it is closed in that direction.
    class_code, classes
        Class of road per way, and the names of the classes.
    length_m, time_s
        Length and time of a way where the source tells them, NaN where they follow from the line and the speed.
    speed_source, speed_sources
        Where the speed of each way comes from, and the names of such sources.
    excluded
        Reason -> number of ways of the source that are not among these.
    """

    position: Floats
    crs: CRS
    node_id: npt.NDArray[Any]
    start: Integers
    node: Integers
    kmh: Floats
    class_code: npt.NDArray[np.int16]
    classes: tuple[str, ...]
    length_m: Floats
    time_s: Floats
    speed_source: npt.NDArray[np.int8]
    speed_sources: tuple[str, ...]
    excluded: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.start) - 1


@dataclass(frozen=True, kw_only=True)
class Arcs:
    """Straight pieces of ways in one direction; `way` is the row of the way they were cut from."""

    tail: Integers
    head: Integers
    length_m: Floats
    time_s: Floats
    way: Integers

    def __len__(self) -> int:
        return len(self.tail)

    def __getitem__(self, rows: npt.NDArray[Any]) -> "Arcs":
        return Arcs(
            tail=self.tail[rows], head=self.head[rows], length_m=self.length_m[rows], time_s=self.time_s[rows],
            way=self.way[rows],
        )  # fmt: skip


def identifiers(texts: Sequence[str], count: int) -> npt.NDArray[Any]:
    """Ids as whole numbers where all of them are, else as texts; -1 or an empty text for nodes beyond the last id.

    Parameters
    ----------
    texts
        The ids.
    count
        Number of nodes.
    """
    if all(_WHOLE.fullmatch(text) for text in texts):
        return np.array([*map(int, texts), *[NO_ID] * (count - len(texts))], dtype=np.int64)
    return np.array([*texts, *[""] * (count - len(texts))], dtype=object)


def arcs_of(ways: Ways) -> Arcs:
    """Cut the ways at all of their nodes, in the directions in which they are open.

    A length or a time told for a whole way is spread over its pieces in proportion to their lengths.

    Parameters
    ----------
    ways
        The ways.

    Returns
    -------
    arcs
        First all pieces along the lines, then all against them.
    """
    way = np.repeat(np.arange(len(ways)), np.diff(ways.start))
    begin = np.flatnonzero(way[1:] == way[:-1])
    way = way[begin]
    tail, head = ways.node[begin], ways.node[begin + 1]
    measured_m = _lengths_m(ways, tail, head)
    pieces = np.bincount(way, minlength=len(ways))
    whole_m = np.bincount(way, measured_m, minlength=len(ways))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(whole_m[way] > 0, measured_m / whole_m[way], 1.0 / pieces[way])
    told_m, told_s = ways.length_m[way], ways.time_s[way]
    length_m = np.where(np.isnan(told_m), measured_m, told_m * share)
    directions = []
    for direction, (from_node, to_node) in enumerate(((tail, head), (head, tail))):
        kmh = ways.kmh[way, direction]
        is_open = np.flatnonzero(~np.isnan(kmh))
        time_s = np.where(np.isnan(told_s), length_m / (kmh * MPS_OF_KMH), told_s * share)
        directions.append(
            Arcs(tail=from_node, head=to_node, length_m=length_m, time_s=time_s, way=way)[is_open],
        )
    return _joined(directions)


def _joined(parts: list[Arcs]) -> Arcs:
    names = ("tail", "head", "length_m", "time_s", "way")
    return Arcs(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _lengths_m(ways: Ways, tail: Integers, head: Integers) -> Floats:
    """Straight lengths in metres, on the ellipsoid where positions are longitude and latitude."""
    begin, end = ways.position[tail], ways.position[head]
    if not ways.crs.is_geographic:
        require_metric(ways.crs, what="roads")
        return np.asarray(np.hypot(*(end - begin).T), dtype=np.float64)
    ellipsoid = ways.crs.get_geod() or Geod(ellps="WGS84")
    return np.asarray(ellipsoid.inv(*begin.T, *end.T)[2], dtype=np.float64)
