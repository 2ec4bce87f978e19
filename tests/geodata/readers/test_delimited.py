"""CSV files become text, whatever the spreadsheet that wrote them, in pieces of any size."""

import numpy as np
import pytest

from geodata.errors import LayerError
from geodata.readers import delimited
from geodata.readers.reader import Reading, Source


def written(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content)
    return Source(str(path), "t")


def rows_of(folder, content, encoding=None, name="table.csv"):
    return delimited.read(written(folder, content, name), Reading(encoding=encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_the_usual_encodings(tmp_path, encoding):
    """UTF-8 with and without byte order mark, GB18030 and marked UTF-16 give the same table."""
    raw = rows_of(tmp_path, "区,编号\n白云区,001\n天河区,002\n".encode(encoding))
    assert raw.frame.to_dict("list") == {"区": ["白云区", "天河区"], "编号": ["001", "002"]}
    assert raw.encoding == encoding.removesuffix("-sig")
    assert raw.encoding_reason


def test_nothing_is_guessed(tmp_path):
    """Leading zeros, NA, quoted newlines, formulas and blanks stay what they are."""
    content = 'a,b,c\n001,NA,\n"x\ny",=cmd,"{{7*7}}, </script>"\n\n'
    table = rows_of(tmp_path, content.encode()).frame
    assert table.to_numpy().tolist() == [["001", "NA", ""], ["x\ny", "=cmd", "{{7*7}}, </script>"]]


def test_given_encoding_is_used(tmp_path):
    """The user's word about the encoding counts, and what it does not have is said."""
    assert list(rows_of(tmp_path, "é\nü\n".encode("latin-1"), "latin-1").frame["é"]) == ["ü"]
    raw = rows_of(tmp_path, "a\nü\nu\n".encode("latin-1"), "utf-8")
    assert [(repair.row, repair.after) for repair in raw.repairs] == [(1, "\ufffd")]


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (b"", None, "t: the file is empty"),
        (b"a\n\xff\xff\n", None, "not utf-8-sig or gb18030; save it as UTF-8"),
        (b"a\n1\n", "utf-9", 'encoding "utf-9" is not known'),
        (b'a,b\n1,"2\n', None, "check the quotes"),
        (b"a,b,a\n1,2,3\n", None, "more than one column called 'a'"),
    ],
)
def test_every_fault_is_said(tmp_path, content, encoding, said):
    """A table that cannot be trusted is refused with the reason."""
    with pytest.raises(LayerError, match=said):
        rows_of(tmp_path, content, encoding)


def test_rows_of_another_length_are_rejected_one_by_one(tmp_path):
    """The other rows stay, with their numbers in the file."""
    raw = rows_of(tmp_path, b"a,b\n1,2\n1\n1,2,3\n4,5\n")
    assert list(raw.row) == [1, 4]
    assert [(part.reason, part.rows) for part in raw.rejected] == [
        ("another number of fields than the header (2)", (2, 3))
    ]
    assert raw.rejected[0].cells[1] == {"a": "1", "b": "2", "field 3": "3"}
    assert raw.rows_in == 4


@pytest.mark.parametrize(("mark", "name"), [("\t", "a.tsv"), (";", "a.csv"), ("\t", "b.csv"), ("|", "c.csv")])
def test_other_separators_are_found_in_the_header_and_said(tmp_path, mark, name):
    """Tabs, semicolons and bars separate fields where the header has no comma."""
    raw = rows_of(tmp_path, f"a{mark}b\n1,5{mark}2\n".encode(), name=name)
    assert raw.frame.to_dict("list") == {"a": ["1,5"], "b": ["2"]}
    assert "separated by" in raw.remarks[0]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pieces_add_up_to_the_whole(tmp_path, size):
    """Whatever the size of the pieces, rows, numbers and rejections are those of the whole."""
    content = b"a,b\n" + b"".join(b"%d,x\n" % n if n % 3 else b"%d\n" % n for n in range(1, 8))
    source = written(tmp_path, content)
    whole = delimited.read(source, Reading())
    pieces = list(delimited.pieces(source, Reading(), size))
    assert max(piece.rows_in for piece in pieces) <= size
    assert np.concatenate([piece.row for piece in pieces]).tolist() == whole.row.tolist()
    assert sum(piece.rows_in for piece in pieces) == whole.rows_in == 7
    assert [row for piece in pieces for part in piece.rejected for row in part.rows] == list(whole.rejected[0].rows)


def test_summary_counts_rows_without_keeping_them(tmp_path):
    """A summary has columns, rows and encoding."""
    (summary,) = delimited.layers(written(tmp_path, "区\n白云区\n天河区\n".encode("gb18030")))
    assert (summary.rows, dict(summary.fields), summary.encoding) == (2, {"区": "text"}, "gb18030")


def test_a_table_has_no_layers(tmp_path):
    """A layer name is a misunderstanding worth a word."""
    with pytest.raises(LayerError, match='remove layer = "a"'):
        delimited.read(written(tmp_path, b"a\n1\n"), Reading(layer="a"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_titles_above_the_header_are_left_out_as_asked(tmp_path, encoding):
    """An office puts a title above its table; the row of the names is then given, as for a workbook."""
    source = written(tmp_path, "站点一览表,,\n单位：个\n编号;经度\n甲;113.3\n".encode(encoding))
    raw = delimited.read(source, Reading(header_row=3))
    assert raw.frame.to_dict("list") == {"编号": ["甲"], "经度": ["113.3"]}
    assert raw.remarks == ("column names are in row 3, as asked", "fields are separated by semicolon")
    for row, fault in ((9, "fewer than 9 rows"), (0, "header_row 0 is no row")):
        with pytest.raises(LayerError, match=fault):
            delimited.read(source, Reading(header_row=row))
