"""The road network: nodes in metres, and straight arcs between them with a length and a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from geodata.crs import require_metric
from geodata.errors import did_you_mean
from geodata.roads.report import RoadReport

_KINDS: dict[str, npt.DTypeLike] = {
    "x": np.float64,
    "y": np.float64,
    "first": np.int64,
    "head": np.int32,
    "length_m": np.float64,
    "time_s": np.float64,
    "class_code": np.int16,
}


@dataclass(frozen=True, eq=False, kw_only=True)
class RoadNetwork:
    """Nodes and directed arcs, stored by the node at which they begin.

    Every arc is a straight line; a bend of a road is a node like any other. Nodes stand in the order of a curve that
    keeps neighbours together.

    Parameters
    ----------
    x, y
        Positions of the nodes, in metres of `crs`.
    crs
        The metric system.
    first
        Arcs of node ``i`` are those numbered from ``first[i]`` up to, not including, ``first[i + 1]``.
    head
        Node at which each arc ends; at each node ascending, none twice and none the node itself.
    length_m
        Length of each arc on the ground, in metres.
    time_s
        Time to drive it, in seconds, more than 0.
    class_code
        Position in `classes` of each arc's class of road.
    classes
        Names of the classes.
    node_id
        Id of each node in the source, or -1 for a bend that has none.
    provenance
        Where the network comes from: source, hash, profile, speeds.
    report
        What became of the source.

    Raises
    ------
    CrsError
        When `crs` is not metric.
    ValueError
        When arrays do not fit together, a number is not finite, a length negative or a time not positive.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    crs: CRS
    first: npt.NDArray[np.int64]
    head: npt.NDArray[np.int32]
    length_m: npt.NDArray[np.float64]
    time_s: npt.NDArray[np.float64]
    class_code: npt.NDArray[np.int16]
    classes: tuple[str, ...]
    node_id: npt.NDArray[Any]
    provenance: Mapping[str, str] = field(default_factory=dict)
    report: RoadReport = field(default_factory=RoadReport)

    def __post_init__(self) -> None:
        object.__setattr__(self, "crs", require_metric(self.crs, what="road network"))
        for name, kind in (*_KINDS.items(), ("node_id", None)):
            array = np.array(getattr(self, name), dtype=kind)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if not len(self.x) == len(self.y) == len(self.node_id) == len(self.first) - 1:
            raise ValueError("Expected x, y and node_id of equal length, and one more entry in first.")
        if len({len(self.head), len(self.length_m), len(self.time_s), len(self.class_code), int(self.first[-1])}) != 1:
            raise ValueError("Expected head, length_m, time_s and class_code of equal length, first ending with it.")
        _require(self.first[0] == 0 and (np.diff(self.first) >= 0).all(), "first that ascends from 0")
        _require(_within(self.head, self.n_nodes), "head to be a node")
        tail = self.tail
        onward = (np.diff(tail) > 0) | ((np.diff(tail) == 0) & (np.diff(self.head) > 0))
        _require(onward.all() and (tail != self.head).all(), "heads that ascend at every node, none the node itself")
        _require(_within(self.class_code, len(self.classes)), "class_code to be a position in classes")
        _require(np.isfinite(self.x).all() and np.isfinite(self.y).all(), "finite x and y")
        _require((np.isfinite(self.length_m) & (self.length_m >= 0)).all(), "finite length_m >= 0")
        _require((np.isfinite(self.time_s) & (self.time_s > 0)).all(), "finite time_s > 0")

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.x)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.head)

    @property
    def tail(self) -> npt.NDArray[np.int32]:
        """Node at which each arc begins."""
        return np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.first))

    @cached_property
    def against(self) -> npt.NDArray[np.int64]:
        """For each arc the one that leads back, or -1."""
        key = self.tail.astype(np.int64) * self.n_nodes + self.head
        back = self.head.astype(np.int64) * self.n_nodes + self.tail
        place = np.searchsorted(key, back)
        place[place == len(key)] = 0
        return np.where(key[place] == back, place, -1)

    def with_speeds(self, factors: Mapping[str, float], *, period: str, otherwise: float = 1.0) -> "RoadNetwork":
        """The same roads at another time of the day.

        Parameters
        ----------
        factors
            Class of road -> speed in the period as a share of the speed here, more than 0.
        period
            Name of the period, for the provenance.
        otherwise
            The share for classes that are not named.

        Returns
        -------
        network
            Times divided by the share of their class.

        Raises
        ------
        ValueError
            When a class is not known here, or a share is not a finite number above 0.
        """
        for name, factor in [*factors.items(), ("otherwise", otherwise)]:
            if name != "otherwise" and name not in self.classes:
                raise ValueError(f"No road of class {name!r} here{did_you_mean(name, self.classes)}.")
            if not (np.isfinite(factor) and factor > 0):
                raise ValueError(f"Expected a share of the speed > 0 for {name}, found {factor}.")
        share = np.array([factors.get(name, otherwise) for name in self.classes], dtype=np.float64)
        words = ", ".join(f"{name} x {factor:g}" for name, factor in sorted(factors.items()))
        told = f"{period}: {words or 'no class named'}; others x {otherwise:g}"
        return replace(
            self, time_s=self.time_s / share[self.class_code], provenance={**self.provenance, "period": told}
        )


def _within(codes: npt.NDArray[Any], count: int) -> bool:
    return bool(((codes >= 0) & (codes < count)).all())


def _require(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(f"Expected {what}.")
