"""CSV and TSV files as tables of text: nothing is guessed, so "001" stays "001"; read in pieces of bounded size."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import SHOWN, LayerError, listed
from geodata.readers.encoding import Encoding, file_blocks, known_encoding, likely_encoding
from geodata.readers.raw import LayerSummary, RawLayer, Rejected, Repair, text_cells
from geodata.readers.reader import Reader, Reading, Source

NAME = "CSV"
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
SAMPLE_ROWS = 20
PIECE_ROWS = 100_000
UNEVEN = "another number of fields than the header ({width})"
BROKEN_TEXT = "characters that are not {encoding}; they show as �"


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The one table of a CSV file; its rows are counted, not kept."""
    rows = 0
    for piece in pieces(source, Reading(), PIECE_ROWS):
        rows += piece.rows_in
    fields = dict.fromkeys(map(str, piece.frame.columns), "text")
    summary = LayerSummary(None, rows, None, fields, encoding=piece.encoding, encoding_reason=piece.encoding_reason)
    return (replace(summary, remarks=piece.remarks),)


def read(source: Source, reading: Reading) -> RawLayer:
    """All rows of a CSV file, every cell as text; a blank cell is an empty text."""
    parts = list(pieces(source, reading, PIECE_ROWS))
    return parts[0] if len(parts) == 1 else _joined(parts)


def pieces(source: Source, reading: Reading, rows: int) -> Iterator[RawLayer]:
    """The rows of a CSV file, at most so many at once; one piece without rows when there are none."""
    path = Path(source.location)
    if reading.layer is not None:
        raise LayerError(source.name, [f'a {path.suffix} file has no layers; remove layer = "{reading.layer}"'])
    encoding = _encoding(path, reading.encoding, source=source.name)
    header_row = 1 if reading.header_row is None else reading.header_row
    if header_row < 1:
        raise LayerError(source.name, [f"header_row {header_row} is no row; the first one is 1"])
    with _table(path, encoding, header_row, source=source.name) as table:
        yield from _pieces(table, encoding, rows)


DELIMITED = Reader(NAME, layers, read, suffixes=(".csv", ".tsv"), pieces=pieces)


@dataclass(frozen=True)
class _Table:
    """An open file after its header."""

    header: list[str]
    lines: Iterator[list[str]]
    remarks: tuple[str, ...]

    @property
    def width(self) -> int:
        """Number of fields that a row must have."""
        return len(self.header)


@contextmanager
def _table(path: Path, encoding: Encoding, header_row: int, *, source: str) -> Iterator[_Table]:
    with path.open("r", encoding=encoding.name, errors="replace", newline="") as file:
        for _ in range(header_row - 1):
            if not file.readline():
                break
        begin = file.tell()
        head = file.readline()
        delimiter = _delimiter(head, path)
        file.seek(begin)
        lines = _lines(file, delimiter, source=source)
        header = next(lines, None)
        if header is None:
            before = f"it has fewer than {header_row} rows; header_row must be one of them"
            raise LayerError(source, ["the file is empty; give a header and rows" if header_row == 1 else before])
        names = [name.strip() or f"column {number}" for number, name in enumerate(header, start=1)]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            fault = f"more than one column called {listed(repr(name) for name in repeated)}; rename them"
            raise LayerError(source, [fault])
        said = [f"column names are in row {header_row}, as asked"] if header_row > 1 else []
        said += [f"fields are separated by {DELIMITERS[delimiter]}"] if delimiter != "," else []
        yield _Table(names, lines, tuple(said))


def _lines(file: io.TextIOBase, delimiter: str, *, source: str) -> Iterator[list[str]]:
    """The lines that are not blank."""
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        yield from (line for line in reader if line)
    except csv.Error as error:
        raise LayerError(source, [f"line {reader.line_num}: {error}; check the quotes"]) from error


def _delimiter(head: str, path: Path) -> str:
    """The comma where the header has one, else the separator that it has."""
    if path.suffix.lower() == ".tsv" or "," not in head:
        return max(("\t", ";", "|"), key=head.count) if any(mark in head for mark in "\t;|") else ","
    return ","


