"""An import in pieces is one layer with one story."""

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geodata import LayerError
from geodata.importing.report import ImportReport
from geodata.store import Provenance, layers, read_layer
from geodata.store.pieces import write_pieces

FROM = Provenance("点.csv")


def piece(first, *, bad=()):
    frame = gpd.GeoDataFrame({"n": [first, first + 1]}, geometry=[Point(first, 0), Point(first, 1)], crs=4490)
    rejected = {"no position": bad} if bad else {}
    return frame, ImportReport("点.csv", "CSV", rows_in=2 + len(bad), rows_kept=2, rejected=rejected)


def test_rows_and_reports_are_joined(tmp_path):
    """Rows follow one another; rows in and rejected rows are added up, in the answer and in the store."""
    store = tmp_path / "study.gpkg"
    report = write_pieces(store, "点", iter([piece(0), piece(2, bad=(5,)), piece(4)]), FROM, kind="demand")
    assert (report.rows_in, report.rows_kept, report.rejected) == (7, 6, {"no position": (5,)})
    assert read_layer(store, "点")["n"].tolist() == [0, 1, 2, 3, 4, 5]
    assert layers(store)[0].report["rows_in"] == 7


def test_a_fault_in_a_later_piece_leaves_the_store(tmp_path):
    """Nothing of a layer is stored when it cannot be read to its end."""

    def broken():
        yield piece(0)
        raise LayerError("点.csv", ["line 3: broken"])

    with pytest.raises(LayerError, match="line 3"):
        write_pieces(tmp_path / "study.gpkg", "点", broken(), FROM)
    assert not (tmp_path / "study.gpkg").exists()
