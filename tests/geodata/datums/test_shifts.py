"""Positions of Chinese web maps go to WGS84 and back, to the millimetre."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geodata.datums.shifts import DATUMS, from_wgs84, shift_layer, to_wgs84
from geodata.errors import CrsError
from geodata.mainland import _region, in_mainland_china

DEGREE_M = 111_320.0
SHIFTED = ("gcj02", "bd09")
LONGITUDES = st.floats(73, 136)
LATITUDES = st.floats(18, 54)


def metres(first, second):
    """Distance of positions that are near each other."""
    east = (np.asarray(first[0]) - second[0]) * np.cos(np.radians(second[1]))
    return np.hypot(east, np.asarray(first[1]) - second[1]) * DEGREE_M


def layer(*shapes, crs="EPSG:4326"):
    return gpd.GeoDataFrame({"name": list(range(len(shapes)))}, geometry=list(shapes), crs=crs)


def test_published_positions():
    """The figures that every open converter gives for one place in Peking."""
    assert np.allclose(from_wgs84(116.404, 39.915, "gcj02"), (116.41024449916938, 39.91640428150164), atol=1e-9)
    true = to_wgs84(116.404, 39.915, "gcj02")
    assert np.allclose(from_wgs84(*true, "bd09"), (116.41036949371029, 39.92133699351022), atol=1e-9)


@given(lon=LONGITUDES, lat=LATITUDES, datum=st.sampled_from(DATUMS))
def test_there_and_back(lon, lat, datum):
    """All over China a position comes back to within a millimetre."""
    assume(in_mainland_china(lon, lat))
    assert metres(to_wgs84(*from_wgs84(lon, lat, datum), datum), (lon, lat)) < 1e-3


@given(lon=LONGITUDES, lat=LATITUDES, datum=st.sampled_from(SHIFTED))
def test_back_and_there(lon, lat, datum):
    """A position of a web map that has a true place in the mainland comes back to within a millimetre; others stay."""
    true = to_wgs84(lon, lat, datum)
    assume(true != (lon, lat))
    assert in_mainland_china(*true)
    assert metres(from_wgs84(*true, datum), (lon, lat)) < 1e-3


@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90), datum=st.sampled_from(DATUMS))
def test_outside_nothing_moves(lon, lat, datum):
    """Outside of the mainland a position stays exactly, to WGS84 from some 2 km beyond the border on."""
    assume(not in_mainland_china(lon, lat))
    assert from_wgs84(lon, lat, datum) == (lon, lat)
    assume(shapely.distance(_region(), Point(lon, lat)) > 0.02)
    assert to_wgs84(lon, lat, datum) == (lon, lat)


@pytest.mark.parametrize("datum", SHIFTED)
def test_a_place_in_hong_kong_stays(datum):
    """Central in Hong Kong, Coloane in Macao and Taipei have one position in every datum."""
    lon, lat = [114.158, 113.575, 121.56], [22.281, 22.12, 25.04]
    for move in (to_wgs84, from_wgs84):
        assert np.array_equal(move(lon, lat, datum), (lon, lat))


def test_beside_the_border_the_mainland_is_meant():
    """A position that is shifted from Luohu, or not shifted in Hong Kong, is taken for one of Luohu."""
    luohu = (114.117, 22.533)
    shown = from_wgs84(*luohu, "gcj02")
    assert not in_mainland_china(*shown)
    assert metres(to_wgs84(*shown, "gcj02"), luohu) < 1e-3


@given(lon=LONGITUDES, lat=LATITUDES, step=st.floats(1e-3, 0.1), datum=st.sampled_from(SHIFTED))
def test_east_stays_east_and_north_stays_north(lon, lat, step, datum):
    """The shift never exchanges two places, in either direction."""
    given = np.array([lon, lon + step, lon]), np.array([lat, lat, lat + step])
    assume(in_mainland_china(*given).all())
    for move in (from_wgs84, to_wgs84):
        x, y = move(*given, datum)
        # Beside the border a position of a web map may stay while its neighbour moves.
        assume(((x != given[0]) | (y != given[1])).all())
        assert x[1] > x[0]
        assert y[2] > y[0]


@given(lon=LONGITUDES, lat=LATITUDES)
def test_by_way_of_gcj02(lon, lat):
    """BD-09 to GCJ-02 to WGS84 ends where BD-09 to WGS84 does."""
    direct = to_wgs84(lon, lat, "bd09")
    assume(in_mainland_china(*direct))
    assert metres(to_wgs84(*from_wgs84(*direct, "gcj02"), "gcj02"), direct) < 1e-3


@given(lon=LONGITUDES, lat=LATITUDES)
def test_the_size_of_the_shift(lon, lat):
    """GCJ-02 moves positions by up to 750 m, BD-09 by 0.5 to 1.7 km."""
    assume(in_mainland_china(lon, lat))
    assert metres(from_wgs84(lon, lat, "gcj02"), (lon, lat)) < 750
    assert 500 < metres(from_wgs84(lon, lat, "bd09"), (lon, lat)) < 1700


def test_cgcs2000_is_wgs84():
    """A place in CGCS2000 is where WGS84 has it."""
    assert to_wgs84(113.3, 23.1, "cgcs2000") == (113.3, 23.1)


def test_many_positions_are_the_single_ones():
    """Arrays of any shape give what their elements give, and the arrays given stay as they are."""
    lon, lat = np.array([[113.3, 0.0], [120.2, np.nan]]), np.array([[23.1, 51.0], [30.3, 30.0]])
    before = lon.copy()
    x, y = to_wgs84(lon, lat, "bd09")
    assert x.shape == y.shape == (2, 2)
    assert np.array_equal(lon, before, equal_nan=True)
    for at in np.ndindex(2, 2):
        assert np.allclose((x[at], y[at]), to_wgs84(lon[at], lat[at], "bd09"), atol=1e-10, equal_nan=True)


def test_no_positions():
    """Nothing in, nothing out."""
    assert [part.shape for part in to_wgs84([], [], "gcj02")] == [(0,), (0,)]


def test_an_unknown_datum_names_the_known_one():
    """A misspelt datum is answered with the one meant, another word with the list."""
    with pytest.raises(CrsError, match=r'datum "gcj-02" is not known; did you mean "gcj02"\?'):
        to_wgs84(113, 23, "gcj-02")
    with pytest.raises(CrsError, match="use one of wgs84, cgcs2000, gcj02, bd09"):
        from_wgs84(113, 23, "mars")


def test_any_geometry_is_shifted():
    """Each vertex of points, lines, areas with holes and collections moves as a point would; heights stay."""
    spot, other = (113.3, 23.1), (113.31, 23.12)
    hole = Polygon(box(113, 23, 113.1, 23.1).exterior, [box(113.02, 23.02, 113.05, 23.05).exterior])
    shapes = [
        Point(spot),
        Point(*spot, 12.5),
        LineString([spot, other]),
        hole,
        MultiPolygon([hole, box(113.4, 23.4, 113.5, 23.5)]),
        GeometryCollection([Point(spot), LineString([spot, other])]),
    ]
    moved = shift_layer(layer(*shapes), "gcj02").geometry
    for before, after in zip(shapes, moved, strict=True):
        assert after.geom_type == before.geom_type
        vertices = shapely.get_coordinates(before)
        assert metres(shapely.get_coordinates(after).T, np.array(to_wgs84(*vertices.T, "gcj02"))).max() < 1e-3
    assert moved[1].z == 12.5
    assert not moved[0].has_z


def test_a_shifted_layer_keeps_its_rows():
    """Index, columns, missing and empty geometries and the name of the geometry column stay; the CRS is WGS84."""
    frame = layer(Point(113.3, 23.1), None, Point(), crs=4490).set_index(pd.Index([7, 5, 3])).rename_geometry("shape")
    moved = shift_layer(frame, "bd09")
    assert list(moved.index) == [7, 5, 3]
    assert moved.active_geometry_name == "shape"
    assert moved.geometry.loc[5] is None
    assert moved.geometry.loc[3].is_empty
    assert moved.crs.to_epsg() == 4326
    assert frame.geometry.loc[7] == Point(113.3, 23.1)


def test_what_is_no_position_is_not_shifted():
    """A point that is not finite stays for others to reject."""
    moved = shift_layer(layer(Point(np.nan, 23.1), Point(113.3, 23.1)), "gcj02").geometry
    assert np.isnan(moved[0].x)
    assert moved[1] != Point(113.3, 23.1)


def test_a_layer_without_shift_stays():
    """WGS84 and CGCS2000 keep their coordinates; a layer without CRS gets one."""
    frame = layer(Point(113.3, 23.1), crs=None)
    moved = shift_layer(frame, "cgcs2000")
    assert moved.geometry.iloc[0] == Point(113.3, 23.1)
    assert moved.crs.to_epsg() == 4326


def test_an_outline_at_the_border_is_not_torn():
    """An area of Shenzhen that reaches over the river moves as one, and one of Hong Kong stays as one."""
    luohu, kowloon = box(114.10, 22.52, 114.14, 22.58), box(114.15, 22.30, 114.20, 22.5545)
    moved = shift_layer(layer(luohu, kowloon), "gcj02").geometry
    assert moved[0].area == pytest.approx(luohu.area, rel=0.01)
    assert moved[0].centroid.distance(luohu.centroid) > 0.003
    assert moved[1].equals(kowloon)


@pytest.mark.parametrize("crs", [32649, 4547, 4214, 4610])
def test_only_degrees_of_wgs84_are_shifted(crs):
    """A projected layer, or one of Beijing 1954 or Xian 1980, must be converted first."""
    with pytest.raises(CrsError, match=f"EPSG:{crs}; convert the layer"):
        shift_layer(layer(Point(113.3, 23.1)).to_crs(crs), "gcj02")


@pytest.mark.parametrize("crs", ["OGC:CRS84", 4490, 4979])
def test_any_name_of_wgs84_will_do(crs):
    """The layer may be labelled with each of the systems that share the ellipsoid."""
    assert shift_layer(layer(Point(113.3, 23.1), crs=crs), "gcj02").crs.to_epsg() == 4326


@pytest.mark.parametrize(
    ("lon", "lat", "datum"),
    [("station_lg", "station_lt", "gcj02"), ("DB09_station_lg", "DB09_station_lt", "bd09")],
)
def test_stations_of_guangzhou(real_data, lon, lat, datum):
    """The three pairs of the table are one place each, to the rounding and roughness of whoever converted them."""
    table = pd.read_csv(real_data / "guangzhou" / "gz_charging_stations_2017_2021.csv")
    found = to_wgs84(table[lon], table[lat], datum)
    apart_m = metres(found, (table["WGS84_station_lg"].to_numpy(), table["WGS84_station_lt"].to_numpy()))
    assert np.median(apart_m) < 0.1
    assert apart_m.max() < 0.3
