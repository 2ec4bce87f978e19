"""OpenStreetMap files, PBF or XML, as roads; they need the extra ``siting[osm]``."""

import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS

from geodata.crs import CrsInput
from geodata.errors import LayerError
from geodata.osm.overpass import read_answer, write_osm
from geodata.roads.assembly import network_of
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import CAR, Profile
from geodata.roads.source import provenance_of
from geodata.roads.speeds import CHINA, SpeedTable
from geodata.roads.tags import SPEED_SOURCES, Drive, drive
from geodata.roads.ways import Ways

TOLD_EVERY = 100_000
MISSING = 'OpenStreetMap files need pyosmium; install "siting[osm]"'


def read_osm(
    path: str | Path,
    *,
    crs: CrsInput,
    profile: Profile = CAR,
    speeds: SpeedTable = CHINA,
    progress: Callable[[int], None] | None = None,
) -> RoadNetwork:
    """The roads of an OpenStreetMap extract.

    Turn restrictions, barriers and conditional tags are not read.

    Parameters
    ----------
    path
        A ``.osm.pbf`` or ``.osm`` file, also compressed (``.osm.gz``, ``.osm.bz2``).
    crs
        Metric system of the network.
    profile
        Who drives.
    speeds
        Speeds of classes, for ways without a tag.
    progress
        Called now and then with the number of ways read; what it raises ends the reading.

    Returns
    -------
    network
        Every node of a way is a node; ways are cut at nodes that the file does not hold.

    Raises
    ------
    LayerError
        When the file cannot be read, holds no road, or pyosmium is not installed.
    CrsError
        When `crs` is not metric or does not cover the roads.
    """
    told = provenance_of(path, reader="OpenStreetMap", profile=profile)
    return _network(Path(path), str(path), told, crs, (profile, speeds), progress)


def read_overpass(
    paths: Sequence[str | Path],
    *,
    crs: CrsInput,
    profile: Profile = CAR,
    speeds: SpeedTable = CHINA,
    progress: Callable[[int], None] | None = None,
) -> RoadNetwork:
    """The roads of answers of the Overpass interface, as `read_osm` reads an extract.

    Parameters
    ----------
    paths
        Whole answers in JSON, with ways and their nodes; they may overlap.
    crs, profile, speeds, progress
        As of `read_osm`.

    Returns
    -------
    network
        As of `read_osm`.

    Raises
    ------
    LayerError, CrsError
        As of `read_osm`; and when a file is no whole answer.
    """
    source = ", ".join(map(str, paths))
    told = provenance_of(*paths, reader="Overpass", profile=profile)
    answers = [(str(path), read_answer(Path(path))) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        joined = Path(folder) / "joined.osm.pbf"
        try:
            write_osm(answers, joined)
        except ImportError as error:
            raise LayerError(source, [MISSING]) from error
        return _network(joined, source, told, crs, (profile, speeds), progress)


def _network(
    path: Path,
    source: str,
    provenance: Mapping[str, str],
    crs: CrsInput,
    drivers: tuple[Profile, SpeedTable],
    progress: Callable[[int], None] | None,
) -> RoadNetwork:
    found = _Found()
    try:
        _scan(path, found, *drivers, progress)
    except ImportError as error:
        raise LayerError(source, [MISSING]) from error
    except RuntimeError as error:  # what pyosmium makes of every fault of a file
        raise LayerError(source, [f"cannot be read as OpenStreetMap data: {error}"]) from error
    remarks = (
        "turn restrictions, barriers and conditional tags were not read",
        *([f"{found.missing} nodes of ways are not in the file; the ways were cut there"] if found.missing else []),
    )
    told = {**provenance, "licence": "OpenStreetMap contributors, ODbL 1.0"}
    return network_of(found.ways(drivers[1]), crs=crs, source=source, provenance=told, remarks=remarks)


@dataclass
class _Found:
    """Ways as they are met; numbers in flat arrays, for a province has ten million of them."""

    ref: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    kmh: "array[float]" = field(default_factory=lambda: array("d"))
    time_s: "array[float]" = field(default_factory=lambda: array("d"))
    road_class: list[str] = field(default_factory=list)
    speed_source: "array[int]" = field(default_factory=lambda: array("b"))
    excluded: "Counter[str]" = field(default_factory=Counter)
    missing: int = 0

    def add(self, nodes: Iterable[Any], way: Drive) -> None:
        """Add a way; where nodes are missing from the file, the pieces between them."""
        pieces: list[list[Any]] = [[]]
        for node in nodes:
            if node.location.valid():
                pieces[-1].append(node)
            else:
                self.missing += 1
                pieces.append([])
        whole = [piece for piece in pieces if len(piece) >= 2]
        if not whole:
            self.excluded["fewer than two nodes in the file"] += 1
        for piece in whole:
            self._add_piece(piece, way, way.time_s if len(pieces) == 1 else None)

    def _add_piece(self, nodes: list[Any], way: Drive, time_s: float | None) -> None:
        for node in nodes:
            self.ref.append(node.ref)
            self.lon.append(node.lon)
            self.lat.append(node.lat)
        self.start.append(len(self.ref))
        self.kmh.extend(np.nan if kmh is None else kmh for kmh in (way.forward_kmh, way.backward_kmh))
        self.time_s.append(np.nan if time_s is None else time_s)
        self.road_class.append(way.road_class)
        self.speed_source.append(SPEED_SOURCES.index(way.speed_source))

    def ways(self, speeds: SpeedTable) -> Ways:
        """Return the ways with each node once."""
        node_id, first, node = np.unique(np.array(self.ref, dtype=np.int64), return_index=True, return_inverse=True)
        position = np.column_stack([np.array(self.lon, dtype=np.float64), np.array(self.lat, dtype=np.float64)])
        classes = tuple(speeds)
        code = {name: position for position, name in enumerate(classes)}
        return Ways(
            position=position[first],
            crs=CRS.from_epsg(4326),
            node_id=node_id,
            start=np.array(self.start, dtype=np.int64),
            node=node,
            kmh=np.array(self.kmh, dtype=np.float64).reshape(-1, 2),
            class_code=np.array([code[name] for name in self.road_class], dtype=np.int16),
            classes=classes,
            length_m=np.full(len(self.road_class), np.nan),
            time_s=np.array(self.time_s, dtype=np.float64),
            speed_source=np.array(self.speed_source, dtype=np.int8),
            speed_sources=SPEED_SOURCES,
            excluded=dict(self.excluded),
        )


def _scan(
    path: Path, found: _Found, profile: Profile, speeds: SpeedTable, progress: Callable[[int], None] | None
) -> None:
    import osmium

    ways = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway", "route"))
    ways = ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    for number, way in enumerate(ways, start=1):
        tags = {tag.k: tag.v for tag in way.tags}
        if not isinstance(way, osmium.osm.Way) or ("highway" not in tags and tags.get("route") != "ferry"):
            continue
        verdict = drive(tags, profile, speeds)
        if isinstance(verdict, str):
            found.excluded[verdict] += 1
        else:
            found.add(way.nodes, verdict)
        if progress is not None and number % TOLD_EVERY == 0:
            progress(number)
