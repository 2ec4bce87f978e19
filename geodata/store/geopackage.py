"""The store in one file: a GeoPackage, which QGIS opens as it is."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyogrio
from geopandas import GeoDataFrame

from geodata.errors import LayerError, did_you_mean, listed
from geodata.store.draft import draft_of
from geodata.store.names import OWN, free_name, require_layer_name
from geodata.store.records import COLUMNS, NewLayer, StoredLayer, from_row
from geodata.store.rows import prepared
from geodata.store.styles import default_style

SUFFIX: Final = ".gpkg"
RECORDS: Final = "siting_layers"

#: The clock of the file: a fixed one, so that the same layers written in the same order give the same bytes.
_DATE: Final = "2000-01-01T00:00:00.000Z"
_OPTION: Final = "OGR_CURRENT_DATE"

_TABLES: Final = {
    RECORDS: """
CREATE TABLE siting_layers (
    layer TEXT PRIMARY KEY NOT NULL, kind TEXT, source TEXT, sha256 TEXT, licence TEXT, date TEXT, command TEXT,
    report TEXT
)""",
    "layer_styles": """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)""",
}


@contextmanager
def writing(path: Path) -> Iterator[Callable[[NewLayer, Callable[[int], None]], None]]:
    """Write layers that all appear when the block ends well, or none of them.

    Parameters
    ----------
    path
        The file; made when it is not there.

    Yields
    ------
    write
        Writes one layer, replacing the one of that name; tells a function the number of rows written so far.

    Raises
    ------
    LayerError
        When the file cannot be written, or somebody else is writing.
    """
    with draft_of(path) as draft, _fixed_date():
        yield partial(_write, draft, str(path))


def _write(draft: Path, shown: str, layer: NewLayer, progress: Callable[[int], None]) -> None:
    """Write one layer into the draft of a store.

    Parameters
    ----------
    draft, shown
        The draft, and the store as the user knows it.
    layer
        What to write.
    progress
        Told the number of rows written so far.

    Raises
    ------
    LayerError
        When a name or a row cannot be kept, or the file cannot be written.
    """
    name, source = layer.name, f"{shown}: {layer.name}"
    try:
        present = _layer_names(draft) if draft.exists() else []
        require_layer_name(name, present, source=shown)
        kept = _styles_of(draft, name) if name in present else []
        _write_parts(draft, name, layer.frame, source=source, progress=progress)
        info = pyogrio.read_info(draft, layer=name)
        _write_records(draft, layer.record(), info, kept)
    except (pyogrio.errors.DataSourceError, RuntimeError, sqlite3.Error, UnicodeError) as error:
        raise LayerError(source, [f"cannot be written: {error}; check the file and the free space"]) from error


def read(path: Path, name: str, *, bounds: tuple[float, float, float, float] | None = None) -> GeoDataFrame:
    """One layer, with whole numbers and truth values that may be missing.

    Parameters
    ----------
    path
        The file.
    name
        Name of the layer.
    bounds
        Smallest x and y, largest x and y: only rows that meet this box.

    Returns
    -------
    frame
        Rows in the order in which they were written; the geometry is called ``geometry``.

    Raises
    ------
    LayerError
        When the file cannot be read or has no such layer.
    """
    with _reading(path):
        names = _layer_names(path)
        if name not in names:
            hint = did_you_mean(name, names)
            raise LayerError(str(path), [f'no layer "{name}"{hint or "; import it first"} (layers: {listed(names)})'])
        types = _column_types(path, name)
        frame: GeoDataFrame = pyogrio.read_dataframe(path, layer=name, bbox=bounds)
    gaps = {"int64": "Int64", "int32": "Int64", "int16": "Int64", "bool": "boolean"}
    lost = {
        column: gaps[was]
        for column, was in types.items()
        if was in gaps and pd.api.types.is_float_dtype(frame[column].dtype)
    }
    return frame.astype(lost)


def layers(path: Path) -> tuple[StoredLayer, ...]:
    """All layers of the file, sorted by name, those that somebody else added included.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    layers
        One per layer with geometry.

    Raises
    ------
    LayerError
        When the file cannot be read.
    """
    with _reading(path):
        records = _records(path)
        return tuple(
            _stored(name, pyogrio.read_info(path, layer=name, force_total_bounds=True), records.get(name, {}))
            for name in sorted(_layer_names(path))
        )


def _stored(name: str, info: Mapping[str, Any], record: Mapping[str, Any]) -> StoredLayer:
    edges = info["total_bounds"] if info["features"] else None
    return StoredLayer(
        name,
        rows=int(info["features"]),
        geometry_type=str(info["geometry_type"]),
        crs=str(info["crs"] or ""),
        bounds=None if edges is None else (float(edges[0]), float(edges[1]), float(edges[2]), float(edges[3])),
        **record,
    )


def _write_parts(
    draft: Path,
    name: str,
    parts: GeoDataFrame | Iterable[GeoDataFrame],
    *,
    source: str,
    progress: Callable[[int], None],
) -> None:
    """Collect the parts in a file of their own, then copy it: an index of positions grows slowly, but is made fast."""
    collected = draft.with_name(f"{draft.name}.parts{SUFFIX}")
    written = 0
    for rows, kind in prepared(parts, source=source):
        columns = [column for column in rows.columns if column != rows.active_geometry_name]
        own = {"FID": free_name("fid", columns), "GEOMETRY_NAME": free_name("geom", columns)}
        new = {"layer_options": {**own, "SPATIAL_INDEX": "NO"}, "geometry_type": kind, "promote_to_multi": False}
        how = {"append": True} if written else new
        pyogrio.write_dataframe(rows, collected, layer=name, driver="GPKG", **how)
        written += len(rows)
        progress(written)
    with pyogrio.open_arrow(collected, layer=name) as (about, stream):
        pyogrio.write_arrow(
            stream,
            draft,
            layer=name,
            driver="GPKG",
            geometry_name=about["geometry_name"],
            geometry_type=kind,
            crs=about["crs"],
            layer_options=own,
        )
    collected.unlink()


def _write_records(draft: Path, row: tuple[str, ...], info: Mapping[str, Any], kept: list[tuple[Any, ...]]) -> None:
    """Note where the layer comes from, and the style it had, or else the default one."""
    name, kind = row[:2]
    geometry = info["geometry_name"]
    usable = [(geometry, *style) for geometry_type, *style in kept if geometry_type == info["geometry_type"]]
    qml = default_style(kind, str(info["geometry_type"]))
    styles = usable or ([(geometry, name[:30], qml, "", 1, "", "", "", _DATE)] if qml else [])
    with closing(sqlite3.connect(draft)) as database, database:
        for table, creation in _TABLES.items():
            _create(database, table, creation)
        marks = ", ".join("?" * len(COLUMNS))
        database.execute(f"INSERT OR REPLACE INTO siting_layers VALUES ({marks})", row)
        database.execute("DELETE FROM layer_styles WHERE f_table_name = ?", (name,))
        # QGIS asks for an empty text as schema, not for a missing one.
        database.executemany(
            "INSERT INTO layer_styles VALUES (NULL, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(name, *style) for style in styles],
        )


def _create(database: sqlite3.Connection, table: str, creation: str) -> None:
    """Make a table without geometry that GDAL and QGIS know of, unless it is there."""
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
        return
    database.execute(creation)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, 'attributes', ?, ?)",
        (table, table, _DATE),
    )


def _styles_of(path: Path, name: str) -> list[tuple[Any, ...]]:
    """Styles of a layer, which somebody may have changed in QGIS, each with the geometry type it is for."""
    geometry_type = str(pyogrio.read_info(path, layer=name)["geometry_type"])
    query = """SELECT styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time
               FROM layer_styles WHERE f_table_name = ? ORDER BY id"""
    return [(geometry_type, *style) for style in _select(path, "layer_styles", query, (name,))]


def _records(path: Path) -> dict[str, dict[str, Any]]:
    rows = _select(path, RECORDS, f"SELECT {', '.join(COLUMNS)} FROM siting_layers", ())
    return {row[0]: from_row(row) for row in rows}


def _select(path: Path, table: str, query: str, values: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Rows of a query, none when the table is not there."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        known = database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        return list(database.execute(query, values)) if known else []


def _layer_names(path: Path) -> list[str]:
    """Names of the layers with geometry."""
    found = ((str(name), kind) for name, kind in pyogrio.list_layers(path))
    return [name for name, kind in found if kind is not None and name not in OWN]


def _column_types(path: Path, name: str) -> dict[str, str]:
    info = pyogrio.read_info(path, layer=name)
    return dict(zip(map(str, info["fields"]), map(str, info["dtypes"]), strict=True))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    if not path.is_file():
        raise LayerError(str(path), ["there is no such store; import a layer into it first, or check the path"])
    try:
        yield
    except (pyogrio.errors.DataSourceError, sqlite3.Error, RuntimeError) as error:
        raise LayerError(str(path), [f"cannot be read: {error}; import its layers again"]) from error


@contextmanager
def _fixed_date() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option(_OPTION)
    pyogrio.set_gdal_config_options({_OPTION: _DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_OPTION: before})
