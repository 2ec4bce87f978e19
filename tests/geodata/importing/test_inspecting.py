"""A look at a source says what an import will ask, without importing."""

import json

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.importing.inspecting import NO_CRS, inspect
from geodata.importing.layers import import_layer


def points(*xy, crs=4326):
    return gpd.GeoDataFrame({"n": range(len(xy))}, geometry=[Point(*one) for one in xy], crs=crs)


def test_layers_columns_and_bounds_are_listed_as_plain_json(tmp_path):
    """Several layers are a problem that an import will ask about."""
    points((113, 23), (114, 24)).to_file(tmp_path / "a.gpkg", layer="one")
    points((113, 23)).to_file(tmp_path / "a.gpkg", layer="two")
    found = inspect(tmp_path / "a.gpkg")
    assert found.problems == ("2 layers; an import needs layer, one of: one, two",)
    plain = json.loads(json.dumps(found.to_dict()))
    first = plain["layers"][0]
    assert (first["name"], first["rows"], first["crs"]) == ("one", 2, "EPSG:4326")
    assert first["bounds"] == [113, 23, 114, 24]
    assert first["fields"] == {"n": "int64"}
    assert first["problems"] == []


@pytest.mark.parametrize(
    ("xy", "crs", "word"),
    [
        ((113, 23), None, "no CRS; an import needs crs; by the size of the coordinates it may be EPSG:4326"),
        ((23, 113), 4326, "look swapped"),
        ((734_000, 2_556_000), 4326, "in degrees, but the coordinates are not"),
        ((113, 23), 32649, "look like degrees"),
    ],
)
def test_problems_are_seen_beforehand(tmp_path, xy, crs, word):
    """From the bounds and the system alone."""
    points(xy, crs=crs or 4326).to_file(tmp_path / "a.shp")
    if crs is None:
        (tmp_path / "a.prj").unlink()
    (layer,) = inspect(tmp_path / "a.shp").layers
    assert word in layer.problems[0]


def test_table_without_coordinates_is_only_a_table(tmp_path):
    """Its rows, columns and encoding are listed."""
    (tmp_path / "a.csv").write_bytes("区,人口\n白云区充电,1\n".encode("gb18030"))
    (layer,) = inspect(tmp_path / "a.csv").layers
    assert (layer.summary.rows, layer.summary.encoding) == (1, "gb18030")
    assert "no usual columns of coordinates" in layer.problems[0]
    (tmp_path / "b.csv").write_text("a\n")
    assert inspect(tmp_path / "b.csv").layers[0].problems == ("there are no rows",)


def test_table_with_coordinates_is_asked_for_what_it_does_not_say(tmp_path):
    """Its system, and unusual names of columns."""
    (tmp_path / "a.csv").write_text("lng,lat\n113.2,23.1\n")
    (tmp_path / "b.csv").write_text("wgs84_lng,wgs84_lat\n113.2,23.1\n")
    crs = "a table names no CRS; an import as a layer needs crs or datum"
    assert inspect(tmp_path / "a.csv").layers[0].problems == (crs,)
    (layer,) = inspect(tmp_path / "b.csv").layers
    assert layer.problems == ("an import needs the columns wgs84_lng, wgs84_lat named lon and lat", crs)
    assert layer.datums["wgs84_lng, wgs84_lat"].stated == "wgs84"


@pytest.mark.parametrize(
    "content",
    [
        "id,WKT\na,POINT (113.3 23.1)\nb,POINT 1\n",
        "id;lon;lat\na;113,30;23,10\nb;113.31;23.11\n",
        "id,lon,lat\na,113°15'30\"E,23°7'N\nb,,23.1\n",
    ],
)
def test_look_and_import_read_a_table_alike(tmp_path, content):
    """What an import rejects, and where it takes positions from, a look says before."""
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    (layer,) = inspect(tmp_path / "a.csv").layers
    _, report = import_layer(tmp_path / "a.csv", crs="EPSG:4326")
    assert layer.summary.remarks == report.remarks
    assert layer.problems == (*(f"1 of 2 rows: {reason}" for reason in report.rejected), NO_CRS)
    assert report.rejected


def test_missing_file_is_refused(tmp_path):
    """As by an import."""
    with pytest.raises(LayerError, match="does not exist"):
        inspect(tmp_path / "a.gpkg")


def test_three_pairs_of_coordinates_are_told_apart(real_data):
    """The Guangzhou stations carry GCJ-02, WGS84 and BD-09 side by side."""
    (layer,) = inspect(real_data / "guangzhou/gz_charging_stations_2017_2021.csv").layers
    assert {name: verdict.datum for name, verdict in layer.datums.items()} == {
        "station_lg, station_lt": "gcj02",
        "WGS84_station_lg, WGS84_station_lt": "wgs84",
        "DB09_station_lg, DB09_station_lt": "bd09",
    }
    assert "3 pairs of coordinates" in layer.problems[0]


def test_reference_tells_the_datum_of_a_layer(real_data):
    """Stations lie on themselves as WGS84; those of a platform only in part, under each of three datums."""
    stations = gpd.read_file(real_data / "guangzhou/gz_charging_stations_2021_wgs84.gpkg")
    found = inspect(real_data / "guangzhou/gz_charging_stations_2021_wgs84.gpkg", references={"stations": stations})
    assert found.layers[0].datums["geometry, against stations"].datum == "wgs84"
    (layer,) = inspect(
        real_data / "dirty/gz_charging_2018_string_coords_bd09_mixed.json", references={"stations": stations}
    ).layers
    assert layer.datums["MAPX, MAPY, against stations"].sure == "mixed"
    assert "split the file" in layer.problems[-1]
