"""The datum shows by where positions lie; little evidence is said to be little."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geodata.datums.detection import likely_datum
from geodata.datums.shifts import from_wgs84, to_wgs84
from geodata.errors import CrsError, LayerError

READINGS = ("wgs84", "gcj02", "bd09")
UTM = "EPSG:32649"


@pytest.fixture(scope="module")
def town():
    """Streets in every direction over 6 x 6 km north of Guangzhou, in metres."""
    rng = np.random.default_rng(3)
    starts = rng.uniform([740_000, 2_560_000], [746_000, 2_566_000], (500, 2))
    angle = rng.uniform(0, 2 * np.pi, 500)
    ends = starts + 600 * np.column_stack([np.cos(angle), np.sin(angle)])
    return gpd.GeoSeries([LineString(pair) for pair in zip(starts, ends, strict=True)], crs=UTM)


def on_streets(town, count, *, seed=0):
    """Places within 4 m of a street, like bus stops."""
    rng = np.random.default_rng(seed)
    street = town.to_numpy()[rng.integers(0, len(town), count)]
    there = shapely.get_coordinates(shapely.line_interpolate_point(street, rng.uniform(0, 600, count)))
    return there + rng.uniform(-3, 3, (count, 2))


def off_streets(town, count, *, seed=0):
    """Places 12 m or more from every street, like buildings."""
    rng = np.random.default_rng(seed)
    places = rng.uniform([740_500, 2_560_500], [745_500, 2_565_500], (20 * count, 2))
    free = shapely.distance(shapely.points(places), shapely.union_all(town.to_numpy())) > 12
    return places[free][:count]


def shown(metres, datum, **columns):
    """Places in metres as a file shows them in a datum."""
    true = gpd.GeoSeries(shapely.points(metres), crs=UTM).to_crs("EPSG:4326")
    lon, lat = from_wgs84(true.x, true.y, datum)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


@pytest.mark.parametrize("datum", READINGS)
@pytest.mark.parametrize("places", [on_streets, off_streets])
def test_places_on_or_off_the_streets_tell_their_datum(town, places, datum):
    """Stops lie on streets and buildings beside them under the true reading only; streets may be in any true CRS."""
    verdict = likely_datum(shown(places(town, 600), datum), town.to_crs(4326))
    assert (verdict.datum, verdict.sure) == (datum, "sure")
    assert set(verdict.distances_m) == set(verdict.shares) == set(READINGS)
    assert verdict.words.startswith({"wgs84": "WGS84", "gcj02": "GCJ-02", "bd09": "BD-09"}[datum] + ", sure")
    assert bool(verdict.warning) == (datum != "wgs84")


def test_the_median_is_that_of_the_places(town):
    """Stops lie 0 to 4 m from their street, a few hundred metres away under the other readings' chance."""
    verdict = likely_datum(shown(on_streets(town, 300), "gcj02"), town)
    assert verdict.distances_m["gcj02"] < 3
    assert verdict.distances_m["wgs84"] > 10 < verdict.distances_m["bd09"]


def test_places_anywhere_tell_nothing(town):
    """Places that do not care for streets are no evidence, and nothing is claimed."""
    anywhere = np.random.default_rng(0).uniform([740_500, 2_560_500], [745_500, 2_565_500], (400, 2))
    verdict = likely_datum(shown(anywhere, "gcj02"), town)
    assert (verdict.datum, verdict.sure, verdict.warning) == (None, "not sure", "")


def test_few_places_tell_nothing(town):
    """A dozen stops are no evidence, however well they fit."""
    verdict = likely_datum(shown(on_streets(town, 12), "wgs84"), town)
    assert verdict.datum is None
    assert "20 are needed" in verdict.words


def test_repeated_places_are_no_more_evidence(town):
    """A file that repeats six buildings a hundred times is not surer for it."""
    verdict = likely_datum(shown(np.repeat(off_streets(town, 6), 100, axis=0), "gcj02"), town)
    assert verdict.sure == "not sure"


def test_mixed_rows_are_reported_by_datum(town):
    """Stops of two datums in one file are told apart row by row as far as they can be, and no datum is named."""
    places = on_streets(town, 800)
    first, second = shown(places[:500], "wgs84"), shown(places[500:], "bd09")
    verdict = likely_datum(pd.concat([first, second], ignore_index=True), town)
    assert (verdict.datum, verdict.sure) == (None, "mixed")
    assert set(verdict.rows) == {"wgs84", "bd09"}
    assert (verdict.rows["wgs84"] < 500).mean() > 0.9
    assert (verdict.rows["bd09"] >= 500).mean() > 0.9
    assert "split the file" in verdict.warning


