"""Encodings are told from the bytes, with the reason, or not at all."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.readers.encoding import file_blocks, fits, known_encoding, likely_encoding

HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=40)
COMMON = "白云区天河海珠番禺充电站公交换电加氢停车场广州市深圳"


def told(content):
    found = likely_encoding(lambda: (content,))
    return found and found.name


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"plain", "utf-8", "plain ASCII"),
        ("白云区".encode(), "utf-8", "valid UTF-8"),
        ("白云区充电站".encode("gb18030"), "gb18030", "not UTF-8, but valid GB18030"),
        ("白云区".encode("utf-8-sig"), "utf-8-sig", "byte order mark"),
        (codecs.BOM_UTF16_LE + "白云".encode("utf-16-le"), "utf-16", "byte order mark"),
    ],
)
def test_the_usual_encodings_are_told_with_the_reason(content, name, why):
    """Each choice says why."""
    found = likely_encoding(lambda: (content,))
    assert (found.name, found.whole) == (name, True)
    assert why in found.reason


@given(HAN)
def test_utf8_is_always_told(text):
    """No Chinese text in UTF-8 is taken for anything else."""
    assert told(text.encode()) == "utf-8"


@given(st.text(alphabet=COMMON, min_size=4, max_size=40))
def test_gb18030_is_told_for_common_characters(text):
    """Ordinary Chinese in GB18030 is never taken for UTF-8."""
    assert told(text.encode("gb18030")) == "gb18030"


@pytest.mark.parametrize("content", [b"\xff\xff", "é".encode("latin-1") + b"t\xe9 \xe0 l", b"\x80\xff " * 9])
def test_what_fits_nothing_is_not_guessed(content):
    """Western or broken bytes need a word of the user."""
    assert told(content) is None


def test_one_broken_byte_does_not_turn_a_text_into_another():
    """A long UTF-8 text with one broken byte stays UTF-8, but not whole."""
    content = bytearray(("白云区充电站" * 20).encode())
    content[31] = 0xFF
    found = likely_encoding(lambda: (bytes(content),))
    assert (found.name, found.whole) == ("utf-8", False)
    content = bytearray(("白云区充电站" * 20).encode("gb18030"))
    content[40] = 0xFF
    found = likely_encoding(lambda: (bytes(content),))
    assert (found.name, found.whole) == ("gb18030", False)


def test_characters_may_lie_across_blocks(tmp_path, monkeypatch):
    """A character cut by the end of a block is whole again in the next."""
    monkeypatch.setattr("geodata.readers.encoding.BLOCK_BYTES", 2)
    (tmp_path / "a").write_bytes("白云区充电站".encode())
    found = likely_encoding(lambda: file_blocks(tmp_path / "a"))
    assert (found.name, found.whole) == ("utf-8", True)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("GBK", "gb18030"),
        ("936", "gb18030"),
        ("cp936", "gb18030"),
        ("GB2312\n", "gb18030"),
        ("ANSI 1252", "cp1252"),
        ("ISO-8859-1", "iso8859-1"),
        ("OEM 936", "gb18030"),
        ("utf-9", None),
        ("hex", None),
        ("", None),
    ],
)
def test_names_of_encodings_are_understood(word, name):
    """The names that files and people use lead to Python's; GBK is read as its extension."""
    assert known_encoding(word) == name


def test_fits_says_whether_all_bytes_can_be_decoded():
    """A cut character at the end does not fit."""
    assert fits(lambda: ("白".encode(),), "utf-8")
    assert not fits(lambda: ("白".encode()[:2],), "utf-8")
