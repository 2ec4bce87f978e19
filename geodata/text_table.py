"""CSV files as tables of text: nothing is guessed, so "001" stays "001"."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geodata.errors import LayerError, listed

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order; Chinese spreadsheets still write the second."""


def read_csv(path: Path, *, source: str, encoding: str | None = None) -> pd.DataFrame:
    """The rows of a CSV file with a header, every cell as text.

    Parameters
    ----------
    path
        The file.
    source
        The file, as the user knows it.
    encoding
        Encoding of the text; by default UTF-8 with or without byte order mark, else GB18030.

    Returns
    -------
    table
        Columns in the order of the file; a blank cell is an empty text.

    Raises
    ------
    LayerError
        When the text cannot be decoded, quotes do not match, a column name is repeated, or a row has too many or too
        few fields.
    """
    text = _decoded(path.read_bytes(), source=source, encodings=ENCODINGS if encoding is None else (encoding,))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise LayerError(source, [f"line {reader.line_num}: {error}; check the quotes"]) from error
    if not lines:
        raise LayerError(source, ["the file is empty; give a header and rows"])
    header, rows = [name.strip() for name in lines[0]], lines[1:]
    faults = _shape_faults(header, rows)
    if faults:
        raise LayerError(source, faults)
    return pd.DataFrame(rows, columns=header, dtype=str)


def _decoded(content: bytes, *, source: str, encodings: Sequence[str]) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            raise LayerError(source, [f'encoding "{encoding}" is not known; use "utf-8" or "gb18030"']) from error
    raise LayerError(source, [f"the text is not {' or '.join(encodings)}; save it as UTF-8 or set encoding"])


def _shape_faults(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Faults of the table's shape: columns of the same name, rows of another length."""
    faults = []
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        faults.append(f"more than one column called {listed(repr(name) for name in repeated)}; rename them")
    uneven = [f"{row} ({len(cells)})" for row, cells in enumerate(rows, start=1) if len(cells) != len(header)]
    if uneven:
        faults.append(f"rows with another number of fields than the header ({len(header)}): {listed(uneven)}")
    return faults
