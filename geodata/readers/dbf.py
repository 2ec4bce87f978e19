"""The attribute file of a Shapefile, byte by byte: it rarely says in which encoding its texts are."""

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geodata.errors import LayerError
from geodata.readers.encoding import Encoding, fits, known_encoding, likely_encoding

HEADER_BYTES = 32
FIELD_BYTES = 32
NAME_BYTES = 11
END_OF_FIELDS = 0x0D
RECORDS_AT_ONCE = 50_000

LANGUAGE_DRIVERS = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4E: "cp949",
    0x79: "cp949",
    0x4F: "cp950",
    0x78: "cp950",
    0x13: "cp932",
    0x7B: "cp932",
}
"""Language driver (LDID, byte 29 of the header) = encoding. The Western ones are no evidence: programs write them as a
matter of course."""


WESTERN = frozenset({"iso8859-1", "cp1252", "cp437", "cp850"})
"""Every byte fits these, and programs write them without looking; so anything else that fits goes first."""


@dataclass(frozen=True)
class Dbf:
    """The header of a .dbf file.

    Parameters
    ----------
    path
        The file.
    records
        Number of rows that the header announces.
    header_bytes, record_bytes
        Lengths of the header and of one row.
    language_driver
        The LDID byte.
    names
        Field names as bytes.
    text_spans
        First byte and width of each text field within a row.
    """

    path: Path
    records: int
    header_bytes: int
    record_bytes: int
    language_driver: int
    names: tuple[bytes, ...]
    text_spans: tuple[tuple[int, int], ...]


def read_header(path: Path, *, source: str) -> Dbf:
    """The header of a .dbf file.

    Parameters
    ----------
    path
        The file.
    source
        The layer, as the user knows it.

    Raises
    ------
    LayerError
        When the header is cut short.
    """
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
        if len(head) < HEADER_BYTES:
            raise LayerError(source, [f"{path.name} is cut short ({len(head)} bytes); ask for a whole copy"])
        records, header_bytes, record_bytes = struct.unpack("<IHH", head[4:12])
        fields = file.read(max(header_bytes - HEADER_BYTES, 0))
    names, spans, start = [], [], 1
    for at in range(0, len(fields) - FIELD_BYTES + 1, FIELD_BYTES):
        field = fields[at : at + FIELD_BYTES]
        if field[0] == END_OF_FIELDS:
            break
        names.append(field[:NAME_BYTES].partition(b"\0")[0])
        # A text field keeps the high byte of its width where numbers keep their decimals.
        text = field[11:12] == b"C"
        width = field[16] + (field[17] << 8 if text else 0)
        if text:
            spans.append((start, width))
        start += width
    return Dbf(path, records, header_bytes, record_bytes, head[29], tuple(names), tuple(spans))


def text_blocks(dbf: Dbf) -> Iterator[bytes]:
    """The bytes of field names and text cells that are not ASCII, one cell per line.

    A name or cell is cut at its width, even within a character; such a cut end is left out.
    """
    names = b"\n".join(_uncut(name) for name in dbf.names if not name.isascii())
    if names:
        yield names + b"\n"
    if not dbf.record_bytes:
        return
    with dbf.path.open("rb") as file:
        file.seek(dbf.header_bytes)
        while block := file.read(dbf.record_bytes * RECORDS_AT_ONCE):
            rows = len(block) // dbf.record_bytes
            table = np.frombuffer(block, dtype=np.uint8, count=rows * dbf.record_bytes).reshape(rows, dbf.record_bytes)
            for start, width in dbf.text_spans:
                yield from _cells(table[:, start : start + width])


def _cells(column: npt.NDArray[np.uint8]) -> Iterator[bytes]:
    foreign = np.unique(column[(column > 0x7F).any(axis=1)], axis=0)
    if len(foreign):
        yield b"\n".join(_uncut(row.tobytes()) for row in foreign) + b"\n"


def _uncut(cell: bytes) -> bytes:
    """The cell without padding and without a last character that was cut at the width."""
    text = cell.rstrip(b" \0")
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            decoder.decode(text)
        except UnicodeDecodeError:
            continue
        return text[: len(text) - len(decoder.getstate()[0])]
    return text


def dbf_encoding(dbf: Dbf, *, cpg: str | None, source: str) -> Encoding:
    """Encoding of the texts of a Shapefile.

    What the bytes show goes before what the file says of itself; a contradiction is part of the reason.

    Parameters
    ----------
    dbf
        The attribute file.
    cpg
        Content of the .cpg file, where there is one.
    source
        The layer, as the user knows it.

    Raises
    ------
    LayerError
        When nothing fits, so that the user must say the encoding.
    """
    said = [(f".cpg says {cpg.strip()[:20]}", known_encoding(cpg))] if cpg and cpg.strip() else []
    if dbf.language_driver in LANGUAGE_DRIVERS:
        said.append((f"language driver 0x{dbf.language_driver:02X}", LANGUAGE_DRIVERS[dbf.language_driver]))

    def blocks() -> Iterator[bytes]:
        return text_blocks(dbf)

    found = likely_encoding(blocks)
    for words, name in said:
        if name is not None and fits(blocks, name) and (found is None or name not in WESTERN):
            return Encoding(name, words)
    against = "".join(f"; {words}, which the bytes contradict" for words, _ in said)
    if found is None:
        fault = f"the encoding of the texts in {dbf.path.name} cannot be told{against}; set encoding"
        raise LayerError(source, [fault])
    if found.plain:
        return found
    return Encoding(found.name, found.reason + against, whole=found.whole)
