"""A look at a source before importing it: layers, columns, CRS, bounds, encoding, datum, and what will be asked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geodata.datums.detection import DatumVerdict
from geodata.datums.pairs import coordinate_pairs, datums_of_pairs
from geodata.errors import LayerError, listed
from geodata.importing.axes import total_bounds, within_range
from geodata.importing.control_totals import missed_totals
from geodata.importing.crs_candidates import CHINA_LON_LAT, candidate_words
from geodata.importing.datum_evidence import References, datum_against
from geodata.importing.fingerprint import fingerprint
from geodata.importing.positions import Positions, coordinates, positions
from geodata.importing.repairs import without_unusable
from geodata.readers.raw import LayerSummary, RawLayer
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.registry import reader_of

SAMPLE_ROWS = 20_000
"""Rows of a table that are looked at for its datum; enough to be sure."""

CHINA_SHARE = 0.5
"""A pair of columns with at least this share of its rows in China is taken for longitude and latitude."""

NO_CRS = "a table names no CRS; an import as a layer needs crs or datum"


@dataclass(frozen=True)
class LayerInspection:
    """What is known of one layer without importing it.

    Parameters
    ----------
    summary
        What its reader says.
    problems
        What an import will ask for or refuse.
    datums
        Words on the likely datum, by columns of coordinates (``"lon, lat"``) or ``"geometry"``, and what they were
        compared with.
    """

    summary: LayerSummary
    problems: tuple[str, ...] = ()
    datums: Mapping[str, DatumVerdict] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The findings as plain dicts, lists, texts and numbers."""
        plain = asdict(replace(self.summary, crs=None, fields=dict(self.summary.fields)))
        plain["crs"] = None if self.summary.crs is None else self.summary.crs.to_string()
        plain["bounds"] = None if self.summary.bounds is None else list(self.summary.bounds)
        plain["remarks"] = list(self.summary.remarks)
        words = ("datum", "sure", "words", "warning")
        datums = {name: {word: getattr(said, word) for word in words} for name, said in self.datums.items()}
        return {**plain, "problems": list(self.problems), "datums": datums}


