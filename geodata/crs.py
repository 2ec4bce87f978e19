"""Coordinate reference systems: distances and areas are computed in metres, or refused."""

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from pyproj import CRS, Proj
from pyproj.exceptions import CRSError as ProjError

from geodata.errors import CrsError
from geodata.mainland import in_mainland_china

CrsInput = CRS | str | int | None
"""A system, or what pyproj makes one of; None where a layer has none."""

METRES = frozenset({"metre", "meter"})
LARGEST_SCALE_ERROR_PPM = 1000.0
"""One metre per kilometre: a zone that is farther off somewhere in the area is not used."""

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


def metric_crs_for(area: GeoDataFrame | GeoSeries) -> tuple[CRS, str]:
    """The metric CRS to measure an area in.

    In mainland China (by the middle of the area) it is the 3-degree zone of CGCS2000 whose meridian is nearest, without
    the zone number before the easting (EPSG:4534 to 4554); elsewhere the UTM zone. Where lengths in that zone would be
    wrong by more than 1000 ppm (one metre per kilometre) somewhere in the area, it is too wide for any zone, and
    Lambert's azimuthal equal-area projection around its middle takes the place: areas are true, lengths nearly.

    Parameters
    ----------
    area
        Any geometries in a known CRS; their bounding box counts.

    Returns
    -------
    crs, reason
        The system, and a sentence that says which it is, why, and its largest scale error over the area.

    Raises
    ------
    CrsError
        When the CRS is missing, there is no area, or it spans more than half of the globe.
    """
    west, south, east, north = _degrees(area)
    lon, lat = (west + east) / 2, (south + north) / 2
    if bool(in_mainland_china(lon, lat)):
        meridian = round(lon / 3) * 3
        zone, name = CRS.from_epsg(4534 + (meridian - 75) // 3), f"CGCS2000 3-degree zone of the meridian {meridian} E"
        why = "the study area lies in mainland China"
    else:
        number = int((lon + 180) // 6) % 60 + 1
        zone = CRS.from_epsg((32600 if lat >= 0 else 32700) + number)
        name, why = f"UTM zone {number}{'N' if lat >= 0 else 'S'}", "the study area lies outside of mainland China"
    error_ppm = scale_error_ppm(area, zone)
    if error_ppm <= LARGEST_SCALE_ERROR_PPM:
        return zone, f"{zone.to_string()}, {name}: {why}; lengths are wrong by {error_ppm:.0f} ppm at most"
    middle = CRS.from_user_input(f"+proj=laea +lat_0={lat:.1f} +lon_0={lon:.1f} +datum=WGS84 +units=m +type=crs")
    wrong_ppm = scale_error_ppm(area, middle)
    return middle, (
        f"Lambert azimuthal equal-area around {lon:.1f} E {lat:.1f} N: the study area is too wide for {name} "
        f"({zone.to_string()}, {error_ppm:.0f} ppm); areas are true, lengths are wrong by {wrong_ppm:.0f} ppm at most"
    )


def scale_error_ppm(area: GeoDataFrame | GeoSeries, crs: CrsInput) -> float:
    """The largest relative error of a length in a projected CRS, over the bounding box of an area.

    Parameters
    ----------
    area
        Any geometries in a known CRS.
    crs
        The projected system.

    Returns
    -------
    error_ppm
        Parts per million, of lengths in the worst direction at the worst of 21 by 21 places; infinite where the
        system has no position for one.

    Raises
    ------
    CrsError
        As `require_metric` for `crs` and as `metric_crs_for` for the area.
    """
    west, south, east, north = _degrees(area)
    lon, lat = np.meshgrid(np.linspace(west, east, 21), np.linspace(south, north, 21))
    factors = Proj(require_metric(crs, what="scale error")).get_factors(lon, lat)
    scales = np.array([factors.tissot_semimajor, factors.tissot_semiminor])
    error = np.abs(scales - 1).max()
    return float(error * 1e6) if np.isfinite(error) else float("inf")


def _degrees(area: GeoDataFrame | GeoSeries) -> tuple[float, float, float, float]:
    """West, south, east and north of an area."""
    known_crs(area.crs, what="study area")
    bounds = area.to_crs("EPSG:4326").total_bounds
    if not np.isfinite(bounds).all():
        raise CrsError(
            "study area: no place on the globe; give at least one geometry, and check that longitude and latitude are "
            "not swapped"
        )
    west, south, east, north = map(float, bounds)
    if east - west > 180 or max(abs(south), abs(north)) > 90:
        raise CrsError(
            f"study area: {west:g} to {east:g} degrees east and {south:g} to {north:g} degrees north is no area to "
            "measure in one system; set crs to a projected one in metres"
        )
    return west, south, east, north
