"""Shapefiles are read whole and in their own encoding, or refused with what is missing."""

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.readers import shapefile
from geodata.readers.reader import Reading, Source

NAMES = ["白云区", "天河区", "番禺区"]


def written(folder, encoding="gb18030", names=NAMES, ldid=0, cpg=None, column="名称"):
    path = folder / "站点.shp"
    frame = gpd.GeoDataFrame({column: names}, geometry=[Point(113, 23)] * len(names), crs=4326)
    frame.to_file(path, encoding=encoding)
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    content[29] = ldid
    path.with_suffix(".dbf").write_bytes(content)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return Source(str(path), "t")


def read(source, encoding=None):
    return shapefile.read(source, Reading(encoding=encoding))


@pytest.mark.parametrize(
    ("encoding", "ldid", "cpg", "why"),
    [
        ("gb18030", 0, None, "not UTF-8, but valid GB18030"),
        ("gb18030", 0x57, None, "not UTF-8, but valid GB18030"),
        ("gb18030", 0x4D, None, "language driver 0x4D"),
        ("gb18030", 0, "GBK", ".cpg says GBK"),
        (
            "gb18030",
            0,
            "ISO-8859-1",
            r"GB18030 with Chinese characters; .cpg says ISO-8859-1, which the bytes contradict",
        ),
        ("gb18030", 0, "UTF-8", ".cpg says UTF-8, which the bytes contradict"),
        ("utf-8", 0, None, "all bytes are valid UTF-8"),
        ("utf-8", 0x4D, "UTF-8", ".cpg says UTF-8"),
        ("utf-8", 0, "936", ".cpg says 936, which the bytes contradict"),
    ],
)
def test_chinese_names_and_values_are_read_in_every_guise(tmp_path, encoding, ldid, cpg, why):
    """Field names and values are right whatever the file says of itself, and the reason is given."""
    raw = read(written(tmp_path, encoding, ldid=ldid, cpg=cpg))
    assert raw.frame.to_dict("list") == {"名称": NAMES}
    assert raw.encoding == encoding
    assert why in raw.encoding_reason
    assert not raw.repairs


def test_ascii_needs_no_encoding(tmp_path):
    """Where every encoding gives the same texts nothing is doubtful."""
    assert "plain ASCII" in read(written(tmp_path, names=["a"], column="n")).encoding_reason


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path):
    """Western letters fit no rule; the user's word is taken, and a contradiction is said."""
    source = written(tmp_path, "ISO-8859-1", names=["é à", "ü"], column="n")
    with pytest.raises(LayerError, match="cannot be told; set encoding"):
        read(source)
    assert list(read(source, "latin-1").frame["n"]) == ["é à", "ü"]
    utf8 = written(tmp_path, "utf-8")
    assert read(utf8, "gbk").encoding_reason == "given, although all bytes are valid UTF-8"
    with pytest.raises(LayerError, match='encoding "utf-9" is not known'):
        read(utf8, "utf-9")


def test_text_cut_at_the_width_of_its_field_is_said(tmp_path):
    """A character that the width of the field cut in half is dropped, and its row named."""
    source = written(tmp_path, "utf-8", names=["白云", "天河"])
    path = tmp_path / "站点.dbf"
    content = path.read_bytes()
    path.write_bytes(content.replace("天河".encode(), "天河".encode()[:5] + b" "))
    raw = read(source, "utf-8")
    assert list(raw.frame["名称"]) == ["白云", "天"]
    assert [(repair.row, repair.after) for repair in raw.repairs] == [(2, "天")]


def test_missing_index_is_rebuilt_on_a_copy(tmp_path):
    """Without .shx the rows are the same, the report says so, and nothing appears beside the original."""
    source = written(tmp_path)
    (tmp_path / "站点.shx").unlink()
    before = sorted(tmp_path.iterdir())
    raw = read(source)
    assert list(raw.frame["名称"]) == NAMES
    assert [repair.what for repair in raw.repairs] == [shapefile.NO_INDEX]
    assert sorted(tmp_path.iterdir()) == before
    assert shapefile.layers(source)[0].remarks == (shapefile.NO_INDEX,)


def test_file_cut_short_is_said(tmp_path):
    """The rows whose shapes were lost are still there, without geometry."""
    source = written(tmp_path)
    path = tmp_path / "站点.shp"
    path.write_bytes(path.read_bytes()[:-20])
    raw = read(source)
    assert [shape is None for shape in raw.geometry] == [False, False, True]
    assert raw.remarks == ("站点.shp is cut short, 164 of 184 bytes; ask for a whole copy",)


def test_missing_attributes_are_refused(tmp_path):
    """Without .dbf there would be shapes of nothing."""
    source = written(tmp_path)
    (tmp_path / "站点.dbf").unlink()
    with pytest.raises(LayerError, match=r"without 站点\.dbf .* ask for all files of the Shapefile"):
        read(source)


def test_parts_in_capitals_belong_together(tmp_path):
    """Old programs write .SHP, .DBF and .SHX."""
    source = written(tmp_path)
    for path in list(tmp_path.iterdir()):
        path.rename(path.with_suffix(path.suffix.upper()))
    assert list(read(Source(source.location[:-4] + ".SHP", "t")).frame.iloc[:, 0]) == NAMES


def test_a_part_is_not_the_layer(tmp_path):
    """Who gives the .dbf is led to the .shp."""
    source = written(tmp_path)
    with pytest.raises(LayerError, match=r"a \.dbf is one part of a Shapefile; give 站点\.shp"):
        read(Source(source.location[:-4] + ".dbf", "t"))


def test_blank_texts_and_missing_shapes_stay_missing(tmp_path):
    """Null cells stay null through decoding."""
    raw = read(written(tmp_path, names=["白云区", None]))
    assert raw.frame["名称"].isna().tolist() == [False, True]


def test_summary_has_the_decoded_fields(tmp_path):
    """A look at the file shows Chinese field names and the encoding."""
    (summary,) = shapefile.layers(written(tmp_path))
    assert dict(summary.fields) == {"名称": "object"}
    assert (summary.rows, summary.encoding, summary.crs.to_epsg()) == (3, "gb18030", 4326)
