"""PostGIS tables and views, and queries from a file that the user names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata.errors import LayerError, listed
from geodata.readers.raw import LayerSummary, RawLayer
from geodata.readers.reader import Reader, Reading, Source
from geodata.servers.credentials import DATABASE, SCHEMES
from geodata.servers.postgis import Table, connected, crs_of, declared_geometry, table_called, tables
from geodata.servers.postgis_rows import Batch, batches_of

if TYPE_CHECKING:
    from geodata.servers.postgis import Database

NAME = "PostGIS"

QUERY_FILE = "@"
"""What a layer begins with that is no table but a query; the path of its file follows."""


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """Tables and views with a geometry; what counts rows is the database's own estimate."""
    with connected(source.location) as connection:
        spatial = [table for table in tables(connection) if table.geometries]
        return tuple(_summary(connection, table, source) for table in spatial)


def read(source: Source, reading: Reading) -> RawLayer:
    """One table, view or query, whole, in the order of its primary key."""
    return _joined(list(pieces(source, reading, None)))


def pieces(source: Source, reading: Reading, size: int | None) -> Iterator[RawLayer]:
    """The same in pieces of so many rows."""
    with connected(source.location) as connection:
        query, title = _query(connection, reading.layer, source=source.name)
        before = 0
        for batch in batches_of(connection, query, source=source.name, size=size):
            yield _raw(connection, batch, title, before=before, source=source.name)
            before += len(batch.frame)


POSTGIS = Reader(
    NAME,
    layers,
    read,
    schemes=tuple(scheme.removesuffix("://") for scheme in (DATABASE, *SCHEMES)),
    pieces=pieces,
)


def _summary(connection: "Database", table: Table, source: Source) -> LayerSummary:
    kind, crs = declared_geometry(connection, table, source=source.name)
    return LayerSummary(
        name=table.title,
        rows=table.rows,
        geometry_type=kind,
        fields={name: kind for name, kind in table.columns.items() if name not in table.geometries},
        crs=crs,
        encoding="UTF-8",
        encoding_reason="that of the connection",
        remarks=("the number of rows is an estimate of the database",),
    )


def _query(connection: "Database", layer: str | None, *, source: str) -> tuple[Any, str]:
    """The statement to run, and what to call its rows."""
    from psycopg import sql

    if layer is not None and layer.startswith(QUERY_FILE):
        return _query_of(Path(layer.removeprefix(QUERY_FILE)), source=source), layer
    table = table_called(connection, layer, source=source) if layer is not None else _only_table(connection, source)
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    query = sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(table.schema, table.name))
    if table.key:
        query += sql.SQL(" ORDER BY {}").format(sql.Identifier(table.key))
    return query, table.title


def _query_of(path: Path, *, source: str) -> bytes:
    try:
        return path.read_text(encoding="utf-8-sig").encode()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LayerError(source, [f"the query in {path} cannot be read: {reason}; give a text file"]) from error


def _only_table(connection: "Database", source: str) -> Table:
    spatial = [table for table in tables(connection) if table.geometries]
    if len(spatial) != 1:
        titles = listed(table.title for table in spatial)
        raise LayerError(source, [f"{len(spatial)} tables with geometry; set layer to one of: {titles}"])
    return spatial[0]


def _raw(connection: "Database", batch: Batch, title: str, *, before: int, source: str) -> RawLayer:
    crs = crs_of(connection, batch.srids, source=source)
    remarks = ("the table names no system (SRID 0)",) if batch.srids == {0} else ()
    return RawLayer(
        frame=batch.frame,
        geometry=batch.geometry,
        row=np.arange(before + 1, before + 1 + len(batch.frame), dtype=np.int64),
        driver=NAME,
        layer=title,
        encoding="UTF-8",
        encoding_reason="that of the connection",
        crs=crs,
        remarks=remarks,
    )


def _joined(parts: Sequence[RawLayer]) -> RawLayer:
    """Pieces as one layer."""
    systems = {part.crs for part in parts if part.geometry is not None and not pd.isna(part.geometry).all()}
    if len(systems) > 1:
        names = listed(sorted("none" if crs is None else crs.to_string() for crs in systems))
        raise LayerError(
            str(parts[0].layer), [f"the geometries are in several systems ({names}); make a view for each"]
        )
    shapes = [part.geometry for part in parts if part.geometry is not None]
    return replace(
        parts[0],
        frame=pd.concat([part.frame for part in parts], ignore_index=True),
        geometry=np.concatenate(shapes) if shapes else None,
        row=np.concatenate([part.row for part in parts]),
        crs=next(iter(systems), None),
        remarks=tuple(dict.fromkeys(remark for part in parts for remark in part.remarks)),
    )
