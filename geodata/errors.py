"""What can be wrong with geographic input, said so that a planner can mend it."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

SHOWN = 20
"""Number of rows or ids listed in one fault before the rest is only counted."""


class GeodataError(Exception):
    """Any fault of layers, coordinates or travel times."""


class LayerError(GeodataError, ValueError):
    """All faults found in one file or table.

    Parameters
    ----------
    source
        The file or table, as the user knows it.
    faults
        One sentence per fault: what was found and what to do.
    """

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        super().__init__(source, self.faults)

    def __str__(self) -> str:
        source, *faults = map(in_one_line, (self.source, *self.faults))
        return f"{source}: {faults[0]}" if len(faults) == 1 else "\n  - ".join([f"{source}:", *faults])


class CrsError(GeodataError, ValueError):
    """A coordinate reference system that is missing, wrong or not in metres."""


class TravelStoppedError(GeodataError):
    """A search for travel times that was told to stop."""


def in_one_line(text: str) -> str:
    r"""A text whose control characters are shown, so that no terminal obeys what stood in a file.

    Parameters
    ----------
    text
        Any text; names and cells of files may be in it.

    Returns
    -------
    shown
        The same text, with line breaks, escapes, marks of direction and half surrogates written as ``\n``, ``\x1b``.
    """
    if text.isprintable():
        return text
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return "".join(ascii(sign)[1:-1] if unicodedata.category(sign) in hidden else sign for sign in text)


def listed(items: Iterable[object]) -> str:
    """The first items as text, and the number of those left out.

    Parameters
    ----------
    items
        Rows, ids or names, in the order to show.

    Returns
    -------
    shown
        At most ``SHOWN`` items separated by commas, then ``and N more``.
    """
    texts = [str(item) for item in items]
    shown = ", ".join(texts[:SHOWN])
    return shown if len(texts) <= SHOWN else f"{shown} and {len(texts) - SHOWN} more"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to a wrong one.

    Parameters
    ----------
    name
        The word that is not known.
    known
        The words that are.

    Returns
    -------
    hint
        ``; did you mean "..."?``, or an empty text when nothing is near.
    """
    near = difflib.get_close_matches(name, sorted(set(known)), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""
