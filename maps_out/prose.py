"""Documentation as a page shows it: paragraphs, lists and quoted code, without the marks of its source."""

import re
from dataclasses import dataclass
from typing import Final

Words = tuple[tuple[str, bool], ...]
"""Pieces of text, and whether each is code."""

_CODE: Final = re.compile(r"``(.+?)``|`(.+?)`")
_DOT: Final = "- "


@dataclass(frozen=True)
class Block:
    """A paragraph, which has one item, or a list.

    Parameters
    ----------
    items
        Their words.
    is_list
        Whether the items get dots.
    """

    items: tuple[Words, ...]
    is_list: bool


def blocks(text: str) -> list[Block]:
    """Paragraphs and lists of a docstring: blank lines part them, and a list's items begin with "- ".

    Parameters
    ----------
    text
        With lines broken anywhere, and code in single or double backquotes.
    """
    found = []
    for part in re.split(r"\n\s*\n", text.strip()):
        is_list = part.startswith(_DOT)
        items = re.split(rf"(?:^|\n){_DOT}", part)[1:] if is_list else [part]
        found.append(Block(tuple(words(" ".join(item.split())) for item in items), is_list))
    return found


def words(text: str) -> Words:
    """Text and code of a line, in order.

    Parameters
    ----------
    text
        With code in single or double backquotes.
    """
    pieces: list[tuple[str, bool]] = []
    at = 0
    for match in _CODE.finditer(text):
        pieces += [(text[at : match.start()], False), (match[1] or match[2], True)]
        at = match.end()
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])
