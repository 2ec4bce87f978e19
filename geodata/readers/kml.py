"""KML, whose folders are layers, without the columns that only say how a place is drawn."""

import html
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from geodata.errors import LayerError
from geodata.readers.raw import LayerSummary, RawLayer
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.vector import file_head, read_vector, vector_layers

NAME = "KML"
DRAWING = frozenset({"altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon"})
"""How a place is drawn: no property of it."""

SELDOM = frozenset({"id", "name", "description", "timestamp", "begin", "end", "snippet"})
"""Always there, mostly blank: they stay where they say something."""


ROOT = re.compile(rb"(?:<\?[^<>]*\?>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:\w+:)?kml[\s>]", re.DOTALL)
"""How a KML file begins. A document type could bring entities and has no place in it."""


DATA_NAME = re.compile(rb"""(<(?:\w+:)?Data\b[^<>]*?\bname\s*=\s*)("[^"<>]*"|'[^'<>]*')""")


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The folders of a KML file."""
    with _plainly_named(source) as (place, names):
        found = vector_layers(place, driver=NAME)
    return tuple(
        replace(
            layer,
            fields={names.get(name, name): kind for name, kind in layer.fields.items() if name.lower() not in DRAWING},
        )
        for layer in found
    )


def read(source: Source, reading: Reading) -> RawLayer:
    """One folder of a KML file."""
    with _plainly_named(source) as (place, names):
        raw = read_vector(place, reading, driver=NAME)
    dropped = [str(name) for name in raw.frame.columns if _says_nothing(str(name), raw.frame[name])]
    frame = raw.frame.drop(columns=dropped)
    taken = set(frame.columns) - set(names)
    own = {token: name if name not in taken else f"{name} (data)" for token, name in names.items()}
    remark = f"columns of KML that say nothing of the places were left out: {', '.join(dropped)}"
    return replace(raw, frame=frame.rename(columns=own), remarks=(*raw.remarks, *([remark] if dropped else [])))


KML = Reader(NAME, layers, read, suffixes=(".kml",))


@contextmanager
def _plainly_named(source: Source) -> Iterator[tuple[Source, dict[str, str]]]:
    """The file with plain names for its own data, and what they stand for.

    GDAL writes an underscore for each foreign letter of such a name, and Chinese names of one length become one column.
    """
    if not ROOT.match(file_head(Path(source.location))):
        raise LayerError(source.name, ["cannot be read: this is not a KML file; check the file"])
    content = Path(source.location).read_bytes()
    names = list(dict.fromkeys(quoted[1:-1] for _, quoted in DATA_NAME.findall(content)))
    if not names:
        yield source, {}
        return
    tokens = {name: f"own_data_{number}" for number, name in enumerate(names, start=1)}

    def plain(found: re.Match[bytes]) -> bytes:
        return found[1] + b'"' + tokens[found[2][1:-1]].encode() + b'"'

    with tempfile.TemporaryDirectory(prefix="layer") as folder:
        copy = Path(folder, Path(source.location).name)
        copy.write_bytes(DATA_NAME.sub(plain, content))
        titles = {token: html.unescape(name.decode("utf-8", errors="replace")) for name, token in tokens.items()}
        yield Source(str(copy), source.name), titles


def _says_nothing(name: str, column: "pd.Series[str]") -> bool:
    word = name.lower()
    blank = column.isna() | (column.astype(str).str.strip() == "")
    return word in DRAWING or (word in SELDOM and bool(blank.all()))
