"""Line layers as roads: lines that meet where one of them ends."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geodata._geometry import geometry_faults
from geodata.columns import text_column
from geodata.crs import CrsInput, known_crs
from geodata.errors import LayerError, did_you_mean, listed
from geodata.roads.assembly import network_of
from geodata.roads.judged import judged
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import CAR, Profile
from geodata.roads.shapes import joined_at_ends
from geodata.roads.speeds import CHINA, SpeedTable
from geodata.roads.tags import SPEED_SOURCES
from geodata.roads.ways import NO_ID, Ways

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "highway": ("highway", "fclass", "class", "road_class"),
    "maxspeed": ("maxspeed", "speed_kmh", "speed"),
    "oneway": ("oneway", "one_way"),
    **{
        tag: (tag,)
        for tag in (
            "access", "area", "hgv", "junction", "maxheight", "maxspeed:backward", "maxspeed:forward", "maxspeed:hgv",
            "maxweight", "motor_vehicle", "motorcar", "service", "vehicle",
        )
    },
}  # fmt: skip
"""Tag -> the columns in which it is looked for."""

ONEWAY = {"F": "yes", "T": "-1", "B": "no"}
"""The letters of road layers made from OpenStreetMap: along the line, against it, both."""

DECIMALS = {True: 7, False: 2}
"""Ends of lines meet when equal to so many decimals of degrees (1 cm), or of metres."""


def network_of_lines(
    frame: GeoDataFrame,
    *,
    crs: CrsInput,
    source: str,
    columns: Mapping[str, str] | None = None,
    profile: Profile = CAR,
    speeds: SpeedTable = CHINA,
) -> RoadNetwork:
    """The network of a layer of lines.

    Lines are joined where one ends on a vertex of another; lines that merely cross are bridges. Without a column of
    classes every line is of the class ``road``; without one of directions it is open both ways.

    Parameters
    ----------
    frame
        LineStrings or MultiLineStrings in a known system.
    crs
        Metric system of the network.
    source
        The layer, as the user knows it.
    columns
        Tag (``highway``, ``maxspeed``, ``oneway``, ``access``, ``service``) -> its column, where it has no usual name.
    profile
        Who drives.
    speeds
        Speeds of classes.

    Returns
    -------
    network
        Every vertex a node.

    Raises
    ------
    LayerError
        When a geometry is not a line, or a column does not exist.
    CrsError
        When a system is missing, or `crs` is not metric or does not cover the roads.
    """
    system = known_crs(frame.crs, what=source)
    rows = range(1, len(frame) + 1)
    faults = geometry_faults(frame.geometry, rows, kind="rows")
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    wrong = np.flatnonzero(~np.isin(kinds, [shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING]))
    if wrong.size and not faults:
        faults.append(f"not a line in rows {listed(wrong + 1)}; remove them or give a layer of lines")
    if faults:
        raise LayerError(source, faults)
    tags = _tags(pd.DataFrame(frame.drop(columns=frame.active_geometry_name)), columns or {}, source=source)
    verdict = judged(tags, profile, speeds)
    lines, owner = shapely.get_parts(shapely.force_2d(frame.geometry.to_numpy()[verdict.row]), return_index=True)
    position, start, node = joined_at_ends(lines, DECIMALS[system.is_geographic])
    nothing = np.full(len(lines), np.nan)
    ways = Ways(
        position=position, crs=system, node_id=np.full(len(position), NO_ID, dtype=np.int64), start=start, node=node,
        kmh=verdict.kmh[owner], class_code=verdict.class_code[owner], classes=verdict.classes, length_m=nothing,
        time_s=nothing, speed_source=verdict.speed_source[owner], speed_sources=SPEED_SOURCES,
        excluded=verdict.excluded,
    )  # fmt: skip
    return network_of(ways, crs=crs, source=source, provenance={"reader": "lines", "profile": profile.words()})


def _tags(table: pd.DataFrame, columns: Mapping[str, str], *, source: str) -> list[dict[str, str]]:
    """The columns of use as tags, blank cells left out."""
    by_lower = {str(name).lower(): str(name) for name in reversed(table.columns)}
    texts = {}
    for tag, names in COLUMNS.items():
        wanted = (columns[tag],) if tag in columns else names
        name = next((by_lower[name.lower()] for name in wanted if name.lower() in by_lower), None)
        if name is not None:
            texts[tag] = text_column(table, name, source=source, allow_blank=True)
        elif tag in columns:
            hint = did_you_mean(columns[tag], by_lower) or f"; the columns are {listed(table.columns)}"
            raise LayerError(source, [f'no column "{columns[tag]}" for {tag}{hint}'])
    tags = [
        {tag: text for tag, text in zip(texts, row, strict=True) if text} for row in zip(*texts.values(), strict=True)
    ] or [{} for _ in range(len(table))]
    for way in tags:
        way.setdefault("highway", "road")
        if "oneway" in way:
            way["oneway"] = ONEWAY.get(way["oneway"], way["oneway"])
    return tags
