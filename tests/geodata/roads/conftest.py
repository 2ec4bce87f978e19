"""Small networks in metres."""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS

from geodata.roads.assembly import network_of
from geodata.roads.ways import Ways

METRES = CRS.from_epsg(32649)


def ways_of(position, arcs, classes):
    """Ways of two nodes in one direction: from, to, time_s, and if not ten times the time length_m, and a class."""
    rows = [(arc[0], arc[1], arc[2], *arc[3:], *(10 * arc[2], classes[0])[len(arc) - 3 :]) for arc in arcs]
    count = len(rows)
    return Ways(
        position=np.array(position, dtype=float),
        crs=METRES,
        node_id=np.arange(len(position)),
        start=2 * np.arange(count + 1),
        node=np.array([row[:2] for row in rows], dtype=np.int64).ravel(),
        kmh=np.tile([1.0, np.nan], (count, 1)),
        class_code=np.array([classes.index(row[4]) for row in rows], dtype=np.int16),
        classes=tuple(classes),
        length_m=np.array([row[3] for row in rows], dtype=float),
        time_s=np.array([row[2] for row in rows], dtype=float),
        speed_source=np.zeros(count, dtype=np.int8),
        speed_sources=("given",),
    )


@pytest.fixture(scope="session")
def network():
    """A function: positions and arcs to a network."""
    return lambda position, arcs, classes=("road",): network_of(
        ways_of(position, arcs, classes), crs=METRES, source="drawn", provenance={}
    )


@pytest.fixture(scope="session")
def points():
    """A function: coordinates to points."""
    return lambda xy: gpd.GeoSeries(gpd.points_from_xy(*np.array(xy, dtype=float).reshape(-1, 2).T), crs=METRES)
