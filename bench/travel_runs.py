"""One step of `bench.travel` in this process: prepare a graph, or measure a tool on it."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoSeries, points_from_xy
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.spatial import Delaunay

from bench.process import ROOT
from bench.travel import ANSWER, CUTOFF_S, ON_DISK, OURS, Measured
from geodata.roads import RoadNetwork, TravelRules, Work, read_edge_list, road_times, write_road_times
from geodata.roads.assembly import network_of
from geodata.roads.ways import Ways

METRES = CRS.from_epsg(32650)
NODES_PER_KM2 = 50.0
SPEEDS_KMH = (20.0, 60.0)
CHECKED = 5
BATCH = 50
_PER_MB = 1e6 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB elsewhere
_ARRAYS = ("x", "y", "first", "head", "length_m", "time_s", "class_code", "node_id")

Rows = npt.NDArray[np.int64]
Times = npt.NDArray[np.float64]


def main() -> None:
    """Do the step that is asked for."""
    step, *order = sys.argv[1:]
    if step == "prepare":
        network = planar(int(order[0])) if order[0].isdigit() else hong_kong(Path(order[0]))
        np.savez(order[1], **{name: getattr(network, name) for name in _ARRAYS})
        print(f"{ANSWER}{network.n_nodes}")
        return
    tool, graph, *numbers = order
    print(ANSWER + json.dumps(asdict(measure(tool, Path(graph), *map(int, numbers)))))


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


def measure(tool: str, graph: Path, sources: int, all_sources: int, targets: int, threads: int) -> Measured:
    """Search from the first of the sources with a tool.

    Parameters
    ----------
    tool
        Its name.
    graph
        The graph.
    sources
        From how many sources to search.
    all_sources, targets
        How many sources and targets are drawn.
    threads
        Threads of ours.
    """
    with np.load(graph) as arrays:
        network = RoadNetwork(**{name: arrays[name] for name in _ARRAYS}, crs=METRES, classes=("road",))
    rng = np.random.default_rng(1)
    drawn = rng.choice(network.n_nodes, all_sources, replace=False), rng.choice(network.n_nodes, targets, replace=False)
    search = TOOLS[tool](network, threads)
    TOOLS[tool](planar(50), threads)(drawn[0][:1] % 50, np.arange(50))  # loads and compiles
    before_mb = _peak_mb()
    began, cpu = time.perf_counter(), time.process_time()
    answer = search(drawn[0][:sources], drawn[1])
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
    peak_mb = _peak_mb()
    return Measured(seconds, cpu_s, sources, peak_mb, before_mb, len(answer), answer.first_s())


@dataclass(frozen=True)
class InMemory:
    """The row of the source and the time of each pair."""

    row: Rows
    time_s: Times

    def __len__(self) -> int:
        return len(self.row)

    def first_s(self) -> float:
        """Sum of the times of the first sources."""
        return float(self.time_s[self.row < CHECKED].sum())


@dataclass(frozen=True)
class OnDisk:
    """A file of pairs."""

    path: Path
    pairs: int

    def __len__(self) -> int:
        return self.pairs

    def first_s(self) -> float:
        """Sum of the times of the first sources."""
        from pyarrow import parquet

        found = parquet.read_table(self.path, columns=["time_s"], filters=[("demand", "<", CHECKED)])
        return float(found["time_s"].to_numpy().sum())


Search = Callable[[Rows, Rows], InMemory | OnDisk]
"""Sources and targets -> the pairs."""


def _ours(network: RoadNetwork, threads: int) -> Search:
    rules = TravelRules(cutoff_s=CUTOFF_S)

    def search(sources: Rows, targets: Rows) -> InMemory:
        demand, sites = _places(network, sources), _places(network, targets)
        times, _ = road_times(network, demand, sites, rules, work=Work(threads=threads))
        return InMemory(times.demand, times.time_s)

    return search


def _ours_on_disk(network: RoadNetwork, threads: int) -> Search:
    rules = TravelRules(cutoff_s=CUTOFF_S)
    folder = TemporaryDirectory(dir=ROOT / "bench")  # removed with the process; a folder in memory would count

    def search(sources: Rows, targets: Rows) -> OnDisk:
        demand, sites = _places(network, sources), _places(network, targets)
        path = Path(folder.name) / "times.parquet"
        report = write_road_times(path, network, demand, sites, rules, work=Work(threads=threads))
        return OnDisk(path, report.pairs)

    return search


def _places(network: RoadNetwork, rows: Rows) -> GeoSeries:
    return GeoSeries(points_from_xy(network.x[rows], network.y[rows]), crs=METRES)


def _scipy(network: RoadNetwork, _: int) -> Search:
    from scipy.sparse.csgraph import dijkstra

    graph = csr_array((network.time_s, network.head, network.first), shape=(network.n_nodes,) * 2)

    def search(sources: Rows, targets: Rows) -> InMemory:
        rows, times = [], []
        for begin in range(0, len(sources), BATCH):  # a row has a number for every node
            found = dijkstra(graph, indices=sources[begin : begin + BATCH], limit=CUTOFF_S)[:, targets]
            row, target = np.nonzero(np.isfinite(found))
            rows.append(row + begin)
            times.append(found[row, target])
        return InMemory(np.concatenate(rows), np.concatenate(times))

    return search


def _networkx(network: RoadNetwork, _: int) -> Search:
    import networkx as nx

    graph = nx.DiGraph()
    arcs = zip(network.tail.tolist(), network.head.tolist(), network.time_s.tolist(), strict=True)
    graph.add_weighted_edges_from(arcs, weight="time_s")

    def search(sources: Rows, targets: Rows) -> InMemory:
        wanted = set(targets.tolist())
        rows, times = [], []
        for row, source in enumerate(sources.tolist()):
            found = nx.single_source_dijkstra_path_length(graph, source, cutoff=CUTOFF_S, weight="time_s")
            near = [time_s for node, time_s in found.items() if node in wanted]
            rows += [row] * len(near)
            times += near
        return InMemory(np.array(rows, dtype=np.int64), np.array(times))

    return search


def _pandana(network: RoadNetwork, _: int) -> Search:
    import pandana  # AGPL: a peer to measure, never a part

    places = pd.Series(network.x), pd.Series(network.y)
    ends = pd.Series(network.tail.astype(np.int64)), pd.Series(network.head.astype(np.int64))
    graph = pandana.Network(*places, *ends, pd.DataFrame({"time_s": network.time_s}), twoway=False)

    def search(sources: Rows, targets: Rows) -> InMemory:
        found = graph.nodes_in_range(sources.tolist(), CUTOFF_S)
        found = found[found["destination"].isin(targets)]
        row = pd.Index(sources).get_indexer(found["source"])
        return InMemory(row.astype(np.int64), found["time_s"].to_numpy(dtype=np.float64))

    return search


TOOLS: dict[str, Callable[[RoadNetwork, int], Search]] = {
    OURS: _ours, ON_DISK: _ours_on_disk, "scipy": _scipy, "networkx": _networkx, "pandana": _pandana,
}  # fmt: skip


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PER_MB


if __name__ == "__main__":
    main()
