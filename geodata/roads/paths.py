"""The quickest paths between places on a road network, as lines with the places that they pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.errors import CrsError
from geodata.roads.alternatives import Arcs, Path, loopless_paths
from geodata.roads.network import RoadNetwork
from geodata.roads.rules import WALK_KMH
from geodata.roads.snapping import NONE, Snapped, snap

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

COLUMNS: Final = ("origin", "destination", "rank", "time_s", "length_m", "passed", "passed_m")

_TICKS_PER_S: Final = 1e6
"""Times of arcs are whole microseconds, so that ties are ties in any order of adding."""


@dataclass(frozen=True, eq=False)
class RoadPaths:
    """Paths between places.

    Parameters
    ----------
    frame
        Lines with origin and destination (rows of the places), rank (1 for the quickest), time_s and length_m with the
        accesses of both ends, passed (rows of the places on the way, both ends included, in order) and passed_m (where
        on the path each is met). Sorted by origin, destination and rank.
    unreachable
        Pairs without any path, shape (U, 2): an end is off all roads, or both meet the roads at one place.
    distance_m
        Straight distance of each place from the nearest road, shape (n,).
    """

    frame: gpd.GeoDataFrame
    unreachable: Integers
    distance_m: Floats


def road_paths(
    network: RoadNetwork,
    places: gpd.GeoSeries,
    pairs: Integers,
    *,
    most: int = 1,
    access_kmh: float = WALK_KMH,
    reach_m: float = np.inf,
) -> RoadPaths:
    """Find the quickest paths that pass no place of the road twice.

    A place joins the network at the nearest place of the nearest road, straight. A path is a line from the place along
    the straight arcs of the network to the other place; its length is that of the arcs and of both accesses.

    Parameters
    ----------
    network
        The roads, as a class of vehicle drives them.
    places
        Points in the network's CRS.
    pairs
        Origin and destination as rows of the places, shape (m, 2), unique.
    most
        Number of paths wanted per pair, at least 1. They may differ in a single block.
    access_kmh
        Speed between a place and the road.
    reach_m
        A place farther from all roads has no paths.

    Returns
    -------
    paths
        Fewer than `most` of a pair where there are no more.

    Raises
    ------
    CrsError
        When the systems differ.
    ValueError
        When `most` or a speed is out of range.
    """
    if network.crs != places.crs:
        raise CrsError(f"places are in {places.crs}, the roads in {network.crs.name}; bring both into one system")
    if most < 1 or not access_kmh > 0:
        raise ValueError(f"Expected most >= 1 and access_kmh > 0, found {most} and {access_kmh}.")
    ends = shapely.get_coordinates(places.to_numpy())
    snapped = snap(network, ends, reach_m=reach_m)
    streets = _Streets.of(network, snapped)
    rows, lines, unreachable = [], [], []
    for pair, paths in _found(streets, np.unique(pairs, axis=0).reshape(-1, 2), most):
        if not paths:
            unreachable.append(pair)
        for rank, path in enumerate(paths, start=1):
            time_s, length_m, passed, passed_m = streets.driven(path, pair, snapped.distance_m)
            time_s += snapped.distance_m[list(pair)].sum() * 3.6 / access_kmh
            rows.append((*pair, rank, time_s, length_m, passed, passed_m))
            lines.append(np.vstack([ends[pair[0]], streets.xy[list(path)], ends[pair[1]]]))
    columns = {name: [row[n] for row in rows] for n, name in enumerate(COLUMNS)}
    drawn = shapely.remove_repeated_points([shapely.LineString(line) for line in lines])
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(drawn, crs=network.crs))
    return RoadPaths(frame, np.array(unreachable, dtype=np.int64).reshape(-1, 2), snapped.distance_m)


def _found(streets: "_Streets", pairs: Integers, most: int) -> Iterator[tuple[tuple[int, int], list[Path]]]:
    """The paths of each pair, in the order of the pairs; costs to go are found once per destination."""
    paths: dict[tuple[int, int], list[Path]] = {}
    for destination in np.unique(pairs[:, 1]):
        to_go = streets.to_go(destination)
        for origin in pairs[pairs[:, 1] == destination, 0]:
            foot, goal = int(streets.foot[origin]), int(streets.foot[destination])
            apart = foot != goal and NONE not in (foot, goal)
            found = loopless_paths(streets.arcs, foot, goal, most, to_go) if apart else []
            paths[int(origin), int(destination)] = found
    yield from sorted(paths.items())


@dataclass(frozen=True, eq=False)
class _Streets:
    """The network with a node wherever a place meets it.

    Parameters
    ----------
    xy
        Positions of the nodes.
    foot
        Node of each place, or -1.
    tail, head, time_s, length_m
        Arcs, sorted by tail and head.
    arcs
        The same with whole costs, for the search.
    """

    xy: Floats
    foot: Integers
    tail: Integers
    head: Integers
    time_s: Floats
    length_m: Floats
    arcs: Arcs

    @classmethod
    def of(cls, network: RoadNetwork, snapped: Snapped) -> "_Streets":
        """Split the arcs on which places stand."""
        nodes = np.column_stack([network.x, network.y])
        foot = _at_nodes(network, snapped)
        between = (foot == NONE) & (snapped.arc[:, 0] != NONE)
        on_arc = np.column_stack([snapped.arc[between, 0], snapped.share[between]])
        spots, spot = np.unique(on_arc, axis=0, return_inverse=True)
        foot[between] = network.n_nodes + spot.ravel()
        edge, share = spots[:, 0].astype(np.int64), spots[:, 1]
        begin, end = nodes[network.tail[edge]], nodes[network.head[edge]]
        table = _cut(network, edge, share)
        table = table[np.lexsort((table[:, 1], table[:, 0]))]
        first = np.searchsorted(table[:, 0], np.arange(len(nodes) + len(edge) + 1))
        ticks = np.maximum(np.round(table[:, 2] * _TICKS_PER_S), 1.0).astype(np.int64)
        ends = table[:, :2].astype(np.int64)
        return cls(
            xy=np.vstack([nodes, begin + share[:, np.newaxis] * (end - begin)]),
            foot=foot,
            tail=ends[:, 0],
            head=ends[:, 1],
            time_s=table[:, 2],
            length_m=table[:, 3],
            arcs=Arcs(first.tolist(), ends[:, 1].tolist(), ticks.tolist()),
        )

    @cached_property
    def key(self) -> Integers:
        """A number of each arc, ascending."""
        return self.tail * len(self.xy) + self.head

    def to_go(self, place: int) -> Sequence[float]:
        """Least cost from every node to a place; infinite everywhere where it is off all roads."""
        n = len(self.xy)
        if self.foot[place] == NONE:
            return [np.inf] * n
        turned = csr_array((np.array(self.arcs.cost, dtype=np.float64), (self.head, self.tail)), shape=(n, n))
        costs: list[float] = dijkstra(turned, indices=[int(self.foot[place])])[0].tolist()
        return costs

    def driven(
        self, path: Path, pair: tuple[int, int], access_m: Floats
    ) -> tuple[float, float, tuple[int, ...], tuple[float, ...]]:
        """Time on the road, length with both accesses, and the places passed with where they are."""
        node = np.array(path, dtype=np.int64)
        arc = np.searchsorted(self.key, node[:-1] * len(self.xy) + node[1:])
        along = access_m[pair[0]] + np.r_[0.0, np.cumsum(self.length_m[arc])]
        length = float(along[-1] + access_m[pair[1]])
        passed, passed_m = [pair[0]], [0.0]
        met = {int(step): float(at) for step, at in zip(node[1:-1], along[1:-1], strict=True)}
        on_the_way = [(met[int(step)], place) for place, step in enumerate(self.foot) if int(step) in met]
        for at, place in sorted(on_the_way):
            if passed_m[-1] < at < length:
                passed.append(place)
                passed_m.append(at)
        return float(self.time_s[arc].sum()), length, (*passed, pair[1]), (*passed_m, length)


def _at_nodes(network: RoadNetwork, snapped: Snapped) -> Integers:
    """Nodes at which places stand, -1 for the others."""
    arc = snapped.arc[:, 0]
    begin, end = network.tail[arc], network.head[arc]
    foot = np.where(snapped.share == 0.0, begin, np.where(snapped.share == 1.0, end, NONE))
    return np.where(arc == NONE, NONE, foot).astype(np.int64)


def _cut(network: RoadNetwork, edge: Integers, share: Floats) -> Floats:
    """Arcs as tail, head, time_s and length_m, those with places on them cut there, in both directions.

    The places are given by arc and share, ascending; they become nodes in their order, after those of the network.
    """
    back = network.against[edge]
    number = network.n_nodes + np.arange(len(edge))
    whole = np.ones(network.n_arcs, dtype=bool)
    whole[np.r_[edge, back[back != NONE]]] = False
    table = np.column_stack([network.tail, network.head, network.time_s, network.length_m])
    pieces = [table[whole]]
    for one in np.unique(edge):
        own = edge == one
        pieces.append(_pieces(table[one], number[own], share[own]))
        if network.against[one] != NONE:
            pieces.append(_pieces(table[network.against[one]], number[own][::-1], 1.0 - share[own][::-1]))
    return np.vstack(pieces)


def _pieces(arc: Floats, nodes: Integers, share: Floats) -> Floats:
    """An arc cut at nodes that stand at shares of it."""
    stops = np.r_[arc[0], nodes, arc[1]]
    parts = np.diff(np.r_[0.0, share, 1.0])
    return np.column_stack([stops[:-1], stops[1:], parts * arc[2], parts * arc[3]])
