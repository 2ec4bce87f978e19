"""GeoJSON, with what GDAL loses of it: long whole numbers, numbered features, coordinates written as text."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import LayerError
from geodata.readers import records
from geodata.readers.encoding import Encoding, known_encoding, likely_encoding
from geodata.readers.raw import LayerSummary, RawLayer, Repair
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.refusing import refusing
from geodata.readers.schema import LARGEST_EXACT, typed
from geodata.readers.vector import HINT, read_vector, vector_layers

NAME = "GeoJSON"
OUTSIDE_UTF8 = "GeoJSON must be UTF-8; it was read as {encoding}"
TEXT_COORDINATES = "coordinates written as text were read as numbers"

LONG_NUMBER = re.compile(rb"(?<=[:\[,\s])-?\d{16,}(?=\s*[,}\]])")
NUMBERED = re.compile(rb'"id"\s*:\s*-?\d')
COORDINATE_TEXT = re.compile(rb'"coordinates"\s*:\s*[\[\s]*"')
OLD_CRS = re.compile(rb'"crs"\s*:\s*\{')


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The layers of a GeoJSON file, or of a JSON file of records."""
    content, encoding = _content(source, None)
    if records.is_records(content):
        return records.layers(source, content.decode(encoding.name, errors="replace"))
    with _as_utf8(source, content, encoding) as place:
        found = vector_layers(place, driver=NAME)
    return tuple(
        replace(layer, encoding=encoding.name, encoding_reason=encoding.reason, remarks=(_crs_words(content),))
        for layer in found
    )


def read(source: Source, reading: Reading) -> RawLayer:
    """The rows of a GeoJSON file, or of a JSON file of records."""
    content, encoding = _content(source, reading.encoding)
    text_of = _text_once(content, encoding, source)
    if records.is_records(content):
        raw = records.read(source, reading, text_of())
    else:
        with _as_utf8(source, content, encoding) as place:
            raw = read_vector(place, replace(reading, encoding=None), driver=NAME)
        raw = _with_exact_values(raw, content, text_of, source)
        raw = _with_text_coordinates(raw, content, text_of, source)
        raw = replace(raw, remarks=(*raw.remarks, _crs_words(content)))
    repairs = raw.repairs
    if encoding.name == "gb18030" or not encoding.whole:
        repairs = (*repairs, Repair(None, OUTSIDE_UTF8.format(encoding=encoding.name), after=encoding.reason))
    return replace(raw, encoding=encoding.name, encoding_reason=encoding.reason, repairs=repairs)


GEOJSON = Reader(NAME, layers, read, suffixes=(".geojson", ".json"))


def _content(source: Source, given: str | None) -> tuple[bytes, Encoding]:
    content = Path(source.location).read_bytes()
    if given is not None:
        known = known_encoding(given)
        if known is None:
            raise LayerError(source.name, [f'encoding "{given}" is not known; use "utf-8" or "gb18030"'])
        return content, Encoding(known, "given")
    encoding = likely_encoding(lambda: (content,))
    if encoding is None:
        fault = "cannot be read: the texts are neither UTF-8 nor GB18030; save it as UTF-8 or set encoding"
        raise LayerError(source.name, [fault])
    return content, encoding


def _text_once(content: bytes, encoding: Encoding, source: Source) -> Callable[[], str]:
    def text() -> str:
        with refusing(source.name, hint=HINT):
            return content.decode(encoding.name, errors="replace")

    return text


@contextmanager
def _as_utf8(source: Source, content: bytes, encoding: Encoding) -> Iterator[Source]:
    """The file itself when it is UTF-8, else a copy that is."""
    if encoding.whole and encoding.name in {"utf-8", "utf-8-sig"}:
        yield source
        return
    with _copy(source, content.decode(encoding.name, errors="replace")) as place:
        yield place


@contextmanager
def _copy(source: Source, text: str) -> Iterator[Source]:
    with tempfile.TemporaryDirectory(prefix="layer") as folder:
        # The layer is called after the file, so the copy is too.
        copy = Path(folder, Path(source.location).name)
        copy.write_text(text, encoding="utf-8")
        yield Source(str(copy), source.name)


def _crs_words(content: bytes) -> str:
    if OLD_CRS.search(content):
        return 'the CRS is that of the old "crs" member'
    return "longitude and latitude of WGS84, as the format prescribes; the file itself names no CRS"


def _features(text: str, source: Source) -> list[dict[str, Any]]:
    """The features, parsed once more where GDAL's reading of them is not exact."""
    with refusing(source.name, hint=HINT):
        document = json.loads(text)
    found = document.get("features", [document]) if isinstance(document, dict) else []
    return [feature for feature in found if isinstance(feature, dict)]


def _with_exact_values(raw: RawLayer, content: bytes, text_of: Callable[[], str], source: Source) -> RawLayer:
    """Long whole numbers as text, and the numbers of features as a column, from the file itself."""
    long, numbered = LONG_NUMBER.search(content), "id" not in raw.frame and NUMBERED.search(content)
    if not long and not numbered:
        return raw
    features = _features(text_of(), source)
    if len(features) != len(raw.frame):
        return raw
    frame, casts = raw.frame.copy(), list(raw.casts)
    properties = [feature.get("properties") or {} for feature in features]
    for name in raw.frame.columns if long else ():
        cells = [cells.get(name) for cells in properties]
        if any(isinstance(cell, int) and abs(cell) > LARGEST_EXACT for cell in cells):
            frame[name] = [cell if cell is None else str(cell) for cell in cells]
            casts.append(f'column "{name}": long whole numbers, kept as text')
    ids = [feature.get("id") for feature in features]
    if numbered and any(number is not None for number in ids):
        frame["id"] = typed("id", ids)[0]
        casts.append('column "id": the numbers of the features')
    return replace(raw, frame=frame, casts=tuple(casts))


def _with_text_coordinates(raw: RawLayer, content: bytes, text_of: Callable[[], str], source: Source) -> RawLayer:
    """Geometries whose coordinates are texts, which GDAL leaves out."""
    if raw.geometry is None or not COORDINATE_TEXT.search(content):
        return raw
    missing = np.flatnonzero(pd.isna(raw.geometry))
    features = _features(text_of(), source)
    if len(features) != len(raw.frame):
        return raw
    for feature in features:
        shape = feature.get("geometry")
        if isinstance(shape, dict) and "coordinates" in shape:
            shape["coordinates"] = _numbers(shape["coordinates"])
    again = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    with _copy(source, again) as place:
        mended = read_vector(place, Reading(), driver=NAME).geometry
    if mended is None or len(mended) != len(raw.frame):
        return raw
    geometry = raw.geometry.copy()
    geometry[missing] = mended[missing]
    rows = [row for row in missing if geometry[row] is not None]
    repairs = [Repair(int(raw.row[row]), TEXT_COORDINATES, after=geometry[row].wkt[:60]) for row in rows]
    return replace(raw, geometry=geometry, repairs=(*raw.repairs, *repairs))


def _numbers(coordinates: object) -> object:
    """Nested coordinates with texts as numbers; what is no number stays, and its geometry cannot be built."""
    if isinstance(coordinates, list):
        return [_numbers(part) for part in coordinates]
    if isinstance(coordinates, str):
        try:
            return float(coordinates)
        except ValueError:
            return coordinates
    return coordinates
