"""The one type of the geometries of a layer, which databases ask for."""

from collections.abc import Callable
from typing import Any, Final

import shapely
from geopandas import GeoDataFrame

from geodata.errors import LayerError, listed

SINGLE = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon"}
UNKNOWN = "Unknown"

_PARTS: Final[dict[str, Callable[..., Any]]] = {
    "MultiPoint": shapely.multipoints,
    "MultiLineString": shapely.multilinestrings,
    "MultiPolygon": shapely.multipolygons,
}


def geometry_type_of(frame: GeoDataFrame) -> str:
    """The one type that all geometries have, such as ``MultiPolygon``; ``Unknown`` where there is none.

    Parameters
    ----------
    frame
        The rows.

    Returns
    -------
    geometry_type
        The type with several parts where single and manifold shapes are mixed.
    """
    found = {kind for kind in frame.geom_type.unique() if isinstance(kind, str)}
    if len(found) == 1:
        return found.pop()
    single = {SINGLE.get(kind, kind) for kind in found}
    one = single.pop() if len(single) == 1 else ""
    return f"Multi{one}" if one in SINGLE.values() else UNKNOWN


def manifold(geometry_type: str) -> str:
    """The type that lines and areas still to come fit into as well: that of several parts.

    Parameters
    ----------
    geometry_type
        Type of the first rows.

    Returns
    -------
    geometry_type
        ``MultiLineString`` for lines, ``MultiPolygon`` for areas, else the same.
    """
    return f"Multi{geometry_type}" if geometry_type in {"LineString", "Polygon"} else geometry_type


def as_geometry_type(frame: GeoDataFrame, geometry_type: str, *, source: str) -> GeoDataFrame:
    """The rows with geometries of one type; single shapes become manifold ones where that is asked for.

    Parameters
    ----------
    frame
        The rows.
    geometry_type
        The type wanted; ``Unknown`` takes all.
    source
        The layer, as the user knows it.

    Returns
    -------
    frame
        The same rows.

    Raises
    ------
    LayerError
        When a row has another type.
    """
    if geometry_type == UNKNOWN:
        return frame
    shapes = frame.geometry.to_numpy()
    if geometry_type in SINGLE:
        lone = frame.geom_type.to_numpy() == SINGLE[geometry_type]
        shapes = shapes.copy()
        shapes[lone] = [_PARTS[geometry_type]([shape]) for shape in shapes[lone]]
        frame = frame.set_geometry(shapes, crs=frame.crs)
    other = sorted({str(kind) for kind in frame.geom_type.unique() if isinstance(kind, str)} - {geometry_type})
    if other:
        raise LayerError(
            source, [f"{listed(other)} among rows that began as {geometry_type}; write them as two layers"]
        )
    return frame
