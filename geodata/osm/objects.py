"""Objects of a file of OpenStreetMap with their geometries, put together by pyosmium, which this module needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import osmium
import shapely
from osmium import osm
from shapely.geometry.base import BaseGeometry

from geodata.osm.rules import OsmRule

Thing = osm.Node | osm.Way | osm.Relation | osm.Area | osm.Changeset

TOLD_EVERY: Final = 10_000

OPEN = "an open line, where an area is expected"
UNBUILT = "an outline that does not close, crosses itself or lacks nodes"
NO_OUTLINE = "a group of objects without an outline of its own"
NO_LINE = "no way, where a line is expected"
NO_POSITION = "a node without a position"
NO_NODES = "nodes are not in the file"

_LETTERS: Final = {"n": "node", "w": "way", "r": "relation"}


@dataclass
class Found:
    """Objects of one layer, each under its id, such as ``way/123``.

    Parameters
    ----------
    shapes
        Geometries of those that have one.
    tags
        The tag that makes it belong to the layer, and all its tags.
    faults
        Why the others have no geometry.
    cut
        Number of nodes that ways name and the file does not hold.
    """

    shapes: dict[str, BaseGeometry] = field(default_factory=dict)
    tags: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    cut: int = 0

    def add(self, key: str, kind: str, tags: Mapping[str, str], shape: BaseGeometry | str) -> None:
        """Note an object with its geometry, or why it has none."""
        self.tags[key] = (kind, tags)
        if isinstance(shape, str):
            self.faults[key] = shape
        else:
            self.faults.pop(key, None)
            self.shapes[key] = shape


def objects_of(path: Path, rules: Sequence[OsmRule], progress: Callable[[int], None]) -> dict[str, Found]:
    """The objects of some layers, in one pass over the file, or two where areas are put together.

    Parameters
    ----------
    path
        A file of OpenStreetMap.
    rules
        What belongs to each layer.
    progress
        Told the number of objects found, now and then.

    Returns
    -------
    found
        Name of the layer = its objects.

    Raises
    ------
    RuntimeError
        When the file cannot be read.
    """
    found = {rule.layer: Found() for rule in rules}
    pairs = {rule.layer: [(key, value) for key, values in rule.tags.items() for value in values] for rule in rules}
    places = [pair for rule in rules if rule.shape == "place" for pair in pairs[rule.layer]]
    objects = osmium.FileProcessor(str(path)).with_locations()
    if places:
        objects = objects.with_areas(osmium.filter.TagFilter(*places))
    wanted = osmium.filter.TagFilter(*(pair for several in pairs.values() for pair in several))
    for number, thing in enumerate(objects.with_filter(wanted), start=1):
        tags = dict(thing.tags)
        for rule in rules:
            kind = rule.kind_of(tags)
            if kind is not None:
                _take(found[rule.layer], rule, thing, kind, tags)
        if number % TOLD_EVERY == 0:
            progress(number)
    return found


def _take(found: Found, rule: OsmRule, thing: Thing, kind: str, tags: dict[str, str]) -> None:
    """One object of a layer. Areas come besides the ways and relations that they are made of."""
    if isinstance(thing, osm.Area):
        if rule.shape == "place":
            key = f"{'way' if thing.from_way() else 'relation'}/{thing.orig_id()}"
            found.add(key, kind, tags, _area(thing))
        return
    key = f"{_LETTERS[thing.type_str()]}/{thing.id}"
    if rule.shape == "line":
        shape, missing = _line(thing) if isinstance(thing, osm.Way) else (NO_LINE, 0)
        found.cut += missing
        found.add(key, kind, tags, shape)
    elif isinstance(thing, osm.Node):
        found.add(key, kind, tags, shapely.Point(thing.lon, thing.lat) if thing.location.valid() else NO_POSITION)
    elif key not in found.shapes:
        found.add(key, kind, tags, _why_no_area(thing, tags))


def _why_no_area(thing: Thing, tags: Mapping[str, str]) -> str:
    """Why a way or relation is no area, unless one of it is still to come."""
    if isinstance(thing, osm.Way):
        return UNBUILT if thing.is_closed() else OPEN
    return UNBUILT if tags.get("type") in {"multipolygon", "boundary"} else NO_OUTLINE


def _line(way: osm.Way) -> tuple[BaseGeometry | str, int]:
    """A way as a line, cut where nodes are missing from the file, and the number of these."""
    runs: list[list[tuple[float, float]]] = [[]]
    for node in way.nodes:
        if node.location.valid():
            runs[-1].append((node.lon, node.lat))
        else:
            runs.append([])
    lines = [shapely.LineString(run) for run in runs if len(run) > 1]
    if not lines:
        return NO_NODES, len(runs) - 1
    return (lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)), len(runs) - 1


def _area(area: osm.Area) -> BaseGeometry | str:
    """An area as pyosmium put it together, a simple one as a polygon; one that it could not build has no rings."""
    parts = []
    for outer in area.outer_rings():
        holes = [[(node.lon, node.lat) for node in inner] for inner in area.inner_rings(outer)]
        parts.append(shapely.Polygon([(node.lon, node.lat) for node in outer], holes))
    if not parts:
        return UNBUILT
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
