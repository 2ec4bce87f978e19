"""Large tables keep their types and their story in one file."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from geodata import LayerError
from geodata.store import Provenance
from geodata.store.tables import read_table, write_table

pytest.importorskip("pyarrow", reason="pyarrow is not installed")

FROM = Provenance("出行.csv", sha256="ab12", licence="CC0", date="2026-11-21", command="siting import 出行.csv")
TIMES = pd.DataFrame(
    {"需求": ["a", "b"], "time_s": pd.array([1.5, None], dtype="float32"), "n": pd.array([1, None], "Int64")}
)


class Report:
    """The least that is a report."""

    def to_dict(self):
        return {"rows_in": 2}


@pytest.mark.parametrize("table", [TIMES, gpd.GeoDataFrame(TIMES, geometry=[Point(0, 0), None], crs=4490)])
def test_a_table_comes_back_with_its_record(tmp_path, table):
    """Types, gaps, geometry and CRS survive, and so do provenance and report."""
    path = tmp_path / "时间.parquet"
    write_table(path, table, Report(), FROM)
    back, record = read_table(path)
    assert type(back) is type(table)
    pd.testing.assert_frame_equal(pd.DataFrame(back), pd.DataFrame(table))
    assert (record["provenance"], record["report"]) == (FROM, {"rows_in": 2})


def test_same_table_same_bytes(tmp_path):
    """Nothing of the clock or the machine is in the file, and the table that was given is not changed."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_table(tmp_path / name / "t.parquet", TIMES, Report(), FROM)
    assert (tmp_path / "one" / "t.parquet").read_bytes() == (tmp_path / "two" / "t.parquet").read_bytes()
    assert TIMES.attrs == {}


def test_what_fails_leaves_the_old_table(tmp_path):
    """A column that Parquet cannot hold is an error; the file is as it was."""
    path = tmp_path / "t.parquet"
    write_table(path, TIMES, None, FROM)
    before = path.read_bytes()
    with pytest.raises(LayerError, match="cannot be written"):
        write_table(path, pd.DataFrame({"a": [1, "x", object()]}), None, FROM)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


def test_what_is_no_table_is_said(tmp_path):
    """Other endings, columns of the same name and damaged files are refused; a foreign file has no record."""
    with pytest.raises(LayerError, match=r"ends with \"\.parquet\""):
        write_table(tmp_path / "t.csv", TIMES, None, FROM)
    with pytest.raises(LayerError, match="capitals"):
        write_table(tmp_path / "t.parquet", pd.DataFrame([[1, 2]], columns=["a", "A"]), None, FROM)
    TIMES.to_parquet(tmp_path / "foreign.parquet")
    assert read_table(tmp_path / "foreign.parquet")[1] == {}
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    with pytest.raises(LayerError, match="cannot be read as Parquet"):
        read_table(tmp_path / "bad.parquet")
