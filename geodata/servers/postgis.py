"""A PostGIS database: how to reach it, and which tables with geometries it has.

Names go into a statement only as quoted identifiers, values only as bound parameters. This needs the extra
``siting[postgis]``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from geodata.errors import LayerError, did_you_mean, listed
from geodata.servers.credentials import database_address, redacted, without_secrets

if TYPE_CHECKING:
    from psycopg import Connection

    Database = Connection[Any]

PATIENCE_S = 30
"""Seconds to wait for a database."""

GEOMETRY = frozenset({"geometry", "geography"})

_TABLES = """
SELECT n.nspname AS schema, c.relname AS name, c.reltuples::bigint AS rows,
       array_agg(a.attname::text ORDER BY a.attnum) AS columns, array_agg(t.typname::text ORDER BY a.attnum) AS types,
       (SELECT min(k.attname::text) FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0]
        WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1) AS key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
      AND c.relname NOT IN ('geometry_columns', 'geography_columns', 'spatial_ref_sys')
GROUP BY c.oid, n.nspname, c.relname, c.reltuples ORDER BY n.nspname, c.relname"""


@dataclass(frozen=True)
class Table:
    """A table or view of the database.

    Parameters
    ----------
    schema, name
        Where it is.
    rows
        Estimated number of rows; None when the database has not counted.
    columns
        Column = its type in the database, in order.
    key
        The one column of the primary key.
    """

    schema: str
    name: str
    rows: int | None
    columns: dict[str, str]
    key: str | None

    @property
    def geometries(self) -> list[str]:
        """Columns that hold geometries."""
        return [name for name, kind in self.columns.items() if kind in GEOMETRY]

    @property
    def title(self) -> str:
        """Schema and name, as the user writes them."""
        return f"{self.schema}.{self.name}"


@contextmanager
def connected(setting: str, *, writing: bool = False) -> "Iterator[Database]":
    """A connection with one transaction around the block; READ ONLY unless it is for writing.

    Parameters
    ----------
    setting
        ``postgis://NAME`` of an environment variable.
    writing
        Whether the block changes something.

    Yields
    ------
    connection
        Committed when the block ends well, rolled back when it does not.

    Raises
    ------
    LayerError
        When the variable is not set, psycopg is not installed, or the database refuses; without any password.
    """
    address, source = database_address(setting), redacted(setting)
    try:
        import psycopg
    except ImportError as error:
        raise LayerError(source, ['databases need psycopg; install "siting[postgis]"']) from error
    try:
        with psycopg.connect(address, client_encoding="UTF8", connect_timeout=PATIENCE_S) as connection:
            connection.read_only = not writing
            yield connection
    except (psycopg.Error, UnicodeError) as error:
        said = without_secrets(str(error), address)
        # The original error could show the address.
        raise LayerError(source, [f"the database refused: {said}"]) from None


def tables(connection: "Database") -> tuple[Table, ...]:
    """Tables and views, sorted by schema and name.

    Parameters
    ----------
    connection
        The database.

    Returns
    -------
    tables
        Those with a geometry and those without.
    """
    return tuple(
        Table(schema, name, None if rows < 0 else rows, dict(zip(columns, types, strict=True)), key)
        for schema, name, rows, columns, types, key in connection.execute(_TABLES)
    )


def table_called(connection: "Database", name: str, *, source: str) -> Table:
    """The table or view that a name means.

    Parameters
    ----------
    connection
        The database.
    name
        ``schema.table``, or ``table``, which is looked for along the search path first, and then everywhere.
    source
        The database, as the user knows it.

    Returns
    -------
    table
        The one table.

    Raises
    ------
    LayerError
        When there is none, or more than one.
    """
    known = tables(connection)
    (path,) = connection.execute("SELECT current_schemas(false)::text[]").fetchone() or ([],)
    near = [table for schema in path for table in known if (table.schema, table.name) == (schema, name)][:1]
    found = [table for table in known if table.title == name] or near or [t for t in known if t.name == name]
    if len(found) == 1:
        return found[0]
    spatial = [table.title for table in known if table.geometries]
    if found:
        titles = listed(table.title for table in found)
        raise LayerError(source, [f'"{name}" is the name of several tables; give one of: {titles}'])
    raise LayerError(source, [f'no table "{name}"{did_you_mean(name, spatial)} (with geometry: {listed(spatial)})'])


def declared_geometry(connection: "Database", table: Table, *, source: str) -> tuple[str, CRS | None]:
    """What the database says of the first column of geometries of a table.

    Parameters
    ----------
    connection
        The database.
    table
        A table or view with geometries.
    source
        The table, as the user knows it.

    Returns
    -------
    geometry_type, crs
        Such as ``MultiPolygon``, ``Geometry`` where any is allowed; and the system, None when nobody said.

    Raises
    ------
    LayerError
        When the system is not known.
    """
    query = """
        SELECT postgis_typmod_type(a.atttypmod), postgis_typmod_srid(a.atttypmod)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = %s AND c.relname = %s AND a.attname = %s"""
    found = connection.execute(query, (table.schema, table.name, table.geometries[0])).fetchone()
    kind, srid = found or ("Geometry", 0)
    return str(kind), crs_of(connection, frozenset({int(srid)}), source=source)


def crs_of(connection: "Database", srids: frozenset[int], *, source: str) -> CRS | None:
    """The one system that geometries are in.

    Parameters
    ----------
    connection
        The database.
    srids
        Numbers that the geometries name; 0 where nobody said.
    source
        The table, as the user knows it.

    Returns
    -------
    crs
        The system; None when nobody said.

    Raises
    ------
    LayerError
        When the geometries name several systems, or one that is not known.
    """
    if len(srids) > 1:
        numbers = listed(sorted(srids))
        raise LayerError(source, [f"the geometries are in several systems (SRID {numbers}); make a view for each"])
    if srids <= {0}:
        return None
    (srid,) = srids
    query = "SELECT auth_name || ':' || auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s"
    for text in connection.execute(query, (srid,)).fetchone() or ():
        try:
            return CRS.from_user_input(text)
        except ProjError:
            continue
    raise LayerError(source, [f"SRID {srid} is not known; correct it with UpdateGeometrySRID in the database"])
