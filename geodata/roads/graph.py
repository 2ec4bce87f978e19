"""The graph that is searched: junctions only, the nodes between them folded into the arcs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.roads.network import RoadNetwork

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Directed arcs by the node at which they begin: those of ``i`` are ``first[i]`` up to ``first[i + 1]``."""

    first: npt.NDArray[np.int64]
    tail: Integers
    head: Integers
    time_s: Floats
    length_m: Floats

    def reversed(self) -> tuple["Graph", npt.NDArray[np.int64]]:
        """Return the graph with every arc turned round, and the new number of each arc."""
        order = np.argsort(self.head, kind="stable")
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        counts = np.bincount(self.head, minlength=len(self.first) - 1)
        turned = Graph(
            first=np.concatenate([[0], np.cumsum(counts)]), tail=self.head[order], head=self.tail[order],
            time_s=self.time_s[order], length_m=self.length_m[order],
        )  # fmt: skip
        return turned, number


@dataclass(frozen=True, kw_only=True)
class Junctions:
    """A network without the nodes at which there is nothing to decide.

    Parameters
    ----------
    graph
        Its arcs; times between the nodes that stayed are those of the network.
    node
        Node of the network for each node of the graph.
    arc
        Arc of the graph of which each arc of the network is a part.
    before_s, before_m
        Time and length of the parts before it.
    """

    graph: Graph
    node: npt.NDArray[np.int64]
    arc: npt.NDArray[np.int64]
    before_s: Floats
    before_m: Floats


def junctions_of(network: RoadNetwork) -> Junctions:
    """Fold each chain of nodes that have two neighbours and no choice into one arc.

    Parameters
    ----------
    network
        Strongly connected.

    Returns
    -------
    junctions
        Dead ends, crossings, and nodes where a two-way road becomes a one-way one stay; on a lone ring its first node.
    """
    from geodata.roads.chains import fold  # loads the compiler

    passed = _passed_through(network)
    if passed.all():
        passed[0] = False
    node = np.flatnonzero(~passed)
    number = np.full(network.n_nodes, -1, dtype=np.int32)
    number[node] = np.arange(len(node), dtype=np.int32)
    begins = ~passed[network.tail]
    n_arcs = int(begins.sum())
    folded = fold(network.first, network.head, network.time_s, network.length_m, passed, n_arcs)
    tail, head, time_s, length_m, arc, before_s, before_m = folded
    core_tail = number[tail]
    graph = Graph(
        first=np.concatenate([[0], np.cumsum(np.bincount(core_tail, minlength=len(node)))]),
        tail=core_tail, head=number[head], time_s=time_s, length_m=length_m,
    )  # fmt: skip
    return Junctions(graph=graph, node=node, arc=arc, before_s=before_s, before_m=before_m)


def _passed_through(network: RoadNetwork) -> npt.NDArray[np.bool_]:
    """Nodes with two neighbours, where whoever comes from one can only go on to the other."""
    n = network.n_nodes
    n_out, n_in = np.diff(network.first), np.bincount(network.head, minlength=n)
    n_back = np.bincount(network.tail[network.against >= 0], minlength=n)
    one_way, two_way = (n_out == 1) & (n_in == 1) & (n_back == 0), (n_out == 2) & (n_in == 2) & (n_back == 2)
    passed: npt.NDArray[np.bool_] = one_way | two_way
    return passed
