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
from geodata.readers.sheet_header import HEADER_SEARCH_ROWS, Row, Span, find_header

NAME = "XLSX"
HINT = "check the file, or save it again as .xlsx or CSV (UTF-8)"
MOST_ROWS = 1_048_576
"""Of a sheet; a file that claims more is not written by a spreadsheet."""

MOST_CELLS = 30_000_000

MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"')
MERGED_BYTES = 2 << 20


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The sheets that have rows."""
    with _workbook(source) as (book, paths):
        sheets = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
        headers = [find_header(rows, _merged(source, paths[title])) if rows else None for title, rows in sheets]
    return tuple(
        LayerSummary(
            title,
            len(_body(rows, header.last)),
            None,
            {name: "cells" for name in header.names if name is not None},
            remarks=header.words,
        )
        for (title, rows), header in zip(sheets, headers, strict=True)
        if header is not None
    )


def read(source: Source, reading: Reading) -> RawLayer:
    """One sheet as a table: texts stay texts, numbers numbers, and a column with both becomes text."""
    with _workbook(source) as (book, paths):
        filled = [sheet for sheet in book.worksheets if any(_rows(sheet, most=HEADER_SEARCH_ROWS))]
        title = _chosen([sheet.title for sheet in filled], reading.layer, source=source.name)
        sheet = book[title]
        rows = _rows(sheet)
        given = None if reading.header_row is None else reading.header_row - 1
        if given is not None and not 0 <= given < len(rows):
            raise LayerError(source.name, [f"the sheet has {len(rows)} rows; header_row must be one of them"])
        merged = _merged(source, paths[title])
    header = find_header(rows, merged, given)
    names = header.names
    repeated = sorted({name for name in names if name is not None and names.count(name) > 1})
    if repeated:
        raise LayerError(source.name, [f"more than one column called {listed(map(repr, repeated))}; rename them"])
    rows, repairs = _filled(rows, merged, header.last)
    return _layer(_body(rows, header.last), names, title, header.words, repairs)


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


def _body(rows: Sequence[Row], at: int) -> list[tuple[int, Row]]:
    """The rows under the header that are not blank, each with its number in the sheet."""
    below = enumerate(rows[at + 1 :], start=at + 2)
    return [(number, row) for number, row in below if any(cell is not None for cell in row)]


def _merged(source: Source, path: str) -> list[Span]:
    """The merged cells of a sheet: first row and column, last row and column, from 0."""
    tail = b""
    with zipfile.ZipFile(source.location) as archive, archive.open(path.lstrip("/")) as file:
        # They stand after all rows.
        while block := file.read(MERGED_BYTES):
            tail = (tail + block)[-2 * MERGED_BYTES :]
    spans = [_span(reference.decode()) for reference in MERGED.findall(tail)]
    return [span for span in spans if span is not None]


def _span(reference: str) -> Span | None:
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


def _filled(rows: Sequence[Row], merged: Sequence[Span], at: int) -> tuple[list[Row], tuple[Repair, ...]]:
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
