"""GeoJSON is read exactly: numbers, ids, nested values and coordinates as they stand, in UTF-8 or not."""

import json

import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.readers import geojson
from geodata.readers.reader import Reading, Source

HUGE = 12345678901234567890


def point(x=113.4, y=23.1):
    return {"type": "Point", "coordinates": [x, y]}


def feature(shape=None, *, number=None, **properties):
    ident = {} if number is None else {"id": number}
    return {"type": "Feature", **ident, "properties": properties, "geometry": shape or point()}


def written(folder, *features, encoding="utf-8", **members):
    text = json.dumps({"type": "FeatureCollection", **members, "features": features}, ensure_ascii=False)
    (folder / "a.geojson").write_bytes(text.encode(encoding))
    return Source(str(folder / "a.geojson"), "t")


def read(source, encoding=None):
    return geojson.read(source, Reading(encoding=encoding))


def test_long_whole_numbers_become_text_with_all_digits(tmp_path):
    """A number that a float would shorten keeps its digits; other columns stay numbers."""
    raw = read(written(tmp_path, feature(code=HUGE, n=1), feature(code=1, n=None), feature(code=2**53 + 1, n=2)))
    assert list(raw.frame["code"]) == [str(HUGE), "1", str(2**53 + 1)]
    assert raw.frame["n"].dtype == "Int64"
    assert any("long whole numbers" in cast for cast in raw.casts)


def test_long_numbers_with_blanks_keep_their_digits(tmp_path):
    """A blank cell in the column does not cost digits."""
    raw = read(written(tmp_path, feature(code=2**53 + 1), feature(code=None)))
    assert raw.frame["code"].dropna().tolist() == [str(2**53 + 1)]


def test_nested_values_become_their_json_text(tmp_path):
    """Objects and lists are kept as text that can be parsed again."""
    parent = {"adcode": 440100, "名": ["a"]}
    raw = read(written(tmp_path, feature(parent=parent, center=[113.2, 23.1]), feature(parent=None, center=None)))
    assert json.loads(raw.frame["parent"][0]) == parent
    assert raw.frame["center"][0] == "[113.2, 23.1]"


def test_truth_values_with_blanks_stay_truth_values(tmp_path):
    """A blank does not make 1.0 of true."""
    raw = read(written(tmp_path, feature(open=True), feature(open=None)))
    assert raw.frame["open"].dtype == "boolean"


def test_numbers_of_features_become_a_column_even_twice(tmp_path):
    """Ids of features are data; a repeated one is not changed."""
    raw = read(written(tmp_path, feature(number=5, a=1), feature(number=5, a=2)))
    assert raw.frame["id"].tolist() == [5, 5]


def test_coordinates_written_as_text_are_read_and_said(tmp_path):
    """Quoted numbers are numbers; what is no number stays without geometry."""
    source = written(tmp_path, feature(point("113.4", "23.1")), feature(), feature(point("east", "23")))
    raw = read(source)
    assert list(raw.geometry) == [Point(113.4, 23.1), Point(113.4, 23.1), None]
    assert [(repair.row, repair.what) for repair in raw.repairs] == [(1, geojson.TEXT_COORDINATES)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_is_read_in_the_usual_encodings(tmp_path, encoding):
    """Another encoding than UTF-8 is read rightly, and said."""
    raw = read(written(tmp_path, feature(名称="白云区充电站"), encoding=encoding))
    assert raw.frame.to_dict("list") == {"名称": ["白云区充电站"]}
    assert bool(raw.repairs) == (encoding == "gb18030")


def test_crs_is_that_of_the_format_or_of_the_old_member(tmp_path):
    """Which of the two it is stands in the remarks."""
    plain = read(written(tmp_path, feature()))
    assert plain.crs.to_epsg() == 4326
    assert "as the format prescribes" in plain.remarks[0]
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    old = read(written(tmp_path, feature(), crs=member))
    assert old.crs.to_epsg() == 4490
    assert 'old "crs" member' in old.remarks[0]


def test_truncated_file_is_named(tmp_path):
    """Half a file is no layer."""
    source = written(tmp_path, *(feature(n=n) for n in range(50)))
    content = (tmp_path / "a.geojson").read_bytes()
    (tmp_path / "a.geojson").write_bytes(content[: len(content) // 2])
    with pytest.raises(LayerError, match="t: cannot be read"):
        read(source)


def test_description_of_a_layer_elsewhere_is_not_opened(tmp_path):
    """A file that GDAL would take for a pointer to other files or servers is refused, wherever the pointer hides."""
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    layer = f'<OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"
    for content in (vrt, json.dumps({"type": "FeatureCollection", "a": vrt, "features": []})):
        (tmp_path / "a.geojson").write_text(content)
        with pytest.raises(LayerError, match="cannot be read"):
            read(Source(str(tmp_path / "a.geojson"), "t"))
