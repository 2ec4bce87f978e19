"""Roads with points on them, and the fastest ways there, by Dijkstra's algorithm (1959) over every node."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from geodata.roads import RoadNetwork
from geodata.roads.snapping import Snapped, snap
from siting.area_settings import Roads
from siting.audit.sentences import Floats

Integers = NDArray[np.int64]

_PER_METRE_S: Final = 1e-9
"""Added to the time of a metre, so that of equally fast ways the shortest is taken."""


@dataclass(frozen=True, eq=False)
class Chart:
    """A road network with a node on it for each point.

    Parameters
    ----------
    tail, head, time_s, length_m
        Arcs; the nodes of the points come behind those of the network.
    access_s, access_m
        Straight way between each point and the road, infinite where it is beyond the reach.
    n_nodes
        Nodes, those of the points included.
    """

    tail: Integers
    head: Integers
    time_s: Floats
    length_m: Floats
    access_s: Floats
    access_m: Floats
    n_nodes: int

    def turned(self) -> "Chart":
        """Return the chart with every arc turned round."""
        return replace(self, tail=self.head, head=self.tail)


def chart_of(network: RoadNetwork, xy: Floats, roads: Roads) -> Chart:
    """Split the arcs on which points lie; the whole arcs stay beside their parts.

    Parameters
    ----------
    network
        The roads.
    xy
        Points, shape (n, 2), in metres.
    roads
        How points come to the roads.
    """
    snapped = snap(network, xy, reach_m=roads.reach_m)
    arc, share, point = _on_arcs(snapped)
    node = network.n_nodes + point
    begins = np.diff(arc, prepend=-1) != 0
    ends = np.diff(arc, append=-1) != 0
    # From the begin of the arc or the point before it, and from the last point to the end of the arc.
    tail = np.concatenate([np.where(begins, network.tail[arc], np.roll(node, 1)), node[ends]])
    head = np.concatenate([node, network.head[arc[ends]]])
    part = np.concatenate([np.where(begins, share, np.diff(share, prepend=0.0)), 1.0 - share[ends]])
    on = np.concatenate([arc, arc[ends]])
    # What is no way apart is at the same place, on a one-way road too.
    same = part == 0
    tail, head = np.concatenate([tail, head[same]]), np.concatenate([head, tail[same]])
    part, on = np.concatenate([part, part[same]]), np.concatenate([on, on[same]])
    kept = np.unique(np.column_stack([tail, head]), axis=0, return_index=True)[1]
    access_m = np.where(snapped.arc[:, 0] >= 0, snapped.distance_m, np.inf)
    return Chart(
        tail=np.concatenate([network.tail, tail[kept]]).astype(np.int64),
        head=np.concatenate([network.head, head[kept]]).astype(np.int64),
        time_s=np.concatenate([network.time_s, part[kept] * network.time_s[on[kept]]]),
        length_m=np.concatenate([network.length_m, part[kept] * network.length_m[on[kept]]]),
        access_s=access_m * 3.6 / roads.access_kmh,
        access_m=access_m,
        n_nodes=network.n_nodes + len(xy),
    )


def _on_arcs(snapped: Snapped) -> tuple[Integers, Floats, Integers]:
    """Arcs with points on them, the share of the arc before each, and the point; along each arc."""
    arc = np.concatenate([snapped.arc[:, 0], snapped.arc[:, 1]])
    share = np.concatenate([snapped.share, 1.0 - snapped.share])
    point = np.tile(np.arange(len(snapped.share)), 2)
    there = np.flatnonzero(arc >= 0)
    order = there[np.lexsort((point[there], share[there], arc[there]))]
    return arc[order], share[order], point[order]


@dataclass(frozen=True, eq=False)
class Search:
    """Searches backwards from points of a chart, as far as a limit.

    Parameters
    ----------
    chart
        The roads.
    graph
        Its arcs turned round, as scipy takes them.
    key, length_m
        Of each arc of the graph in order: its begin x nodes + its end, and its length.
    limit_s
        Ways that take longer are not found.
    """

    chart: Chart
    graph: Any
    key: Integers
    length_m: Floats
    limit_s: float

    @classmethod
    def of(cls, chart: Chart, limit_min: float) -> "Search":
        """Prepare the searches."""
        from scipy.sparse import csr_array

        n = chart.n_nodes
        key = chart.head * n + chart.tail
        order = np.argsort(key)
        length_m = chart.length_m[order]
        first = np.searchsorted(key[order], np.arange(n + 1) * n)
        weight = chart.time_s[order] + _PER_METRE_S * length_m
        graph = csr_array((weight, chart.tail[order], first), shape=(n, n))
        return cls(chart, graph, key[order], length_m, limit_min * 60.0)

    def to(self, goal: int) -> tuple[Floats, Floats]:
        """Seconds and metres from all points to one; infinite beyond the limit."""
        from scipy.sparse.csgraph import dijkstra

        n = self.chart.n_nodes
        points = slice(n - len(self.chart.access_s), n)
        root = points.start + goal
        found = dijkstra(self.graph, indices=[root], limit=self.limit_s, return_predecessors=True)
        seconds, before = found[0][0], found[1][0].astype(np.int64)
        reached = np.flatnonzero(before >= 0)
        step_m = self.length_m[np.searchsorted(self.key, before[reached] * n + reached)]
        metres = np.full(n, np.inf)
        metres[root] = 0.0
        metres[reached] = _summed(step_m, reached, before[reached], root, n)
        return seconds[points], metres[points]


def _summed(step_m: Floats, node: Integers, before: Integers, root: int, n: int) -> Floats:
    """Metres from each node of a tree to its root, by jumps that double (pointer jumping; Wyllie 1979)."""
    place = np.full(n, len(node))
    place[node] = np.arange(len(node))
    # The root stands behind all nodes, and before itself.
    jump = np.append(np.where(before == root, len(node), place[before]), len(node))
    metres = np.append(step_m, 0.0)
    while (jump < len(node)).any():
        metres, jump = metres + metres[jump], jump[jump]
    return metres[:-1]
