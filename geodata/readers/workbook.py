"""XLSX workbooks, as offices fill them: title rows, merged cells, codes as text; they need ``siting[xlsx]``."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from geodata.errors import LayerError, did_you_mean, listed
from geodata.readers.archive import require_harmless
from geodata.readers.raw import LayerSummary, RawLayer, Repair
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.refusing import refusing
from geodata.readers.schema import typed

NAME = "XLSX"
HINT = "check the file, or save it again as .xlsx or CSV (UTF-8)"
HEADER_SEARCH_ROWS = 30
HEADER_SHARE = 0.6
"""A header fills at least this share of the columns that are in use; a title fills one or two cells."""

MOST_ROWS = 1_048_576
"""Of a sheet; a file that claims more is not written by a spreadsheet."""

MOST_CELLS = 30_000_000

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"')
MERGED_BYTES = 2 << 20

Row = tuple[object, ...]


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The sheets that have rows."""
    with _workbook(source) as (book, _):
        sheets = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    found = []
    for title, rows in sheets:
        if not rows:
            continue
        at = _header_at(rows)
        names, _ = _names(rows, at)
        fields = {name: "cells" for name in names if name is not None}
        found.append(LayerSummary(title, len(_body(rows, at)), None, fields, remarks=_header_words(rows, at)))
    return tuple(found)


def read(source: Source, reading: Reading) -> RawLayer:
    """One sheet as a table: texts stay texts, numbers numbers, and a column with both becomes text."""
    with _workbook(source) as (book, paths):
        filled = [sheet for sheet in book.worksheets if any(_rows(sheet, most=HEADER_SEARCH_ROWS))]
        title = _chosen([sheet.title for sheet in filled], reading.layer, source=source.name)
        sheet = book[title]
        rows = _rows(sheet)
        at = _header_at(rows) if reading.header_row is None else reading.header_row - 1
        if not 0 <= at < len(rows):
            raise LayerError(source.name, [f"the sheet has {len(rows)} rows; header_row must be one of them"])
        merged = _merged(source, paths[title])
    names, unnamed = _names(rows, at)
    repeated = sorted({name for name in names if name is not None and names.count(name) > 1})
    if repeated:
        raise LayerError(source.name, [f"more than one column called {listed(map(repr, repeated))}; rename them"])
    rows, repairs = _filled(rows, merged, at)
    body = _body(rows, at)
    return _layer(body, names, title, (*_header_words(rows, at), *unnamed), repairs)


WORKBOOK = Reader(NAME, layers, read, suffixes=(".xlsx", ".xlsm"))


@contextmanager
def _workbook(source: Source) -> Iterator[tuple[Any, dict[str, str]]]:
    """The open workbook, and the file of each sheet within it."""
    try:
        from openpyxl.reader.excel import ExcelReader
    except ImportError as error:
        raise LayerError(source.name, ['workbooks need openpyxl; install "siting[xlsx]"']) from error
    require_harmless(Path(source.location), source=source.name)
    with refusing(source.name, hint=HINT):
        reader = ExcelReader(source.location, read_only=True, data_only=True, keep_links=False)
        try:
            reader.read()
            for sheet in reader.wb.worksheets:
                # Rows are as long as their cells, whatever size the file claims.
                sheet.reset_dimensions()
            yield reader.wb, {sheet.name: part.target for sheet, part in reader.parser.find_sheets()}
        finally:
            reader.archive.close()


def _chosen(titles: Sequence[str], wanted: str | None, *, source: str) -> str:
    if wanted is not None and wanted not in titles:
        hint = did_you_mean(wanted, titles)
        raise LayerError(source, [f'no sheet "{wanted}"{hint or "; set layer"} (sheets: {listed(titles)})'])
    if wanted is None and len(titles) != 1:
        what = (
            f"{len(titles)} sheets with rows; set layer to one of: {listed(titles)}" if titles else "no sheet has rows"
        )
        raise LayerError(source, [what])
    return wanted or titles[0]


class Sheet(Protocol):
    """What is used of a sheet of openpyxl."""

    def iter_rows(self, *, values_only: bool) -> Iterator[Row]:
        """The rows, as their values."""


def _rows(sheet: Sheet, most: int | None = None) -> list[Row]:
    """The rows with blank texts as None, trailing blank rows left out."""
    rows: list[Row] = []
    cells = 0
    for row in islice(sheet.iter_rows(values_only=True), MOST_ROWS + 1 if most is None else most):
        rows.append(tuple(map(_cell, row)))
        cells += len(row)
        if len(rows) > MOST_ROWS or cells > MOST_CELLS:
            raise ValueError(f"more than {MOST_ROWS} rows or {MOST_CELLS} cells")
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows


