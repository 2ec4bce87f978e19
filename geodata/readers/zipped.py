"""Zip archives: Shapefiles as they are mostly passed on, KMZ, and any other files inside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from geodata.errors import LayerError, did_you_mean, listed
from geodata.readers import shapefile
from geodata.readers.archive import unpacked
from geodata.readers.delimited import DELIMITED
from geodata.readers.gdal_formats import FLATGEOBUF, GEODATABASE, GEOPACKAGE
from geodata.readers.geojson import GEOJSON
from geodata.readers.kml import KML
from geodata.readers.parquet import PARQUET
from geodata.readers.raw import LayerSummary, RawLayer
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.refusing import refusing
from geodata.readers.shapefile import SHAPEFILE
from geodata.readers.workbook import WORKBOOK

INSIDE = (SHAPEFILE, GEOPACKAGE, GEODATABASE, GEOJSON, FLATGEOBUF, KML, DELIMITED, WORKBOOK, PARQUET)
ALONE = frozenset({".json", ".csv", ".txt", ".tsv"})
"""Often notes beside the data: they count only where there is nothing else."""

UNPACKED = tuple(suffix for reader in INSIDE for suffix in reader.suffixes)
NAMELESS = (SHAPEFILE, DELIMITED, PARQUET)
"""Their only layer is called after the file."""

MOST_FILES = 200


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The layers of all files in an archive, called after file and layer."""
    found = []
    with _members(source) as members:
        for title, place, reader in members:
            inside = reader.layers(place)
            found += [replace(layer, name=_name(title, layer, inside, members)) for layer in inside]
    return tuple(found)


def read(source: Source, reading: Reading) -> RawLayer:
    """One layer of one file in an archive."""
    with _members(source) as members:
        title, place, reader = members[0]
        inner = reading.layer
        if len(members) > 1:
            title, place, reader = _chosen(members, reading.layer, source)
            inner = (reading.layer or "").removeprefix(title).removeprefix("/") or None
        elif reader in NAMELESS and inner == title:
            inner = None
        raw = reader.read(place, replace(reading, layer=inner))
    name = reading.layer or raw.layer or title
    return replace(raw, layer=name, remarks=(f"read from {title} in the archive", *raw.remarks))


ZIPPED = Reader("Zip archive", layers, read, suffixes=(".zip", ".kmz"))

Member = tuple[str, Source, Reader]
"""Name within the archive without suffix, the unpacked file, and the reader for it."""


@contextmanager
def _members(source: Source) -> Iterator[Sequence[Member]]:
    with unpacked(Path(source.location), source=source.name, suffixes=UNPACKED) as folder:
        with refusing(source.name, what="cannot be unpacked"):
            files = sorted(path for path in folder.rglob("*") if not path.name.startswith("._"))
            files = [path for path in files if not _within_geodatabase(path.relative_to(folder))]
        found = [(path, reader) for path in files for reader in INSIDE if path.suffix.lower() in reader.suffixes]
        found = [pair for pair in found if pair[0].suffix.lower() not in shapefile.PARTS[1:]]
        found = [pair for pair in found if pair[0].suffix.lower() not in ALONE] or found
        if not found:
            raise LayerError(source.name, ["no layer in the archive; give one with a .shp, .gpkg, .geojson or .kml"])
        if len(found) > MOST_FILES:
            raise LayerError(source.name, [f"{len(found)} layers in the archive, more than {MOST_FILES}; unpack it"])
        inside = [path.relative_to(folder) for path, _ in found]
        stems = [path.with_suffix("").as_posix() for path in inside]
        titles = stems if len(set(stems)) == len(stems) else [path.as_posix() for path in inside]
        yield [
            (title, Source(str(path), source.name), reader) for title, (path, reader) in zip(titles, found, strict=True)
        ]


def _within_geodatabase(path: Path) -> bool:
    return any(parent.suffix.lower() == ".gdb" for parent in path.parents) or "__MACOSX" in path.parts


def _name(title: str, layer: LayerSummary, inside: Sequence[LayerSummary], members: Sequence[Member]) -> str | None:
    if len(members) == 1:
        return layer.name or title
    return title if len(inside) == 1 else f"{title}/{layer.name}"


def _chosen(members: Sequence[Member], wanted: str | None, source: Source) -> Member:
    """The file that the wanted layer is in."""
    titles = [title for title, _, _ in members]
    if wanted is None:
        raise LayerError(source.name, [f"{len(titles)} layers; set layer to one of: {listed(titles)}"])
    for member in sorted(members, key=lambda member: -len(member[0])):
        if wanted == member[0] or wanted.startswith(f"{member[0]}/"):
            return member
    hint = did_you_mean(wanted, titles)
    raise LayerError(source.name, [f'no layer "{wanted}"{hint or "; set layer"} (layers: {listed(titles)})'])
