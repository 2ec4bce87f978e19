"""Parquet keeps numbers; its reader is an extra."""

import sys

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.read import read_layer, read_table
from geodata.readers import parquet
from geodata.readers.reader import Reading, Source


def test_table_keeps_its_number_types(tmp_path):
    """Counts stay whole numbers."""
    pytest.importorskip("pyarrow")
    pd.DataFrame({"trips": [3, 4]}).to_parquet(tmp_path / "od.parquet")
    assert read_table(tmp_path / "od.parquet")["trips"].dtype == "int64"


def test_geoparquet_is_a_layer_and_also_a_table(tmp_path):
    """Geometry and CRS come along for a layer and stay out of a table."""
    pytest.importorskip("pyarrow")
    gpd.GeoDataFrame({"n": [1]}, geometry=[Point(113, 23)], crs=4326).to_parquet(tmp_path / "a.parquet")
    layer = read_layer(tmp_path / "a.parquet")
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry.iloc[0] == Point(113, 23)
    assert list(read_table(tmp_path / "a.parquet").columns) == ["n"]


def test_table_with_coordinates_is_a_layer(tmp_path):
    """Columns of coordinates make points, as in a CSV file."""
    pytest.importorskip("pyarrow")
    pd.DataFrame({"Lng": [113.0], "Lat": [23.0]}).to_parquet(tmp_path / "a.parquet")
    assert read_layer(tmp_path / "a.parquet", crs=4326).geometry.iloc[0] == Point(113, 23)


def test_whole_numbers_with_blanks_stay_whole(tmp_path):
    """A column of whole numbers with a blank is no column of floats."""
    pytest.importorskip("pyarrow")
    pd.DataFrame({"n": pd.array([1, None], dtype="Int64")}).to_parquet(tmp_path / "a.parquet")
    assert parquet.read(Source(str(tmp_path / "a.parquet"), "a"), Reading()).frame["n"].dtype == "Int64"


def test_further_geometries_are_kept_as_text(tmp_path):
    """A layer has one geometry; the others are columns like any other."""
    pytest.importorskip("pyarrow")
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(113, 23)], crs=4326)
    frame["entry"] = gpd.GeoSeries([Point(114, 24)], crs=4326)
    frame.to_parquet(tmp_path / "a.parquet")
    raw = parquet.read(Source(str(tmp_path / "a.parquet"), "a"), Reading())
    assert raw.frame["entry"].tolist() == ["POINT (114 24)"]
    assert raw.geometry[0] == Point(113, 23)


def test_missing_pyarrow_names_the_extra(tmp_path, monkeypatch):
    """Without pyarrow the message says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(LayerError, match=r'install "siting\[parquet\]"'):
        parquet.read(Source(str(tmp_path / "a.parquet"), "a.parquet"), Reading())


def test_broken_file_is_named(tmp_path):
    """A file that is no Parquet is refused by its name."""
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"hello")
    with pytest.raises(LayerError, match=r"a\.parquet: cannot be read as Parquet"):
        read_layer(tmp_path / "a.parquet")
