"""Layers are read from every format, or all faults of the file are said at once."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely.geometry import LineString, Point, Polygon

from geodata.errors import LayerError
from geodata.read import read_layer, read_table

HOSTILE = ["{{7*7}}", "</script>", "=cmd", "two\nlines", "001"]


def text_file(folder, content, name="sites.csv"):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def geojson(folder, *features):
    rows = [{"type": "Feature", "properties": {"n": n}, "geometry": shape} for n, shape in enumerate(features)]
    return text_file(folder, json.dumps({"type": "FeatureCollection", "features": rows}), "layer.geojson")


def point(x, y):
    return {"type": "Point", "coordinates": [x, y]}


@pytest.mark.parametrize("header", ["lon,lat", "lng,lat", "Longitude,Latitude", "经度,纬度", "X,Y"])
def test_csv_coordinates_are_found_by_their_usual_names(tmp_path, header):
    """The usual headers need no setting, whatever their case."""
    layer = read_layer(text_file(tmp_path, f"id,{header}\n001,113.5,23.1\n"), crs="EPSG:4326")
    assert layer.geometry.iloc[0] == Point(113.5, 23.1)
    assert list(layer["id"]) == ["001"]


def test_csv_coordinates_can_be_named(tmp_path):
    """Named columns go before the usual ones, and the CRS is the stated one."""
    path = text_file(tmp_path, "lon,lat,east,north\n1,2,734000,2556000\n")
    layer = read_layer(path, lon="east", lat="north", crs=32649)
    assert layer.crs.to_epsg() == 32649
    assert layer.geometry.iloc[0] == Point(734000, 2556000)


def test_csv_faults_come_together(tmp_path):
    """Bad coordinates and a missing CRS are one report with rows and values."""
    path = text_file(tmp_path, 'lon,lat\n113,23\n"113,5",23\n113,\n')
    with pytest.raises(LayerError) as caught:
        read_layer(path)
    assert str(caught.value).splitlines() == [
        f"{path}:",
        "  - column \"lon\": not a number in rows 2 ('113,5'); write it like 1234.5",
        '  - column "lat": blank in rows 3; fill in a number',
        '  - coordinates: no CRS; set crs = "EPSG:4326" for longitude and latitude, or the true one',
    ]


def test_csv_without_coordinates_says_which_columns_there_are(tmp_path):
    """The message leads to the settings lon and lat, or the one that is missing."""
    with pytest.raises(LayerError, match="no usual column for lon and lat; set lon and lat from: a, b"):
        read_layer(text_file(tmp_path, "a,b\n1,2\n"), crs=4326)
    with pytest.raises(LayerError, match="no usual column for lat; set lat from: lon, la"):
        read_layer(text_file(tmp_path, "lon,la\n1,2\n"), crs=4326)
    with pytest.raises(LayerError, match=r'no column "lom"; did you mean "lon"\?'):
        read_layer(text_file(tmp_path, "lon,lat\n1,2\n"), lon="lom", crs=4326)


def test_csv_text_column_called_geometry_gives_way_to_the_points(tmp_path):
    """The geometry of a layer is always its positions."""
    layer = read_layer(text_file(tmp_path, "lon,lat,geometry\n113,23,POINT(0 0)\n"), crs=4326)
    assert layer.geometry.iloc[0] == Point(113, 23)


@pytest.mark.parametrize("name", ["layer.gpkg", "layer.geojson", "layer.shp"])
def test_vector_formats_keep_rows_crs_and_hostile_text(tmp_path, name):
    """Texts pass through as plain data and the declared CRS is kept."""
    points = [Point(113 + n / 10, 23) for n in range(5)]
    gpd.GeoDataFrame({"name": HOSTILE}, geometry=points, crs=4326).to_file(tmp_path / name, encoding="utf-8")
    layer = read_layer(tmp_path / name)
    assert list(layer["name"]) == HOSTILE
    assert list(layer.geometry) == points
    assert layer.crs.to_epsg() == 4326


def test_heights_are_dropped(tmp_path):
    """Layers are flat."""
    assert not read_layer(geojson(tmp_path, {"type": "Point", "coordinates": [113, 23, 7]})).geometry.has_z.any()


def test_stated_crs_replaces_the_declared_one_without_conversion(tmp_path):
    """A GeoJSON file in metres is read with its true CRS."""
    layer = read_layer(geojson(tmp_path, point(734000, 2556000)), crs="EPSG:32649")
    assert layer.crs.to_epsg() == 32649
    assert layer.geometry.iloc[0] == Point(734000, 2556000)


def test_projected_coordinates_in_degrees_are_noticed(tmp_path):
    """Metres in a file that claims degrees are refused, with the way out."""
    with pytest.raises(LayerError, match=r"rows 1 .*look like metres.*set crs to the projected CRS"):
        read_layer(geojson(tmp_path, point(734000, 2556000)))


def test_swapped_axes_are_noticed(tmp_path):
    """Coordinates that fit the other way round are called swapped, in any format."""
    with pytest.raises(LayerError, match=r"rows 2 \(first found: 23, 113\); lon/lat look swapped"):
        read_layer(geojson(tmp_path, point(113, 23), point(23, 113)))
    with pytest.raises(LayerError, match="lon/lat look swapped"):
        read_layer(text_file(tmp_path, "lon,lat\n23,113\n"), crs=4326)


def test_positions_off_the_globe_are_named(tmp_path):
    """A longitude beyond 180 degrees is neither swapped nor in metres."""
    with pytest.raises(LayerError, match="longitude must be within -180 and 180"):
        read_layer(geojson(tmp_path, point(200, 95)))
    assert len(read_layer(geojson(tmp_path, point(180, -90)))) == 1


def test_missing_geometries_are_named_by_row(tmp_path):
    """Null and empty geometries and rings that do not close are faults."""
    broken_ring = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1]]]}
    path = geojson(tmp_path, point(1, 1), None, {"type": "Point", "coordinates": []}, broken_ring)
    with pytest.raises(LayerError, match="no geometry in rows 2, 3, 4; complete or remove them"):
        read_layer(path)


def test_coordinates_that_are_not_finite_are_named_by_row(tmp_path):
    """A GeoPackage stores NaN and infinity silently; we do not."""
    shapes = [Point(1, 1), Point(np.nan, 1), LineString([(0, 0), (np.inf, 1)])]
    gpd.GeoDataFrame(geometry=shapes, crs=4326).to_file(tmp_path / "nan.gpkg")
    with pytest.raises(LayerError, match="coordinates that are not finite in rows 2, 3"):
        read_layer(tmp_path / "nan.gpkg")


def test_missing_crs_is_said(tmp_path):
    """A Shapefile without .prj is refused until the CRS is stated."""
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(113, 23)], crs=4326).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(LayerError, match='no CRS; set crs = "EPSG:4326"'):
        read_layer(tmp_path / "a.shp")
    assert read_layer(tmp_path / "a.shp", crs=4490).crs.to_epsg() == 4490
    with pytest.raises(LayerError, match='CRS "EPSG:1" is not known'):
        read_layer(tmp_path / "a.shp", crs="EPSG:1")


def test_layer_of_several_must_be_named(tmp_path):
    """Several layers are listed, a misspelt one is answered with the nearest."""
    path = tmp_path / "two.gpkg"
    for name in ("roads", "sites"):
        gpd.GeoDataFrame({"from": [name]}, geometry=[Point(113, 23)], crs=4326).to_file(path, layer=name)
    with pytest.raises(LayerError, match="2 layers; set layer to one of: roads, sites"):
        read_layer(path)
    with pytest.raises(LayerError, match=r'no layer "site"; did you mean "sites"\?'):
        read_layer(path, layer="site")
    assert list(read_layer(path, layer="sites")["from"]) == ["sites"]


def test_tables_beside_the_only_layer_do_not_count(tmp_path):
    """A GeoPackage with styles or notes still has one layer."""
    path = tmp_path / "styled.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"note": ["x"]}), path, layer="notes")
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(113, 23)], crs=4326).to_file(path, layer="sites")
    assert len(read_layer(path)) == 1


@pytest.mark.parametrize("name", ["empty.gpkg", "empty.csv"])
def test_empty_layer_is_a_fault(tmp_path, name):
    """A layer without rows is refused in every format."""
    if name.endswith("csv"):
        text_file(tmp_path, "lon,lat\n", name)
    else:
        nothing = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(113, 23)], crs=4326).iloc[:0]
        nothing.to_file(tmp_path / name)
    with pytest.raises(LayerError, match="there are no rows"):
        read_layer(tmp_path / name)


def test_missing_file_names_the_nearest(tmp_path):
    """A misspelt file name is answered with the one beside it."""
    text_file(tmp_path, "lon,lat\n1,2\n", "stations.csv")
    with pytest.raises(LayerError, match=r'does not exist; did you mean "stations\.csv"\?'):
        read_layer(tmp_path / "station.csv")
    with pytest.raises(LayerError, match="does not exist; check the path"):
        read_table(tmp_path / "nowhere" / "a.csv")


@pytest.mark.parametrize("name", ["broken.gpkg", "broken.geojson", "broken.shp", "broken.txt"])
def test_unreadable_file_is_named(tmp_path, name):
    """A file that is not what its name says is refused by that name."""
    path = text_file(tmp_path, '{"type": "FeatureCollection", "features": [{', name)
    with pytest.raises(LayerError, match=f"{name}: cannot be read"):
        read_layer(path)


def test_folder_is_not_a_file(tmp_path):
    """A folder is called so."""
    with pytest.raises(LayerError, match="this is a folder"):
        read_layer(tmp_path)


def test_a_table_has_no_layers(tmp_path):
    """A layer name for a CSV file is a misunderstanding worth a word."""
    with pytest.raises(LayerError, match=r'a \.csv file has no layers; remove layer = "a"'):
        read_layer(text_file(tmp_path, "lon,lat\n1,2\n"), layer="a", crs=4326)


def test_names_that_look_like_addresses_are_only_names(tmp_path):
    """Nothing in a file name is taken for a driver, an archive or a part of another file."""
    name = "CSV:a#b.geojson"
    geojson(tmp_path, point(1, 2)).rename(tmp_path / name)
    assert len(read_layer(tmp_path / name)) == 1


def test_relative_and_absolute_paths_read_the_same(tmp_path, monkeypatch):
    """Where a file stands leaves no trace in the layer."""
    path = text_file(tmp_path, "id,lon,lat\na,113,23\n")
    absolute = read_layer(path, crs=4326)
    monkeypatch.chdir(tmp_path)
    relative = read_layer("sites.csv", crs=4326)
    assert absolute.equals(relative)
    assert absolute.attrs == {}


def test_table_is_text(tmp_path):
    """A CSV table needs no coordinates, and other formats are not tables."""
    assert read_table(text_file(tmp_path, "code,n\n001,2\n")).to_dict("list") == {"code": ["001"], "n": ["2"]}
    with pytest.raises(LayerError, match=r'a table cannot be read from "\.xlsx"'):
        read_table(tmp_path / "a.xlsx")


def test_polygons_are_layers_too(tmp_path):
    """Areas are read as they are."""
    square = Polygon([(113, 23), (114, 23), (114, 24), (113, 24)])
    gpd.GeoDataFrame(geometry=[square], crs=4326).to_file(tmp_path / "area.gpkg")
    assert read_layer(tmp_path / "area.gpkg").geometry.iloc[0].equals(square)


@pytest.mark.parametrize(
    ("name", "settings", "rows"),
    [
        (
            "guangzhou/gz_charging_stations_2017_2021.csv",
            {"lon": "WGS84_station_lg", "lat": "WGS84_station_lt", "crs": "EPSG:4326"},
            1907,
        ),
        ("guangzhou/gz_charging_stations_2021_wgs84.gpkg", {}, 1907),
        ("boundaries/guangdong_boundaries_wgs84.gpkg", {"layer": "districts"}, 125),
        ("shenzhen/taxi_grid_500m_wgs84.parquet", {}, 9005),
        ("shenzhen/taxi_trips_priced.parquet", {"crs": 4326}, 10_619),
        ("dirty/shp_no_prj/sz.shp", {"crs": 4326}, 10),
        ("dirty/gz_districts_datav_gcj02_no_crs.json", {}, 11),
    ],
)
def test_real_files_are_read(real_data, name, settings, rows):
    """Real layers come in with all their rows."""
    assert len(read_layer(real_data / name, **settings)) == rows


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("dirty/shp_no_prj/sz.shp", {}, "no CRS"),
        ("dirty/shp_missing_parts/shenzhen_osmroad.shp", {}, "does not exist"),
        ("dirty/shp_missing_parts/shenzhen_osmroad.shx", {}, "cannot be read"),
        ("dirty/gz_charging_2018_string_coords_bd09_mixed.json", {}, "cannot be read"),
        ("boundaries/guangdong_boundaries_wgs84.gpkg", {}, "5 layers; set layer"),
        ("shenzhen/st_evcdp_zones.csv", {"crs": 4326}, "set lat from"),
        (
            "guangzhou/gz_charging_stations_2017_2021.csv",
            {"lon": "WGS84_station_lt", "lat": "WGS84_station_lg", "crs": 4326},
            "lon/lat look swapped",
        ),
    ],
)
def test_real_faults_are_said(real_data, name, settings, said):
    """Faults found in real files are refused with what to do."""
    with pytest.raises(LayerError, match=said):
        read_layer(real_data / name, **settings)


def test_real_table_keeps_its_numbers(real_data):
    """The trip table has whole numbers and the published total."""
    trips = read_table(real_data / "shenzhen/taxi_od_500m_grid.parquet")
    assert len(trips) == 193_455
    assert trips["VehicleNum"].sum() == 456_111
