"""Only a CRS in true metres may measure."""

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata.crs import (
    LARGEST_SCALE_ERROR_PPM,
    known_crs,
    metric_crs_for,
    require_metric,
    same_metric,
    scale_error_ppm,
    to_metric,
)
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


def area(*bounds):
    return gpd.GeoSeries([box(*bounds)], crs="EPSG:4326")


@pytest.mark.parametrize(
    ("bounds", "epsg", "name"),
    [
        ((112.95, 22.57, 114.06, 23.93), 4547, "CGCS2000 3-degree zone of the meridian 114 E"),
        ((109.65, 20.2, 110.9, 21.9), 4546, "CGCS2000 3-degree zone of the meridian 111 E"),
        ((74.9, 38.9, 76.5, 40.0), 4534, "CGCS2000 3-degree zone of the meridian 75 E"),
        ((134.0, 47.9, 134.7, 48.4), 4554, "CGCS2000 3-degree zone of the meridian 135 E"),
        ((114.1, 22.2, 114.3, 22.4), 32650, "UTM zone 50N"),
        ((121.4, 24.9, 121.7, 25.2), 32651, "UTM zone 51N"),
        ((-58.6, -34.8, -58.2, -34.4), 32721, "UTM zone 21S"),
        ((-180, 65, -179, 66), 32601, "UTM zone 1N"),
    ],
)
def test_the_zone_of_an_area(bounds, epsg, name):
    """Mainland cities get their CGCS2000 zone, all others their UTM zone, with the reason and the scale error."""
    crs, reason = metric_crs_for(area(*bounds))
    assert crs.to_epsg() == epsg
    assert reason.startswith(f"EPSG:{epsg}, {name}: the study area lies")
    assert reason.endswith(f"lengths are wrong by {scale_error_ppm(area(*bounds), crs):.0f} ppm at most")


def test_an_area_too_wide_for_a_zone():
    """A province gets an equal-area projection of its own, around its middle, and the zone's error is said."""
    crs, reason = metric_crs_for(area(109.65, 20.21, 117.31, 25.52))
    assert crs.coordinate_operation.method_name == "Lambert Azimuthal Equal Area"
    assert "too wide for CGCS2000 3-degree zone of the meridian 114 E (EPSG:4547, 25" in reason
    assert scale_error_ppm(area(109.65, 20.21, 117.31, 25.52), crs) < LARGEST_SCALE_ERROR_PPM
    assert require_metric(crs.to_wkt(), what="study") == crs


def test_scale_error_on_the_equator():
    """A 3-degree zone is true at its meridian, and 1.5 degrees off it stretches by half the square of the angle."""
    assert scale_error_ppm(area(114, 0, 114, 0), 4547) == pytest.approx(0, abs=1e-3)
    assert scale_error_ppm(area(114, 0, 115.5, 0), 4547) == pytest.approx(1e6 * 0.0261799**2 / 2, rel=0.01)
    assert scale_error_ppm(area(117, 10, 117, 10), 32650) == pytest.approx(400, abs=0.01)


def test_any_crs_may_hold_the_area():
    """The choice depends on the place, not on how it is written; a layer counts by its bounds."""
    degrees = area(113, 23, 113.5, 23.5)
    assert metric_crs_for(degrees.to_crs(32649))[0] == metric_crs_for(degrees)[0]
    assert metric_crs_for(gpd.GeoDataFrame(geometry=degrees))[0] == metric_crs_for(degrees)[0]


@pytest.mark.parametrize(
    ("geometry", "crs", "said"),
    [
        ([CANTON_TOWER], None, "study area: no CRS"),
        ([], 4326, "no place on the globe"),
        ([Point(-179, 70), Point(179, 71)], 4326, "no area to measure in one system"),
    ],
)
def test_no_area_has_no_zone(geometry, crs, said):
    """Without a CRS or a place, or around the globe, there is nothing to choose from."""
    with pytest.raises(CrsError, match=said):
        metric_crs_for(gpd.GeoSeries(geometry, crs=crs))


@given(west=st.floats(-179, 175), south=st.floats(-80, 78), width=st.floats(0.001, 4), height=st.floats(0.001, 2))
def test_every_city_has_a_metric_crs(west, south, width, height):
    """Wherever an area of city size lies, its system is metric and within the largest scale error."""
    crs, _ = metric_crs_for(area(west, south, west + width, south + height))
    assert require_metric(crs, what="study") == crs
    assert scale_error_ppm(area(west, south, west + width, south + height), crs) <= LARGEST_SCALE_ERROR_PPM
