"""Directed edges whose attributes are texts, as OSMnx knows them, made into a road network."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoSeries

from geodata._geometry import globe_faults
from geodata.crs import CrsInput, known_crs
from geodata.errors import LayerError, listed
from geodata.roads.assembly import network_of
from geodata.roads.judged import judged
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import Profile
from geodata.roads.speeds import SpeedTable
from geodata.roads.tags import SPEED_SOURCES
from geodata.roads.ways import NO_ID, Ways, identifiers

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Tags = Mapping[str, str]

_READ = (
    "highway",
    "maxspeed",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "hgv",
    "service",
    "maxheight",
    "maxweight",
    "area",
    "route",
)
_LISTED = re.compile(r"[\[\]'\",;|]+")

DECIMALS = 9
"""Vertices of the two directions of a street are one when equal to so many decimals: 0.1 mm in degrees."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """A graph of roads.

    Parameters
    ----------
    node_id
        Ids of the nodes, each once.
    node
        Attributes of the nodes: ``x`` and ``y``.
    tail, head
        Ids of the nodes at which each edge begins and ends.
    tags
        Attributes of the edges: ``highway``, ``maxspeed``, ``access`` and so on, ``length`` in metres, ``travel_time``
        in seconds, ``geometry`` as WKT from tail to head.
    crs
        System of the coordinates.
    two_way
        Whether each edge is open in both directions.
    """

    node_id: Sequence[str]
    node: Sequence[Tags]
    tail: Sequence[str]
    head: Sequence[str]
    tags: Sequence[Tags]
    crs: CrsInput
    two_way: bool = False


def network_of_edges(
    edges: Edges, *, crs: CrsInput, source: str, provenance: Mapping[str, str], profile: Profile, speeds: SpeedTable
) -> RoadNetwork:
    """The network that some edges form.

    An edge is one direction of a street: its ``oneway`` and ``junction`` say something of the street, and are not read.
    Of a list of classes the first counts, of a list of speeds the least.

    Parameters
    ----------
    edges
        The edges.
    crs
        Metric system of the network.
    source
        Where they come from, as the user knows it.
    provenance
        What is to be remembered of the source.
    profile, speeds
        Who drives, and speeds of classes.

    Returns
    -------
    network
        Curves of edges are nodes in between.

    Raises
    ------
    LayerError
        With all bad attributes.
    CrsError
        When a system is not known, or `crs` is not metric or does not cover the roads.
    """
    system = known_crs(edges.crs, what=source)
    faults: list[str] = []
    position = np.column_stack([_numbers(edges.node, axis, edges.node_id, -np.inf, faults) for axis in ("x", "y")])
    lost = np.flatnonzero(~np.isfinite(position).all(axis=1))
    if lost.size and not faults:
        faults.append(f"no x and y at nodes {listed(edges.node_id[row] for row in lost.tolist())}")
    if system.is_geographic and not faults:
        faults += globe_faults(GeoSeries.from_xy(*position.T))
    ends = _ends(edges, faults)
    names = [f"{tail} to {head}" for tail, head in zip(edges.tail, edges.head, strict=True)]
    length_m, time_s = (_numbers(edges.tags, what, names, 0.0, faults) for what in ("length", "travel_time"))
    if faults:
        raise LayerError(source, faults)
    verdict = judged(map(_way_tags, edges.tags), profile, speeds)
    kmh = verdict.kmh[:, [0, 0]] if edges.two_way else np.where([True, False], verdict.kmh, np.nan)
    kept = verdict.row
    geometry = np.array([edges.tags[row].get("geometry") for row in kept], dtype=object)
    vertices, start, node = _vertices(shapely.from_wkt(geometry, on_invalid="ignore"), position, ends[kept])
    timed = ~np.isnan(time_s[kept])
    ways = Ways(
        position=vertices, crs=system, node_id=identifiers(edges.node_id, len(vertices)), start=start, node=node,
        kmh=kmh, class_code=verdict.class_code, classes=verdict.classes, length_m=length_m[kept], time_s=time_s[kept],
        speed_source=np.where(timed, len(SPEED_SOURCES), verdict.speed_source).astype(np.int8),
        speed_sources=(*SPEED_SOURCES, "time"), excluded=verdict.excluded,
    )  # fmt: skip
    return network_of(ways, crs=crs, source=source, provenance=provenance)


def _way_tags(tags: Tags) -> dict[str, str]:
    """What a vehicle must know of an edge; of a list of classes the first."""
    told = {key: tags[key] for key in _READ if tags.get(key)}
    told["highway"] = _LISTED.split(told.get("highway", "road").strip("[]'\" "))[0]
    return told


def _numbers(rows: Sequence[Tags], key: str, names: Sequence[object], least: float, faults: list[str]) -> Floats:
    """An attribute as numbers, NaN where it is missing; what is not a number is added to the faults."""
    numbers, bad = np.full(len(rows), np.nan), []
    for row, tags in enumerate(rows):
        text = tags.get(key, "")
        if text:
            number = pd.to_numeric(text, errors="coerce")
            numbers[row] = number
            if not (np.isfinite(number) and number >= least):
                bad.append(f"{names[row]} ({text!r})")
    if bad:
        faults.append(f'attribute "{key}": not a number from {least:g} on at {listed(bad)}; correct or remove it')
    return numbers


def _ends(edges: Edges, faults: list[str]) -> Integers:
    """Rows of the nodes at both ends."""
    row_of = {name: row for row, name in enumerate(edges.node_id)}
    ends = np.array(
        [[row_of.get(tail, NO_ID), row_of.get(head, NO_ID)] for tail, head in zip(edges.tail, edges.head, strict=True)],
        dtype=np.int64,
    ).reshape(-1, 2)
    lost = np.flatnonzero((ends == NO_ID).any(axis=1))
    if lost.size:
        shown = listed(f"{row + 1} ({edges.tail[row]!r} to {edges.head[row]!r})" for row in lost.tolist())
        faults.append(f"no such node at edges {shown}; add the nodes or remove the edges")
    return ends


def _vertices(lines: npt.NDArray[Any], position: Floats, ends: Integers) -> tuple[Floats, Integers, Integers]:
    """Positions of all nodes, those of curves after the given ones; and the nodes along each edge.

    A vertex of a curve is shared with the edge that leads back between the same two nodes, and with no other.
    """
    lines = lines.copy()
    lines[shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING] = None
    count = np.maximum(shapely.get_num_coordinates(lines), 2)
    begin = shapely.get_coordinates(shapely.get_point(lines, 0))
    curved = np.flatnonzero(~shapely.is_missing(lines))
    tail, head = position[ends[curved, 0]], position[ends[curved, 1]]
    backwards = np.hypot(*(begin - tail).T) > np.hypot(*(begin - head).T)
    lines[curved[backwards]] = shapely.reverse(lines[curved[backwards]])
    start = np.concatenate([[0], np.cumsum(count)])
    node = np.full(start[-1], NO_ID, dtype=np.int64)
    node[start[:-1]], node[start[1:] - 1] = ends.T
    within = node == NO_ID
    edge = np.repeat(np.arange(len(ends)), count)
    xy = np.full((len(node), 2), np.nan)
    xy[np.isin(edge, curved)] = shapely.get_coordinates(lines)
    key = np.column_stack([np.sort(ends, axis=1)[edge[within]], np.round(xy[within], DECIMALS)])
    _, first, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
    node[within] = len(position) + inverse
    return np.concatenate([position, xy[within][first]]), start, node
