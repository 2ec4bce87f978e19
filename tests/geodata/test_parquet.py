"""Parquet keeps numbers; its reader is an extra."""

import sys

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.parquet import read_parquet
from geodata.read import read_layer, read_table


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


def test_missing_pyarrow_names_the_extra(tmp_path, monkeypatch):
    """Without pyarrow the message says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(LayerError, match=r'install "siting\[parquet\]"'):
        read_parquet(tmp_path / "a.parquet", source="a.parquet")


def test_broken_file_is_named(tmp_path):
    """A file that is no Parquet is refused by its name."""
    pytest.importorskip("pyarrow")
    (tmp_path / "a.parquet").write_bytes(b"hello")
    with pytest.raises(LayerError, match=r"a\.parquet: cannot be read as Parquet"):
        read_layer(tmp_path / "a.parquet")
