"""What became of the roads that were read: kept, left out and why, mended."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RoadReport:
    """Counts of one reading; ways are the rows, edges or OSM ways of the source.

    Parameters
    ----------
    ways_read, ways_kept
        All ways of the source, and those that the profile may drive on.
    excluded
        Reason -> number of ways; ``ways_read`` is ``ways_kept`` and all of these together.
    nodes, arcs
        Size of the network that was kept.
    zero_time_arcs
        Arcs without a time that were given the least one.
    loops, parallel_arcs
        Arcs left out: from a node to itself, and slower ones beside another of the same two ends.
    strong_parts, weak_parts
        Parts of the source within which every node reaches every other, and parts that are connected at all.
    nodes_outside, km_outside
        Nodes and kilometres of arcs outside the largest strongly connected part, which were left out.
    km_by_speed_source
        Kilometres of arcs by where their speed comes from.
    remarks
        What was understood and how, one sentence each.
    """

    ways_read: int = 0
    ways_kept: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    nodes: int = 0
    arcs: int = 0
    zero_time_arcs: int = 0
    loops: int = 0
    parallel_arcs: int = 0
    strong_parts: int = 0
    weak_parts: int = 0
    nodes_outside: int = 0
    km_outside: float = 0.0
    km_by_speed_source: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return {**asdict(self), "remarks": list(self.remarks)}
