"""Square cells over an area, as the parts that lie in it."""

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from geodata.crs import require_metric

SLIVER_SHARE = 0.01
"""A clipped cell with less than this share of a full cell's area is dropped."""

MOST_CELLS = 5_000_000
"""Beyond this a grid is a mistake of unit rather than a wish."""

LARGEST_COORDINATE_M = 10**8 - 1
"""Largest coordinate of the projected systems in use (zone numbers before the easting included)."""


def square_areas(
    area: BaseGeometry, cell_m: float, *, crs: CRS | str, minus: BaseGeometry | None = None
) -> GeoDataFrame:
    """The parts of the cells of a square grid that lie in an area.

    The grid starts at the origin of the CRS, so that a cell keeps its place and its id when the area changes.

    Parameters
    ----------
    area
        Polygon or multipolygon in `crs`.
    cell_m
        Side of a cell in metres.
    crs
        A metric CRS.
    minus
        Places in `crs` where no cell may be, such as water.

    Returns
    -------
    cells
        One row per cell, sorted by ``id`` (``c{column}r{row}``, counted in cells from the origin of the CRS), with
        ``area_km2`` and the outline of the part inside the area. Parts below 1 % of a full cell are left out. For one
        point per cell use `as_points`.

    Raises
    ------
    CrsError
        When the CRS is not metric.
    ValueError
        When the cell size is not positive, or gives more than five million cells.
    """
    metric = require_metric(crs, what="grid")
    if not (np.isfinite(cell_m) and cell_m > 0):
        raise ValueError(f"Expected cell_m > 0, found {cell_m}.")
    wanted = shapely.make_valid(area if minus is None else shapely.difference(area, minus))
    column, row = _cells_in(wanted.bounds, cell_m)
    boxes = shapely.box(column * cell_m, row * cell_m, (column + 1) * cell_m, (row + 1) * cell_m)
    cell, parts = parts_in(boxes, wanted, least_m2=SLIVER_SHARE * cell_m**2)
    return cells_of(_ids(column[cell], row[cell], cell_m), parts, crs=metric)


def parts_in(
    cells: npt.NDArray[np.object_], area: BaseGeometry, *, least_m2: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Rows of the cells that have a part in an area, and these parts; smaller parts than the least are left out."""
    shapely.prepare(area)
    found = np.flatnonzero(shapely.intersects(area, cells))
    parts = cells[found]
    cut = ~shapely.covers(area, parts)
    parts[cut] = shapely.intersection(area, parts[cut])
    kept = shapely.area(parts) >= least_m2
    return found[kept], parts[kept]


def cells_of(ids: npt.NDArray[np.object_], parts: npt.NDArray[np.object_], *, crs: CRS) -> GeoDataFrame:
    """The layer of cells, sorted by id."""
    cells = GeoDataFrame({"id": ids, "area_km2": shapely.area(parts) / 1e6}, geometry=parts, crs=crs)
    return cells.sort_values("id", ignore_index=True)


def _cells_in(
    bounds: tuple[float, float, float, float], cell_m: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Column and row numbers of every cell that a rectangle touches, none when the rectangle is empty."""
    if not np.isfinite(bounds).all():
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    low = np.floor(np.array(bounds[:2]) / cell_m).astype(np.int64)
    high = np.floor(np.array(bounds[2:]) / cell_m).astype(np.int64) + 1
    if np.prod((high - low).astype(float)) > MOST_CELLS:
        raise ValueError(f"A grid of {cell_m} m has more than {MOST_CELLS} cells here; choose a larger cell_m.")
    columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]), indexing="ij")
    return columns.ravel(), rows.ravel()


def _ids(columns: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], cell_m: float) -> npt.NDArray[np.object_]:
    """Ids of one width for a cell size, so that they neither depend on the area nor break the spatial order."""
    width = len(str(int(LARGEST_COORDINATE_M // cell_m)))
    pairs = zip(columns, rows, strict=True)
    return np.array([f"c{column:0{width}d}r{row:0{width}d}" for column, row in pairs], dtype=object)
