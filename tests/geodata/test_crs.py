"""Only a CRS in true metres may measure."""

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geodata.crs import known_crs, require_metric, same_metric, to_metric
from geodata.errors import CrsError

CANTON_TOWER = Point(113.3191, 23.1086)


@pytest.mark.parametrize("crs", ["EPSG:32649", 4547, "EPSG:4526"])
def test_projected_metres_are_accepted(crs):
    """UTM and the Chinese Gauss-Krueger zones are metric."""
    assert require_metric(crs, what="grid").is_projected


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        (None, "no CRS; set crs"),
        ("EPSG:4326", "not projected"),
        ("EPSG:4490", "not projected"),
        ("EPSG:2263", "US survey foot, not in metres"),
        ("EPSG:3857", "Web Mercator"),
        ("EPSG:99999", "not known"),
        ("nonsense", "not known"),
    ],
)
def test_every_other_crs_is_refused_with_the_reason(crs, said):
    """A missing, geographic, non-metric, distorting or unknown CRS is refused, naming whose it is."""
    with pytest.raises(CrsError, match=said) as caught:
        require_metric(crs, what="districts")
    assert str(caught.value).startswith("districts: ")


def test_unknown_geographic_crs_is_still_known():
    """Reading accepts degrees; only measuring does not."""
    assert known_crs(4326, what="layer").is_geographic


def test_layers_must_share_their_crs():
    """Two metric zones do not mix."""
    assert same_metric(32649, "EPSG:32649", what="a and b").to_epsg() == 32649
    with pytest.raises(CrsError, match="a and b: the CRS differ"):
        same_metric(32649, 32650, what="a and b")


def test_conversion_keeps_rows_and_index():
    """Converted positions stand where they should, in the rows where they were."""
    frame = gpd.GeoDataFrame({"name": ["tower"]}, geometry=[CANTON_TOWER], crs=4326, index=[7])
    moved = to_metric(frame, "EPSG:32649")
    assert list(moved.index) == [7]
    assert moved.geometry.iloc[0].x == pytest.approx(737_500, abs=500)
    assert moved.geometry.iloc[0].y == pytest.approx(2_557_500, abs=500)
    assert frame.crs.to_epsg() == 4326


def test_swapped_axes_are_noticed_by_conversion():
    """A position that conversion loses is an error, never an infinite coordinate."""
    frame = gpd.GeoDataFrame(geometry=[CANTON_TOWER, Point(23.1086, 113.3191)], crs=4326)
    with pytest.raises(CrsError, match=r"1 of 2 rows \(first: row 2\).*swapped"):
        to_metric(frame, 32649)


def test_layer_without_crs_is_not_converted():
    """Nothing is assumed about coordinates without a CRS."""
    with pytest.raises(CrsError, match="layer: no CRS"):
        to_metric(gpd.GeoDataFrame(geometry=[CANTON_TOWER]), 32649)
