"""Geometries made fit for use: what cannot be used goes out with its reason, what is mended is said row by row."""

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from geodata.readers.raw import RawLayer, Repair

Shapes = npt.NDArray[np.object_]
Wanted = Literal["points", "areas", "lines"]

TYPES: dict[Wanted, frozenset[str]] = {
    "points": frozenset({"Point"}),
    "lines": frozenset({"LineString", "MultiLineString"}),
    "areas": frozenset({"Polygon", "MultiPolygon"}),
}
NAMES = (
    "None",
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
"""By the number of the type, which is -1 for a missing geometry."""

EQUAL_AREA = "EPSG:6933"
"""World cylindrical equal area: areas of geographic layers in square metres."""

MISSING = "no geometry, or one that cannot be built; draw it again or leave the row out"
EMPTY = "an empty geometry; draw it again or leave the row out"
NOT_FINITE = "coordinates that are not finite; correct them"
NOTHING_LEFT = "an invalid geometry of which nothing is left after repair ({reason}); draw it again"
LARGE_CHANGE = 0.01
"""A repair that changes an area by more than this share should be looked at."""


def without_unusable(layer: RawLayer) -> RawLayer:
    """The rows that have a position: geometries that are missing, empty or not finite go out.

    Parameters
    ----------
    layer
        Rows with geometry.
    """
    shapes = _shapes(layer)
    reasons = np.full(len(shapes), "", dtype=object)
    reasons[shapely.is_empty(shapes)] = EMPTY
    # A point of which both coordinates are NaN is called empty too.
    reasons[_not_finite(shapes)] = NOT_FINITE
    reasons[shapely.is_missing(shapes)] = MISSING
    return layer.rejecting_each(reasons)


def flat(layer: RawLayer, *, height_column: str | None = None) -> RawLayer:
    """The layer without heights, which a remark counts.

    Parameters
    ----------
    layer
        Rows with geometry.
    height_column
        New column for the heights of points, in the unit of the file; by default they are dropped.
    """
    shapes = _shapes(layer)
    high = shapely.has_z(shapes)
    if not high.any():
        return layer
    frame = layer.frame
    done = "dropped"
    if height_column is not None:
        points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        heights = np.full(len(shapes), np.nan)
        heights[points] = shapely.get_z(shapes[points])
        frame, done = frame.assign(**{height_column: heights}), f'kept in column "{height_column}" for points'
    remark = f"{int(high.sum())} of {len(shapes)} geometries have heights, which were {done}"
    return replace(layer, frame=frame, geometry=shapely.force_2d(shapes)).saying(remark)


def of_type(layer: RawLayer, wanted: Wanted) -> RawLayer:
    """The rows whose geometry is of the wanted type; a collection of one point is that point.

    Parameters
    ----------
    layer
        Rows with geometry.
    wanted
        Points, areas or lines; areas and lines may have several parts.
    """
    if wanted == "points":
        layer = _unwrapped(layer)
    names = geometry_names(_shapes(layer))
    other = {name: f"{name} where {wanted} are wanted; put them in a layer of their own" for name in set(names)}
    return layer.rejecting_each(
        np.array(["" if name in TYPES[wanted] else other[name] for name in names], dtype=object)
    )


def valid(layer: RawLayer) -> RawLayer:
    """The layer with invalid areas mended, each with its reason and its area before and after.

    Parameters
    ----------
    layer
        Rows with geometry and a CRS.
    """
    shapes = _shapes(layer)
    bad = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(bad):
        return layer
    reasons = [_plain_reason(reason) for reason in shapely.is_valid_reason(shapes[bad])]
    mended = np.array(
        [_same_dimension(*pair) for pair in zip(shapes[bad], _made_valid(shapes[bad]), strict=True)], dtype=object
    )
    before, after = areas_m2(shapes[bad], layer.crs), areas_m2(mended, layer.crs)
    lost = np.array([shape is None for shape in mended], dtype=bool)
    repairs = [
        _repair(layer, row, reason, *measures)
        for row, reason, gone, *measures in zip(bad.tolist(), reasons, lost, before, after, strict=True)
        if not gone
    ]
    fixed = shapes.copy()
    fixed[bad] = mended
    layer = replace(layer, geometry=fixed, repairs=(*layer.repairs, *repairs))
    gone = np.full(len(shapes), "", dtype=object)
    gone[bad[lost]] = [NOTHING_LEFT.format(reason=reason) for reason, off in zip(reasons, lost, strict=True) if off]
    return layer.rejecting_each(gone)


def geometry_names(shapes: Shapes) -> Shapes:
    """Words for the types of geometries, such as ``MultiPolygon``; ``None`` for a missing one.

    Parameters
    ----------
    shapes
        The geometries.
    """
    found: Shapes = np.array(NAMES, dtype=object)[shapely.get_type_id(shapes) + 1]
    return found


def areas_m2(shapes: Shapes, crs: CRS | None) -> npt.NDArray[np.float64]:
    """Areas in square metres, those of a geographic CRS by an equal-area projection; 0 for a missing geometry.

    Parameters
    ----------
    shapes
        The geometries.
    crs
        Their system; without one the areas are in square units of the coordinates.
    """
    flat_shapes = shapes
    if crs is not None and crs.is_geographic:
        to_metres = Transformer.from_crs(crs, EQUAL_AREA, always_xy=True)
        flat_shapes = shapely.transform(shapes, lambda xy: np.column_stack(to_metres.transform(xy[:, 0], xy[:, 1])))
    found: npt.NDArray[np.float64] = np.nan_to_num(shapely.area(flat_shapes))
    return found


def _shapes(layer: RawLayer) -> Shapes:
    if layer.geometry is None:
        raise ValueError("the layer has no geometry")
    return layer.geometry


def _not_finite(shapes: Shapes) -> npt.NDArray[np.bool_]:
    """Whether a coordinate of x and y is no finite number; such a point counts as empty elsewhere."""
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    broken = np.zeros(len(shapes), dtype=bool)
    broken[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    return broken


def _unwrapped(layer: RawLayer) -> RawLayer:
    """Collections of one point as that point."""
    shapes = _shapes(layer).copy()
    collections = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    alone = collections & (shapely.get_num_geometries(shapes) == 1)
    if not alone.any():
        return layer
    shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    remark = f"{int(alone.sum())} collections of a single point were read as points"
    return replace(layer, geometry=shapes).saying(remark)


def _repair(layer: RawLayer, row: int, reason: str, before: float, after: float) -> Repair:
    change = abs(after - before) / max(before, after, 1.0)
    look = "; look at it" if change > LARGE_CHANGE else ""
    key = str(layer.frame["id"].iloc[row]) if "id" in layer.frame else ""
    what = f"invalid geometry repaired: {reason}{look}"
    return Repair(int(layer.row[row]), what, f"{before:.6g} m2", f"{after:.6g} m2", key)


def _plain_reason(reason: str) -> str:
    return reason.partition("[")[0].strip()


def _made_valid(shapes: Shapes) -> list[shapely.Geometry | None]:
    """Each geometry made valid; None where even that fails."""
    found: list[shapely.Geometry | None] = []
    for shape in shapes:
        try:
            found.append(shapely.make_valid(shape))
        except shapely.errors.GEOSException:
            found.append(None)
    return found


def _same_dimension(shape: shapely.Geometry, mended: shapely.Geometry | None) -> shapely.Geometry | None:
    """The parts that are of the dimension of the original; None where there are none."""
    if mended is None or shapely.is_empty(mended):
        return None
    dimension = shapely.get_dimensions(shape)
    if shapely.get_type_id(mended) != shapely.GeometryType.GEOMETRYCOLLECTION:
        return mended if shapely.get_dimensions(mended) == dimension else None
    parts = [part for part in shapely.get_parts(mended) if shapely.get_dimensions(part) == dimension]
    return shapely.union_all(parts) if parts else None
