"""Road networks to search in: random planar ones, and the roads of Hong Kong Island."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pyproj import CRS
from scipy.spatial import Delaunay

from geodata.roads import RoadNetwork, read_edge_list
from geodata.roads.assembly import network_of
from geodata.roads.ways import Ways

METRES = CRS.from_epsg(32650)
NODES_PER_KM2 = 50.0
SPEEDS_KMH = (20.0, 60.0)
_ARRAYS = ("x", "y", "first", "head", "length_m", "time_s", "class_code", "node_id")


def road_graph(nodes: int | None, folder: Path) -> RoadNetwork:
    """Make a graph in another process, whose memory is not that of the tool that gets it.

    Parameters
    ----------
    nodes
        Size of a random planar graph; without one the roads of Hong Kong Island.
    folder
        Where these lie.
    """
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "graph.npz"
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            pool.submit(_write, nodes, folder, path).result()
        with np.load(path) as arrays:
            return RoadNetwork(**{name: arrays[name] for name in _ARRAYS}, crs=METRES, classes=("road",))


def _write(nodes: int | None, folder: Path, path: Path) -> None:
    network = planar(nodes) if nodes else hong_kong(folder)
    np.savez(path, **{name: getattr(network, name) for name in _ARRAYS})


def hong_kong(folder: Path) -> RoadNetwork:
    """The roads of Hong Kong Island."""
    return read_edge_list(folder / "hongkong_nodes.parquet", folder / "hongkong_edges.parquet", crs=METRES)


def planar(n: int, seed: int = 0) -> RoadNetwork:
    """Random points in a square joined by the edges of Delaunay's triangulation, both ways at a speed by edge."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0.0, 1000.0 * np.sqrt(n / NODES_PER_KM2), (n, 2)) + np.array([500_000.0, 2_500_000.0])
    corners = Delaunay(xy).simplices
    ends = np.unique(np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])), axis=0)
    count = len(ends)
    nothing = np.full(count, np.nan)
    ways = Ways(
        position=xy, crs=METRES, node_id=np.arange(n), start=2 * np.arange(count + 1),
        node=ends.ravel().astype(np.int64), kmh=np.repeat(rng.uniform(*SPEEDS_KMH, (count, 1)), 2, axis=1),
        class_code=np.zeros(count, dtype=np.int16), classes=("road",), length_m=nothing, time_s=nothing,
        speed_source=np.zeros(count, dtype=np.int8), speed_sources=("drawn",),
    )  # fmt: skip
    return network_of(ways, crs=METRES, source="generated", provenance={})
