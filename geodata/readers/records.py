"""JSON files that are lists of objects, as platforms export them: tables, whose positions are in columns."""

import json
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import LayerError, listed
from geodata.readers.raw import LayerSummary, RawLayer, Rejected
from geodata.readers.reader import Reading, Source
from geodata.readers.refusing import refusing
from geodata.readers.schema import typed

NAME = "JSON records"
DEEPEST = 3
"""Lists are looked for so many objects deep, as in {"data": {"list": [...]}}."""


def is_records(content: bytes) -> bool:
    """Whether a JSON file is a list of objects, or objects around one, and not GeoJSON.

    Parameters
    ----------
    content
        The bytes of the file.
    """
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start == b"[" or (start == b"{" and b'"features"' not in content and b'"coordinates"' not in content)


def layers(source: Source, text: str) -> tuple[LayerSummary, ...]:
    """The lists of a JSON file."""
    return tuple(
        LayerSummary(
            name, len(rows), None, {key: type(cell).__name__ for row in rows[:100] for key, cell in _items(row)}
        )
        for name, rows in _lists(source, text).items()
    )


def read(source: Source, reading: Reading, text: str) -> RawLayer:
    """One list of a JSON file as a table."""
    lists = _lists(source, text)
    name = reading.layer
    if name is None and len(lists) == 1:
        name = next(iter(lists))
    if name not in lists:
        raise LayerError(source.name, [f"{len(lists)} lists; set layer to one of: {listed(lists)}"])
    found = lists[name]
    whole = [row for row, item in enumerate(found) if isinstance(item, dict)]
    other = tuple(row + 1 for row, item in enumerate(found) if not isinstance(item, dict))
    columns: dict[str, Any] = {}
    casts = []
    for key in dict.fromkeys(key for row in whole for key in found[row]):
        columns[key], cast = typed(key, [found[row].get(key) for row in whole])
        casts += [cast] if cast else []
    numeric = [key for key, column in columns.items() if _numbers_as_text(column)]
    shown = f"columns of numbers written as text, which stay text: {listed(numeric)}"
    cells = tuple({"": str(found[row - 1])[:80]} for row in other[:20])
    return RawLayer(
        frame=pd.DataFrame(columns, index=range(len(whole))),
        geometry=None,
        row=np.array(whole, dtype=np.int64) + 1,
        driver=NAME,
        layer=name,
        rejected=(Rejected("not an object with named values", other, cells),) if other else (),
        remarks=("a list of objects, not GeoJSON: positions are taken from columns", *([shown] if numeric else [])),
        casts=tuple(casts),
    )


def _numbers_as_text(column: "pd.Series[Any]") -> bool:
    texts = column[column.notna() & (column != "")]
    return (
        len(texts) > 0
        and all(isinstance(cell, str) for cell in texts)
        and bool(pd.to_numeric(texts, errors="coerce").notna().all())
    )


def _items(row: object) -> list[tuple[str, object]]:
    return list(row.items()) if isinstance(row, dict) else []


def _lists(source: Source, text: str) -> dict[str, list[Any]]:
    """The lists of objects in the document, by the names that lead to them."""
    with refusing(source.name, hint="check the file, or save it again as GeoJSON"):
        document = json.loads(text.removeprefix("\ufeff"))
    found: dict[str, list[Any]] = {}
    _collect(document, (), found)
    if not found:
        raise LayerError(source.name, ["cannot be read: neither GeoJSON nor a list of objects; give one of them"])
    return found


def _collect(part: object, path: tuple[str, ...], found: dict[str, list[Any]]) -> None:
    if isinstance(part, list) and (not path or any(isinstance(item, dict) for item in part)):
        found["/".join(path) or "records"] = part
    elif isinstance(part, dict) and len(path) < DEEPEST:
        for key, value in part.items():
            _collect(value, (*path, str(key)), found)
