"""The report of one import, drawn up from the rows that are left and what happened to the others."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geodata.crs import CrsInput, known_crs
from geodata.errors import SHOWN
from geodata.importing.axes import total_bounds
from geodata.importing.crs_candidates import CHINA_LON_LAT
from geodata.importing.repairs import geometry_names
from geodata.importing.report import Bounds, ImportReport, ProblemRow
from geodata.readers.raw import RawLayer, Rejected

LOOK = "look at the rejected rows; correct the source and import it again, or go on without them"
SHIFT_HINT = (
    "no datum was given: positions of Chinese web maps (GCJ-02, BD-09) are 300 to 1200 m off; "
    "compare the layer with roads or districts, and set datum if it is shifted"
)
"""Shifts within mainland China; the sum of both for BD-09."""


def layer_report(
    layer: RawLayer,
    frame: GeoDataFrame,
    *,
    source: str,
    crs_found: CRS | None,
    crs_declared: CrsInput,
    datum: str | None,
    bounds_before: Bounds | None,
    duplicates: Mapping[str, tuple[int, ...]],
) -> ImportReport:
    """The report of one import.

    Parameters
    ----------
    layer
        The rows that are left, and all that was rejected, repaired and remarked.
    frame
        The result.
    source
        The source, as the user knows it.
    crs_found, crs_declared
        The system in the file and the one given by the user.
    datum
        The datum given by the user.
    bounds_before
        Bounds as found.
    duplicates
        Ids that rows shared as found.
    """
    shapes = frame.geometry.to_numpy()
    names, counts = np.unique(geometry_names(shapes).astype(str), return_counts=True)
    types = dict(zip(names.tolist(), counts.tolist(), strict=True))
    return replace(
        table_report(layer, source=source, duplicates=duplicates),
        rows_kept=len(frame),
        crs_found=_crs_name(crs_found),
        crs_declared=_crs_name(crs_declared),
        crs_used=_crs_name(frame.crs),
        datum=datum,
        datum_reason="given" if datum else "not given; positions were taken as they stand",
        geometry_types=types,
        bounds_before=bounds_before,
        bounds_after=total_bounds(shapely.bounds(shapes)),
        advice=_advice(layer, datum, types),
    )


def table_report(layer: RawLayer, *, source: str, duplicates: Mapping[str, tuple[int, ...]]) -> ImportReport:
    """The report of the import of a table without positions.

    Parameters
    ----------
    layer
        The rows that are left, and all that was rejected, repaired and remarked.
    source
        The source, as the user knows it.
    duplicates
        Ids that rows shared as found.
    """
    return ImportReport(
        source=source,
        driver=layer.driver,
        layer=layer.layer,
        rows_in=layer.rows_in,
        rows_kept=len(layer.row),
        rejected=_by_reason(layer.rejected),
        encoding=layer.encoding,
        encoding_reason=layer.encoding_reason,
        repairs=layer.repairs,
        casts=layer.casts,
        remarks=layer.remarks,
        duplicates=duplicates,
        null_share=null_shares(layer.frame),
        problem_rows=_problems(layer.rejected),
        advice=(LOOK,) if layer.rejected else (),
    )


def null_shares(frame: pd.DataFrame) -> dict[str, float]:
    """Share of blank cells of each column, 0 to 1; a blank text is a blank cell.

    Parameters
    ----------
    frame
        The columns.
    """
    if not len(frame):
        return {str(name): 0.0 for name in frame.columns}
    return {str(name): float((column.isna() | (column == "")).mean()) for name, column in frame.items()}


def _crs_name(crs: CrsInput) -> str | None:
    return None if crs is None else known_crs(crs, what="layer").to_string()


def _by_reason(rejected: tuple[Rejected, ...]) -> dict[str, tuple[int, ...]]:
    by_reason: dict[str, tuple[int, ...]] = {}
    for part in rejected:
        by_reason[part.reason] = (*by_reason.get(part.reason, ()), *part.rows)
    return by_reason


def _problems(rejected: tuple[Rejected, ...]) -> tuple[ProblemRow, ...]:
    """The first rejected rows, in the order of the file."""
    found = []
    for part in rejected:
        cells = (*part.cells, *({} for _ in part.rows[len(part.cells) :]))
        found += [ProblemRow(row, part.reason, shown) for row, shown in zip(part.rows[:SHOWN], cells, strict=False)]
    return tuple(sorted(found, key=lambda problem: problem.row)[:SHOWN])


def _advice(layer: RawLayer, datum: str | None, types: Mapping[str, int]) -> tuple[str, ...]:
    advice = [LOOK] if layer.rejected else []
    if len({name.removeprefix("Multi") for name in types}) > 1:
        advice.append("several types of geometry: import the layer once for each with wanted")
    if any("look at it" in repair.what for repair in layer.repairs):
        advice.append("some repaired areas changed their size; look at them on a map")
    if datum is None and layer.crs is not None and layer.crs.is_geographic and _in_china(layer):
        advice.append(SHIFT_HINT)
    return tuple(advice)


def _in_china(layer: RawLayer) -> bool:
    bounds = total_bounds(shapely.bounds(layer.geometry))
    if bounds is None:
        return False
    xmin, ymin, xmax, ymax = CHINA_LON_LAT
    return bounds[0] < xmax and bounds[2] > xmin and bounds[1] < ymax and bounds[3] > ymin
