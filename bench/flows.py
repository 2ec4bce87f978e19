"""Flow refuelling networks: a generated one, and the 25 nodes of the literature."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import KDTree, distance_matrix

from solvers import Count, Limit, Problem
from solvers.problem import Floats, Integers
from solvers.refuelling import Trips, cover_sets

SQUARE_KM = 1000.0
NEIGHBOURS = 4


@dataclass(frozen=True, eq=False)
class FlowInstance:
    """Paths over a network, whose nodes may each have one station.

    Parameters
    ----------
    nodes
        Nodes along each path, origin and destination included.
    km
        Distance of these nodes from the origin.
    flow
        Vehicles of each path, shape (F,).
    n_nodes, range_km
        Nodes of the network; what a full tank drives.
    p
        Most stations.
    """

    nodes: tuple[Integers, ...]
    km: tuple[Floats, ...]
    flow: Floats
    n_nodes: int
    range_km: float
    p: int

    def trips(self) -> Trips:
        """Round trips that may refuel at every node of their path."""
        n_stops = [len(path) for path in self.nodes]
        return Trips(
            length_km=np.array([far[-1] for far in self.km]),
            range_km=np.full(len(self.km), self.range_km),
            stop_flow=np.repeat(np.arange(len(self.nodes)), n_stops),
            stop_option=np.concatenate(self.nodes),
            stop_km=np.concatenate(self.km),
            stop_detour_km=np.zeros(sum(n_stops)),
        )

    def problem(self) -> Problem:
        """Flows that are served when each of their cover sets holds a station; stations have no capacity."""
        sets = cover_sets(self.trips())
        flows, nodes = np.zeros(len(self.flow), dtype=np.int64), np.zeros(self.n_nodes, dtype=np.int64)
        return Problem(
            demand=self.flow,
            value=np.ones(len(self.flow)),
            row_service=flows,
            row_year=flows,
            set_row=sets.set_flow,
            set_draw=sets.set_draw,
            site=np.arange(self.n_nodes),
            facility_type=nodes,
            year=nodes,
            capacity=np.zeros((self.n_nodes, 1)),
            min_modules=nodes + 1,
            max_modules=nodes + 1,
            base_modules=nodes,
            fixed_cost=np.ones(self.n_nodes),
            module_cost=np.zeros(self.n_nodes),
            closing_cost=np.zeros(self.n_nodes),
            required=np.zeros(self.n_nodes, dtype=np.bool_),
            pair_set=sets.pair_set,
            pair_option=sets.pair_option,
            pair_time_s=np.zeros(len(sets.pair_set)),
        )

    def limits(self) -> tuple[Limit, ...]:
        """At most p stations."""
        return (Count(f"stations <= {self.p}", np.arange(self.n_nodes), 0.0, float(self.p)),)


def frlm_instance(
    seed: int, *, nodes: int = 300, paths: int = 2000, range_km: float = 150.0, p: int = 20
) -> FlowInstance:
    """Generate a network: points in a square of 1,000 km, joined to their 4 nearest and by a spanning tree.

    The paths are the shortest ones of pairs of nodes drawn at random; their flow is that of gravity, weight × weight /
    distance, with weights as uneven as those of towns.
    """
    rng = np.random.default_rng(seed)
    at_km = rng.uniform(0.0, SQUARE_KM, (nodes, 2))
    weight = rng.lognormal(0.0, 1.0, nodes)
    first, second = np.triu_indices(nodes, k=1)
    drawn = np.sort(rng.choice(len(first), min(paths, len(first)), replace=False))
    origin, destination = first[drawn], second[drawn]
    far_km, before = dijkstra(_roads(at_km), directed=False, return_predecessors=True)
    ways = [_path(before[a], a, b) for a, b in zip(origin.tolist(), destination.tolist(), strict=True)]
    return FlowInstance(
        nodes=tuple(ways),
        km=tuple(far_km[way[0], way] for way in ways),
        flow=weight[origin] * weight[destination] / far_km[origin, destination],
        n_nodes=nodes,
        range_km=range_km,
        p=p,
    )


def _roads(at_km: Floats) -> sparse.csr_matrix:
    """Straight roads between neighbours, and those of the least tree that joins everybody."""
    far_km, near = map(np.asarray, KDTree(at_km).query(at_km, NEIGHBOURS + 1))
    begin = np.repeat(np.arange(len(at_km)), NEIGHBOURS)
    shape = (len(at_km), len(at_km))
    neighbours = sparse.csr_matrix((far_km[:, 1:].ravel(), (begin, near[:, 1:].ravel())), shape)
    tree = minimum_spanning_tree(sparse.csr_matrix(distance_matrix(at_km, at_km)))
    return sparse.csr_matrix(neighbours.maximum(neighbours.T).maximum(tree))


def _path(before: Integers, origin: int, destination: int) -> Integers:
    path = [destination]
    while path[-1] != origin:
        path.append(int(before[path[-1]]))
    return np.array(path[::-1])


class KnownCase(NamedTuple):
    """A question with a published answer: the most flow that p stations carry, in percent of all."""

    instance: FlowInstance
    optimal_percent: float


def known_cases(folder: Path) -> list[KnownCase]:
    """The 25-node network (Simchi-Levi & Berman 1988) with the paths and optima of a folder, one case per range and p.

    Raises
    ------
    FileNotFoundError
        When a file is missing from the folder.
    """
    arcs = {(int(row["u"]), int(row["v"])): float(row["length"]) for row in _rows(folder / "25NODE_arcs.csv")}
    arcs |= {(v, u): length for (u, v), length in arcs.items()}
    paths = _rows(folder / "25NODE_paths.csv")
    ways = [[int(node) for node in row["path"].split()] for row in paths]
    km = tuple(np.cumsum([0.0, *(arcs[a, b] for a, b in pairwise(way))]) for way in ways)
    flow = np.array([float(row["flow"]) for row in paths])
    nodes = tuple(np.array(way) - 1 for way in ways)
    n_nodes = len(_rows(folder / "25NODE_nodes.csv"))
    return [
        KnownCase(
            FlowInstance(nodes, km, flow, n_nodes, float(row["range"]), int(row["p"])), float(row["optimal_percent"])
        )
        for row in _rows(folder / "25NODE_optima.csv")
    ]


def _rows(path: Path) -> Sequence[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