@dataclass(frozen=True)
class Inspection:
    """What is known of a source without importing it."""

    source: str
    driver: str
    sha256: str | None
    size_bytes: int | None
    layers: tuple[LayerInspection, ...]
    problems: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The findings as plain dicts, lists, texts and numbers, ready for JSON."""
        layers = [layer.to_dict() for layer in self.layers]
        return {**asdict(replace(self, layers=())), "layers": layers, "problems": list(self.problems)}


def inspect(
    source: str | Path, *, references: References | None = None, totals: Mapping[str, float] | None = None
) -> Inspection:
    """Layers, columns, CRS, bounds, encoding and likely datum of a source.

    Parameters
    ----------
    source
        A path, or an address that a reader takes.
    references
        What it is called = roads, landmarks or districts that are true to WGS84, to tell the datum of a layer by; a
        table with several pairs of coordinates needs none.
    totals
        Column = control total, such as the published population: what does not add up to it is a problem.

    Raises
    ------
    LayerError
        When the source is not there or cannot be read.
    """
    reader, place = reader_of(source)
    summaries = reader.layers(place)
    layers = tuple(_inspected(summary, reader, place, references or {}) for summary in summaries)
    sha256, size = fingerprint(place.location)
    problems = []
    names = [layer.name or "" for layer in summaries]
    if len(names) > 1:
        problems.append(f"{len(names)} layers; an import needs layer, one of: {listed(names)}")
    if not names:
        problems.append("the file has no layers; give a file with rows")
    if totals:
        # One layer only: of several a reader asks which.
        problems += missed_totals(reader.read(place, Reading()).frame, totals, source=place.name)
    return Inspection(place.name, reader.name, sha256, size, layers, tuple(problems))


def _inspected(summary: LayerSummary, reader: Reader, place: Source, references: References) -> LayerInspection:
    reading = Reading(summary.name)
    if summary.rows == 0:
        return LayerInspection(summary, ("there are no rows",))
    if summary.geometry_type is None:
        sample = _sample(reader, place, reading)
        if sample.geometry is None:
            return _inspected_table(summary, sample.frame.head(SAMPLE_ROWS), references)
        # A database says what is in a table only when it is read.
        summary = replace(summary, crs=sample.crs, bounds=total_bounds(shapely.bounds(sample.geometry)))
    problems = _geometry_problems(summary, place.name)
    verdicts = {}
    if references and summary.crs is not None and summary.crs.is_geographic and not problems:
        verdicts = _geometry_datums(_sample(reader, place, reading), references)
    return LayerInspection(summary, (*problems, *_warnings(verdicts)), verdicts)


def _inspected_table(summary: LayerSummary, table: pd.DataFrame, references: References) -> LayerInspection:
    datums, found = _table_datums(table, references), positions(table)
    summary = summary if found is None else replace(summary, remarks=(*summary.remarks, *found.remarks))
    return LayerInspection(summary, (*_table_problems(table, found), *_warnings(datums)), datums)


def _warnings(verdicts: Mapping[str, DatumVerdict]) -> tuple[str, ...]:
    return tuple(f"{name}: {verdict.warning}" for name, verdict in verdicts.items() if verdict.warning)


def _geometry_problems(summary: LayerSummary, source: str) -> tuple[str, ...]:
    """What the bounds and the CRS of a layer say against it."""
    bounds = summary.bounds
    if summary.crs is None:
        return (f"no CRS; an import needs crs{candidate_words(bounds)}",)
    if bounds is None or not np.isfinite(bounds).all():
        return ("the bounds are not finite: some coordinates are missing or no numbers",)
    whole = RawLayer(
        frame=pd.DataFrame(index=[0]),
        geometry=np.array([shapely.box(*bounds)], dtype=object),
        row=np.array([1]),
        driver="",
        crs=summary.crs,
    )
    try:
        checked = within_range(whole, area=None, source=source)
    except LayerError as error:
        return error.faults
    return tuple(part.reason for part in checked.rejected)


def _sample(reader: Reader, place: Source, reading: Reading) -> RawLayer:
    """The first rows of a layer, or all where its format has no other way."""
    if reader.pieces is None:
        return reader.read(place, reading)
    return next(islice(reader.pieces(place, reading, SAMPLE_ROWS), 1))


def _pairs(table: pd.DataFrame) -> dict[str, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Columns of longitude and latitude: those so called of which enough rows lie in China."""
    xmin, ymin, xmax, ymax = CHINA_LON_LAT
    found = {}
    for lon, lat in coordinate_pairs([str(name) for name in table.columns]):
        x, y = coordinates(table[lon], "lon")[0], coordinates(table[lat], "lat")[0]
        inside = (x > xmin) & (x < xmax) & (y > ymin) & (y < ymax)
        if inside.sum() >= CHINA_SHARE * max(len(inside), 1):
            found[f"{lon}, {lat}"] = (np.where(inside, x, np.nan), np.where(inside, y, np.nan))
    return found


def _table_problems(table: pd.DataFrame, found: Positions | None) -> tuple[str, ...]:
    pairs = list(_pairs(table))
    if len(pairs) > 1:
        return (f"{len(pairs)} pairs of coordinates; an import needs one of them as lon and lat: {'; '.join(pairs)}",)
    if not pairs and found is None:
        return ("no usual columns of coordinates; as a layer it needs lon and lat, as a table nothing",)
    if found is None:
        return (f"an import needs the columns {pairs[0]} named lon and lat", NO_CRS)
    reasons, counts = np.unique(found.reasons[found.reasons != ""].astype(str), return_counts=True)
    rejected = [f"{count:,} of {len(table):,} rows: {reason}" for reason, count in zip(reasons, counts, strict=True)]
    return (*rejected, NO_CRS)


def _table_datums(table: pd.DataFrame, references: References) -> dict[str, DatumVerdict]:
    """Several pairs speak about each other; a single one is compared with the references."""
    pairs = _pairs(table)
    if len(pairs) != 1 or not references:
        return datums_of_pairs(pairs)
    ((name, (x, y)),) = pairs.items()
    known = ~np.isnan(x)
    layer = GeoDataFrame(geometry=shapely.points(x[known], y[known]), crs="EPSG:4326")
    said = datum_against(layer, references, stated=None)
    return {f"{name}, against {called}": verdict for called, verdict in said.items()}


def _geometry_datums(raw: RawLayer, references: References) -> dict[str, DatumVerdict]:
    good = without_unusable(raw)
    layer = GeoDataFrame(geometry=good.geometry, crs=raw.crs).head(SAMPLE_ROWS)
    return {f"geometry, against {called}": said for called, said in datum_against(layer, references).items()}