def _encoding(path: Path, given: str | None, *, source: str) -> Encoding:
    if given is not None:
        known = known_encoding(given)
        if known is None:
            raise LayerError(source, [f'encoding "{given}" is not known; use "utf-8" or "gb18030"'])
        # A byte order mark is no part of the first column's name.
        return Encoding("utf-8-sig" if known == "utf-8" else known, "given")
    found = likely_encoding(lambda: file_blocks(path))
    if found is None:
        raise LayerError(source, ["the text is not utf-8-sig or gb18030; save it as UTF-8 or set encoding"])
    return replace(found, name="utf-8-sig") if found.name == "utf-8" else found


def _pieces(table: _Table, encoding: Encoding, rows: int) -> Iterator[RawLayer]:
    first = 1
    while True:
        lines = list(islice(table.lines, rows))
        if lines or first == 1:
            yield _piece(table, encoding, lines, first)
        if len(lines) < rows:
            return
        first += len(lines)


def _piece(table: _Table, encoding: Encoding, lines: Sequence[Sequence[str]], first: int) -> RawLayer:
    numbers = np.arange(first, first + len(lines), dtype=np.int64)
    even = np.array([len(line) == table.width for line in lines], dtype=bool)
    good = [line for line, whole in zip(lines, even, strict=True) if whole] if not even.all() else lines
    frame = pd.DataFrame(good, columns=table.header, dtype=str)
    return RawLayer(
        frame=frame,
        geometry=None,
        row=numbers[even],
        driver=NAME,
        encoding="utf-8" if encoding.name == "utf-8-sig" else encoding.name,
        encoding_reason=encoding.reason,
        rejected=_uneven(table, lines, numbers, even),
        remarks=table.remarks,
        repairs=_broken_texts(frame, numbers[even], encoding),
    )


def _uneven(
    table: _Table, lines: Sequence[Sequence[str]], numbers: npt.NDArray[np.int64], even: npt.NDArray[np.bool_]
) -> tuple[Rejected, ...]:
    odd = np.flatnonzero(~even)
    if not len(odd):
        return ()
    names = [*table.header, *(f"field {number}" for number in range(table.width + 1, table.width + 100))]
    shown = tuple(text_cells(dict(zip(names, lines[at], strict=False))) for at in odd[:SHOWN])
    return (Rejected(UNEVEN.format(width=table.width), tuple(numbers[odd].tolist()), shown),)


def _broken_texts(frame: pd.DataFrame, numbers: npt.NDArray[np.int64], encoding: Encoding) -> tuple[Repair, ...]:
    """Cells with characters that the encoding does not have."""
    repairs = []
    what = BROKEN_TEXT.format(encoding=encoding.name.removesuffix("-sig"))
    for name in frame.columns if not encoding.whole or encoding.reason == "given" else ():
        broken = frame[name].str.contains("\ufffd", regex=False).to_numpy(dtype=bool)
        repairs += [
            Repair(int(row), f'column "{name}": {what}', after=cell)
            for row, cell in zip(numbers[broken], frame[name][broken], strict=True)
        ]
    return tuple(repairs)


def _joined(parts: Sequence[RawLayer]) -> RawLayer:
    return replace(
        parts[0],
        frame=pd.concat([part.frame for part in parts], ignore_index=True),
        row=np.concatenate([part.row for part in parts]),
        rejected=joined_rejections([rejected for part in parts for rejected in part.rejected]),
        repairs=tuple(repair for part in parts for repair in part.repairs),
    )


def joined_rejections(parts: Sequence[Rejected]) -> tuple[Rejected, ...]:
    """Rejections of the same reason as one.

    Parameters
    ----------
    parts
        In the order of their rows.
    """
    by_reason: dict[str, list[Rejected]] = {}
    for part in parts:
        by_reason.setdefault(part.reason, []).append(part)
    return tuple(
        Rejected(
            reason,
            tuple(row for part in same for row in part.rows),
            tuple(cells for part in same for cells in part.cells)[:SHOWN],
        )
        for reason, same in by_reason.items()
    )
