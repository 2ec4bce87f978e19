"""From ways to a road network: arcs mended and counted, the largest connected part kept, nodes put into Z-order."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geodata.crs import CrsInput, require_metric
from geodata.errors import CrsError, LayerError
from geodata.roads.network import RoadNetwork
from geodata.roads.report import RoadReport
from geodata.roads.space_order import space_order
from geodata.roads.ways import Arcs, Ways, arcs_of

LEAST_TIME_S = 0.001
"""Time of an arc whose length and time are 0, so that no cycle is free; far below what any time is known to."""


def network_of(
    ways: Ways, *, crs: CrsInput, source: str, provenance: Mapping[str, str], remarks: tuple[str, ...] = ()
) -> RoadNetwork:
    """The network that some ways form.

    Arcs from a node to itself are left out, and of several between the same two nodes all but the quickest. Kept is the
    largest part within which every node reaches every other; what lies outside is counted.

    Parameters
    ----------
    ways
        The ways.
    crs
        Metric system of the network.
    source
        Where the ways come from, as the user knows it.
    provenance
        What is to be remembered of the source.
    remarks
        What was understood while reading.

    Returns
    -------
    network
        Nodes in Z-order.

    Raises
    ------
    CrsError
        When `crs` is not metric or does not cover the roads.
    LayerError
        When no arc is left.
    """
    system = require_metric(crs, what="road network")
    arcs, mended = _mended(arcs_of(ways))
    if not len(arcs):
        raise LayerError(source, ["no road that may be driven on; check the profile and that the file holds roads"])
    used, ends = np.unique(np.stack([arcs.tail, arcs.head]), return_inverse=True)
    kept, parts = _largest_part(ends[0], ends[1], len(used))
    inside = kept[ends[0]] & kept[ends[1]]
    if not inside.any():
        raise LayerError(source, ["no two places that can be reached from each other both ways; check one-way roads"])
    report = RoadReport(
        ways_read=len(ways) + sum(ways.excluded.values()),
        ways_kept=len(ways),
        excluded=dict(sorted(ways.excluded.items())),
        nodes=int(kept.sum()),
        arcs=int(inside.sum()),
        nodes_outside=int((~kept).sum()),
        km_outside=float(arcs.length_m[~inside].sum()) / 1000,
        km_by_speed_source=_km_by_source(ways, arcs[inside]),
        remarks=remarks,
        **mended,
        **parts,
    )
    return _numbered(ways, arcs[inside], used[kept], system, provenance={"source": source, **provenance}, report=report)


def _numbered(
    ways: Ways,
    arcs: Arcs,
    nodes: npt.NDArray[np.int64],
    crs: CRS,
    *,
    provenance: Mapping[str, str],
    report: RoadReport,
) -> RoadNetwork:
    """The network of some arcs and all of their nodes, numbered in Z-order."""
    x, y = _projected(ways.position[nodes], ways.crs, crs)
    order = space_order(x, y)
    place = np.full(len(ways.position), -1, dtype=np.int64)
    place[nodes[order]] = np.arange(len(order))
    tail, head = place[arcs.tail], place[arcs.head]
    by_node = np.lexsort((head, tail))
    return RoadNetwork(
        x=x[order], y=y[order], crs=crs,
        first=np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(order)))]),
        head=head[by_node].astype(np.int32),
        length_m=arcs.length_m[by_node], time_s=arcs.time_s[by_node],
        class_code=ways.class_code[arcs.way[by_node]], classes=ways.classes,
        node_id=ways.node_id[nodes[order]], provenance=provenance, report=report,
    )  # fmt: skip


def _mended(arcs: Arcs) -> tuple[Arcs, dict[str, int]]:
    """Without loops and slower parallels, no time below the least one; and how many there were of each."""
    proper = arcs[arcs.tail != arcs.head]
    order = np.lexsort((proper.length_m, proper.time_s, proper.head, proper.tail))
    proper = proper[order]
    quickest = np.ones(len(proper), dtype=np.bool_)
    quickest[1:] = (np.diff(proper.tail) != 0) | (np.diff(proper.head) != 0)
    kept = proper[quickest]
    idle = kept.time_s < LEAST_TIME_S
    counts = {
        "loops": len(arcs) - len(proper),
        "parallel_arcs": len(proper) - len(kept),
        "zero_time_arcs": int(idle.sum()),
    }
    time_s = np.where(idle, LEAST_TIME_S, kept.time_s)
    return Arcs(tail=kept.tail, head=kept.head, length_m=kept.length_m, time_s=time_s, way=kept.way), counts


def _largest_part(
    tail: npt.NDArray[Any], head: npt.NDArray[Any], n_nodes: int
) -> tuple[npt.NDArray[np.bool_], dict[str, int]]:
    """Nodes of the largest strongly connected part, and the numbers of parts."""
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(n_nodes, n_nodes))
    strong, part = connected_components(graph, directed=True, connection="strong")
    weak, _ = connected_components(graph, directed=True, connection="weak")
    return part == np.bincount(part).argmax(), {"strong_parts": int(strong), "weak_parts": int(weak)}


def _projected(
    position: npt.NDArray[np.float64], found: CRS, wanted: CRS
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    moved = Transformer.from_crs(found, wanted, always_xy=True).transform(position[:, 0], position[:, 1])
    x, y = (np.asarray(axis, dtype=np.float64) for axis in moved)
    lost = int((~(np.isfinite(x) & np.isfinite(y))).sum())
    if lost:
        raise CrsError(
            f"roads: {lost} of {len(x)} nodes have no position in {wanted.to_string()}; check that longitude and "
            "latitude are not swapped and that the CRS covers the area"
        )
    return x, y


def _km_by_source(ways: Ways, arcs: Arcs) -> dict[str, float]:
    codes = ways.speed_source[arcs.way]
    km = np.bincount(codes, arcs.length_m, minlength=len(ways.speed_sources)) / 1000
    return {name: float(far) for name, far in zip(ways.speed_sources, km, strict=True)}
