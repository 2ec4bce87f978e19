"""Points that stand for geometries: what a facility or a demand needs is one position."""

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame, GeoSeries

from geodata.errors import LayerError, listed


def as_points(frame: GeoDataFrame) -> GeoDataFrame:
    """The layer with one point per row.

    A point stays as it is. Any other geometry gives its representative point, which lies within it (a centroid can
    fall outside of a crescent or into a lake).

    Parameters
    ----------
    frame
        Points, lines or areas, none missing or empty.

    Returns
    -------
    frame
        A copy with the same rows, index and columns.
    """
    geometry = shapely.force_2d(frame.geometry.to_numpy())
    other = shapely.get_type_id(geometry) != shapely.GeometryType.POINT
    geometry[other] = shapely.point_on_surface(shapely.make_valid(geometry[other]))
    return frame.set_geometry(GeoSeries(geometry, index=frame.index, crs=frame.crs))


def coordinates_of(points: GeoSeries, *, what: str) -> npt.NDArray[np.float64]:
    """Coordinates of single points.

    Parameters
    ----------
    points
        The points.
    what
        Which points, for the message.

    Returns
    -------
    coordinates
        Shape (n, 2), in the unit of the CRS.

    Raises
    ------
    LayerError
        When a geometry is missing, empty or not a point, or a coordinate is not finite.
    """
    geometry = np.array(points.to_numpy(), dtype=object)
    geometry[shapely.is_empty(geometry)] = None
    coordinates: npt.NDArray[np.float64] = np.column_stack([shapely.get_x(geometry), shapely.get_y(geometry)])
    wrong = np.flatnonzero(~np.isfinite(coordinates).all(axis=1))
    if wrong.size:
        raise LayerError(
            what, [f"not a single point with finite coordinates in rows {listed(wrong + 1)}; use as_points"]
        )
    return coordinates
