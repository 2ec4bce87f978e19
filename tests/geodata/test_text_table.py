"""CSV files become text, whatever the spreadsheet that wrote them."""

import pytest

from geodata.errors import LayerError
from geodata.text_table import read_csv


def written(folder, content):
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_text_is_read_in_the_usual_encodings(tmp_path, encoding):
    """UTF-8 with and without byte order mark and GB18030 give the same table."""
    table = read_csv(written(tmp_path, "区,编号\n白云区,001\n".encode(encoding)), source="t")
    assert table.to_dict("list") == {"区": ["白云区"], "编号": ["001"]}


def test_nothing_is_guessed(tmp_path):
    """Leading zeros, NA, quoted newlines, formulas and blanks stay what they are."""
    content = 'a,b,c\n001,NA,\n"x\ny",=cmd,"{{7*7}}, </script>"\n\n'
    table = read_csv(written(tmp_path, content.encode()), source="t")
    assert table.to_numpy().tolist() == [["001", "NA", ""], ["x\ny", "=cmd", "{{7*7}}, </script>"]]


def test_given_encoding_is_used(tmp_path):
    """The user's word about the encoding counts."""
    assert list(read_csv(written(tmp_path, "é\nü\n".encode("latin-1")), source="t", encoding="latin-1")["é"]) == ["ü"]


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        (b"", None, "t: the file is empty"),
        (b"a\n\xff\xff\n", None, "not utf-8-sig or gb18030; save it as UTF-8"),
        (b"a\n1\n", "utf-9", 'encoding "utf-9" is not known'),
        (b'a,b\n1,"2\n', None, "check the quotes"),
        (b"a,b,a\n1,2,3\n", None, "more than one column called 'a'"),
        (b"a,b\n1,2\n1\n1,2,3\n", None, r"another number of fields than the header \(2\): 2 \(1\), 3 \(3\)"),
    ],
)
def test_every_fault_is_said(tmp_path, content, encoding, said):
    """A table that cannot be trusted is refused with the reason."""
    with pytest.raises(LayerError, match=said):
        read_csv(written(tmp_path, content), source="t", encoding=encoding)
