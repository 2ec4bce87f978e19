"""Chinese datums: the shifted positions of web maps (GCJ-02, BD-09) taken to WGS84 and back."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame, GeoSeries
from pyproj import CRS

from geodata.crs import known_crs
from geodata.errors import CrsError, did_you_mean
from geodata.mainland import in_mainland_china

Positions = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
"""Longitudes and latitudes in degrees."""

DATUMS: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")
"""World Geodetic System 1984, China Geodetic Coordinate System 2000, and those of Amap and Tencent, and of Baidu."""

UNSHIFTED: Final = ("wgs84", "cgcs2000")
"""Those that differ by centimetres, and are not converted."""

_SEMI_MAJOR_M: Final = 6378245.0
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
"""Of the Krassovsky ellipsoid (1940), on which GCJ-02 turns metres into degrees."""

_WGS84_SEMI_MAJOR_M: Final = 6378137

_STEP_DEG: Final = 1e-9
"""A tenth of a millimetre: the inverse stops after a step that is shorter, and is nearer than that."""

_MOST_STEPS: Final = 20
"""A bound only: each step makes the error some fifty times smaller, so that five or six do."""


def to_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str) -> Positions:
    """Positions in WGS84.

    The inverse of `from_wgs84`, by fixed-point iteration; a position taken there and back moves by less than 1 mm.
    Outside of mainland China nothing moves. Along its border the shift ends abruptly. Just outside of it (within 0.7 km
    for GCJ-02, 1.5 km for BD-09, which is most of Macao) a position has two readings, one that comes from the mainland
    and one that stays; the former is taken. Just inside, a position that no place is shifted to stays.

    Parameters
    ----------
    lon, lat
        Degrees, of one shape or a shape that both broadcast to.
    datum
        One of `DATUMS`.

    Returns
    -------
    lon, lat
        Degrees, WGS84. Coordinates that are not finite stay as they are.

    Raises
    ------
    CrsError
        When the datum is not known.
    """
    shift = _shift_of(datum)
    found = _copies(lon, lat)
    if shift is None:
        return found
    true = _unshifted(shift, *found)
    inside = in_mainland_china(*true)
    return np.where(inside, true[0], found[0]), np.where(inside, true[1], found[1])


def from_wgs84(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: str) -> Positions:
    """Positions of WGS84 in another datum, as the maps of mainland China show them.

    Parameters
    ----------
    lon, lat
        Degrees, WGS84, of one shape or a shape that both broadcast to.
    datum
        One of `DATUMS`. CGCS2000 equals WGS84 to a few centimetres and is taken for equal, as EPSG does.

    Returns
    -------
    lon, lat
        Degrees. Outside of mainland China, and where not finite, they are those given.

    Raises
    ------
    CrsError
        When the datum is not known.

    Notes
    -----
    GCJ-02 is no public standard. These are the formulas that became known, and that every open converter uses;
    BD-09 is Baidu's own shift on top of it. They give the positions of the providers to about a metre.
    """
    shift = _shift_of(datum)
    x, y = _copies(lon, lat)
    if shift is not None:
        inside = in_mainland_china(x, y)
        x[inside], y[inside] = shift(x[inside], y[inside])
    return x, y


def shift_layer(frame: GeoDataFrame, from_datum: str) -> GeoDataFrame:
    """The layer in WGS84, any kind of geometry, heights kept.

    A geometry moves as a whole, or not at all when it stands outside of mainland China (by a point on it); otherwise an
    outline along the border would be torn.

    Parameters
    ----------
    frame
        Longitudes and latitudes, in a geographic CRS on the ellipsoid of WGS84 (CGCS2000 has the same) or in none. What
        it says about the datum does not count: files in GCJ-02 are labelled WGS84.
    from_datum
        The datum in which they are, one of `DATUMS`.

    Returns
    -------
    frame
        A copy in EPSG:4326 with the same rows, index and columns. Missing and empty geometries stay.

    Raises
    ------
    CrsError
        When the datum is not known or the layer is in another CRS.
    """
    shift = _shift_of(from_datum)
    if frame.crs is not None:
        _require_degrees(known_crs(frame.crs, what="layer"))
    geometry = np.array(frame.geometry.to_numpy(), dtype=object)
    if shift is not None:
        _shift_geometries(geometry, shift)
    return frame.set_geometry(GeoSeries(geometry, index=frame.index, crs="EPSG:4326", name=frame.geometry.name))


Shift = Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], Positions]


def _shift_of(datum: str) -> Shift | None:
    """How a datum moves WGS84, None where it does not."""
    if datum not in DATUMS:
        hint = did_you_mean(datum, DATUMS) or f"; use one of {', '.join(DATUMS)}"
        raise CrsError(f'datum "{datum}" is not known{hint}')
    return {"gcj02": _gcj02, "bd09": _bd09}.get(datum)


def _require_degrees(crs: CRS) -> None:
    """Refuse metres, and degrees of the older systems (Beijing 1954, Xian 1980), that lie some 100 m off."""
    ellipsoid = crs.ellipsoid
    if crs.is_geographic and ellipsoid is not None and round(ellipsoid.semi_major_metre) == _WGS84_SEMI_MAJOR_M:
        return
    raise CrsError(
        f"layer: a datum is shifted in longitude and latitude of WGS84 or CGCS2000, but the CRS is {crs.to_string()}; "
        'convert the layer with to_crs("EPSG:4326") first'
    )


def _gcj02(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Positions:
    """WGS84 in GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    root, waves = np.sqrt(np.abs(x)), 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (waves + 20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east_m += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (waves + 20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north_m += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    latitude = np.radians(lat)
    squeezed = 1 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    parallel_m = _SEMI_MAJOR_M / np.sqrt(squeezed) * np.cos(latitude)
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / squeezed**1.5
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _bd09(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Positions:
    """WGS84 in BD-09, which takes longitude and latitude for a plane and turns and stretches it a little."""
    x, y = _gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(np.radians(3000 * y))
    angle = np.arctan2(y, x) + 0.000003 * np.cos(np.radians(3000 * x))
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _unshifted(shift: Shift, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Positions:
    """The positions that a shift takes to the given ones; those far from China, or not finite, stay."""
    near = (lon > 72) & (lon < 137) & (lat > 17) & (lat < 55)
    x, y = lon[near], lat[near]
    for _ in range(_MOST_STEPS):
        shifted = shift(x, y)
        east, north = lon[near] - shifted[0], lat[near] - shifted[1]
        x, y = x + east, y + north
        if max(np.abs(east).max(initial=0.0), np.abs(north).max(initial=0.0)) < _STEP_DEG:
            break
    true = lon.copy(), lat.copy()
    true[0][near], true[1][near] = x, y
    return true


def _copies(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Positions:
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    return x.copy(), y.copy()


def _shift_geometries(geometry: npt.NDArray[np.object_], shift: Shift) -> None:
    """Take geometries of mainland China back to WGS84, in place."""
    there = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    with np.errstate(invalid="ignore"):
        spot = shapely.get_coordinates(shapely.point_on_surface(geometry[there]))
    inside = there[in_mainland_china(*_unshifted(shift, *spot.T))]
    for height in (False, True):
        chosen = inside[shapely.has_z(geometry[inside]) == height]
        vertices = shapely.get_coordinates(geometry[chosen], include_z=height)
        vertices[:, 0], vertices[:, 1] = _unshifted(shift, vertices[:, 0], vertices[:, 1])
        geometry[chosen] = shapely.set_coordinates(geometry[chosen], vertices)
