"""Hexagonal cells of the H3 grid over an area; they need the extra ``siting[h3]``."""

from importlib import import_module
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from geodata.crs import require_metric
from geodata.errors import LayerError
from geodata.grid import MOST_CELLS, SLIVER_SHARE, cells_of, parts_in

_LONGEST_EDGE_M: Final = 10_000.0
"""A longer edge of an outline is divided, as a straight line of the CRS is none of longitude and latitude."""

_ROOM_EDGES: Final = 2.0
"""Farther than the centre of a cell can lie from what it touches, in edges of an average cell."""

_RESOLUTIONS: Final = range(16)


def hexagon_areas(
    area: BaseGeometry, resolution: int, *, crs: CRS | str, minus: BaseGeometry | None = None
) -> GeoDataFrame:
    """The parts of the cells of the H3 grid that lie in an area.

    H3 is one grid for the whole Earth, so cells of two studies, or of another program, can be compared by their id.
    Cells differ in area, neighbours by a few per mille and over the Earth by a factor of two: ``area_km2`` counts.

    Parameters
    ----------
    area
        Polygon or multipolygon in `crs`.
    resolution
        0 to 15: at 7 a cell has some 5 km² and an edge of 1.4 km, at 8 some 0.7 km² and 0.5 km, at 9 some 0.1 km².
    crs
        A metric CRS.
    minus
        Places in `crs` where no cell may be, such as water.

    Returns
    -------
    cells
        One row per cell, sorted by ``id`` (the H3 index), with ``area_km2`` and the outline of the part in the area.
        Parts below 1 % of an average full cell are left out. For one point per cell use `as_points`.

    Raises
    ------
    CrsError
        When the CRS is not metric.
    LayerError
        When h3 is not installed.
    ValueError
        When there is no such resolution, or it gives more than five million cells.
    """
    metric = require_metric(crs, what="hexagons")
    if resolution not in _RESOLUTIONS:
        raise ValueError(f"Expected a resolution from 0 to 15, found {resolution}.")
    h3 = _h3()
    wanted = shapely.make_valid(area if minus is None else shapely.difference(area, minus))
    full_m2 = float(h3.average_hexagon_area(resolution, unit="m^2"))
    if shapely.area(wanted) / full_m2 > MOST_CELLS:
        raise ValueError(f"Resolution {resolution} has more than {MOST_CELLS} cells here; choose a smaller one.")
    ids = np.array(sorted(_cells_near(h3, wanted, resolution, metric)), dtype=object)
    rings = [shapely.Polygon(np.array(h3.cell_to_boundary(name))[:, ::-1]) for name in ids]
    hexagons = _converted(np.array(rings, dtype=object), "EPSG:4326", metric)
    cell, parts = parts_in(hexagons, wanted, least_m2=SLIVER_SHARE * full_m2)
    return cells_of(ids[cell], parts, crs=metric)


def _h3() -> ModuleType:
    try:
        return import_module("h3")
    except ImportError as error:
        raise LayerError("hexagons", ['hexagonal cells need h3; install "siting[h3]"']) from error


def _cells_near(h3: ModuleType, area: BaseGeometry, resolution: int, crs: CRS) -> set[str]:
    """Ids of all cells that may touch an area."""
    if area.is_empty:
        return set()
    room_m = _ROOM_EDGES * float(h3.average_hexagon_edge_length(resolution, unit="m"))
    wide = shapely.segmentize(shapely.buffer(area, room_m, quad_segs=2), _LONGEST_EDGE_M)
    (shape,) = _converted(np.array([wide], dtype=object), crs, "EPSG:4326")
    return set(h3.geo_to_cells(shape, resolution))


def _converted(shapes: npt.NDArray[np.object_], crs: CRS | str, target: CRS | str) -> npt.NDArray[np.object_]:
    """Shapes in another CRS, their edges straight."""
    convert = Transformer.from_crs(crs, target, always_xy=True).transform
    moved: npt.NDArray[np.object_] = shapely.transform(shapes, lambda xy: np.column_stack(convert(*xy.T)))
    return moved
