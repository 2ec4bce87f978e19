"""The store in a PostGIS database: the same layers and records, as tables of the schema that the address names."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely
from geopandas import GeoDataFrame
from psycopg import sql

from geodata.errors import LayerError, did_you_mean, listed
from geodata.servers.credentials import redacted
from geodata.servers.postgis import Table, connected, declared_geometry, tables
from geodata.servers.postgis_rows import batches_of
from geodata.store.cells import sort_of
from geodata.store.geometry_types import UNKNOWN
from geodata.store.names import OWN, free_name, require_layer_name
from geodata.store.records import COLUMNS, NewLayer, StoredLayer, from_row
from geodata.store.rows import prepared

if TYPE_CHECKING:
    from geodata.servers.postgis import Database

RECORDS: Final = "siting_layers"

LONGEST_NAME: Final = 63
"""Bytes; PostgreSQL would cut longer names, and what hangs on a table is called after it."""

#: Sort of values = type of a column.
_TYPES: Final = {
    "truth": "boolean",
    "whole": "bigint",
    "real": "double precision",
    "time": "timestamp",
    "text": "text",
}

_DRAFT: Final = "siting_draft"

#: Number of the lock that a writer holds until its transaction ends.
_LOCK: Final = 7_483_164_211


@contextmanager
def writing(setting: str) -> Iterator[Callable[[NewLayer, Callable[[int], None]], None]]:
    """Write layers in one transaction; see `geodata.store.geopackage.writing`."""
    with connected(setting, writing=True) as connection:
        (free,) = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,)).fetchone() or (False,)
        if not free:
            raise LayerError(redacted(setting), ["somebody else is writing to it; try again when they are done"])
        yield partial(_write, connection, redacted(setting))


def _write(connection: "Database", shown: str, layer: NewLayer, progress: Callable[[int], None]) -> None:
    """Write one layer, replacing the one of that name; see `geodata.store.geopackage`."""
    name, source = layer.name, f"{shown}: {layer.name}"
    require_layer_name(name, (table.name for table in _own_tables(connection)), source=shown)
    _require_fits([name], source=source)
    _require_ours(connection, name, source=source)
    _write_parts(connection, layer.frame, source=source, progress=progress)
    table, draft = sql.Identifier(name), sql.Identifier(_DRAFT)
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    connection.execute(sql.SQL("ALTER TABLE {} RENAME TO {}").format(draft, table))
    _write_record(connection, layer.record())


def read(setting: str, name: str, *, bounds: tuple[float, float, float, float] | None = None) -> GeoDataFrame:
    """One layer in the order in which it was written; see `geodata.store.geopackage.read`."""
    source = f"{redacted(setting)}: {name}"
    with connected(setting) as connection:
        known = {table.name: table for table in _own_tables(connection)}
        if name not in known:
            hint = did_you_mean(name, known) or "; import it first"
            raise LayerError(redacted(setting), [f'no layer "{name}"{hint} (layers: {listed(known)})'])
        table = known[name]
        names = [column for column in table.columns if column != table.key]
        geometry = table.geometries[0]
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table.schema, table.name)
        )
        if bounds is not None:
            shape = sql.Identifier(geometry)
            box = sql.SQL(" WHERE {} && ST_SetSRID(ST_MakeEnvelope(%s, %s, %s, %s), Find_SRID({}, {}, {}))")
            query += box.format(shape, sql.Literal(table.schema), sql.Literal(table.name), sql.Literal(geometry))
        if table.key:
            query += sql.SQL(" ORDER BY {}").format(sql.Identifier(table.key))
        found = list(batches_of(connection, query, bounds or (), source=source))
        _, crs = declared_geometry(connection, table, source=source)
    frame = pd.concat([batch.frame for batch in found], ignore_index=True)
    shapes = [shape for batch in found for shape in (() if batch.geometry is None else batch.geometry)]
    return GeoDataFrame(frame, geometry=shapes, crs=crs)


def layers(setting: str) -> tuple[StoredLayer, ...]:
    """All layers of the schema, sorted by name; see `geodata.store.geopackage.layers`."""
    source = redacted(setting)
    with connected(setting) as connection:
        records = _records(connection)
        return tuple(
            _stored(connection, table, records.get(table.name, {}), source=source) for table in _own_tables(connection)
        )


def _records(connection: "Database") -> dict[str, dict[str, Any]]:
    """Name of a layer = its record."""
    if all(table.name != RECORDS for table in _tables_here(connection)):
        return {}
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    rows = connection.execute(sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(RECORDS)))
    return {row[0]: from_row(row) for row in rows}


def _require_ours(connection: "Database", name: str, *, source: str) -> None:
    """Refuse to replace a table that was not written here: a database serves others too."""
    there = {table.name for table in _tables_here(connection)}
    if name in there and name not in _records(connection):
        raise LayerError(source, ["a table of this name is there that is no layer of this store; choose another name"])


def _stored(connection: "Database", table: Table, record: dict[str, Any], *, source: str) -> StoredLayer:
    name, geometry = sql.Identifier(table.schema, table.name), sql.Identifier(table.geometries[0])
    edges = "SELECT count(*), min(ST_XMin({0})), min(ST_YMin({0})), max(ST_XMax({0})), max(ST_YMax({0})) FROM {1}"
    rows, *bounds = connection.execute(sql.SQL(edges).format(geometry, name)).fetchone() or (0,)
    kind, crs = declared_geometry(connection, table, source=source)
    return StoredLayer(
        table.name,
        rows=int(rows),
        geometry_type={"Geometry": UNKNOWN}.get(kind, kind),
        crs="" if crs is None else crs.to_string(),
        bounds=None if None in bounds or len(bounds) != len("xyxy") else (bounds[0], bounds[1], bounds[2], bounds[3]),
        **record,
    )


def _write_parts(
    connection: "Database",
    parts: GeoDataFrame | Iterable[GeoDataFrame],
    *,
    source: str,
    progress: Callable[[int], None],
) -> None:
    """Write all parts into a table that nobody else sees yet."""
    written = 0
    for rows, kind in prepared(parts, source=source):
        if not written:
            _create(connection, rows, kind, source=source)
        _copy(connection, rows)
        written += len(rows)
        progress(written)
    index = sql.SQL("CREATE INDEX ON {} USING gist ({})")
    connection.execute(index.format(sql.Identifier(_DRAFT), sql.Identifier(_geometry_name(rows))))


def _create(connection: "Database", frame: GeoDataFrame, geometry_type: str, *, source: str) -> None:
    """Make the table of a layer, with a number per row as its key."""
    columns = _columns(frame)
    _require_fits(columns, source=source)
    kind = "geometry" if geometry_type == UNKNOWN else geometry_type
    code = frame.crs.to_epsg()
    if code is None:
        fault = f"{frame.crs.to_string()} has no EPSG code, which a database needs; convert to one that has"
        raise LayerError(source, [fault])
    definitions = [
        sql.SQL("{} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY").format(
            sql.Identifier(free_name("fid", [*columns, _geometry_name(frame)]))
        ),
        *(sql.SQL("{} {}").format(sql.Identifier(name), _type(frame[name])) for name in columns),
        sql.SQL("{} geometry({}, {})").format(
            sql.Identifier(_geometry_name(frame)), sql.SQL(kind), sql.Literal(int(code))
        ),
    ]
    statement = sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(_DRAFT), sql.SQL(", ").join(definitions))
    connection.execute(statement)


def _copy(connection: "Database", frame: GeoDataFrame) -> None:
    """Append rows."""
    names = [*_columns(frame), _geometry_name(frame)]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(_DRAFT), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    shapes = shapely.set_srid(frame.geometry.to_numpy(), int(frame.crs.to_epsg()))
    blobs = shapely.to_wkb(shapes, hex=True, include_srid=True)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*(_cells(frame[name]) for name in names[:-1]), blobs, strict=True):
            copy.write_row(row)


def _cells(column: pd.Series) -> Iterator[object]:
    """Cells as Python's own values, None where there is none."""
    return iter(column.astype(object).where(column.notna(), None).tolist())


