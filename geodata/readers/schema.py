"""Column types as the file declares them, where tables in memory lose them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

LARGEST_EXACT = 2**53
"""A float holds every whole number up to this one."""


def restored(frame: pd.DataFrame, declared: Mapping[str, str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns in the types that the file declares.

    Whole numbers with blanks become ``Int64`` again, truth values ``boolean``, and lists or objects their JSON text.

    Parameters
    ----------
    frame
        The columns as read.
    declared
        Column = numpy-like name of its type in the file.

    Returns
    -------
    frame, casts
        The table, and one sentence per column that changed.
    """
    columns: dict[str, Any] = {}
    casts = []
    for name in frame.columns:
        column, word = frame[name], declared.get(str(name), "")
        if column.dtype.kind == "f" and word.startswith(("int", "uint")) and _whole(column):
            columns[name] = column.astype("Int64")
            casts.append(f'column "{name}": whole numbers with blanks')
        elif word == "bool" and column.dtype.kind != "b":
            columns[name] = column.astype("boolean")
            casts.append(f'column "{name}": true or false with blanks')
        elif column.dtype == object and column.map(_is_nested).any():
            columns[name] = column.map(_json_text).astype(object)
            casts.append(f'column "{name}": lists or objects, kept as JSON text')
        else:
            columns[name] = column
    return pd.DataFrame(columns, index=frame.index), tuple(casts)


def _whole(column: pd.Series) -> bool:
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    known = numbers[~np.isnan(numbers)]
    return bool((np.abs(known) <= LARGEST_EXACT).all() and (known == np.trunc(known)).all())


def inexact(frame: pd.DataFrame, declared: Mapping[str, str]) -> list[str]:
    """Columns of whole numbers that lost digits because blanks made them floats.

    Parameters
    ----------
    frame
        The columns as read.
    declared
        Column = numpy-like name of its type in the file.
    """
    return [
        str(name)
        for name in frame.columns
        if frame[name].dtype.kind == "f"
        and declared.get(str(name), "").startswith(("int", "uint"))
        and (frame[name].abs() > LARGEST_EXACT).any()
    ]


def _is_nested(cell: object) -> bool:
    return isinstance(cell, dict | list | tuple | np.ndarray)


def _json_text(cell: object) -> object:
    if not _is_nested(cell):
        return cell
    return json.dumps(cell.tolist() if isinstance(cell, np.ndarray) else cell, ensure_ascii=False, default=str)


def typed(name: str, cells: Sequence[object]) -> tuple["pd.Series[Any]", str | None]:
    """A column of loose cells in the one type that holds them all without loss.

    Parameters
    ----------
    name
        Name of the column, for the sentence.
    cells
        Numbers, texts, truth values, dates, lists or objects; None where blank.

    Returns
    -------
    column, cast
        The column, and a sentence when its cells had to become text.
    """
    kinds = {_kind(cell) for cell in cells if cell is not None}
    blank = any(cell is None for cell in cells)
    if kinds == {"whole"}:
        return pd.Series(cells, dtype="Int64" if blank else "int64"), None
    if kinds and kinds <= {"whole", "number"}:
        return pd.Series(cells, dtype=float), None
    if kinds == {"truth"}:
        return pd.Series(cells, dtype="boolean" if blank else bool), None
    if kinds <= {"text"}:
        return pd.Series(cells, dtype=object), None
    texts = [None if cell is None else _plain_text(cell) for cell in cells]
    return pd.Series(texts, dtype=object), f'column "{name}": {" and ".join(sorted(kinds))} cells, kept as text'


def _kind(cell: object) -> str:
    if isinstance(cell, bool):
        return "truth"
    if isinstance(cell, int):
        return "whole" if abs(cell) <= LARGEST_EXACT else "long number"
    if isinstance(cell, float):
        return "number"
    if isinstance(cell, str):
        return "text"
    return "nested" if _is_nested(cell) else "date or other"


def _plain_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= LARGEST_EXACT:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(_json_text(cell))
