"""Any layer that an office has, checked: rows with sound geometries in a known CRS, and the story of every row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import NoReturn, Unpack

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from pyproj import CRS

from geodata.crs import CrsInput, known_crs
from geodata.datums.pairs import coordinate_pairs
from geodata.datums.shifts import UNSHIFTED, shift_layer
from geodata.errors import CrsError, LayerError, did_you_mean, listed
from geodata.importing.axes import total_bounds, within_range
from geodata.importing.control_totals import missed_totals
from geodata.importing.crs_candidates import candidate_words
from geodata.importing.datum_evidence import References, datum_against
from geodata.importing.fingerprint import fingerprint
from geodata.importing.positions import positions
from geodata.importing.repairs import flat, of_type, valid, without_unusable
from geodata.importing.report import ImportReport
from geodata.importing.reporting import SHIFT_HINT, layer_report, table_report
from geodata.importing.row_filter import rows_where
from geodata.importing.row_ids import SeenIds, duplicate_ids, with_unique_ids
from geodata.importing.wishes import Wishes, reading_of
from geodata.readers.raw import RawLayer, Repair
from geodata.readers.registry import reader_of

LEFT_OUT = "left out by the condition (where)"
NO_NUMBER = "the condition (where) asks for a number, and the cell holds a text that is none; correct the cell"
NO_POSITION_IN_CRS = "no position in {crs}; check the CRS of the file"
GEOMETRY = "geometry"
WGS84 = "EPSG:4326"
"""Their difference is below a metre, far less than the positions are good for."""


def import_layer(source: str | Path, **wishes: Unpack[Wishes]) -> tuple[GeoDataFrame, ImportReport]:
    """One layer of a file or service, checked, and what was done to it.

    Parameters
    ----------
    source
        A path, or an address that a reader takes.
    **wishes
        What the user says about it, see `Wishes`.

    Returns
    -------
    layer, report
        Two-dimensional, finite, valid geometries in a column ``geometry``; and the report, in which every row of the
        source is either kept or rejected for a reason.

    Raises
    ------
    LayerError
        When the source cannot be read or understood without more words of the user, when no row is left, or, under
        ``strict``, when anything had to be repaired or left out.
    CrsError
        When a CRS or datum is not known.
    """
    reader, place = reader_of(source)
    raw = reader.read(place, reading_of(wishes))
    layer, report = _imported(raw, place.name, wishes)
    sha256, size = fingerprint(place.location)
    report = replace(report, sha256=sha256, size_bytes=size)
    if not len(layer):
        refuse_empty(report)
    return layer, report


def import_table(source: str | Path, **wishes: Unpack[Wishes]) -> tuple[pd.DataFrame, ImportReport]:
    """A table without positions, checked, and what was done to it.

    Parameters
    ----------
    source
        A path, or an address that a reader takes.
    **wishes
        As in `import_layer`; those about positions are not used.

    Raises
    ------
    LayerError
        As in `import_layer`.
    """
    reader, place = reader_of(source)
    raw = reader.read(place, reading_of(wishes))
    layer = _renamed(_filtered(raw, wishes.get("where"), place.name), wishes.get("columns") or {}, place.name)
    duplicates = duplicate_ids(layer)
    layer = with_unique_ids(layer, wishes.get("duplicate_ids", "error"), source=place.name)
    sha256, size = fingerprint(place.location)
    report = table_report(layer, source=place.name, duplicates=duplicates)
    if not len(layer.frame):
        refuse_empty(report)
    return layer.frame, _judged(replace(report, sha256=sha256, size_bytes=size), layer.frame, wishes)


def import_pieces(
    source: str | Path, *, rows: int, **wishes: Unpack[Wishes]
) -> Iterator[tuple[GeoDataFrame, ImportReport]]:
    """A long table in pieces, so that memory does not grow with it.

    Parameters
    ----------
    source
        A path; a format that cannot be streamed comes as one piece.
    rows
        Most rows of one piece.
    **wishes
        As in `import_layer`; ids are compared with those of all pieces before, and control totals are left to the
        caller, who sees all pieces.

    Yields
    ------
    layer, report
        A piece, which may have no rows left, and its report; `geodata.importing.report.merged` adds the reports up.

    Raises
    ------
    LayerError
        As in `import_layer`.
    """
    reader, place = reader_of(source)
    reading = reading_of(wishes)
    wishes["totals"] = None
    pieces = reader.pieces(place, reading, rows) if reader.pieces else iter([reader.read(place, reading)])
    sha256, size = fingerprint(place.location)
    seen = SeenIds()
    for raw in pieces:
        layer, report = _imported(raw, place.name, wishes, seen)
        yield layer, replace(report, sha256=sha256, size_bytes=size)


def _imported(
    raw: RawLayer, source: str, wishes: Wishes, seen: SeenIds | None = None
) -> tuple[GeoDataFrame, ImportReport]:
    """The straight line from rows as found to a checked layer."""
    if not raw.rows_in:
        raise LayerError(source, ["there are no rows; give at least one"])
    found, datum = raw.crs, wishes.get("datum")
    layer = _filtered(raw, wishes.get("where"), source)
    layer = _renamed(layer, wishes.get("columns") or {}, source)
    layer = _placed(layer, source)
    layer = flat(without_unusable(layer), height_column=wishes.get("height_column"))
    layer = _swapped(layer) if wishes.get("swap_xy") else layer
    before = total_bounds(shapely.bounds(layer.geometry))
    layer = replace(layer, crs=_used_crs(layer, wishes.get("crs"), datum, source))
    layer = within_range(layer, area=wishes.get("area"), source=source)
    wanted = wishes.get("wanted")
    layer = of_type(layer, wanted) if wanted else layer
    layer = valid(layer)
    policy = wishes.get("duplicate_ids", "error")
    duplicates = {} if policy == "keep" else duplicate_ids(layer)
    layer = with_unique_ids(layer, policy, source=source, seen=seen)
    evidence = _as_frame(layer)
    layer, frame = _converted(layer, datum, wishes.get("target_crs"), source)
    report = layer_report(
        layer,
        frame,
        source=source,
        crs_found=found,
        crs_declared=wishes.get("crs"),
        datum=datum,
        bounds_before=before,
        duplicates=duplicates,
    )
    report = _with_datum_evidence(report, evidence, wishes.get("references") or {})
    return frame, _judged(report, frame, wishes)


def _with_datum_evidence(report: ImportReport, found: GeoDataFrame, references: References) -> ImportReport:
    """The report with what references of true position say of the datum of the positions as found."""
    if not references or not len(found) or not known_crs(found.crs, what="layer").is_geographic:
        return report
    verdicts = datum_against(found, references, stated=report.datum or "wgs84")
    words = [f"against {name}: {verdict.words}" for name, verdict in verdicts.items()]
    warnings = [f"{verdict.warning} (against {name})" for name, verdict in verdicts.items() if verdict.warning]
    known = any(verdict.datum for verdict in verdicts.values())
    hints = [advice for advice in report.advice if not (known and advice == SHIFT_HINT)]
    return replace(report, datum_reason="; ".join([report.datum_reason, *words]), advice=(*hints, *warnings))


def _judged(report: ImportReport, frame: pd.DataFrame, wishes: Wishes) -> ImportReport:
    """The report with what the control totals say; under strict, refused when anything is not as it should be."""
    missed = missed_totals(frame, wishes.get("totals") or {}, source=report.source)
    if wishes.get("strict"):
        _refuse_repairs(report, missed)
    return replace(report, advice=(*report.advice, *missed))


def _filtered(raw: RawLayer, where: str | None, source: str) -> RawLayer:
    if where is None:
        return raw
    kept, unclear = rows_where(raw.frame, where, source=source)
    return raw.rejecting_each(np.where(kept, "", np.where(unclear, NO_NUMBER, LEFT_OUT)).astype(object))


def _renamed(raw: RawLayer, columns: Mapping[str, str], source: str) -> RawLayer:
    """The columns under the names that the user gives them."""
    known = [str(name) for name in raw.frame.columns]
    faults = [
        f'no column "{name}"{did_you_mean(name, known) or f"; the columns are {listed(known)}"}'
        for name in columns
        if name not in known
    ]
    names = [columns.get(name, name) for name in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        faults.append(f"several columns would be called {listed(map(repr, twice))}; give each a name of its own")
    if faults:
        raise LayerError(source, faults)
    return replace(raw, frame=raw.frame.set_axis(names, axis="columns"))


def _placed(layer: RawLayer, source: str) -> RawLayer:
    """The rows with geometry, taken from columns where the format has none."""
    if layer.geometry is not None:
        return _apart(layer)
    found = positions(layer.frame)
    if found is None:
        fault = "no geometry, and no usual columns of coordinates; name them lon and lat, or geometry, in columns"
        pairs = [" and ".join(pair) for pair in coordinate_pairs(list(layer.frame.columns))]
        hint = f"; these look like coordinates: {'; '.join(pairs)}" if pairs else ""
        raise LayerError(source, [f"{fault} (there are: {listed(layer.frame.columns)}){hint}"])
    placed = replace(layer, geometry=found.geometry).rejecting_each(found.reasons)
    if found.columns == (GEOMETRY,):
        placed = replace(placed, frame=placed.frame.drop(columns=[GEOMETRY]))
    return _apart(placed).saying(*found.remarks)


def _apart(layer: RawLayer) -> RawLayer:
    """A column that is called like the geometry under another name."""
    if GEOMETRY not in layer.frame:
        return layer
    name = next(name for name in (f"{GEOMETRY}_{number}" for number in count(2)) if name not in layer.frame)
    cast = f'column "{GEOMETRY}": called "{name}", since the positions are called so'
    return replace(layer, frame=layer.frame.rename(columns={GEOMETRY: name}), casts=(*layer.casts, cast))


def _swapped(layer: RawLayer) -> RawLayer:
    exchanged = shapely.transform(layer.geometry, lambda xy: xy[:, ::-1])
    done = Repair(None, "x and y exchanged, as asked")
    return replace(layer, geometry=exchanged, repairs=(*layer.repairs, done))


def _used_crs(layer: RawLayer, declared: CrsInput, datum: str | None, source: str) -> CRS:
    """The CRS that the user declares, else that of the file, else what the datum implies."""
    crs = layer.crs if declared is None else declared
    if crs is None and datum is not None:
        crs = WGS84
    if crs is None:
        likely = candidate_words(total_bounds(shapely.bounds(layer.geometry)))
        web = "; or set datum, for coordinates of a Chinese web map" if WGS84 in likely else ""
        raise LayerError(source, [f"no CRS; set crs to the one the coordinates are in{likely}{web}"])
    try:
        return known_crs(crs, what="coordinates")
    except CrsError as error:
        raise LayerError(source, [str(error)]) from error


def _converted(layer: RawLayer, datum: str | None, target_crs: CrsInput, source: str) -> tuple[RawLayer, GeoDataFrame]:
    """The rows as a layer, shifted to WGS84 and in the wanted CRS."""
    frame = _as_frame(layer)
    try:
        if datum is not None and datum not in UNSHIFTED:
            frame = shift_layer(frame, datum)
        if target_crs is not None:
            frame = frame.to_crs(known_crs(target_crs, what="target"))
    except CrsError as error:
        raise LayerError(source, [str(error)]) from error
    lost = np.asarray(~np.isfinite(shapely.bounds(frame.geometry.to_numpy())).all(axis=1), dtype=bool)
    reason = NO_POSITION_IN_CRS.format(crs=frame.crs.to_string())
    return layer.rejecting(lost, reason), frame[~lost].reset_index(drop=True)


def _as_frame(layer: RawLayer) -> GeoDataFrame:
    return GeoDataFrame(layer.frame, geometry=GeoSeries(layer.geometry, index=layer.frame.index, crs=layer.crs))


def refuse_empty(report: ImportReport) -> NoReturn:
    """Refuse an import that keeps no row.

    Raises
    ------
    LayerError
        With every reason why rows were left out.
    """
    faults = [f"{reason} (rows {listed(rows)})" for reason, rows in report.rejected.items()]
    raise LayerError(report.source, ["no row is left", *faults])


def _refuse_repairs(report: ImportReport, missed: Sequence[str]) -> None:
    """Under strict, what was mended or left out is a fault; what the user asked for is not."""
    faults = [f"{reason} (rows {listed(rows)})" for reason, rows in report.rejected.items() if reason != LEFT_OUT]
    by_words: dict[str, list[int]] = {}
    for repair in report.repairs:
        by_words.setdefault(repair.what, []).extend([] if repair.row is None else [repair.row])
    faults += [f"{what}{f' (rows {listed(rows)})' if rows else ''}" for what, rows in by_words.items()]
    if faults or missed:
        raise LayerError(report.source, [*faults, *missed])
