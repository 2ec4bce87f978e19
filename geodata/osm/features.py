"""Layers from OpenStreetMap: roads, filling stations, car parks and the rest, out of files or recorded answers.

This needs the extra ``siting[osm]``.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from geodata.errors import SHOWN, LayerError
from geodata.importing.fingerprint import fingerprint
from geodata.importing.report import ImportReport, ProblemRow
from geodata.osm.crossings import cut_at_crossings
from geodata.osm.joining import join_files
from geodata.osm.overpass import answer_date, read_answer, write_osm
from geodata.osm.rules import OsmRule, rules_of
from geodata.store.records import Provenance

if TYPE_CHECKING:
    from geodata.osm.objects import Found

DRIVER: Final = "OpenStreetMap"
LICENCE: Final = "ODbL 1.0, © OpenStreetMap contributors"
CRS: Final = "EPSG:4326"


@dataclass(frozen=True)
class OsmLayer:
    """One layer, ready to be stored.

    Parameters
    ----------
    frame
        In longitude and latitude, sorted by id: ``id`` (such as ``way/123``), ``kind`` (the tag that made it belong
        here), ``name``, ``name_zh``, ``name_en``, and the tags of the layer as text, missing where not mapped.
    report
        What became of every object with one of the tags.
    provenance
        Files, hash, licence and the date of the map.
    """

    frame: GeoDataFrame
    report: ImportReport
    provenance: Provenance


def read_osm_features(
    paths: Sequence[Path],
    *,
    layers: Sequence[str] | None = None,
    area: BaseGeometry | None = None,
    source: str = "",
    command: str = "",
    progress: Callable[[int], None] | None = None,
) -> dict[str, OsmLayer]:
    """Layers out of files of OpenStreetMap, or out of answers of Overpass, which may overlap.

    Parameters
    ----------
    paths
        Files ``.osm.pbf`` or ``.osm`` (also compressed), or ``.json`` answers.
    layers
        Names of the layers; all of the table when it is None.
    area
        Only what meets this area, in longitude and latitude.
    source
        What the provenance calls these files; their paths when it is blank.
    command
        What brought them here, for the provenance.
    progress
        Told the number of objects found, now and then; what it raises ends the reading.

    Returns
    -------
    layers
        Name = layer, in the order of the table; a layer may have no rows.

    Raises
    ------
    LayerError
        When a file cannot be read, a layer is not known, or pyosmium is not installed.
    """
    rules = rules_of(layers)
    source = source or ", ".join(map(str, paths))
    try:
        from geodata.osm.objects import objects_of

        with _one_file(paths) as (path, date):
            found = objects_of(path, rules, progress or (lambda _objects: None))
    except ImportError as error:
        raise LayerError(source, ['OpenStreetMap files need pyosmium; install "siting[osm]"']) from error
    except LayerError:
        raise
    # What pyosmium and shapely make of the faults of a file.
    except (RuntimeError, ValueError, OSError, shapely.errors.ShapelyError) as error:
        raise LayerError(source, [f"cannot be read as OpenStreetMap data: {error}; get the file again"]) from error
    origin = Provenance(
        source,
        sha256=" ".join(str(fingerprint(path)[0]) for path in paths),
        licence=LICENCE,
        date=date,
        command=command,
    )
    return {rule.layer: _layer(rule, found[rule.layer], area, origin) for rule in rules}


@contextmanager
def _one_file(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """The one file to read, joined where there are several, and the date of its map."""
    if not paths:
        raise LayerError(DRIVER, ["there is no file; give one"])
    answers = [path for path in paths if path.suffix.lower() == ".json"]
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise LayerError(missing[0], ["the file does not exist; check the path"])
    if not answers and len(paths) == 1:
        yield paths[0], _file_date(paths[0])
        return
    if answers and len(answers) != len(paths):
        raise LayerError(str(paths[0]), ["give files of OpenStreetMap, or answers of Overpass, not both at once"])
    with tempfile.TemporaryDirectory(prefix="osm") as folder:
        joined = Path(folder, "joined.osm.pbf")
        if answers:
            documents = [(str(path), read_answer(path)) for path in answers]
            write_osm(documents, joined)
            yield joined, max(answer_date(document) for _, document in documents)
        else:
            join_files(paths, joined)
            yield joined, max(map(_file_date, paths))


def _file_date(path: Path) -> str:
    import osmium

    return str(osmium.FileProcessor(str(path)).header.get("osmosis_replication_timestamp", ""))


def _layer(rule: OsmRule, found: "Found", area: BaseGeometry | None, provenance: Provenance) -> OsmLayer:
    """The rows of a layer with the story of its objects."""
    keys = sorted(found.shapes, key=_order)
    inside = keys if area is None else [key for key in keys if shapely.intersects(area, found.shapes[key])]
    shapes = np.array([found.shapes[key] for key in inside], dtype=object)
    if rule.shape == "line":
        shapes = cut_at_crossings(shapes)
    columns: dict[str, list[str | None]] = {"id": list(inside), "kind": [found.tags[key][0] for key in inside]}
    tags = [found.tags[key][1] for key in inside]
    for name, of in _NAMES.items():
        columns[name] = [of(entry) for entry in tags]
    for name in rule.columns:
        columns[name] = [entry.get(name) for entry in tags]
    texts = {name: pd.Series(cells, dtype="str") for name, cells in columns.items()}
    frame = GeoDataFrame(texts, geometry=shapes, crs=CRS)
    bad = sorted(found.faults, key=_order)
    rejected: dict[str, list[int]] = {}
    for number, key in enumerate(bad, start=len(inside) + 1):
        rejected.setdefault(found.faults[key], []).append(number)
    problems = [
        ProblemRow(number, found.faults[key], {"id": key, **found.tags[key][1]})
        for number, key in enumerate(bad[:SHOWN], start=len(inside) + 1)
    ]
    west, south, east, north = map(float, frame.total_bounds)
    bounds = (west, south, east, north) if len(frame) else None
    report = ImportReport(
        source=provenance.source,
        driver=DRIVER,
        layer=rule.layer,
        rows_in=len(inside) + len(bad),
        rows_kept=len(inside),
        rejected={reason: tuple(numbers) for reason, numbers in rejected.items()},
        sha256=provenance.sha256,
        crs_found=CRS,
        crs_used=CRS,
        datum="wgs84",
        datum_reason="OpenStreetMap is mapped in WGS84",
        remarks=_remarks(rule, found, outside=len(keys) - len(inside)),
        geometry_types={str(kind): int(rows) for kind, rows in frame.geom_type.value_counts().sort_index().items()},
        bounds_before=bounds,
        bounds_after=bounds,
        null_share={name: float(frame[name].isna().mean()) for name in frame.columns[1:-1] if len(frame)},
        problem_rows=tuple(problems),
    )
    return OsmLayer(frame, report, provenance)


def _remarks(rule: OsmRule, found: "Found", *, outside: int) -> tuple[str, ...]:
    where = " and ".join(rule.sources)
    texts = [f"the tags of this layer are explained at {where}; an object that is not mapped is not here"]
    if outside:
        texts.append(f"{outside} objects outside of the area were left out")
    if found.cut:
        texts.append(f"{found.cut} nodes of ways are not in the file; the lines were cut there")
    return tuple(texts)


def _order(key: str) -> tuple[str, int]:
    kind, _, number = key.partition("/")
    return kind, int(number)


def _name_zh(tags: Mapping[str, str]) -> str | None:
    known = tags.get("name:zh-Hans") or tags.get("name:zh")
    name = tags.get("name", "")
    return known or (name if any("\u4e00" <= letter <= "\u9fff" for letter in name) else None)


def _name_en(tags: Mapping[str, str]) -> str | None:
    name = tags.get("name", "")
    return tags.get("name:en") or (name if name and name.isascii() else None)


_NAMES: Final[Mapping[str, Callable[[Mapping[str, str]], str | None]]] = {
    "name": lambda tags: tags.get("name"),
    "name_zh": _name_zh,
    "name_en": _name_en,
}
