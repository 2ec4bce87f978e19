"""Whether coordinates lie where they should: swapped axes, metres taken for degrees, degrees for metres."""

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS, Transformer

from geodata.errors import LayerError, listed
from geodata.importing.crs_candidates import CHINA_LON_LAT, candidate_words
from geodata.importing.report import Bounds
from geodata.readers.raw import RawLayer

Mask = npt.NDArray[np.bool_]
Boxes = npt.NDArray[np.float64]

LARGEST_LON_LAT: Bounds = (-180.0, -90.0, 180.0, 90.0)
SWAPPED = "x and y are exchanged in this row; exchange them"
OFF_GLOBE = "longitude or latitude out of range; correct or remove it"


def within_range(layer: RawLayer, *, area: GeoDataFrame | None, source: str) -> RawLayer:
    """The rows that lie where coordinates of their CRS can lie.

    Parameters
    ----------
    layer
        Rows with finite geometries and a CRS.
    area
        The study area; without one China for longitude and latitude, else where the CRS is used.
    source
        The layer, as the user knows it.

    Raises
    ------
    LayerError
        When all coordinates are of another unit than the CRS, or most of them are swapped.
    """
    crs = layer.crs
    if crs is None or not len(layer.row):
        return layer
    boxes = shapely.bounds(layer.geometry)
    if crs.is_geographic:
        _refuse_metres(boxes, source)
    else:
        _refuse_degrees(boxes, crs, source)
    home, words = _home(crs, area)
    inside, swapped = _in(boxes, home), _in(boxes[:, [1, 0, 3, 2]], home)
    swapped &= ~inside
    if swapped.sum() * 2 > len(boxes):
        fault = f"x and y look swapped: {swapped.sum()} of {len(boxes)} rows would lie in {words} the other way round"
        raise LayerError(source, [f"{fault}; exchange the two columns, or set swap_xy"])
    off = ~_in(boxes, LARGEST_LON_LAT) & crs.is_geographic
    outside = ~inside & ~swapped & ~off
    if outside.any():
        rows = listed(layer.row[outside])
        layer = layer.saying(f"{outside.sum()} of {len(boxes)} rows lie outside of {words} and were kept (rows {rows})")
    return layer.rejecting_each(np.where(swapped, SWAPPED, np.where(off, OFF_GLOBE, "")).astype(object))


def total_bounds(boxes: Boxes) -> Bounds | None:
    """Bounds around some bounds; None when there are none.

    Parameters
    ----------
    boxes
        One row of xmin, ymin, xmax, ymax per geometry.
    """
    if not len(boxes):
        return None
    low, high = np.nanmin(boxes[:, :2], axis=0), np.nanmax(boxes[:, 2:], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _in(boxes: Boxes, home: Bounds) -> Mask:
    xmin, ymin, xmax, ymax = home
    inside: Mask = (boxes[:, 0] >= xmin) & (boxes[:, 1] >= ymin) & (boxes[:, 2] <= xmax) & (boxes[:, 3] <= ymax)
    return inside


def _refuse_metres(boxes: Boxes, source: str) -> None:
    """All coordinates off the globe both ways round are not degrees."""
    either = _in(boxes, LARGEST_LON_LAT) | _in(boxes[:, [1, 0, 3, 2]], LARGEST_LON_LAT)
    if not either.any():
        bounds = total_bounds(boxes)
        fault = f"the CRS is in degrees, but the coordinates are not (bounds {_words(bounds)})"
        raise LayerError(source, [f"{fault}; set crs to the projected CRS they are in{candidate_words(bounds)}"])


def _refuse_degrees(boxes: Boxes, crs: CRS, source: str) -> None:
    if _in(boxes, LARGEST_LON_LAT).all():
        bounds = total_bounds(boxes)
        fault = (
            f"the CRS {crs.to_string()} is in metres, but the coordinates look like degrees (bounds {_words(bounds)})"
        )
        raise LayerError(source, [f"{fault}; set crs{candidate_words(bounds)}"])


def _words(bounds: Bounds | None) -> str:
    return ", ".join(f"{number:.10g}" for number in bounds or ())


def _home(crs: CRS, area: GeoDataFrame | None) -> tuple[Bounds, str]:
    """Where the rows should lie, in their CRS, and what that place is called."""
    if area is not None:
        xmin, ymin, xmax, ymax = area.to_crs(crs).total_bounds
        width, height = xmax - xmin, ymax - ymin
        return (xmin - width, ymin - height, xmax + width, ymax + height), "the study area and its surroundings"
    if crs.is_geographic:
        return CHINA_LON_LAT, "China"
    use = crs.area_of_use
    if use is None:
        return (-np.inf, -np.inf, np.inf, np.inf), "anywhere"
    to_crs = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    xmin, ymin, xmax, ymax = to_crs.transform_bounds(use.west, use.south, use.east, use.north)
    if not np.isfinite([xmin, ymin, xmax, ymax]).all():
        return (-np.inf, -np.inf, np.inf, np.inf), "anywhere"
    # Layers often reach over into the next zone.
    margin = xmax - xmin
    return (xmin - margin, ymin - margin, xmax + margin, ymax + margin), f"the area of {crs.to_string()}"
