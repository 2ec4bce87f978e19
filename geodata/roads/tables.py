"""Edge lists: a table of nodes and a table of arcs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoSeries
from pyproj import CRS

from geodata._geometry import globe_faults
from geodata.columns import number_column, text_column, unique_ids
from geodata.crs import CrsInput, known_crs
from geodata.errors import LayerError, did_you_mean, listed
from geodata.read import read_table
from geodata.roads.assembly import network_of
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import CAR, Profile
from geodata.roads.source import provenance_of
from geodata.roads.speeds import CHINA, SpeedTable
from geodata.roads.ways import Ways, identifiers

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[Any]

NAMES: Mapping[str, Sequence[str]] = {
    "node": ("node", "id", "node_id", "osmid"),
    "x": ("lon", "lng", "longitude", "x"),
    "y": ("lat", "latitude", "y"),
    "from": ("from", "u", "source", "from_node"),
    "to": ("to", "v", "target", "to_node"),
    "length_m": ("length_m", "length"),
    "time_s": ("time_s", "travel_time"),
    "speed_kmh": ("speed_kmh", "speed_kph", "maxspeed"),
    "class": ("class", "highway", "road_class", "fclass"),
}
"""What a column is -> the names by which it is found."""

NODE = ("node", "x", "y")
EDGE = tuple(what for what in NAMES if what not in NODE)
REQUIRED = frozenset({*NODE, "from", "to"})

SPEED_SOURCES = ("time", "speed", "class")
"""Where a time comes from: it is given, the speed is, or only the class of road."""

GIVEN = 1.0
"""Speed that stands for an open direction whose time is given."""


def read_edge_list(
    nodes: str | Path,
    edges: str | Path,
    *,
    crs: CrsInput,
    nodes_crs: CrsInput = "EPSG:4326",
    columns: Mapping[str, str] | None = None,
    two_way: bool = False,
    profile: Profile = CAR,
    speeds: SpeedTable = CHINA,
) -> RoadNetwork:
    """The network of two tables, CSV or Parquet.

    Parameters
    ----------
    nodes, edges
        The files. Nodes need ``node``, ``x`` and ``y``; edges ``from`` and ``to``, and ``time_s``, ``speed_kmh`` or
        ``class``, of which the first that is there counts; without ``length_m`` they are straight.
    crs
        Metric system of the network.
    nodes_crs
        System of the coordinates in the table.
    columns
        What a column is -> its name, where it has none of `NAMES`.
    two_way
        Whether each edge may be driven both ways; by default each is one direction.
    profile
        Who drives: forbidden classes are left out, speeds capped; given times stay as they are.
    speeds
        Speeds of classes.

    Returns
    -------
    network
        Straight arcs.

    Raises
    ------
    LayerError
        When a file cannot be read, or with all bad cells of a table.
    CrsError
        When a system is not known, or `crs` is not metric or does not cover the roads.
    """
    told = provenance_of(nodes, edges, reader="edge list", profile=profile)
    system = known_crs(nodes_crs, what=str(nodes))
    table = _named(read_table(nodes), columns or {}, NODE, source=str(nodes))
    node_id, position = _nodes(table, system, source=str(nodes))
    table = _named(read_table(edges), columns or {}, EDGE, source=str(edges))
    ways = _ways(table, node_id, profile, speeds, source=str(edges))
    ways = replace(ways, position=position, crs=system, node_id=identifiers(node_id.tolist(), len(node_id)))
    if two_way:
        ways = replace(ways, kmh=ways.kmh[:, [0, 0]])
    return network_of(ways, crs=crs, source=f"{nodes} and {edges}", provenance=told)


def _named(table: pd.DataFrame, columns: Mapping[str, str], wanted: Sequence[str], *, source: str) -> pd.DataFrame:
    """The columns of use, under what they are."""
    by_lower = {str(name).lower(): name for name in reversed(table.columns)}
    found = {}
    for what in wanted:
        names = [columns[what]] if what in columns else NAMES[what]
        name = next((by_lower[name.lower()] for name in names if name.lower() in by_lower), None)
        if name is not None:
            found[what] = name
        elif what in columns or what in REQUIRED:
            hint = did_you_mean(names[0], map(str, table.columns)) or f"; the columns are {listed(table.columns)}"
            raise LayerError(source, [f'no column "{names[0]}" for {what}{hint}'])
    return pd.DataFrame({what: table[name] for what, name in found.items()}, index=table.index)


def _nodes(table: pd.DataFrame, system: CRS, *, source: str) -> tuple[Ids, Floats]:
    position = np.column_stack([number_column(table, axis, source=source) for axis in ("x", "y")])
    faults = globe_faults(GeoSeries.from_xy(*position.T)) if system.is_geographic else []
    if faults:
        raise LayerError(source, faults)
    return unique_ids(table, "node", source=source, prefix=""), position


def _ways(table: pd.DataFrame, node_id: Ids, profile: Profile, speeds: SpeedTable, *, source: str) -> Ways:
    """Every edge a way of two nodes; the positions follow."""
    ends = _ends(table, node_id, source=source)
    count = len(table)
    names = text_column(table, "class", source=source) if "class" in table else np.full(count, "road", dtype=object)
    class_code, labels = pd.factorize(names)
    classes = tuple(map(str, labels))
    nothing = np.full(count, np.nan)
    length_m, time_s, given_kmh = (
        number_column(table, what, source=source, minimum=0.0) if what in table else nothing
        for what in ("length_m", "time_s", "speed_kmh")
    )
    by_class = np.array([speeds[name].kmh if name in speeds and "class" in table else np.nan for name in classes])
    kmh = np.where(given_kmh > 0, given_kmh, by_class[class_code])
    origin = np.select([~np.isnan(time_s), given_kmh > 0], [0, 1], 2)
    unknown = np.isnan(time_s) & np.isnan(kmh)
    if unknown.any():
        rows = listed(np.flatnonzero(unknown) + 1)
        raise LayerError(source, [f"no time_s, no speed_kmh above 0 and no class with a known speed in rows {rows}"])
    caps = np.array([profile.capped(np.inf, name) for name in classes])
    kmh = np.where(np.isnan(time_s), np.minimum(kmh, caps[class_code]), GIVEN)
    open_ = ~np.isin(names.astype(str), sorted(profile.forbidden))
    kept = int(open_.sum())
    return Ways(
        position=np.empty((0, 2)), crs=CRS.from_epsg(4326), node_id=node_id,
        start=2 * np.arange(kept + 1), node=ends[open_].ravel(),
        kmh=np.column_stack([kmh, nothing])[open_],
        class_code=class_code[open_].astype(np.int16), classes=classes,
        length_m=length_m[open_], time_s=time_s[open_],
        speed_source=origin[open_].astype(np.int8), speed_sources=SPEED_SOURCES,
        excluded={f"class forbidden to a {profile.name}": count - kept} if kept < count else {},
    )  # fmt: skip


def _ends(table: pd.DataFrame, node_id: Ids, *, source: str) -> npt.NDArray[np.int64]:
    """Rows of the nodes at both ends of each edge."""
    row_of = pd.Index(node_id)
    ends, faults = [], []
    for what in ("from", "to"):
        ids = text_column(table, what, source=source)
        ends.append(row_of.get_indexer(pd.Index(ids)))
        lost = np.flatnonzero(ends[-1] < 0)
        if lost.size:
            shown = listed(f"{row + 1} ({ids[row]!r})" for row in lost)
            faults.append(f'column "{what}": no such node in rows {shown}; add the node or remove the edge')
    if faults:
        raise LayerError(source, faults)
    return np.column_stack(ends).astype(np.int64)