def test_places_of_another_source(town):
    """Where another source has a third of the places to the metre, the datum is sure, and mixed rows are found."""
    known = off_streets(town, 300, seed=5)
    reference = gpd.GeoSeries(shapely.points(known[:100] + 1.5), crs=UTM)
    assert likely_datum(shown(known, "bd09"), reference).datum == "bd09"
    half = pd.concat([shown(known[:50], "gcj02"), shown(known[50:], "wgs84")], ignore_index=True)
    verdict = likely_datum(half, reference)
    assert verdict.sure == "mixed"
    # A row or two may lie on another place by chance.
    assert len(set(verdict.rows["gcj02"]) ^ set(range(50))) < 5
    assert len(set(verdict.rows["wgs84"]) ^ set(range(50, 100))) < 5


@pytest.mark.parametrize("datum", READINGS)
def test_three_landmarks_are_sure_and_one_is_not(datum):
    """Namesakes some 30 m apart tell the datum, one of them does not yet."""
    metres = np.array([[740_000, 2_560_000], [745_000, 2_561_000], [741_000, 2_565_000]])
    landmarks = gpd.GeoDataFrame(
        {"name": ["塔", "站", "桥", "山"]}, geometry=shapely.points([*metres, [0, 0]]), crs=UTM
    )
    points = shown(metres + 20, datum, name=["塔", "站", "桥"])
    assert (likely_datum(points, landmarks, name="name").datum, likely_datum(points, landmarks, name="name").sure) == (
        datum,
        "sure",
    )
    assert likely_datum(points[:1], landmarks, name="name").sure == "not sure"


def test_landmarks_of_different_datums():
    """Each landmark has its own datum, exactly."""
    metres = np.random.default_rng(0).uniform([740_000, 2_560_000], [745_000, 2_565_000], (30, 2))
    names = [f"place {row}" for row in range(30)]
    landmarks = gpd.GeoDataFrame({"name": names}, geometry=shapely.points(metres), crs=UTM)
    first, second = shown(metres[:20], "gcj02", name=names[:20]), shown(metres[20:], "wgs84", name=names[20:])
    verdict = likely_datum(pd.concat([first, second], ignore_index=True), landmarks, name="name")
    assert {datum: list(rows) for datum, rows in verdict.rows.items()} == {
        "gcj02": list(range(20)),
        "wgs84": list(range(20, 30)),
    }


def test_a_district_makes_a_datum_likely():
    """Stations all over a district lie outside of it under a wrong reading, which is never more than likely."""
    district = gpd.GeoSeries([box(740_000, 2_560_000, 750_000, 2_570_000)], crs=UTM)
    places = np.random.default_rng(0).uniform([740_000, 2_560_000], [750_000, 2_570_000], (300, 2))
    verdict = likely_datum(shown(places, "gcj02"), district)
    assert (verdict.datum, verdict.sure) == ("gcj02", "likely")
    assert verdict.warning == "labelled WGS84, but looks like GCJ-02; set datum to gcj02 if its source agrees"
    middle = shown(places / 100 + [737_600, 2_539_400], "gcj02")
    assert likely_datum(middle, district).datum is None


def test_each_row_in_its_own_district():
    """The district that each row names tells more than their union."""
    west, east = box(740_000, 2_560_000, 745_000, 2_570_000), box(745_000, 2_560_000, 750_000, 2_570_000)
    districts = gpd.GeoDataFrame({"district": ["西", "东"]}, geometry=[west, east], crs=UTM)
    places = np.random.default_rng(0).uniform([742_000, 2_562_000], [748_000, 2_568_000], (300, 2))
    points = shown(places, "bd09", district=np.where(places[:, 0] < 745_000, "西", "东"))
    assert likely_datum(points, districts).datum is None
    assert likely_datum(points, districts, name="district").datum == "bd09"


def test_areas_show_their_datum_by_outlines_or_centroids(town):
    """Blocks are compared with the outlines of true blocks, or with those of the same name; a mix is told by block."""
    blocks = [box(x, y, x + 150, y + 130) for x, y in on_streets(town, 60)]
    names = [f"block {row}" for row in range(60)]
    true = gpd.GeoDataFrame({"name": names}, geometry=blocks, crs=UTM)
    corners = shapely.get_coordinates(true.to_crs(4326).geometry.to_numpy())
    outlines = shapely.polygons(np.column_stack(from_wgs84(*corners.T, "gcj02")).reshape(60, 5, 2))
    moved = gpd.GeoDataFrame({"name": names}, geometry=outlines, crs=4326)
    for verdict in (likely_datum(moved, true), likely_datum(moved, true, name="name")):
        assert (verdict.datum, verdict.sure) == ("gcj02", "sure")
    half = pd.concat([moved[:20], true[20:].to_crs(4326)], ignore_index=True)
    mixed = likely_datum(half, true, name="name")
    assert {datum: len(rows) for datum, rows in mixed.rows.items()} == {"wgs84": 40, "gcj02": 20}


