"""What lies in areas: the area of each point, and counts, lengths and areas of things in each."""

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoSeries

from geodata.crs import same_metric
from geodata.errors import LayerError
from geodata.points import coordinates_of

NOWHERE = -1
"""The row of the area of a point that lies in none."""


def area_of(points: GeoSeries, areas: GeoSeries, *, tolerance_m: float = 0.0) -> npt.NDArray[np.int64]:
    """The area in which each point lies.

    Areas contain their borders. A point on a common border belongs to the first of its areas.

    Parameters
    ----------
    points
        Points in a metric CRS.
    areas
        Valid areas in the same CRS.
    tolerance_m
        A point outside of every area, but no farther than this from one, belongs to the nearest; of equally near ones
        to the first.

    Returns
    -------
    area
        Row of the area per point, counted from 0; `NOWHERE` for a point that belongs to none.

    Raises
    ------
    CrsError
        When the CRS differ or are not metric.
    ValueError
        When the tolerance is negative or not finite.
    """
    same_metric(points.crs, areas.crs, what="points and areas")
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        raise ValueError(f"Expected tolerance_m >= 0, found {tolerance_m}.")
    geometry = np.asarray(points.to_numpy(), dtype=object)
    shapes = np.asarray(areas.to_numpy(), dtype=object)
    nowhere = len(shapes)
    found = np.full(len(geometry), nowhere)
    # The areas are the query side because shapely prepares that side, and they have the many vertices.
    area, point = shapely.STRtree(geometry).query(shapes, predicate="intersects")
    np.minimum.at(found, point, area)
    if tolerance_m > 0:
        outside = np.flatnonzero(found == nowhere)
        found[outside] = _nearest(geometry[outside], shapes, tolerance_m)
    return np.where(found == nowhere, NOWHERE, found)


def sum_in(
    areas: GeoSeries, points: GeoSeries, *, weight: npt.ArrayLike = 1.0, tolerance_m: float = 0.0
) -> npt.NDArray[np.float64]:
    """The number of points in each area, or the sum of their weights (the people of places, the floor of buildings).

    Parameters
    ----------
    areas, points, tolerance_m
        As for `area_of`: each point counts in one area at most.
    weight
        Weight of each point, or of all.

    Returns
    -------
    sums
        One per area, in the unit of the weight.

    Raises
    ------
    CrsError, ValueError
        As `area_of`.
    LayerError
        When a geometry is not a point.
    """
    coordinates_of(points, what="points")
    area = area_of(points, areas, tolerance_m=tolerance_m)
    somewhere = area != NOWHERE
    sums = np.bincount(area[somewhere], weights=_weights(points, weight)[somewhere], minlength=len(areas))
    return sums.astype(np.float64)


def length_in_m(areas: GeoSeries, lines: GeoSeries, *, weight: npt.ArrayLike = 1.0) -> npt.NDArray[np.float64]:
    """The length of lines (roads) in each area; a stretch along a common border counts on both sides.

    Parameters
    ----------
    areas
        Valid areas in a metric CRS.
    lines
        Lines in the same CRS.
    weight
        Number by which the metres of each line, or of all, are multiplied (lanes).

    Returns
    -------
    length_m
        Metres times the weight, one per area.

    Raises
    ------
    CrsError
        When the CRS differ or are not metric.
    LayerError
        When a geometry is not a line.
    """
    area, line, parts = _parts(areas, lines, dimension=1, what="lines")
    weighted = shapely.length(parts) * _weights(lines, weight)[line]
    return np.bincount(area, weights=weighted, minlength=len(areas)).astype(np.float64)


def area_in_m2(areas: GeoSeries, shapes: GeoSeries, *, weight: npt.ArrayLike = 1.0) -> npt.NDArray[np.float64]:
    """The area of shapes (buildings, car parks) in each area; where shapes overlap they count more than once.

    Parameters
    ----------
    areas
        Valid areas in a metric CRS.
    shapes
        Valid areas in the same CRS.
    weight
        Number by which the square metres of each shape, or of all, are multiplied (floors).

    Returns
    -------
    area_m2
        Square metres times the weight, one per area.

    Raises
    ------
    CrsError
        When the CRS differ or are not metric.
    LayerError
        When a geometry is not an area.
    """
    area, shape, parts = _parts(areas, shapes, dimension=2, what="shapes")
    weighted = shapely.area(parts) * _weights(shapes, weight)[shape]
    return np.bincount(area, weights=weighted, minlength=len(areas)).astype(np.float64)


def _weights(things: GeoSeries, weight: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """A weight for each thing, where one may be given for all."""
    return np.broadcast_to(np.asarray(weight, dtype=np.float64), (len(things),))


def _parts(
    areas: GeoSeries, things: GeoSeries, *, dimension: int, what: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Rows of areas and of things that meet, and the part of the thing that lies in the area."""
    same_metric(things.crs, areas.crs, what=f"areas and {what}")
    geometry = np.asarray(things.to_numpy(), dtype=object)
    wrong = np.flatnonzero(shapely.get_dimensions(geometry) != dimension)
    if wrong.size:
        kind = {1: "a line", 2: "an area"}[dimension]
        raise LayerError(what, [f"{wrong.size} rows are not {kind} (first: row {wrong[0] + 1}); leave them out"])
    shapes = np.asarray(areas.to_numpy(), dtype=object)
    area, thing = shapely.STRtree(geometry).query(shapes, predicate="intersects")
    return area, thing, shapely.intersection(geometry[thing], shapes[area])


def _nearest(
    points: npt.NDArray[np.object_], areas: npt.NDArray[np.object_], tolerance_m: float
) -> npt.NDArray[np.int64]:
    """Index of the nearest area within the tolerance, ``len(areas)`` where there is none."""
    found = np.full(len(points), len(areas))
    # A little wider than asked, so that the boundary is decided once, by the distance computed below.
    reach_m = tolerance_m * (1 + 1e-9) + 1e-6
    area, point = shapely.STRtree(points).query(areas, predicate="dwithin", distance=reach_m)
    distance_m = shapely.distance(points[point], areas[area])
    near = distance_m <= tolerance_m
    area, point, distance_m = area[near], point[near], distance_m[near]
    order = np.lexsort((area, distance_m, point))
    first, at = np.unique(point[order], return_index=True)
    found[first] = area[order][at]
    return found
