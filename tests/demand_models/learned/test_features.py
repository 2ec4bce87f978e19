"""Features of places, on worlds that are counted on one hand."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box

from demand_models import DemandError
from demand_models.learned import (
    Features,
    Kernel,
    LengthWithin,
    Nearest,
    OfArea,
    Own,
    Within,
    build_features,
)
from geodata.errors import CrsError

CRS = "EPSG:32649"


def layer(geometry, **columns):
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


@pytest.fixture
def places():
    """Two places 1 km apart."""
    return layer([Point(0, 0), Point(1000, 0)], id=["a", "b"], piles=[4, 6])


@pytest.fixture
def layers():
    """Shops at 0, 300 and 500 m east of the first place, stations where the places are, a road, districts."""
    return {
        "shops": layer([Point(0, 0), Point(300, 0), Point(500, 0)], id=["s", "t", "u"], floor=["1", "10", "100"]),
        "stations": layer([Point(0, 0), Point(1000, 0)], id=["a", "b"], piles=[4, 6]),
        "roads": layer([LineString([(-5000, 0), (5000, 0)])]),
        "districts": layer([box(-500, -500, 500, 500), box(500, -500, 900, 500)], density=[7.0, 9.0]),
    }


def one(feature, places, layers):
    return build_features(places, layers, [feature]).values[:, 0]


def test_within_counts_the_border(places, layers):
    """A shop exactly at the reach counts, on both sides."""
    assert one(Within(name="n", unit="shops", layer="shops", reach_m=500), places, layers).tolist() == [3, 1]


def test_within_sums_a_column(places, layers):
    """Numbers written as text are numbers."""
    feature = Within(name="n", unit="m²", layer="shops", reach_m=499, column="floor")
    assert one(feature, places, layers).tolist() == [11, 0]


def test_within_of_an_area_is_measured_from_its_outline(places, layers):
    """A reach of 0 m counts what lies inside an area."""
    areas = layer([box(-10, -10, 310, 10)], id=["z"])
    assert one(Within(name="n", unit="shops", layer="shops", reach_m=0), areas, layers).tolist() == [2]
    assert one(Within(name="n", unit="shops", layer="shops", reach_m=190), areas, layers).tolist() == [3]


def test_a_station_does_not_count_itself(places, layers):
    """With `not_itself` the own piles are left out, those of the neighbour are not."""
    feature = Within(name="n", unit="piles", layer="stations", reach_m=1000, column="piles", not_itself=True)
    assert one(feature, places, layers).tolist() == [6, 4]


def test_kernel_is_the_gaussian(places, layers):
    """Two stations one bandwidth apart give 1 + exp(-1/2) at each; without itself only the second term."""
    both = Kernel(name="k", unit="stations", layer="stations", bandwidth_m=1000)
    other = Kernel(name="k", unit="stations", layer="stations", bandwidth_m=1000, not_itself=True)
    assert np.allclose(one(both, places, layers), 1 + np.exp(-0.5))
    assert np.allclose(one(other, places, layers), np.exp(-0.5))


def test_nearest_is_capped(places, layers):
    """The distance is in km and no more than the cap; an empty layer is as far as the cap."""
    assert one(Nearest(name="d", layer="shops", at_most_km=0.4), places, layers).tolist() == [0, 0.4]
    layers["shops"] = layers["shops"].iloc[:0]
    assert one(Nearest(name="d", layer="shops", at_most_km=2), places, layers).tolist() == [2, 2]


def test_road_density(places, layers):
    """A straight road through the middle of a disc has the length of its diameter."""
    density = one(LengthWithin(name="r", layer="roads", reach_m=1000), places, layers)
    assert np.allclose(density, 2 / np.pi, rtol=0.01)


def test_figure_of_the_area(places, layers):
    """A place takes the figure of its area, or of the nearest within the tolerance, else it is refused by name."""
    feature = OfArea(name="p", unit="people/km²", layer="districts", column="density", tolerance_m=100)
    assert one(feature, places, layers).tolist() == [7, 9]
    strict = OfArea(name="p", unit="people/km²", layer="districts", column="density")
    with pytest.raises(DemandError, match=r"'p': b lie in no area of layer 'districts'"):
        one(strict, places, layers)


def test_own_column(places, layers):
    """What a place has itself is a feature only when it is asked for."""
    assert one(Own(name="p", unit="piles", column="piles"), places, layers).tolist() == [4, 6]


def test_order_of_rows_changes_nothing(places, layers):
    """Shuffled layers give the same bytes."""
    wanted = [Kernel(name="k", unit="m²", layer="shops", bandwidth_m=200, column="floor")]
    before = build_features(places, layers, wanted)
    layers["shops"] = layers["shops"].iloc[::-1]
    assert np.allclose(build_features(places, layers, wanted).values, before.values, rtol=1e-15)


def test_unknown_layer_is_named(places, layers):
    """The message names the feature, the layer and the near miss."""
    with pytest.raises(DemandError, match=r"'n': layer 'shop' is not among .*did you mean"):
        one(Within(name="n", unit="shops", layer="shop", reach_m=1), places, layers)


def test_degrees_are_refused(places, layers):
    """A radius in metres needs a metric CRS."""
    with pytest.raises(CrsError):
        build_features(places.to_crs(4326), layers, [Own(name="p", unit="piles", column="piles")])
    with pytest.raises(DemandError, match="none is asked for"):
        build_features(places, layers, [])


def test_faults_of_a_table_come_at_once():
    """Repeated names and values that are not finite are told together."""
    with pytest.raises(DemandError, match=r"k stand more than once; feature 'k': not a number at b"):
        Features(("a", "b"), ("k", "k"), ("1", "1"), (0, 0), np.array([[0, 1], [np.nan, 2]]))
    with pytest.raises(DemandError, match="2 places and 1 features"):
        Features(("a", "b"), ("k",), ("1",), (0,), np.zeros((3, 1)))


def test_choosing_features_and_rows():
    """Columns and rows keep their names; an unknown one is named."""
    features = Features(("a", "b"), ("x", "y"), ("1", "km"), (0, 1), np.array([[1.0, 2], [3, 4]]))
    assert features.only(["y"]).values.tolist() == [[2], [4]]
    assert features.only(["y"]).signs == (1,)
    assert features.freed().signs == (0, 0)
    assert features.rows(np.array([False, True])).ids == ("b",)
    assert len(features) == 2
    with pytest.raises(DemandError, match="no 'z'; there are x, y"):
        features.only(["z"])