def test_outside_of_the_mainland_there_is_nothing_to_tell(town):
    """In Hong Kong all datums are one."""
    points = gpd.GeoSeries([Point(114.16, 22.28)] * 30, crs=4326)
    verdict = likely_datum(points, town)
    assert (verdict.datum, verdict.words) == (None, "nothing in mainland China to compare")


def test_what_cannot_be_compared_is_refused(town):
    """Metres instead of degrees, a reference without CRS, and a name that is no column are said to be so."""
    points = shown(on_streets(town, 30), "wgs84", name=["a"] * 30)
    with pytest.raises(CrsError, match="points: a datum shows in longitude and latitude, but the CRS is EPSG:32649"):
        likely_datum(points.to_crs(UTM), town)
    with pytest.raises(CrsError, match="reference: no CRS"):
        likely_datum(points, gpd.GeoSeries(town.to_numpy()))
    with pytest.raises(LayerError, match='a column "name" in common'):
        likely_datum(points, town, name="name")


@pytest.fixture(scope="module")
def streets_of_shenzhen(real_data):
    osmium = pytest.importorskip("osmium", reason="the streets of Shenzhen are a PBF file; osmium reads it")
    file = osmium.FileProcessor(str(real_data / "roads" / "shenzhen_central_drive.osm.pbf")).with_locations()
    ways = [[(node.lon, node.lat) for node in way.nodes if node.location.valid()] for way in file if way.is_way()]
    return gpd.GeoSeries([LineString(way) for way in ways if len(way) > 1], crs="EPSG:4326")


@pytest.mark.parametrize(
    ("file", "lon", "lat", "datum"),
    [
        ("bus_stops_termini.csv", "lon_bd09", "lat_bd09", "bd09"),
        ("bus_stops_termini.csv", "lon_wgs84", "lat_wgs84", "wgs84"),
        ("urbanev_stations.csv", "longitude", "latitude", "gcj02"),
        ("st_evcdp_stations.csv", "longitude", "latitude", "gcj02"),
        ("charged_szh_stations.csv", "longitude", "latitude", "gcj02"),
        ("candidate_sites_osm_poi.csv", "longitude", "latitude", None),
    ],
)
def test_layers_of_shenzhen(real_data, streets_of_shenzhen, file, lon, lat, datum):
    """Bus stops are what their columns say; the stations, labelled WGS84, are in GCJ-02; the rest is too little."""
    table = pd.read_csv(real_data / "shenzhen" / file)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(table[lon], table[lat]), crs="EPSG:4326")
    assert likely_datum(points, streets_of_shenzhen).datum == datum


def test_stations_of_guangzhou_mix_datums(real_data):
    """The list of 2018 has rows of all three datums, by the stations that the list of 2021 knows too."""
    text = (real_data / "dirty" / "gz_charging_2018_string_coords_bd09_mixed.json").read_text("utf-8", "replace")
    table = pd.DataFrame(json.loads(text))
    points = gpd.GeoSeries(gpd.points_from_xy(table["MAPX"].astype(float), table["MAPY"].astype(float)), crs=4326)
    known = pd.read_csv(real_data / "guangzhou" / "gz_charging_stations_2017_2021.csv")
    reference = gpd.GeoSeries(
        gpd.points_from_xy(*to_wgs84(known["station_lg"], known["station_lt"], "gcj02")), crs=4326
    )
    verdict = likely_datum(points, reference)
    assert verdict.sure == "mixed"
    assert len(verdict.rows["bd09"]) > 250
    assert len(verdict.rows["wgs84"]) > 20 < len(verdict.rows["gcj02"])


def test_districts_of_guangzhou_are_shifted(real_data):
    """The districts of a web map, which have no CRS, are in GCJ-02 by the centroids of the true ones."""
    districts = gpd.read_file(real_data / "dirty" / "gz_districts_datav_gcj02_no_crs.json", columns=["name"])
    true = gpd.read_file(real_data / "boundaries" / "guangdong_boundaries_wgs84.gpkg", layer="districts")
    true = true[true["city_name"] == "广州市"].rename(columns={"district_name": "name"})
    verdict = likely_datum(districts, true, name="name")
    assert (verdict.datum, verdict.sure) == ("gcj02", "sure")
