"""Cells that a database can keep as they are: texts, numbers, truth values and times."""

import numbers
from typing import Final

import numpy as np
import pandas as pd

from geodata.errors import listed

LARGEST_WHOLE = 2**63 - 1
LARGEST_EXACT = 2**53
"""Largest whole number up to which floating point numbers have no gaps."""

FAMILIES: Final = (
    ("text", str),
    ("truth", (bool, np.bool_)),
    ("whole", numbers.Integral),
    ("real", numbers.Real),
)


def sort_of(cells: pd.Series) -> str:
    """The sort of values in a column: ``truth``, ``whole``, ``real``, ``time`` or ``text``.

    Parameters
    ----------
    cells
        A column as `storable` makes it.

    Returns
    -------
    sort
        One of the five words.
    """
    types = pd.api.types
    tests = {
        "truth": types.is_bool_dtype,
        "whole": types.is_integer_dtype,
        "real": types.is_float_dtype,
        "time": types.is_datetime64_any_dtype,
    }
    return next((word for word, test in tests.items() if test(cells)), "text")


def storable_cells(cells: pd.Series) -> pd.Series:
    """A column in a type that a database knows: missing numbers stay missing, times are in UTC.

    Parameters
    ----------
    cells
        A column without faults.

    Returns
    -------
    cells
        The same values.
    """
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        times: pd.Series = cells.dt.tz_convert("UTC")
        return times
    if not pd.api.types.is_object_dtype(cells.dtype):
        return cells
    families = _families(cells)
    dtype = {"truth": "boolean", "whole": "Int64", "real": "float64"}.get(families.pop(), "object")
    if families:
        return cells
    return pd.Series([None if _is_missing(cell) else cell for cell in cells], cells.index, dtype, cells.name)


def cell_faults(cells: pd.Series) -> list[str]:
    """Cells of a column that a table of a database does not know.

    Parameters
    ----------
    cells
        A column.

    Returns
    -------
    faults
        One sentence per fault.
    """
    dtype = cells.dtype
    if isinstance(dtype, pd.StringDtype):
        return _text_faults(cells)
    if pd.api.types.is_object_dtype(dtype):
        families = _families(cells)
        if len(families) > 1 or "" in families:
            kinds = sorted({type(cell).__name__ for cell in cells if not _is_missing(cell)})
            return [f'column "{cells.name}" holds {listed(kinds)}; turn them all into text']
        return _text_faults(cells) if families == {"text"} else _integer_faults(cells, families == {"whole"})
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_float_dtype(dtype):
        return []
    if pd.api.types.is_integer_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype):
        return _integer_faults(cells, pd.api.types.is_integer_dtype(dtype))
    return [f'column "{cells.name}" holds {dtype}; turn it into text or numbers']


def _integer_faults(cells: pd.Series, whole: bool) -> list[str]:
    """Whole numbers that would lose digits: GDAL reads a column with gaps as floating point numbers."""
    present = cells.dropna()
    most = LARGEST_EXACT if len(present) < len(cells) else LARGEST_WHOLE
    if whole and len(present) and (int(present.max()) > most or int(present.min()) < -most):
        return [f'column "{cells.name}" holds numbers with so many digits that some would be lost; turn it into text']
    return []


def _text_faults(cells: pd.Series) -> list[str]:
    broken = cells.str.contains("\0", regex=False).fillna(False).to_numpy(dtype=bool)
    if not broken.any():
        return []
    rows = listed(np.flatnonzero(broken) + 1)
    return [f'column "{cells.name}": a zero character, at which texts would be cut, in rows {rows}; remove it']


def _families(cells: pd.Series) -> set[str]:
    """The sorts of values in a column of any objects, at least one; an empty text for what is none of them."""
    kinds = {type(cell) for cell in cells if not _is_missing(cell)}
    return {next((word for word, base in FAMILIES if issubclass(kind, base)), "") for kind in kinds} or {"text"}


def _is_missing(cell: object) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell))
