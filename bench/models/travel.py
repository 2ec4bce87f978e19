"""Travel times on road networks, from points to points: ours, scipy, networkx and pandana.

Every tool gets the graph in its own form, and the sources; the clock runs from there until the pairs within the cutoff
are there. Ours pays besides for what comes before: finding junctions, bringing points onto the roads, sorting. Tools
that take too long search from the first sources only, and the seconds of all are in proportion.
"""

import atexit
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoSeries, points_from_xy
from scipy.sparse import csr_array

from bench.models import Call, Setting
from bench.process import ROOT
from bench.road_graphs import METRES, planar, road_graph
from bench.row import DONE, Answer
from bench.run import OURS, Run
from geodata.roads import RoadNetwork, TravelRules, Work, road_times, write_road_times

CUTOFF_S = 1800.0
CHECKED = 5
BATCH = 50
ON_DISK = "ours, to a file"

Rows = npt.NDArray[np.int64]
Times = npt.NDArray[np.float64]


def prepare(run: Run, setting: Setting) -> Call:
    """Graph of `of["nodes"]` nodes, `of["sources"]` and `of["targets"]` drawn, `of["first"]` sources searched from.

    The value is the sum of the times from the first five sources, by which the tools are compared.
    """
    network = road_graph(run.of["nodes"], setting.data / "data" / "roads")
    rng = np.random.default_rng(1)
    sources, targets = (rng.choice(network.n_nodes, run.of[key], replace=False) for key in ("sources", "targets"))
    tool = TOOLS[ON_DISK if run.of.get("to_file") else run.tool]
    search, first = tool(network, setting.threads), int(run.of.get("first", len(sources)))
    if run.tool != OURS:  # compiled or loaded on the first call; ours is measured cold too
        tool(planar(50), setting.threads)(sources[:1] % 50, np.arange(50))

    def call() -> Answer:
        found = search(sources[:first], targets)
        size = f"{network.n_nodes:,} nodes, {len(sources):,} x {len(targets):,}, {len(found):,} pairs"
        return Answer(DONE, found.first_s(), size=size, part=first / len(sources))

    return call


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
    folder = Path(mkdtemp(dir=ROOT / "bench"))  # one in memory would count
    atexit.register(shutil.rmtree, folder)

    def search(sources: Rows, targets: Rows) -> OnDisk:
        demand, sites = _places(network, sources), _places(network, targets)
        path = folder / "times.parquet"
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