def _cell(cell: object) -> object:
    return None if isinstance(cell, str) and not cell.strip() else cell


def _header_at(rows: Sequence[Row]) -> int:
    """The first row of texts only that fills most columns; titles above it fill one or two cells."""
    top = rows[:HEADER_SEARCH_ROWS]
    counts = [sum(cell is not None for cell in row) for row in top]
    needed = max(counts, default=0) * HEADER_SHARE
    for at, row in enumerate(top):
        if counts[at] >= max(needed, 1) and all(cell is None or isinstance(cell, str) for cell in row):
            return at
    return 0


def _header_words(rows: Sequence[Row], at: int) -> tuple[str, ...]:
    above = [str(cell)[:60] for row in rows[:at] for cell in row if cell is not None]
    titles = f"; above it stands: {listed(above)}" if above else ""
    return (f"column names are in row {at + 1}{titles}",) if at else ()


def _names(rows: Sequence[Row], at: int) -> tuple[list[str | None], tuple[str, ...]]:
    """Name of each column, None for one without name and cells; and what was said in place of missing names."""
    names: list[str | None] = []
    unnamed = []
    width = max((len(row) for row in rows), default=0)
    used = {column for row in rows[at + 1 :] for column, cell in enumerate(row) if cell is not None}
    for column in range(width):
        cell = rows[at][column] if column < len(rows[at]) else None
        if cell is not None:
            names.append(" ".join(str(cell).split()))
        elif column in used:
            names.append(f"column {column + 1}")
            unnamed.append(f"column {column + 1} has no name in the header")
        else:
            names.append(None)
    return names, tuple(unnamed)


def _body(rows: Sequence[Row], at: int) -> list[tuple[int, Row]]:
    """The rows under the header that are not blank, each with its number in the sheet."""
    below = enumerate(rows[at + 1 :], start=at + 2)
    return [(number, row) for number, row in below if any(cell is not None for cell in row)]


def _merged(source: Source, path: str) -> list[tuple[int, int, int, int]]:
    """The merged cells of a sheet: first row and column, last row and column, from 0."""
    tail = b""
    with zipfile.ZipFile(source.location) as archive, archive.open(path.lstrip("/")) as file:
        # They stand after all rows.
        while block := file.read(MERGED_BYTES):
            tail = (tail + block)[-2 * MERGED_BYTES :]
    spans = [_span(reference.decode()) for reference in MERGED.findall(tail)]
    return [span for span in spans if span is not None]


def _span(reference: str) -> tuple[int, int, int, int] | None:
    parts = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", reference)
    if parts is None:
        return None
    left, top, right, bottom = parts.groups()
    return int(top) - 1, _column(left), int(bottom) - 1, _column(right)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _filled(
    rows: Sequence[Row], merged: Sequence[tuple[int, int, int, int]], at: int
) -> tuple[list[Row], tuple[Repair, ...]]:
    """The rows with merged cells below the header repeated in all rows that they span."""
    full = [list(row) for row in rows]
    repairs = []
    for top, left, bottom, right in merged:
        if top <= at or bottom == top or left != right or top >= len(full) or left >= len(full[top]):
            continue
        cell = full[top][left]
        for row in range(top + 1, min(bottom + 1, len(full))):
            # A row ends with its last cell, and what is merged has none but the first.
            full[row] += [None] * (left + 1 - len(full[row]))
            if cell is not None and full[row][left] is None:
                full[row][left] = cell
                repairs.append(
                    Repair(row + 1, f"merged cell of rows {top + 1} to {bottom + 1} repeated", after=str(cell))
                )
    return [tuple(row) for row in full], tuple(repairs)


def _layer(
    body: Sequence[tuple[int, Row]],
    names: Sequence[str | None],
    title: str,
    remarks: tuple[str, ...],
    repairs: tuple[Repair, ...],
) -> RawLayer:
    columns: dict[str, Any] = {}
    casts = []
    for column, name in enumerate(names):
        if name is None:
            continue
        cells = [row[column] if column < len(row) else None for _, row in body]
        columns[name], cast = typed(name, cells)
        casts += [cast] if cast else []
    return RawLayer(
        frame=pd.DataFrame(columns, index=range(len(body))),
        geometry=None,
        row=np.array([number for number, _ in body], dtype=np.int64),
        driver=NAME,
        layer=title,
        remarks=remarks,
        repairs=repairs,
        casts=tuple(casts),
    )
