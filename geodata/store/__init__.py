"""The study's store: layers with where they come from and what their import said, in a GeoPackage or in PostGIS.

One setting says which: a path such as ``layers.gpkg``, or ``postgis://NAME``, where the environment variable ``NAME``
holds the address of a database.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from geopandas import GeoDataFrame

from geodata.errors import LayerError, in_one_line
from geodata.servers.credentials import DATABASE, redacted
from geodata.store import geopackage
from geodata.store.records import NewLayer as NewLayer
from geodata.store.records import Provenance as Provenance
from geodata.store.records import Reported
from geodata.store.records import StoredLayer as StoredLayer


def write_layer(
    store: str | Path,
    name: str,
    frame: GeoDataFrame | Iterable[GeoDataFrame],
    report: Reported | None,
    provenance: Provenance,
    *,
    kind: str = "",
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a layer, replacing the one of that name; until all is done the store stays as it was.

    Parameters
    ----------
    store
        Path of a GeoPackage, or ``postgis://NAME``.
    name
        Name of the layer, kept letter by letter.
    frame
        Its rows; or parts of them, one after the other, so that not all need to be in memory.
    report
        What its import said; asked after the last row.
    provenance
        Where the rows come from.
    kind
        What they are used for (``demand``, ``districts``, ``roads`` ...), by which QGIS draws them at first.
    progress
        Told the number of rows written so far.

    Raises
    ------
    LayerError
        When a name or a cell cannot be kept as it is, somebody else is writing, or the store cannot be written.
    """
    write_layers(store, [NewLayer(name, frame, report, provenance, kind)], progress=progress)


def write_layers(store: str | Path, new: Iterable[NewLayer], *, progress: Callable[[int], None] | None = None) -> None:
    """Write several layers at once: all of them are there in the end, or the store is as it was.

    Parameters
    ----------
    store, progress
        As of `write_layer`.
    new
        The layers.

    Raises
    ------
    LayerError
        As of `write_layer`.
    """
    form, where = _form(store)
    with form.writing(where) as write:
        for layer in new:
            write(layer, progress or (lambda _rows: None))


def read_layer(
    store: str | Path, name: str, *, bounds: tuple[float, float, float, float] | None = None
) -> GeoDataFrame:
    """A layer as it was written.

    Parameters
    ----------
    store
        Path of a GeoPackage, or ``postgis://NAME``.
    name
        Name of the layer.
    bounds
        Smallest x and y, largest x and y in the CRS of the layer: only rows that meet this box.

    Returns
    -------
    frame
        Its rows, in the order in which they were written.

    Raises
    ------
    LayerError
        When the store cannot be read or has no such layer.
    """
    form, where = _form(store)
    frame: GeoDataFrame = form.read(where, name, bounds=bounds)
    return frame


def layers(store: str | Path) -> tuple[StoredLayer, ...]:
    """All layers of a store, sorted by name.

    Parameters
    ----------
    store
        Path of a GeoPackage, or ``postgis://NAME``.

    Returns
    -------
    layers
        Rows, CRS, bounds, provenance and report of each.

    Raises
    ------
    LayerError
        When the store cannot be read.
    """
    form, where = _form(store)
    found: tuple[StoredLayer, ...] = form.layers(where)
    return found


def _form(store: str | Path) -> tuple[ModuleType, Any]:
    """The module that knows this form of a store, and what it calls the store."""
    setting = str(store)
    if setting.startswith(DATABASE):
        try:
            from geodata.store import database
        except ImportError as error:
            raise LayerError(redacted(setting), ['databases need psycopg; install "siting[postgis]"']) from error
        return database, setting
    if "://" in setting:
        fault = f"a store is a path of a {geopackage.SUFFIX} file, or {DATABASE}NAME of an environment variable"
        raise LayerError(redacted(setting), [fault])
    path = Path(store)
    if path.suffix.lower() != geopackage.SUFFIX:
        raise LayerError(setting, [f'a store is a GeoPackage; give a path that ends with "{geopackage.SUFFIX}"'])
    if in_one_line(path.name) != path.name:
        # GDAL drops such characters and would write another file.
        raise LayerError(setting, ["the name holds characters that cannot be shown; give another"])
    return geopackage, path
