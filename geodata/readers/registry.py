"""Which reader takes which source: the one list of formats."""

from pathlib import Path

from geodata.errors import LayerError, did_you_mean
from geodata.readers.delimited import DELIMITED
from geodata.readers.gdal_formats import FLATGEOBUF, GEODATABASE, GEOPACKAGE
from geodata.readers.geojson import GEOJSON
from geodata.readers.graphml import GRAPHML
from geodata.readers.kml import KML
from geodata.readers.osm import OSM
from geodata.readers.parquet import PARQUET
from geodata.readers.postgis import POSTGIS
from geodata.readers.reader import Reader, Source
from geodata.readers.shapefile import SHAPEFILE
from geodata.readers.wfs import WFS
from geodata.readers.workbook import WORKBOOK
from geodata.readers.zipped import ZIPPED
from geodata.servers.credentials import redacted

READERS: tuple[Reader, ...] = (
    SHAPEFILE,
    GEOPACKAGE,
    GEOJSON,
    FLATGEOBUF,
    KML,
    GEODATABASE,
    PARQUET,
    DELIMITED,
    WORKBOOK,
    ZIPPED,
    OSM,
    GRAPHML,
    POSTGIS,
    WFS,
)


def reader_of(source: str | Path) -> tuple[Reader, Source]:
    """The reader for a file, a folder or an address.

    Parameters
    ----------
    source
        A path, or an address such as ``postgresql://host/database``.

    Returns
    -------
    reader, source
        The reader, and the source as it takes it.

    Raises
    ------
    LayerError
        When the file is not there, or no reader takes it.
    """
    location = str(source)
    name = redacted(location)
    scheme = location.partition("://")[0].lower() if "://" in location else ""
    for reader in READERS if scheme else ():
        if scheme in reader.schemes:
            return reader, Source(location, name)
    path = Path(source)
    _require_there(path, name)
    kind = path.suffix.lower()
    if path.is_dir() and kind not in GEODATABASE.suffixes:
        raise LayerError(name, ["this is a folder; give the path of a file in it"])
    for reader in READERS:
        if kind in reader.suffixes:
            return reader, Source(location, name)
    known = ", ".join(suffix for reader in READERS for suffix in reader.suffixes[:1])
    fault = f'cannot be read: no reader for "{path.suffix}"; save it in one of the known formats ({known})'
    raise LayerError(name, [fault])


def _require_there(path: Path, name: str) -> None:
    try:
        there = path.exists()
        folder = path.parent.is_dir()
    except (OSError, ValueError) as error:
        raise LayerError(name, [f"cannot be read: {error}; check the path"]) from error
    if not there:
        beside = [entry.name for entry in path.parent.iterdir()] if folder else []
        raise LayerError(name, [f"the file does not exist{did_you_mean(path.name, beside) or '; check the path'}"])
