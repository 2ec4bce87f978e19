"""CSV files that Excel opens with Chinese intact and without running anything."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from siting.formats.json_file import plain

# A spreadsheet takes a cell that starts with one of these for a formula, or skips it and looks at what follows.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a table as UTF-8 with byte order mark and CRLF line ends.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers and what is
    missing is an empty cell.

    Parameters
    ----------
    path
        New file.
    columns
        Keys of the rows, also written as header.
    rows
        Values by column.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([_cell(plain(row[name])) for name in columns] for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
