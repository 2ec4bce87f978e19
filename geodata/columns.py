"""Columns of a layer as numbers, as text and as ids, with every bad cell named."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import LayerError, did_you_mean, listed


def number_column(
    frame: pd.DataFrame, column: str, *, source: str, minimum: float | None = None
) -> npt.NDArray[np.float64]:
    """A column as finite numbers.

    Parameters
    ----------
    frame
        The layer; a cell may hold a number or its text.
    column
        Name of the column.
    source
        The layer, as the user knows it.
    minimum
        Smallest allowed number, itself included.

    Returns
    -------
    numbers
        One per row, in the unit of the column.

    Raises
    ------
    LayerError
        When there is no such column, or cells are blank, not finite numbers, or below the minimum; with the rows,
        counted from 1, and what stands there.
    """
    cells = _cells(frame, column, source=source)
    numbers = pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce").to_numpy(dtype=float)
    blank = np.array([_is_blank(cell) for cell in cells], dtype=bool)
    wrong = ~np.isfinite(numbers) & ~blank
    faults = []
    if blank.any():
        faults.append(f'column "{column}": blank in rows {listed(np.flatnonzero(blank) + 1)}; fill in a number')
    if wrong.any():
        faults.append(f'column "{column}": not a number in rows {_with_cells(wrong, cells)}; write it like 1234.5')
    if minimum is not None and (numbers < minimum).any():
        low = _with_cells(numbers < minimum, cells)
        faults.append(f'column "{column}": below {minimum:g} in rows {low}; give at least {minimum:g}')
    if faults:
        raise LayerError(source, faults)
    return numbers


def text_column(frame: pd.DataFrame, column: str, *, source: str, allow_blank: bool = False) -> npt.NDArray[np.object_]:
    """A column as text, exactly as it stands.

    A whole number becomes its digits (7.0, as readers return an integer column with gaps, becomes ``"7"``).

    Parameters
    ----------
    frame
        The layer.
    column
        Name of the column.
    source
        The layer, as the user knows it.
    allow_blank
        Whether a blank or missing cell is good; a missing one becomes an empty text.

    Returns
    -------
    texts
        One ``str`` per row.

    Raises
    ------
    LayerError
        When there is no such column, or cells are blank; with the rows, counted from 1.
    """
    texts = np.array([_as_text(cell) for cell in _cells(frame, column, source=source)], dtype=object)
    blank = np.array([not text.strip() for text in texts], dtype=bool)
    if blank.any() and not allow_blank:
        rows = listed(np.flatnonzero(blank) + 1)
        raise LayerError(source, [f'column "{column}": blank in rows {rows}; fill in a text'])
    return texts


def unique_ids(frame: pd.DataFrame, column: str | None, *, source: str, prefix: str) -> npt.NDArray[np.object_]:
    """Ids of the rows.

    Parameters
    ----------
    frame
        The layer.
    column
        Column that holds the ids; without one the rows are numbered in the order of the file.
    source
        The layer, as the user knows it.
    prefix
        Text before the row number, when the rows are numbered.

    Returns
    -------
    ids
        One ``str`` per row, no two equal, nor different by blanks around them only.

    Raises
    ------
    LayerError
        When there is no such column, or ids are blank or repeated; with the rows, counted from 1.
    """
    if column is None:
        width = max(4, len(str(len(frame))))
        return np.array([f"{prefix}{row:0{width}d}" for row in range(1, len(frame) + 1)], dtype=object)
    ids = text_column(frame, column, source=source)
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(ids, start=1):
        rows_of.setdefault(name.strip(), []).append(row)
    repeated = [f"{name!r} (rows {listed(rows)})" for name, rows in rows_of.items() if len(rows) > 1]
    if repeated:
        fault = f'column "{column}": the same id more than once: {listed(repeated)}; make them unique'
        raise LayerError(source, [fault])
    return ids


def _cells(frame: pd.DataFrame, column: str, *, source: str) -> list[Any]:
    known = [str(name) for name in frame.columns]
    if column not in known:
        hint = did_you_mean(column, known) or f"; the columns are {listed(known)}"
        raise LayerError(source, [f'no column "{column}"{hint}'])
    return list(frame[column])


def _is_blank(cell: object) -> bool:
    return not _as_text(cell).strip()


def _as_text(cell: object) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def _with_cells(rows: npt.NDArray[np.bool_], cells: Sequence[object]) -> str:
    return listed(f"{row} ({str(cell)!r})" for row, cell in enumerate(cells, start=1) if rows[row - 1])
