"""The formats that GDAL reads keep rows, types, CRS and Chinese names."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.importing.layers import import_layer
from geodata.readers.reader import Reading
from geodata.readers.registry import reader_of


def frame():
    points = [Point(113.25, 23), Point(113.5, 23), Point(113.75, 23)]
    return gpd.GeoDataFrame({"名称": ["白云区", "天河区", None], "枪数": [1, 2, 3]}, geometry=points, crs=4490)


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.gpkg", "GeoPackage"),
        ("a.fgb", "FlatGeobuf"),
        ("a.gdb", "OpenFileGDB"),
        ("a.shp", "ESRI Shapefile"),
        ("a.geojson", "GeoJSON"),
    ],
)
def test_layer_comes_back_as_it_was_written(tmp_path, name, driver):
    """Rows, columns, points and system survive, whatever the format."""
    written = frame()
    how = {"driver": "OpenFileGDB", "TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"} if name.endswith("gdb") else {}
    written.to_file(tmp_path / name, encoding="utf-8", **how)
    layer, report = import_layer(tmp_path / name)
    assert (report.driver, report.rows_in, report.rows_kept) == (driver, 3, 3)
    found = layer.sort_values("枪数").reset_index(drop=True)
    assert found["枪数"].tolist() == [1, 2, 3]
    assert found["名称"].fillna("").tolist() == ["白云区", "天河区", ""]
    assert found.geometry.geom_equals_exact(written.geometry, 1e-6).all()
    assert layer.crs.is_geographic
    assert report.crs_found is not None


def test_whole_numbers_with_blanks_stay_whole_and_exact(tmp_path):
    """A blank makes no float of an integer column, and long numbers keep their digits."""
    long = 2**60 + 1
    table = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "code": pd.array([long, None], dtype="Int64")})
    gpd.GeoDataFrame(table, geometry=[Point(113, 23)] * 2, crs=4326).to_file(tmp_path / "a.gpkg")
    layer, report = import_layer(tmp_path / "a.gpkg")
    assert layer["n"].dtype == "Int64"
    assert layer["code"].tolist()[0] == str(long)
    assert len(report.casts) == 2


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.shp", "a.geojson", "a.parquet", "a.xlsx", "a.zip", "a.kmz"])
def test_content_must_be_what_the_name_says(tmp_path, name):
    """A file of another kind is refused by its name, not opened as whatever it looks like."""
    (tmp_path / name).write_bytes(b"<OGRVRTDataSource></OGRVRTDataSource>")
    (tmp_path / "a.dbf").write_bytes(b"\x03" + b"\0" * 31 + b"\r")
    reader, source = reader_of(tmp_path / name)
    with pytest.raises(LayerError, match=f"{name}: cannot be read"):
        reader.read(source, Reading())


@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("name", ["a.shp", "a.dbf", "a.shx", "a.gpkg", "a.fgb", "a.geojson", "a.parquet"])
def test_truncated_file_is_refused_or_its_lost_rows_named(tmp_path, name, share):
    """No row disappears with the end of a file."""
    points = [Point(113 + row / 1e4, 23) for row in range(500)]
    written = gpd.GeoDataFrame({"n": range(500), "名称": "站"}, geometry=points, crs=4326)
    whole = tmp_path / ("a.shp" if name in {"a.dbf", "a.shx"} else name)
    written.to_parquet(whole) if name == "a.parquet" else written.to_file(whole)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    try:
        layer, report = import_layer(whole)
    except LayerError:
        return
    assert (report.rows_in, len(layer) < 500) == (500, True)


def test_positions_that_are_not_finite_are_rejected(tmp_path):
    """A GeoPackage stores NaN and infinity silently; an import says which rows."""
    shapes = [Point(113, 23), Point(np.nan, 23), Point(np.inf, 23)]
    gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes, crs=4326).to_file(tmp_path / "a.gpkg")
    _, report = import_layer(tmp_path / "a.gpkg")
    assert list(report.rejected.values()) == [(2, 3)]
