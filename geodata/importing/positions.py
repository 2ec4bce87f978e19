"""Positions of the rows of a table: from columns of coordinates, or from a column of well-known text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import normalize

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.importing.degrees import AXES, Axis, degrees_in

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

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
"""What full-width digits and hard blanks, as Chinese keyboards make them, come to when they are made plain."""

BLANK = "no coordinates; fill them in"
COMMA = "a coordinate with a decimal comma; write it with a point, like 113.25"
NO_NUMBER = "a coordinate that is not a number, nor clear degrees; write it like 113.25 or 113°15'0\"E"
DEGREES = "coordinates with degree signs or letters of the hemisphere were read as decimal degrees"
OTHER_AXIS = "a latitude where the longitude should be, or the other way round; exchange the columns"
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
    remarks
        What had to be understood, and how.
    """

    geometry: npt.NDArray[np.object_]
    reasons: npt.NDArray[np.object_]
    columns: tuple[str, ...]
    remarks: tuple[str, ...] = ()


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
        return _told(_from_coordinates(table, lon, lat), table)
    wkt = usual_name(WKT_NAMES, [str(name) for name in table.columns])
    return None if wkt is None else _told(_from_wkt(table, wkt), table)


def _told(found: Positions, table: pd.DataFrame) -> Positions:
    """The positions with a word on the columns that gave them, and those that could have."""
    names = f"column{'s' if len(found.columns) > 1 else ''} {' and '.join(found.columns)}"
    others = other_pairs(list(table.columns), found.columns)
    unused = f"; not used: {'; '.join(others)}" if others else ""
    return replace(found, remarks=(f"positions are from the {names}{unused}", *found.remarks))


def _from_coordinates(table: pd.DataFrame, lon: str, lat: str) -> Positions:
    reasons = np.full(len(table), "", dtype=object)
    (x, x_written), (y, y_written) = coordinates(table[lon], "lon"), coordinates(table[lat], "lat")
    for name, values in ((lat, y), (lon, x)):
        bad = np.flatnonzero(~np.isfinite(values))
        reasons[bad] = [_fault(cell) for cell in table[name].iloc[bad]]
    reasons[(x == 0) & (y == 0)] = ZERO
    good = reasons == ""
    geometry = np.full(len(table), None, dtype=object)
    geometry[good] = shapely.points(x[good], y[good])
    return Positions(geometry, reasons, (lon, lat), (DEGREES,) if x_written or y_written else ())


def coordinates(cells: pd.Series, axis: Axis) -> tuple[npt.NDArray[np.float64], bool]:
    """A column of coordinates as numbers.

    Parameters
    ----------
    cells
        Numbers, or texts: numbers, or degrees as people write them.
    axis
        Which of the two coordinates it is.

    Returns
    -------
    numbers, written
        NaN where a cell is none; and whether some were written with signs of degrees or letters.
    """
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=float, na_value=np.nan, copy=True)
    texts = {at: cells.iloc[at] for at in np.flatnonzero(np.isnan(numbers)) if isinstance(cells.iloc[at], str)}
    plain = {at: float(wide) for at, text in texts.items() if NUMBER.fullmatch(wide := normalize("NFKC", text).strip())}
    written = {at: value for at in texts.keys() - plain.keys() if (value := degrees_in(texts[at], axis)) is not None}
    for at, value in (plain | written).items():
        numbers[at] = value
    return numbers, bool(written)


def _fault(cell: object) -> str:
    """Why a cell is no coordinate."""
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, str) and not cell.strip()):
        return BLANK
    if isinstance(cell, str):
        text = cell.strip()
        if text.count(",") == 1 and text.replace(",", "").lstrip("+-").isdigit():
            return COMMA
        if any(degrees_in(text, axis) is not None for axis in AXES):
            return OTHER_AXIS
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
