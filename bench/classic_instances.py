"""Published instances of the p-median and the p-center, and points in the plane, read or generated."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import shortest_path

from solvers import Distances, distances_between, distances_of

Floats = NDArray[np.float64]


def distances_named(data: Path, instance: str) -> Distances:
    """Distances of an instance: `pmed*`, `plane-POINTS` (uniform in a square, points are sites), or of TSPLIB.

    TSPLIB instances have truncated distances in the p-median literature, except those of 10,000 places and more, whose
    table would not be looked at by anybody.
    """
    if instance.startswith("pmed"):
        return distances_of(pmed_matrix(data / "pmed" / f"{instance}.txt"))
    if instance.startswith("plane-"):
        places = np.random.default_rng(1).random((int(instance.removeprefix("plane-")), 2)) * 100.0
        return distances_between(places, places)
    places = tsplib_places(data / "tsplib" / f"{instance}.tsp")
    if len(places) >= 10_000:
        return distances_between(places, places)
    return distances_of(np.floor(np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=-1))))


def pmed_matrix(path: Path) -> Floats:
    """Shortest paths of an OR-Library graph; of an edge that is listed twice the last counts."""
    numbers = np.array(path.read_text(encoding="utf-8").split(), dtype=np.int64)
    n_nodes, edges = int(numbers[0]), numbers[3:].reshape(-1, 3)
    length = {(min(u, v), max(u, v)): float(w) for u, v, w in edges.tolist()}
    ends = np.array(list(length)) - 1
    graph = sparse.csr_array((list(length.values()), (ends[:, 0], ends[:, 1])), shape=(n_nodes, n_nodes))
    matrix: Floats = shortest_path(graph, directed=False)
    return matrix


def tsplib_places(path: Path) -> Floats:
    """Coordinates of a TSPLIB file."""
    lines = path.read_text(encoding="utf-8").split("NODE_COORD_SECTION")[1].splitlines()
    return np.array([line.split()[1:3] for line in lines if line[:1].strip().isdigit() or line[:1] == " "], dtype=float)
