"""The header of a sheet: one row of names below titles, or two where groups stand over their columns."""

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.errors import listed

HEADER_SEARCH_ROWS = 30
HEADER_SHARE = 0.6
"""A header fills at least this share of the columns that are in use; a title fills one or two cells."""

Row = tuple[object, ...]
Span = tuple[int, int, int, int]
"""Merged cells: first row and column, last row and column, from 0."""


@dataclass(frozen=True)
class Header:
    """Where the names of the columns are, and what they are.

    Parameters
    ----------
    last
        Last row of the header, from 0; the rows under it are data.
    names
        Name of each column, None for one without name and cells.
    words
        What was understood, and how.
    """

    last: int
    names: tuple[str | None, ...]
    words: tuple[str, ...]


def find_header(rows: Sequence[Row], merged: Sequence[Span], given: int | None = None) -> Header:
    """The header of a sheet.

    Where groups stand over columns, a column is called by its own name, and by both where that is there twice:
    "2023 kWh" and "2024 kWh".

    Parameters
    ----------
    rows
        The cells, blank ones None.
    merged
        The merged cells.
    given
        Row of the names, where the user says it, from 0.
    """
    at = _header_at(rows) if given is None else given
    first, last = _two_rows(rows, merged, at)
    columns = range(max(map(len, rows), default=0))
    groups = merged if last > first else ()
    upper = [_covering(rows, groups, first, column) for column in columns]
    lower = [_at(rows, last, column) if last > first else None for column in columns]
    own = [name if name is not None else above for name, above in zip(lower, upper, strict=True)]
    names = [
        f"{above} {name}" if below is not None and above is not None and own.count(name) > 1 else name
        for name, above, below in zip(own, upper, lower, strict=True)
    ]
    return _told(rows, first, last, names)


def _two_rows(rows: Sequence[Row], merged: Sequence[Span], at: int) -> tuple[int, int]:
    """First and last row of the header around the row that was found."""
    if _is_over(rows, merged, at):
        return at, at + 1
    return (at - 1, at) if at and _is_over(rows, merged, at - 1) else (at, at)


def _is_over(rows: Sequence[Row], merged: Sequence[Span], at: int) -> bool:
    """Whether a row holds groups, and the next one the names under them."""
    if at + 1 >= len(rows) or not all(cell is None or isinstance(cell, str) for cell in rows[at + 1]):
        return False
    groups = [(left, right) for top, left, bottom, right in merged if top == bottom == at and left < right]
    grouped = {column for left, right in groups for column in range(left, right + 1)}
    filled = [column for column, cell in enumerate(rows[at]) if cell is not None]
    # A title is alone in its row, and what is in no group has nothing below it: else that is a row of data.
    return (
        len(filled) > 1
        and any(_at(rows, at + 1, right) is not None and _at(rows, at, left) is not None for left, right in groups)
        and all(_at(rows, at + 1, column) is None for column in filled if column not in grouped)
    )


def _covering(rows: Sequence[Row], merged: Sequence[Span], at: int, column: int) -> str | None:
    """The text over a column: that of its cell, or of the group that covers it."""
    starts = (left for top, left, bottom, right in merged if top == at and left < column <= right)
    cell = _at(rows, at, column)
    return cell if cell is not None else _at(rows, at, next(starts, column))


def _at(rows: Sequence[Row], row: int, column: int) -> str | None:
    cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
    return None if cell is None else " ".join(str(cell).split())


def _header_at(rows: Sequence[Row]) -> int:
    """The first row of texts only that fills most columns; titles above it fill one or two cells."""
    top = rows[:HEADER_SEARCH_ROWS]
    counts = [sum(cell is not None for cell in row) for row in top]
    needed = max(counts, default=0) * HEADER_SHARE
    for at, row in enumerate(top):
        if counts[at] >= max(needed, 1) and all(cell is None or isinstance(cell, str) for cell in row):
            return at
    return 0


def _told(rows: Sequence[Row], first: int, last: int, found: Sequence[str | None]) -> Header:
    """The header with names for columns that have cells and no name, and with words on where it was found."""
    used = {column for row in rows[last + 1 :] for column, cell in enumerate(row) if cell is not None}
    unnamed = [column for column, name in enumerate(found) if name is None and column in used]
    names = tuple(f"column {column + 1}" if column in unnamed else name for column, name in enumerate(found))
    above = [str(cell)[:60] for row in rows[:first] for cell in row if cell is not None]
    titles = f"; above it stands: {listed(above)}" if above else ""
    where = f"rows {first + 1} and {last + 1}, with the group before a name that is there twice"
    said = f"column names are in {where if last > first else f'row {last + 1}'}{titles}"
    missing = (f"column {column + 1} has no name in the header" for column in unnamed)
    return Header(last, names, (*((said,) if last else ()), *missing))
