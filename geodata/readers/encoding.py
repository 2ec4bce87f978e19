"""Encodings of Chinese texts, told from the bytes and always with the reason."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK_BYTES = 1 << 20
"""Files are looked at in blocks of this size, so that their length does not matter."""

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
"""Byte order marks, which settle the question."""

WHOLE_PER_BROKEN = 20
"""A text is taken for a damaged one of some encoding when it has so many good characters per broken one."""

COMMON_SHARE = 0.5
"""Least share of common Chinese characters in what is taken for GB18030."""

PLAIN = "plain ASCII, the same in every encoding"

Blocks = Callable[[], Iterable[bytes]]
"""The bytes again from the start, in blocks."""


@dataclass(frozen=True)
class Encoding:
    """An encoding, why it was chosen, and whether all bytes fit it.

    Parameters
    ----------
    name
        Name that Python knows.
    reason
        Why, for the report.
    whole
        False when some characters are broken.
    """

    name: str
    reason: str
    whole: bool = True

    @property
    def plain(self) -> bool:
        """Whether there is nothing but ASCII, so that the choice does not matter."""
        return self.reason == PLAIN


def file_blocks(path: Path) -> Iterator[bytes]:
    """The bytes of a file, in blocks of `BLOCK_BYTES`.

    Parameters
    ----------
    path
        The file.
    """
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def likely_encoding(blocks: Blocks) -> Encoding | None:
    """The encoding of some bytes: a byte order mark, else UTF-8, else GB18030 when it gives common Chinese characters.

    Parameters
    ----------
    blocks
        Gives the bytes, from the start, each time it is called.

    Returns
    -------
    encoding
        None when nothing fits; the user must say it then.
    """
    start = next(iter(blocks()), b"")
    for mark, name in MARKS:
        if start.startswith(mark):
            return Encoding(name, "byte order mark", whole=fits(blocks, name))
    if all(block.isascii() for block in blocks()):
        return Encoding("utf-8", PLAIN)
    if fits(blocks, "utf-8"):
        return Encoding("utf-8", "all bytes are valid UTF-8")
    if _mostly_good(blocks, "utf-8"):
        return Encoding("utf-8", "nearly all bytes are valid UTF-8", whole=False)
    if not _looks_chinese(blocks):
        return None
    if fits(blocks, "gb18030"):
        return Encoding("gb18030", "not UTF-8, but valid GB18030 with Chinese characters")
    if _mostly_good(blocks, "gb18030"):
        return Encoding("gb18030", "not UTF-8, but nearly all bytes are GB18030 with Chinese characters", whole=False)
    return None


def fits(blocks: Blocks, name: str) -> bool:
    """Whether all bytes can be decoded.

    Parameters
    ----------
    blocks
        Gives the bytes, from the start.
    name
        An encoding that Python knows.
    """
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for block in blocks():
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def known_encoding(name: str) -> str | None:
    """Python's name of a text encoding; None for one it does not know.

    Parameters
    ----------
    name
        As found in a file or given by the user: ``GBK``, ``65001``, ``cp936``, ``OEM 936``.
    """
    word = name.strip().lower().removeprefix("oem ").removeprefix("ansi ").strip()
    word = {"65001": "utf-8", "936": "gb18030", "54936": "gb18030", "950": "cp950", "big5": "cp950"}.get(word, word)
    try:
        found = codecs.lookup(f"cp{word}" if word.isdigit() else word)
        "".encode(found.name)
    except (LookupError, ValueError, UnicodeError):
        return None
    # GB18030 holds all characters of its two forerunners.
    return "gb18030" if found.name in {"gbk", "gb2312"} else found.name


def _characters(blocks: Blocks, name: str) -> Iterator[str]:
    """The characters that are not ASCII, block by block, broken ones as U+FFFD."""
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    for block in blocks():
        yield "".join(letter for letter in decoder.decode(block) if letter > "\x7f")


def _mostly_good(blocks: Blocks, name: str) -> bool:
    good = broken = 0
    for letters in _characters(blocks, name):
        bad = letters.count("\ufffd")
        broken += bad
        good += len(letters) - bad
    return good >= WHOLE_PER_BROKEN * broken


def _looks_chinese(blocks: Blocks) -> bool:
    """Whether most characters, read as GB18030, are those of the older and smaller GB2312."""
    common = total = 0
    for letters in _characters(blocks, "gb18030"):
        common += len(letters.encode("gb2312", errors="ignore")) // 2
        total += len(letters)
    return total > 0 and common >= COMMON_SHARE * total
