"""What lies on a reference is counted, and chance is what moved positions show."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geodata.datums.evidence import by_distance, in_metres, inside, namesake, nearest, readings_of

ROAD = gpd.GeoSeries([LineString([(0, 0), (10_000, 0)])], crs="EPSG:32649")


def along(offset_m, count=50):
    """Positions beside the road."""
    return np.column_stack([np.linspace(2000, 8000, count), np.full(count, float(offset_m))])


def test_positions_on_the_road_are_counted_by_reading():
    """Half of the rows lie on the road in the first reading, all in the second, none in the third."""
    half = np.where(np.arange(50)[:, None] % 2, along(3), along(30))
    evidence = by_distance([half, along(0), along(100)], nearest(ROAD), near_m=8)
    assert list(evidence.shares) == [0.5, 1, 0]
    assert list(evidence.median_m) == [16.5, 0, 100]
    assert {name: len(rows) for name, rows in evidence.only().items()} == {"wgs84": 0, "gcj02": 25, "bd09": 0}


def test_rows_out_of_reach_are_left_out():
    """A row that is farther than the reach under one reading is not compared under any."""
    far = along(0)
    far[:10] += [0, 500]
    evidence = by_distance([along(0), far, along(20)], nearest(ROAD, reach_m=300), near_m=8, reach_m=300)
    assert list(evidence.rows) == list(range(10, 50))


def test_nothing_lies_on_a_far_road_by_chance():
    """Positions 5 km away stay off the road when moved, and a count of few rows is never taken for certainty."""
    evidence = by_distance([along(5000, 4)] * 3, nearest(ROAD), near_m=8)
    assert evidence.chance == 0
    assert evidence.spread == pytest.approx(np.sqrt(1 / 6 * 5 / 6 / 4))
    assert by_distance([along(5000, 400)] * 3, nearest(ROAD), near_m=8).spread < 0.01


def test_no_rows_no_evidence():
    """Without rows nothing is certain and nothing fails."""
    evidence = by_distance([np.zeros((0, 2))] * 3, nearest(ROAD), near_m=8)
    assert list(evidence.shares) == [0, 0, 0]
    assert np.isnan(evidence.median_m).all()


def test_each_row_has_its_own_namesake():
    """Rows are compared with the geometry in their place, whatever lies nearer."""
    spots = np.array([Point(0, 0), Point(100, 0)], dtype=object)
    assert list(namesake(spots)(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([0, 1]))) == [5, 100]


def test_inside_of_one_area_or_of_its_own():
    """Borders belong to the area."""
    places = [np.array([[0.0, 0.0], [5.0, 5.0]])] * 3
    assert inside(places, box(0, 0, 1, 1)).tolist() == [[True] * 3, [False] * 3]
    own = np.array([box(2, 2, 3, 3), box(4, 4, 6, 6)], dtype=object)
    assert inside(places, own).tolist() == [[False] * 3, [True] * 3]


def test_readings_are_metres_apart():
    """One position has three readings, several hundred metres from each other, in a metric CRS of the reference."""
    places, reference = in_metres(readings_of([113.3], [23.1]), gpd.GeoSeries([Point(113.3, 23.1)], crs=4326))
    assert reference.crs.to_epsg() == 4547
    assert shapely.distance(reference.iloc[0], Point(places[0][0])) < 1e-3
    assert 500 < shapely.distance(Point(places[0][0]), Point(places[1][0])) < 700
    assert 800 < shapely.distance(Point(places[1][0]), Point(places[2][0])) < 1100
