"""Sites beside a straight road of 10 km, found by hand."""

import geopandas as gpd
import pytest
from shapely import LineString, Point

from siting.roads import lengths_km, stops_beside

ROAD = gpd.GeoSeries([LineString([(0, 0), (10_000, 0)])], crs="EPSG:4547")


def beside(*points, **keys):
    """Stops of sites at (x, y) in metres, as (site, km, detour)."""
    sites = gpd.GeoSeries([Point(point) for point in points], crs="EPSG:4547")
    keys = {"max_detour_km": 2, "detour_factor": 1.0, "length_factor": 1.0} | keys
    stops = stops_beside(ROAD, sites, **keys)
    return list(zip(stops.site.tolist(), stops.km.tolist(), stops.detour_km.tolist(), strict=True))


def test_a_site_stands_at_the_nearest_point_of_the_road():
    """300 m off at km 4 is a detour of 600 m; beyond the end the stop is at the end."""
    assert beside((4000, 300), (10_400, 300)) == [(0, 4.0, 0.6), (1, 10.0, 1.0)]


def test_the_longest_detour_counts():
    """A kilometre off is a detour of 2 km, and a metre more one too long."""
    assert beside((5000, 1000), (6000, 1001)) == [(0, 5.0, 2.0)]


def test_factors_lengthen_the_detour_and_the_road():
    """Straight lines are driven 1.3 times as long, kilometres of the drawn line are 1.1 km of road."""
    assert beside((5000, 500), detour_factor=1.3, length_factor=1.1) == [(0, 5.5, 1.3)]
    assert lengths_km(ROAD, 1.1).tolist() == pytest.approx([11])


def test_positions_are_known_to_the_metre():
    """What is drawn a few centimetres off the origin stands at it, with no detour."""
    assert beside((0.2, 0.1)) == [(0, 0.0, 0.0)]
