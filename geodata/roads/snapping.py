"""Points brought onto the network: to the nearest place of the nearest road, which need not be a node."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from geodata.roads.graph import Junctions
from geodata.roads.network import RoadNetwork
from geodata.roads.raster import in_question
from geodata.roads.space_order import space_order

Floats = npt.NDArray[np.float64]
NONE = -1

SNAPPED_AT_ONCE = 100_000
"""Most points brought onto the network together."""


@dataclass(frozen=True, kw_only=True)
class Snapped:
    """Where points meet the network.

    Parameters
    ----------
    arc
        Shape (n, 2): the nearest arc, and the one against it or -1 on a one-way road; both -1 beyond the reach.
    share
        Share of the first arc that lies before the place.
    distance_m
        Straight distance from the point to the place, also beyond the reach.
    """

    arc: npt.NDArray[np.int64]
    share: Floats
    distance_m: Floats

    def __getitem__(self, rows: slice) -> "Snapped":
        return Snapped(arc=self.arc[rows], share=self.share[rows], distance_m=self.distance_m[rows])


def snap(network: RoadNetwork, xy: Floats, *, reach_m: float = np.inf) -> Snapped:
    """Find the nearest place of the network to each point.

    Parameters
    ----------
    network
        The roads.
    xy
        Shape (n, 2), in metres of the network's CRS.
    reach_m
        A point farther from all roads has no arc.

    Returns
    -------
    snapped
        Of roads that are equally near, the one whose arc has the least number.
    """
    tail, head, against = network.tail, network.head, network.against
    nodes = np.column_stack([network.x, network.y])
    edge = np.flatnonzero((against == NONE) | (tail < head))
    # No road is farther than the nearest node.
    tree = cKDTree(nodes, balanced_tree=False, compact_nodes=False)  # asked less often than it is large
    reach = np.asarray(tree.query(xy)[0], dtype=np.float64)
    nearest = np.empty(len(xy), dtype=np.int64)
    for rows in _together(xy):
        near = edge[in_question(nodes[tail[edge]], nodes[head[edge]], xy[rows], reach[rows])]
        nearest[rows] = near[_nearest(np.stack([nodes[tail[near]], nodes[head[near]]], axis=1), xy[rows])]
    share, distance_m = _projected(np.stack([nodes[tail[nearest]], nodes[head[nearest]]], axis=1), xy)
    arc = np.column_stack([nearest, against[nearest]])
    arc[distance_m > reach_m] = NONE
    return Snapped(arc=arc, share=share, distance_m=distance_m)


def _together(xy: Floats) -> list[npt.NDArray[np.int64]]:
    """Rows of points, not too many at a time and near to each other: segments around them need memory."""
    return np.array_split(space_order(*xy.T), -(-len(xy) // SNAPPED_AT_ONCE) or 1)


def _nearest(ends: Floats, xy: Floats) -> npt.NDArray[np.int64]:
    """Row of the nearest segment, the first of several."""
    segments = np.asarray(shapely.linestrings(ends), dtype=object)
    point, segment = shapely.STRtree(segments).query_nearest(shapely.points(xy))
    nearest = np.full(len(xy), len(ends), dtype=np.int64)
    np.minimum.at(nearest, point, segment)
    return nearest


def _projected(ends: Floats, xy: Floats) -> tuple[Floats, Floats]:
    """Share of each segment before the foot of its point, and their distance."""
    begin, span = ends[:, 0], ends[:, 1] - ends[:, 0]
    squared = (span**2).sum(axis=1)
    along = ((xy - begin) * span).sum(axis=1)
    share = np.clip(np.divide(along, squared, out=np.zeros(len(xy)), where=squared > 0), 0.0, 1.0)
    return share, np.hypot(*(begin + share[:, np.newaxis] * span - xy).T)


@dataclass(frozen=True, kw_only=True)
class Places:
    """Points on the graph of junctions, at most two arcs each: there and back.

    Parameters
    ----------
    arc
        Shape (n, 2): arcs of the graph, -1 where there is none. A point that stands at a junction has none.
    node
        Junction at which a point stands, or -1.
    before_s, before_m
        Shape (n, 2): time and length from the begin of the arc to the point.
    after_s, after_m
        From the point to the end of the arc.
    access_s, access_m
        Way between the point and the network; the time is infinite beyond the reach.
    """

    arc: npt.NDArray[np.int64]
    node: npt.NDArray[np.int64]
    before_s: Floats
    before_m: Floats
    after_s: Floats
    after_m: Floats
    access_s: Floats
    access_m: Floats

    def reversed(self, number: npt.NDArray[np.int64]) -> "Places":
        """Return the places on the graph turned round, whose arcs are numbered anew."""
        arc = np.where(self.arc >= 0, number[self.arc], NONE)
        return Places(
            arc=arc, node=self.node, before_s=self.after_s, before_m=self.after_m, after_s=self.before_s,
            after_m=self.before_m, access_s=self.access_s, access_m=self.access_m,
        )  # fmt: skip


def places_of(network: RoadNetwork, junctions: Junctions, snapped: Snapped, *, access_kmh: float) -> Places:
    """Put snapped points onto the graph of junctions.

    Parameters
    ----------
    network, junctions
        The roads, and their junctions.
    snapped
        Where the points meet the roads.
    access_kmh
        Speed on the way between a point and the road.

    Returns
    -------
    places
        The time of an arc of the network is split in proportion to the share of it that lies before the point.
    """
    graph = junctions.graph
    has = snapped.arc >= 0
    part = np.where(has, snapped.arc, 0)
    share = np.column_stack([snapped.share, 1.0 - snapped.share])
    arc = junctions.arc[part]
    before_s = junctions.before_s[part] + share * network.time_s[part]
    before_m = junctions.before_m[part] + share * network.length_m[part]
    after_s, after_m = np.maximum(graph.time_s[arc] - before_s, 0.0), np.maximum(graph.length_m[arc] - before_m, 0.0)
    at_begin = (share == 0.0) & (junctions.before_s[part] == 0.0)
    at_end = (share == 1.0) & (junctions.before_s[part] + network.time_s[part] >= graph.time_s[arc])
    node = np.where(at_begin, graph.tail[arc], np.where(at_end, graph.head[arc], NONE))[:, 0]
    node[~has[:, 0]] = NONE
    access_s = np.where(has[:, 0], snapped.distance_m * 3.6 / access_kmh, np.inf)
    has[node >= 0] = False
    return Places(
        arc=np.where(has, arc, NONE), node=node.astype(np.int64), before_s=before_s, before_m=before_m,
        after_s=after_s, after_m=after_m, access_s=access_s,
        access_m=snapped.distance_m,
    )  # fmt: skip
