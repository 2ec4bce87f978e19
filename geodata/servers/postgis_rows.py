"""Rows of a PostGIS database, a few at a time, by a cursor that takes one statement and no second."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import LayerError, listed
from geodata.servers.postgis import GEOMETRY

if TYPE_CHECKING:
    from psycopg.sql import Composed

    from geodata.servers.postgis import Database

BATCH = 50_000
"""Rows fetched at a time."""

#: Type of a column in the database = type here; all others are text here, as the database writes them.
TYPES = {
    "bool": "boolean",
    "int2": "Int64",
    "int4": "Int64",
    "int8": "Int64",
    "float4": "float64",
    "float8": "float64",
    "timestamp": "datetime64[us]",
    "timestamptz": "datetime64[us, UTC]",
}


@dataclass(frozen=True)
class Batch:
    """Some rows of a query.

    Parameters
    ----------
    frame
        All columns but that of the geometries.
    geometry
        One geometry per row, None where there is none; None without such a column.
    srids
        Numbers of the systems that these geometries name; 0 where one names none.
    """

    frame: pd.DataFrame
    geometry: npt.NDArray[np.object_] | None
    srids: frozenset[int]


def batches_of(
    connection: "Database",
    query: "Composed | bytes",
    values: Sequence[float] = (),
    *,
    source: str,
    size: int | None = None,
) -> Iterator[Batch]:
    """The rows of a query.

    Parameters
    ----------
    connection
        The database.
    query
        One statement that yields rows, with at most one column of geometries.
    values
        Values of its parameters.
    source
        The table, as the user knows it.
    size
        Most rows of a batch; as many as are quick to fetch when it is not given.

    Yields
    ------
    batch
        The next rows; at least one batch, which may be empty.

    Raises
    ------
    LayerError
        When two columns have the same name, or several hold geometries.
    """
    # A cursor of the server sends its statement in the extended protocol, which takes one statement and no second.
    with connection.cursor(name="rows") as cursor:
        cursor.execute(query, values or None)
        names = [column.name for column in cursor.description or ()]
        oids = [column.type_code for column in cursor.description or ()]
        kinds = _type_names(connection, oids)
        _require_one_geometry(names, kinds, source=source)
        rows = cursor.fetchmany(size or BATCH)
        while True:
            yield _batch(names, kinds, rows)
            rows = cursor.fetchmany(size or BATCH)
            if not rows:
                return


def _type_names(connection: "Database", oids: Sequence[int]) -> list[str]:
    found = dict(connection.execute("SELECT oid::bigint, typname FROM pg_type WHERE oid = ANY (%s)", (list(oids),)))
    return [str(found.get(oid, "")) for oid in oids]


def _require_one_geometry(names: Sequence[str], kinds: Sequence[str], *, source: str) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise LayerError(source, [f"more than one column called {listed(map(repr, repeated))}; name them with AS"])
    shapes = [name for name, kind in zip(names, kinds, strict=True) if kind in GEOMETRY]
    if len(shapes) > 1:
        raise LayerError(source, [f"several columns hold geometries ({listed(shapes)}); make a view with one of them"])


def _batch(names: Sequence[str], kinds: Sequence[str], rows: Sequence[Sequence[Any]]) -> Batch:
    """Rows as a table, the geometries apart; psycopg gives these as hexadecimal well-known binary."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    table: dict[str, pd.Series] = {}
    shapes: npt.NDArray[np.object_] | None = None
    for name, kind, cells in zip(names, kinds, columns, strict=True):
        if kind in GEOMETRY:
            shapes = shapely.from_wkb(np.array(cells, dtype=object), on_invalid="ignore")
        elif kind in TYPES:
            table[name] = pd.Series(cells, dtype=TYPES[kind])
        else:
            table[name] = pd.Series([_as_text(cell) for cell in cells], dtype="str")
    srids = frozenset() if shapes is None else frozenset(map(int, np.unique(shapely.get_srid(shapes)))) - {-1}
    flat = None if shapes is None else shapely.set_srid(shapes, 0)
    return Batch(pd.DataFrame(table, index=range(len(rows))), flat, srids)


def _as_text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.hex() if isinstance(cell, bytes) else str(cell)
