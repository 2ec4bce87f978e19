"""One point for each geometry, within it."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiPoint, Point, Polygon

from geodata.errors import LayerError
from geodata.points import as_points, coordinates_of

CRESCENT = Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 9), (9, 9), (9, 1), (0, 1)])
BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def test_points_stay_and_areas_give_a_point_within():
    """The point of a crescent lies in the crescent, although its centroid does not."""
    shapes = [Point(1, 2), CRESCENT, LineString([(0, 0), (4, 0)]), MultiPoint([(5, 5)]), BOW_TIE]
    frame = gpd.GeoDataFrame({"name": list("abcde")}, geometry=shapes, crs=32649, index=[9, 8, 7, 6, 5])
    points = as_points(frame)
    assert list(points.index) == [9, 8, 7, 6, 5]
    assert (points.geom_type == "Point").all()
    assert points.geometry.iloc[0] == Point(1, 2)
    assert not CRESCENT.contains(CRESCENT.centroid)
    assert CRESCENT.contains(points.geometry.iloc[1])
    assert points.geometry.iloc[3] == Point(5, 5)
    assert frame.geom_type.iloc[1] == "Polygon"
    assert points.crs == frame.crs


def test_coordinates_are_those_of_the_points():
    """Coordinates come as rows of x and y."""
    np.testing.assert_array_equal(coordinates_of(gpd.GeoSeries([Point(1, 2), Point(3, 4)]), what="p"), [[1, 2], [3, 4]])
    assert coordinates_of(gpd.GeoSeries([]), what="p").shape == (0, 2)


def test_what_is_no_point_has_no_coordinates():
    """Missing, empty and infinite points and areas are named by row."""
    shapes = gpd.GeoSeries([Point(1, 2), None, Point(), CRESCENT, Point(np.inf, 1)])
    with pytest.raises(LayerError, match=r"origins: .* rows 2, 3, 4, 5; use as_points"):
        coordinates_of(shapes, what="origins")
