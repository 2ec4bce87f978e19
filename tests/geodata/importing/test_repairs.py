"""Geometries are made fit for use, row by row, or their rows go out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

from geodata.importing.repairs import areas_m2, flat, geometry_names, of_type, valid, without_unusable
from geodata.readers.raw import RawLayer

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def raw(*shapes, crs=None):
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    rows = np.arange(1, len(shapes) + 1)
    return RawLayer(frame=pd.DataFrame({"n": rows}), geometry=geometry, row=rows, driver="", crs=crs)


def test_bow_tie_keeps_its_two_triangles():
    """The area of 0 before becomes that of both halves, 50 square metres."""
    layer = valid(raw(BOW_TIE, crs=CRS(32649)))
    assert layer.geometry[0].area == 50
    assert (layer.repairs[0].before, layer.repairs[0].after) == ("0 m2", "50 m2")


def test_small_repair_needs_no_look():
    """A ring that touches itself is mended without change of area."""
    touching = Polygon([(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)])
    layer = valid(raw(touching, crs=CRS(32649)))
    assert "look at it" not in layer.repairs[0].what


def test_areas_of_degrees_are_in_square_metres():
    """A cell of a hundredth of a degree at the equator is 1.24 square kilometres."""
    cell = Polygon([(0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01)])
    shapes = np.array([cell, None], dtype=object)
    assert areas_m2(shapes, CRS(4326)) == pytest.approx([1_230_907, 0], rel=1e-3)


def test_parts_of_less_dimension_are_dropped():
    """What is left of an area beside a spike is the area."""
    spike = Polygon([(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)])
    (shape,) = valid(raw(spike)).geometry
    assert shape.geom_type == "Polygon"
    assert shape.area == 100


def test_line_without_length_is_rejected():
    """Nothing of the dimension of a line is left of it."""
    layer = valid(raw(LineString([(0, 0), (0, 0)]), LineString([(0, 0), (1, 1)])))
    assert layer.row.tolist() == [2]


def test_names_of_types():
    """A missing geometry has a word too."""
    assert list(geometry_names(np.array([None, Point(0, 0), MultiPolygon()], dtype=object))) == [
        "None",
        "Point",
        "MultiPolygon",
    ]


RING = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=8)


@given(st.lists(RING, min_size=1, max_size=4))
def test_every_area_ends_valid_or_rejected(rings):
    """Whatever the corners, each row is kept with a valid area or rejected once."""
    layer = valid(of_type(flat(without_unusable(raw(*[Polygon(ring) for ring in rings]))), "areas"))
    rejected = [row for part in layer.rejected for row in part.rows]
    assert sorted([*layer.row.tolist(), *rejected]) == list(range(1, len(rings) + 1))
    assert all(shape.is_valid and shape.area > 0 for shape in layer.geometry)
