"""Lists of JSON objects are tables."""

import json

import pytest

from geodata.errors import LayerError
from geodata.readers import geojson
from geodata.readers.reader import Reading, Source


def written(folder, document, encoding="utf-8"):
    (folder / "a.json").write_bytes(json.dumps(document, ensure_ascii=False).encode(encoding))
    return Source(str(folder / "a.json"), "t")


def read(source, layer=None):
    return geojson.read(source, Reading(layer=layer))


def test_cells_keep_their_types(tmp_path):
    """Texts stay texts, whole numbers whole; missing and null cells are blank."""
    rows = [{"id": "001", "n": 1, "x": 1, "price": "1.5"}, {"id": "002", "n": None, "x": 0.5}]
    raw = read(written(tmp_path, rows))
    assert raw.frame["id"].tolist() == ["001", "002"]
    assert raw.frame["n"].dtype == "Int64"
    assert raw.frame["x"].tolist() == [1, 0.5]
    assert raw.frame["price"].tolist() == ["1.5", None]
    assert raw.geometry is None
    assert any("numbers written as text, which stay text: id, price" in remark for remark in raw.remarks)


def test_mixed_and_long_cells_become_text(tmp_path):
    """Nothing is lost by forcing numbers and texts into one type."""
    raw = read(written(tmp_path, [{"a": 1, "b": 12345678901234567890}, {"a": "x", "b": 2}, {"a": {"k": 1}, "b": 3}]))
    assert raw.frame["a"].tolist() == ["1", "x", '{"k": 1}']
    assert raw.frame["b"].tolist() == ["12345678901234567890", "2", "3"]
    assert len(raw.casts) == 2


def test_items_that_are_no_objects_are_rejected_by_row(tmp_path):
    """The rest stays, with its row numbers."""
    raw = read(written(tmp_path, [{"a": 1}, 7, {"a": 2}]))
    assert raw.row.tolist() == [1, 3]
    assert raw.rejected[0].rows == (2,)


def test_list_within_an_answer_is_found_by_its_path(tmp_path):
    """Platforms wrap their rows; several lists must be chosen from."""
    one = written(tmp_path, {"code": 0, "data": {"list": [{"a": 1}]}})
    assert read(one).layer == "data/list"
    two = written(tmp_path, {"a": [{"n": 1}], "b": [{"n": 2}]})
    assert [layer.name for layer in geojson.layers(two)] == ["a", "b"]
    with pytest.raises(LayerError, match="2 lists; set layer to one of: a, b"):
        read(two)
    assert read(two, "b").frame["n"].tolist() == [2]


def test_other_json_is_refused(tmp_path):
    """Settings or numbers are no layer."""
    with pytest.raises(LayerError, match="neither GeoJSON nor a list of objects"):
        read(written(tmp_path, {"a": 1}))
