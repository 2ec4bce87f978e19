"""Faults of geometries that every layer shares: missing, not finite, not a point, not on the globe."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoSeries

from geodata.errors import listed

LARGEST_LON_LAT = np.array([180.0, 90.0])
"""Degrees east and north."""

LARGEST_ANGLE = 360.0
"""A larger coordinate cannot be in degrees."""


def geometry_faults(geometry: GeoSeries, labels: Iterable[object], *, kind: str) -> list[str]:
    """Faults of geometries that are missing, empty, or have coordinates that are not finite.

    Parameters
    ----------
    geometry
        The geometries.
    labels
        What to call each of them.
    kind
        What the labels are, such as ``rows``.

    Returns
    -------
    faults
        One sentence per fault.
    """
    shapes = geometry.to_numpy()
    names = np.array(list(labels), dtype=object)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(shapes), dtype=bool)
    broken[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    absent = (shapely.is_missing(shapes) | shapely.is_empty(shapes)) & ~broken
    faults = []
    if absent.any():
        faults.append(f"no geometry in {kind} {listed(names[absent])}; complete or remove them")
    if broken.any():
        faults.append(f"coordinates that are not finite in {kind} {listed(names[broken])}; correct or remove them")
    return faults


def point_faults(geometry: GeoSeries, labels: Iterable[object], *, kind: str) -> list[str]:
    """Fault of geometries that are not single points, in the terms of `geometry_faults`."""
    other = shapely.get_type_id(geometry.to_numpy()) != shapely.GeometryType.POINT
    names = np.array(list(labels), dtype=object)[other]
    return [f"not a point in {kind} {listed(names)}; turn areas into points with as_points"] if other.any() else []


def globe_faults(geometry: GeoSeries) -> list[str]:
    """Fault of longitudes and latitudes that are not on the globe, with the likely reason.

    Parameters
    ----------
    geometry
        Geometries in a geographic CRS, x being the longitude.

    Returns
    -------
    faults
        None, or one sentence with the rows, counted from 1.
    """
    xy, owner = shapely.get_coordinates(geometry.to_numpy(), return_index=True)
    off = (np.abs(xy) > LARGEST_LON_LAT).any(axis=1) & np.isfinite(xy).all(axis=1)
    if not off.any():
        return []
    rows = listed(np.unique(owner[off]) + 1)
    first = f"{xy[off][0, 0]:.10g}, {xy[off][0, 1]:.10g}"
    return [f"longitude or latitude out of range in rows {rows} (first found: {first}); {_reason(xy[off])}"]


def _reason(xy: npt.NDArray[np.float64]) -> str:
    if (np.abs(xy[:, ::-1]) <= LARGEST_LON_LAT).all():
        return "lon/lat look swapped: exchange them"
    if (np.abs(xy) > LARGEST_ANGLE).any():
        return "they look like metres although the CRS is in degrees: set crs to the projected CRS they are in"
    return "longitude must be within -180 and 180, latitude within -90 and 90: correct or remove them"
