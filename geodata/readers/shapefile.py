"""ESRI Shapefile: several files that must stay together, texts in an encoding that is rarely stated."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyogrio

from geodata.errors import LayerError, listed
from geodata.readers.dbf import dbf_encoding, read_header, text_blocks
from geodata.readers.encoding import Encoding, known_encoding, likely_encoding
from geodata.readers.raw import LayerSummary, RawLayer, Repair
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.vector import read_vector, vector_layers

NAME = "ESRI Shapefile"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
BYTES = "ISO-8859-1"
"""Every byte is one character of this encoding, so that texts come as their bytes."""

NO_INDEX = "the .shx index was missing; it was rebuilt on a copy"


def parts_of(path: Path) -> dict[str, Path]:
    """The files of a Shapefile that are there, by lower-case suffix.

    Parameters
    ----------
    path
        Any one of them.
    """
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    same = [file for file in beside if file.stem == path.stem and file.suffix.lower() in PARTS]
    return {file.suffix.lower(): file for file in same}


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The one layer of a Shapefile, with its encoding."""
    parts = _required(source)
    encoding = _encoding(parts, None, source=source.name)
    with _indexed(source, parts) as (place, mended):
        found = vector_layers(place, driver=NAME, encoding=BYTES)
    remarks = (NO_INDEX,) if mended else ()
    return tuple(
        replace(
            layer,
            fields={_text(name, encoding)[0]: kind for name, kind in layer.fields.items()},
            encoding=encoding.name,
            encoding_reason=encoding.reason,
            remarks=remarks,
        )
        for layer in found
    )


def read(source: Source, reading: Reading) -> RawLayer:
    """The one layer of a Shapefile, texts decoded."""
    parts = _required(source)
    encoding = _encoding(parts, reading.encoding, source=source.name)
    with _indexed(source, parts) as (place, mended):
        raw = read_vector(place, replace(reading, encoding=BYTES), driver=NAME)
    frame, repairs = _decoded(raw.frame, encoding)
    restored = (Repair(None, NO_INDEX),) if mended else ()
    short = _cut_short(parts[".shp"])
    return replace(
        raw,
        frame=frame,
        layer=Path(source.location).stem,
        encoding=encoding.name,
        encoding_reason=encoding.reason,
        repairs=(*restored, *repairs),
        remarks=(*raw.remarks, short) if short else raw.remarks,
    )


SHAPEFILE = Reader(NAME, layers, read, suffixes=PARTS)


def _required(source: Source) -> dict[str, Path]:
    """The parts, when those that carry shapes and attributes are among them."""
    path = Path(source.location)
    parts = parts_of(path)
    missing = [suffix for suffix in (".shp", ".dbf") if suffix not in parts]
    if missing:
        there = listed(file.name for file in parts.values())
        what = " and ".join(f"{path.stem}{suffix}" for suffix in missing)
        fault = f"cannot be read: without {what} (there: {there}) it is not whole; ask for all files of the Shapefile"
        raise LayerError(source.name, [fault])
    if path.suffix.lower() != ".shp":
        fault = f"cannot be read: a {path.suffix} is one part of a Shapefile; give {parts['.shp'].name}"
        raise LayerError(source.name, [fault])
    return parts


def _cut_short(shp: Path) -> str:
    """Words on a file that is shorter than its header says; its last rows have no geometry."""
    with shp.open("rb") as file:
        # The length stands there in words of two bytes.
        announced = 2 * int.from_bytes(file.read(28)[24:28], "big")
    found = shp.stat().st_size
    return f"{shp.name} is cut short, {found} of {announced} bytes; ask for a whole copy" if found < announced else ""


@contextmanager
def _indexed(source: Source, parts: dict[str, Path]) -> Iterator[tuple[Source, bool]]:
    """The Shapefile with its .shx: where that is missing a copy, so that nothing is written beside the original."""
    if ".shx" in parts:
        yield source, False
        return
    with tempfile.TemporaryDirectory(prefix="layer") as folder:
        for suffix, file in parts.items():
            shutil.copyfile(file, Path(folder, f"{file.stem}{suffix}"))
        before = pyogrio.get_gdal_config_option("SHAPE_RESTORE_SHX")
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        try:
            yield Source(str(Path(folder, f"{parts['.shp'].stem}.shp")), source.name), True
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": before})


def _encoding(parts: dict[str, Path], given: str | None, *, source: str) -> Encoding:
    header = read_header(parts[".dbf"], source=source)
    if given is not None:
        known = known_encoding(given)
        if known is None:
            raise LayerError(source, [f'encoding "{given}" is not known; use "utf-8" or "gb18030"'])
        found = likely_encoding(lambda: text_blocks(header))
        against = found is not None and found.whole and found.name != known and not found.plain
        return Encoding(known, f"given, although {found.reason}" if found and against else "given")
    cpg = parts[".cpg"].read_text(encoding="latin-1")[:100] if ".cpg" in parts else None
    return dbf_encoding(header, cpg=cpg, source=source)


def _text(text: str, encoding: Encoding) -> tuple[str, bool]:
    """A text from its bytes, and whether it is whole; a last character that the field's width cut is dropped."""
    content = text.encode(BYTES, errors="replace")
    try:
        return content.decode(encoding.name), True
    except UnicodeDecodeError as error:
        if error.end == len(content) and error.start >= len(content) - 3:
            return content[: error.start].decode(encoding.name, errors="replace"), False
    return content.decode(encoding.name, errors="replace"), False


def _decoded(frame: pd.DataFrame, encoding: Encoding) -> tuple[pd.DataFrame, list[Repair]]:
    """The table with names and texts decoded, and the cells that were not whole."""
    repairs = []
    columns = {}
    for number, name in enumerate(frame.columns):
        title = _text(str(name), encoding)[0]
        column = frame.iloc[:, number]
        texts = {cell: _text(cell, encoding) for cell in column.dropna().unique() if isinstance(cell, str)}
        broken = {cell: text for cell, (text, whole) in texts.items() if not whole}
        if texts:
            changed = {cell: text for cell, (text, _) in texts.items()}
            column = column.map(lambda cell, known=changed: known.get(cell, cell), na_action="ignore")
        for row, cell in enumerate(frame.iloc[:, number] if broken else (), start=1):
            if cell in broken:
                what = f'column "{title}": text cut or broken, not whole {encoding.name}'
                repairs.append(Repair(row, what, before=repr(cell.encode(BYTES))[2:-1], after=broken[cell]))
        columns[title if title not in columns else f"{title}_{number + 1}"] = column
    return pd.DataFrame(columns, index=frame.index), repairs
