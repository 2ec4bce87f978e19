"""What lies in an area is counted in one area, or cut at its border."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from geodata.errors import CrsError, LayerError
from geodata.grid import square_areas
from geodata.joins import NOWHERE, area_in_m2, area_of, length_in_m, sum_in

UTM = "EPSG:32649"


def layer(*shapes):
    return gpd.GeoSeries(list(shapes), crs=UTM)


def spots(*coordinates):
    return layer(*map(Point, coordinates))


@pytest.fixture
def areas():
    """Two squares of 10 m side by side, a gap of 10 m, and a third one."""
    return layer(box(0, 0, 10, 10), box(10, 0, 20, 10), box(30, 0, 40, 10))


def test_a_point_has_one_area(areas):
    """A point on a common border belongs to the first area, one outside to none."""
    assert list(area_of(spots((5, 5), (10, 5), (35, 5), (25, 5)), areas)) == [0, 0, 2, NOWHERE]


def test_a_point_nearby_has_the_nearest_area(areas):
    """Within the tolerance, which includes its end, the nearest area is taken, the first of equals."""
    assert list(area_of(spots((25, 5), (26, 5)), areas, tolerance_m=5)) == [1, 2]
    assert list(area_of(spots((25, 5)), areas, tolerance_m=4.9)) == [NOWHERE]


def test_points_are_counted_once(areas):
    """The sum over the areas is the number of points in any of them, or the sum of their weights."""
    points = spots((5, 5), (10, 5), (10, 10), (35, 5), (25, 5))
    assert list(sum_in(areas, points)) == [3, 0, 1]
    assert list(sum_in(areas, points, weight=[1, 2, 3, 10, 100])) == [6, 0, 10]
    assert list(sum_in(areas, points, tolerance_m=5)) == [3, 1, 1]
    assert list(sum_in(areas, spots())) == [0, 0, 0]


def test_roads_are_cut_at_the_borders(areas):
    """A road through all areas has its ten metres in each; a loop along a border counts on both sides."""
    assert list(length_in_m(areas, layer(LineString([(-5, 5), (50, 5)])))) == [10, 10, 10]
    assert list(length_in_m(areas, layer(LineString([(10, 0), (10, 4)])))) == [4, 4, 0]


def test_buildings_are_cut_at_the_borders(areas):
    """A building over a border has its parts in both areas; what lies outside counts nowhere."""
    buildings = layer(box(8, 0, 13, 10), box(24, 0, 32, 5), box(1, 1, 2, 2))
    assert list(area_in_m2(areas, buildings)) == [21, 30, 10]


def test_a_weight_multiplies_the_measure(areas):
    """Ten metres of three lanes are thirty, a square metre of five floors is five; one weight may hold for all."""
    roads = layer(LineString([(0, 5), (10, 5)]), LineString([(10, 5), (20, 5)]))
    assert list(length_in_m(areas, roads, weight=[1, 3])) == [10, 30, 0]
    assert list(area_in_m2(areas, layer(box(1, 1, 2, 2), box(31, 1, 33, 2)), weight=5)) == [5, 0, 10]


def test_only_what_has_the_measure_is_measured(areas):
    """Points have no length and lines no area; the first such row is named."""
    with pytest.raises(LayerError, match=r"lines: 1 rows are not a line \(first: row 2\)"):
        length_in_m(areas, layer(LineString([(0, 0), (1, 1)]), Point(0, 0)))
    with pytest.raises(LayerError, match="shapes: 1 rows are not an area"):
        area_in_m2(areas, layer(LineString([(0, 0), (1, 1)])))
    with pytest.raises(LayerError, match="points: not a single point"):
        sum_in(areas, areas)


def test_degrees_are_refused(areas):
    """Lengths and areas need metres."""
    degrees = gpd.GeoSeries([box(113, 23, 114, 24)], crs=4326)
    with pytest.raises(CrsError, match="not projected"):
        area_in_m2(degrees, degrees)
    with pytest.raises(CrsError, match="the CRS differ"):
        length_in_m(areas, gpd.GeoSeries([LineString([(0, 0), (1, 1)])], crs=32650))


@given(
    lines=st.lists(st.tuples(*[st.floats(0, 100)] * 4), min_size=1, max_size=6),
    corners=st.lists(st.tuples(*[st.integers(0, 90)] * 2), min_size=1, max_size=6),
)
def test_cells_share_out_lengths_and_areas(lines, corners):
    """Over a grid that covers them, roads and buildings add up to themselves; points too."""
    cells = square_areas(box(0, 0, 100, 100), 25, crs=UTM).geometry
    roads = layer(*(LineString([ends[:2], ends[2:]]) for ends in lines if ends[:2] != ends[2:]))
    through = [not {x for x, _ in road.coords} <= {25.0 * n for n in range(5)} for road in roads]
    level = [not {y for _, y in road.coords} <= {25.0 * n for n in range(5)} for road in roads]
    roads = roads[np.logical_and(through, level)]
    assert length_in_m(cells, roads).sum() == pytest.approx(roads.length.sum(), abs=1e-6)
    houses = layer(*(box(x, y, x + 10, y + 7) for x, y in corners))
    assert area_in_m2(cells, houses).sum() == pytest.approx(houses.area.sum())
    assert sum_in(cells, houses.centroid).sum() == len(houses)
