"""Positions of the rows of a table: from columns of coordinates, or from a column of well-known text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

PAIRS = (
    ("lon", "lat"),
    ("lng", "lat"),
    ("longitude", "latitude"),
    ("long", "lat"),
    ("经度", "纬度"),
    ("东经", "北纬"),
    ("x", "y"),
    ("x坐标", "y坐标"),
    ("坐标x", "坐标y"),
    ("mapx", "mapy"),
    ("point_x", "point_y"),
    ("coord_x", "coord_y"),
)
"""Usual names of longitude (x) and latitude (y); the first pair that there is goes."""

WKT_NAMES = ("wkt", "geometry", "geom", "the_geom", "shape", "几何")

BLANK = "no coordinates; fill them in"
COMMA = "a coordinate with a decimal comma; write it with a point, like 113.25"
NO_NUMBER = "a coordinate that is not a number; write it like 113.25"
NOT_FINITE = "coordinates that are not finite; correct them"
ZERO = "coordinates 0, 0, which stand for missing ones; fill them in"
NO_WKT = "a text that is no geometry (WKT); write it like POINT (113.25 23.1)"


@dataclass(frozen=True)
class Positions:
    """Positions made of columns.

    Parameters
    ----------
    geometry
        One shapely geometry per row, None where there is none.
    reasons
        Why a row has none; empty for a row that has one.
    columns
        Columns that were used.
    """

    geometry: npt.NDArray[np.object_]
    reasons: npt.NDArray[np.object_]
    columns: tuple[str, ...]


def coordinate_columns(names: Sequence[object]) -> tuple[str | None, str | None]:
    """Columns that hold longitude (x) and latitude (y), by their usual names.

    Parameters
    ----------
    names
        The columns.

    Returns
    -------
    lon, lat
        None where no usual name is found.
    """
    known = {str(name).strip().lower(): str(name) for name in reversed(names)}
    for lon, lat in PAIRS:
        if lon in known and lat in known:
            return known[lon], known[lat]
    lons, lats = zip(*PAIRS, strict=True)
    return usual_name(lons, list(known.values())), usual_name(lats, list(known.values()))


def other_pairs(names: Sequence[object], used: tuple[str, ...]) -> list[str]:
    """Further columns that look like pairs of coordinates, by their usual names.

    Parameters
    ----------
    names
        The columns.
    used
        Those that gave the positions.

    Returns
    -------
    pairs
        Such as ``"x, y"``.
    """
    known = {str(name).strip().lower(): str(name) for name in reversed(names)}
    return [
        f"{known[lon]}, {known[lat]}"
        for lon, lat in PAIRS
        if lon in known and lat in known and not {known[lon], known[lat]} & set(used)
    ]


def usual_name(wanted: Sequence[str], known: Sequence[str]) -> str | None:
    """The first usual name that a column has, whatever its case.

    Parameters
    ----------
    wanted
        Usual names, the best first.
    known
        The columns.
    """
    by_lower = {name.strip().lower(): name for name in reversed(known)}
    return next((by_lower[name] for name in wanted if name in by_lower), None)


def positions(table: pd.DataFrame) -> Positions | None:
    """Positions of the rows of a table.

    Parameters
    ----------
    table
        Columns of coordinates or of well-known text under one of the usual names; cells are numbers or texts.

    Returns
    -------
    positions
        None when there are no such columns.
    """
    lon, lat = coordinate_columns(list(table.columns))
    if lon is not None and lat is not None:
        return _from_coordinates(table, lon, lat)
    wkt = usual_name(WKT_NAMES, [str(name) for name in table.columns])
    return None if wkt is None else _from_wkt(table, wkt)


def _from_coordinates(table: pd.DataFrame, lon: str, lat: str) -> Positions:
    reasons = np.full(len(table), "", dtype=object)
    numbers = []
    for name in (lat, lon):
        cells = table[name]
        values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        numbers.append(values)
        bad = np.flatnonzero(~np.isfinite(values))
        reasons[bad] = [_fault(cell) for cell in cells.iloc[bad]]
    y, x = numbers
    reasons[(x == 0) & (y == 0)] = ZERO
    good = reasons == ""
    geometry = np.full(len(table), None, dtype=object)
    geometry[good] = shapely.points(x[good], y[good])
    return Positions(geometry, reasons, (lon, lat))


def _fault(cell: object) -> str:
    """Why a cell is no coordinate."""
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, str) and not cell.strip()):
        return BLANK
    if isinstance(cell, str):
        text = cell.strip()
        if text.count(",") == 1 and text.replace(",", "").lstrip("+-").isdigit():
            return COMMA
        return NOT_FINITE if text.lower().lstrip("+-") in {"nan", "inf", "infinity"} else NO_NUMBER
    if isinstance(cell, float | np.floating):
        return BLANK if np.isnan(cell) else NOT_FINITE
    return NO_NUMBER


def _from_wkt(table: pd.DataFrame, column: str) -> Positions:
    cells = table[column]
    blank = cells.isna().to_numpy() | (cells.astype(str).str.strip() == "").to_numpy()
    texts = [None if gone else str(cell).strip() for cell, gone in zip(cells, blank, strict=True)]
    # A spatial reference before the text, as PostGIS writes it, is no part of it.
    plain = [text if text is None or text[:5].upper() != "SRID=" else text.partition(";")[2] for text in texts]
    geometry = np.asarray(shapely.from_wkt(plain, on_invalid="ignore"), dtype=object)
    wrong = np.array([shape is None for shape in geometry], dtype=bool) & ~blank
    reasons = np.where(blank, BLANK, np.where(wrong, NO_WKT, "")).astype(object)
    return Positions(geometry, reasons, (column,))