def _type(cells: pd.Series) -> "sql.SQL":
    return sql.SQL("timestamptz" if isinstance(cells.dtype, pd.DatetimeTZDtype) else _TYPES[sort_of(cells)])


def _write_record(connection: "Database", row: Sequence[str]) -> None:
    names = list(map(sql.Identifier, COLUMNS))
    columns = [sql.SQL("{} text").format(name) for name in names[1:]]
    creation = sql.SQL("CREATE TABLE IF NOT EXISTS {} ({} text PRIMARY KEY, {})")
    connection.execute(creation.format(sql.Identifier(RECORDS), names[0], sql.SQL(", ").join(columns)))
    connection.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(sql.Identifier(RECORDS), names[0]), row[:1])
    marks = sql.SQL(", ").join(sql.Placeholder() * len(row))
    connection.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(RECORDS), marks), row)


def _tables_here(connection: "Database") -> list[Table]:
    """Tables of the first schema of the search path, where new ones are made."""
    (schema,) = connection.execute("SELECT current_schema()").fetchone() or (None,)
    return [table for table in tables(connection) if table.schema == schema]


def _own_tables(connection: "Database") -> list[Table]:
    return [table for table in _tables_here(connection) if table.geometries and table.name not in OWN]


def _require_fits(names: Sequence[str], *, source: str) -> None:
    long = [name for name in names if len(name.encode()) > LONGEST_NAME]
    if long:
        fault = f"names of more than {LONGEST_NAME} bytes (21 Chinese characters): {listed(map(repr, long))}"
        raise LayerError(source, [f"{fault}; a database would cut them, so shorten them"])


def _columns(frame: GeoDataFrame) -> list[str]:
    return [str(name) for name in frame.columns if name != frame.active_geometry_name]


def _geometry_name(frame: GeoDataFrame) -> str:
    return free_name("geom", _columns(frame))
