"""The attribute file is understood from its bytes."""

import struct

import pytest

from geodata.errors import LayerError
from geodata.readers.dbf import dbf_encoding, read_header, text_blocks
from geodata.readers.encoding import fits


def written(folder, *cells, name=b"name", width=6, ldid=0, kind=b"C"):
    """A .dbf file with one field."""
    head = struct.pack("<4BIHH", 3, 126, 1, 1, len(cells), 65, width + 1) + b"\0" * 17 + bytes([ldid]) + b"\0" * 2
    field = name.ljust(11, b"\0") + kind + b"\0" * 4 + bytes([width, 0]) + b"\0" * 14
    rows = b"".join(b" " + cell.ljust(width)[:width] for cell in cells)
    path = folder / "a.dbf"
    path.write_bytes(head + field + b"\r" + rows)
    return read_header(path, source="t")


def test_header_says_fields_rows_and_language(tmp_path):
    """Names as bytes, and where the texts stand in a row."""
    dbf = written(tmp_path, b"a", b"b", name="名称".encode("gb18030"), ldid=0x4D)
    assert (dbf.records, dbf.record_bytes, dbf.language_driver) == (2, 7, 0x4D)
    assert dbf.names == ("名称".encode("gb18030"),)
    assert dbf.text_spans == ((1, 6),)


def test_only_foreign_texts_are_shown(tmp_path):
    """Numbers and ASCII tell nothing about the encoding."""
    dbf = written(tmp_path, b"a", "白云".encode("gb18030"), "白云".encode("gb18030"))
    assert b"".join(text_blocks(dbf)) == "白云\n".encode("gb18030")
    assert not list(text_blocks(written(tmp_path, b"12", b"13", kind=b"N")))


@pytest.mark.parametrize(("encoding", "width"), [("utf-8", 5), ("gb18030", 3), ("utf-8", 6), ("gb18030", 6)])
def test_characters_cut_by_the_width_do_not_mislead(tmp_path, encoding, width):
    """What remains of the cell still fits its encoding; a full cell is kept."""
    dbf = written(tmp_path, "白云区".encode(encoding), width=width)
    content = b"".join(text_blocks(dbf))
    assert content.strip()
    assert fits(lambda: (content,), encoding)


def test_a_field_name_cut_within_a_character_does_not_mislead(tmp_path):
    """Ten bytes hold five Chinese characters, or a letter and four and a half."""
    name = "A充电站点名".encode("gb18030")[:10]
    found = dbf_encoding(written(tmp_path, "白云".encode("gb18030"), name=name), cpg="GBK", source="t")
    assert (found.name, found.reason, found.whole) == ("gb18030", ".cpg says GBK", True)


def test_short_file_is_refused(tmp_path):
    """A header cut short describes nothing."""
    (tmp_path / "a.dbf").write_bytes(b"\x03")
    with pytest.raises(LayerError, match=r"a\.dbf is cut short \(1 bytes\)"):
        read_header(tmp_path / "a.dbf", source="t")
