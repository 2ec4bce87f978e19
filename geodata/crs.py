"""Coordinate reference systems: distances and areas are computed in metres, or refused."""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from geodata.errors import CrsError

CrsInput = CRS | str | int | None
"""A system, or what pyproj makes one of; None where a layer has none."""

METRES = frozenset({"metre", "meter"})
HINT = "use a projected one in metres, for example the UTM zone (EPSG:32649 for Guangzhou)"


def known_crs(crs: CrsInput, *, what: str) -> CRS:
    """The coordinate reference system meant by a code, a text or an object.

    Parameters
    ----------
    crs
        A system, or a code such as ``"EPSG:4326"``.
    what
        Whose system it is, for the message.

    Returns
    -------
    crs
        The system.

    Raises
    ------
    CrsError
        When there is none, or pyproj does not know it.
    """
    if crs is None:
        raise CrsError(f'{what}: no CRS; set crs = "EPSG:4326" for longitude and latitude, or the true one')
    try:
        return CRS.from_user_input(crs)
    except ProjError as error:
        raise CrsError(f'{what}: CRS "{crs}" is not known; give a code such as "EPSG:32649"') from error


def require_metric(crs: CrsInput, *, what: str) -> CRS:
    """The CRS, provided that lengths in it are metres on the ground.

    Web Mercator is refused although its axes are in metres: its lengths grow with latitude (8 % at Guangzhou).

    Parameters
    ----------
    crs
        A system or a code.
    what
        Whose system it is, for the message.

    Returns
    -------
    crs
        A projected system with both axes in metres.

    Raises
    ------
    CrsError
        When the system is missing, unknown, geographic, in another unit, or Web Mercator.
    """
    found = known_crs(crs, what=what)
    name = found.to_string()
    if not found.is_projected:
        raise CrsError(f"{what}: CRS {name} is not projected, so lengths would be in degrees; {HINT}")
    units = sorted({axis.unit_name for axis in found.axis_info[:2]})
    if not METRES.issuperset(units):
        raise CrsError(f"{what}: CRS {name} is in {', '.join(units)}, not in metres; {HINT}")
    operation = found.coordinate_operation
    if operation is not None and "Pseudo Mercator" in operation.method_name:
        raise CrsError(f"{what}: CRS {name} is Web Mercator, whose lengths are not true metres; {HINT}")
    return found


def same_metric(first: CrsInput, second: CrsInput, *, what: str) -> CRS:
    """The metric CRS that two layers share.

    Parameters
    ----------
    first, second
        The two systems.
    what
        The two layers, for the message, such as ``"points and districts"``.

    Returns
    -------
    crs
        The common system.

    Raises
    ------
    CrsError
        When one is not metric or the two differ.
    """
    one = require_metric(first, what=what)
    other = require_metric(second, what=what)
    if one != other:
        raise CrsError(f"{what}: the CRS differ ({one.to_string()} and {other.to_string()}); convert one of them first")
    return one


def to_metric(frame: GeoDataFrame, crs: CrsInput) -> GeoDataFrame:
    """The layer in a metric CRS.

    Parameters
    ----------
    frame
        A layer with a known CRS.
    crs
        The metric system wanted.

    Returns
    -------
    frame
        A copy in `crs`, with the same rows.

    Raises
    ------
    CrsError
        When a system is missing or unfit, or a position cannot be expressed in `crs`, as happens to swapped axes.
    """
    known_crs(frame.crs, what="layer")
    moved = frame.to_crs(require_metric(crs, what="target"))
    coordinates, rows = shapely.get_coordinates(moved.geometry.to_numpy(), return_index=True)
    lost = np.unique(rows[~np.isfinite(coordinates).all(axis=1)])
    if lost.size:
        raise CrsError(
            f"{lost.size} of {len(frame)} rows (first: row {lost[0] + 1}) have no position in {moved.crs.to_string()}; "
            "check that longitude and latitude are not swapped and that the CRS covers the area"
        )
    return moved
