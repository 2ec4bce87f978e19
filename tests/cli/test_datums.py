"""Layers in a shifted datum are found out against districts and roads, and by further pairs of coordinates."""

from pathlib import Path

import pytest

STUDY = Path(__file__).resolve().parents[2] / "examples" / "guangzhou_2021" / "study.toml"
STATIONS = "guangzhou/gz_charging_stations_2017_2021.csv"
PAIRS = {
    "wgs84": ("WGS84_station_lg", "WGS84_station_lt"),
    "gcj02": ("station_lg", "station_lt"),
    "bd09": ("DB09_station_lg", "DB09_station_lt"),
}


def importing(source, lon, lat, *more):
    return (
        "import",
        source,
        "--as",
        "existing",
        "--crs",
        "EPSG:4326",
        "--map",
        f"{lon}=lon",
        "--map",
        f"{lat}=lat",
        *more,
    )


def test_three_pairs_name_their_datums(siting, real_data):
    """The three columns of the stations are WGS84, GCJ-02 and BD-09, and that is sure."""
    [layer] = siting("inspect", real_data / STATIONS, "--json").json()["layers"]
    for datum, (lon, lat) in PAIRS.items():
        verdict = layer["datums"][f"{lon}, {lat}"]
        assert (verdict["datum"], verdict["sure"]) == (datum, "sure")


@pytest.mark.parametrize(
    ("pair", "datum", "warning"),
    [
        ("wgs84", "wgs84", ""),
        ("gcj02", "wgs84", "labelled WGS84, but looks like GCJ-02; set --datum to gcj02"),
        ("gcj02", "gcj02", ""),
    ],
)
def test_stations_against_districts(siting, real_data, tmp_path, pair, datum, warning):
    """Stations of GCJ-02 labelled WGS84 lie outside of their districts, which is likely, never sure."""
    words = importing(real_data / STATIONS, *PAIRS[pair], "--datum", datum, "--study", STUDY)
    told = siting(*words, "--store", tmp_path / "s.gpkg", "--json").json()
    found = [advice for advice in told["advice"] if "labelled" in advice]
    assert bool(found) == bool(warning)
    assert all(warning in advice for advice in found)
    assert "likely: of 1907 points these lie outside" in told["datum_reason"]


def test_districts_against_districts(siting, real_data, tmp_path):
    """Outlines of DataV (GCJ-02, no CRS) on those of the study: sure."""
    source = real_data / "dirty" / "gz_districts_datav_gcj02_no_crs.json"
    ran = siting("import", source, "--as", "districts", "--study", STUDY, "--store", tmp_path / "s.gpkg")
    assert "GCJ-02, sure" in ran.stdout
    assert "labelled WGS84, but is GCJ-02; set --datum to gcj02" in ran.stdout


@pytest.fixture
def roads(siting, real_data, tmp_path):
    """A store with the roads of the centre of Shenzhen."""
    pytest.importorskip("osmium", reason="pyosmium is not installed")
    store = tmp_path / "s.gpkg"
    extract = real_data / "roads" / "shenzhen_central_drive.osm.pbf"
    assert siting("osm", "--pbf", extract, "--layers", "roads", "--store", store).code == 0
    return store


@pytest.mark.parametrize("named", [(), ("--roads", "roads")])
@pytest.mark.parametrize(("columns", "likely"), [("bd09", "BD-09"), ("wgs84", "WGS84")])
def test_stops_against_roads(siting, real_data, roads, columns, likely, named):
    """Bus stops lie on roads in their own datum only; roads of the store are found by themselves, or named."""
    stops = real_data / "shenzhen" / "bus_stops_termini.csv"
    ran = siting(*importing(stops, f"lon_{columns}", f"lat_{columns}", "--store", roads, *named))
    assert f'against the roads "roads" of {roads}: {likely}, sure' in ran.stdout
    assert ("labelled WGS84, but is BD-09; set --datum to bd09" in ran.stdout) == (columns == "bd09")
    # What is known needs no general hint.
    assert "compare the layer with roads" not in ran.stdout


def test_inspect_takes_the_roads_of_a_store(siting, real_data, roads):
    """Before anything is imported."""
    stations = real_data / "shenzhen" / "charged_szh_stations.csv"
    ran = siting("inspect", stations, "--store", roads)
    assert f'against the roads "roads" of {roads}' in ran.stdout


def test_roads_that_are_not_there(siting, real_data, tmp_path, roads):
    """A wrong name is one message with the layers that there are."""
    ran = siting("inspect", real_data / STATIONS, "--store", roads, "--roads", "raods")
    assert ran.code == 3
    assert 'did you mean "roads"' in ran.stderr


def test_a_store_is_not_compared_with_itself(siting, roads):
    """Its own roads would confirm whatever datum they are in."""
    ran = siting("inspect", roads, "--store", roads)
    assert ran.code == 0
    assert "against the roads" not in ran.stdout
