"""Messages name the source, every fault, and the nearest known word."""

import pytest

from geodata.errors import CrsError, GeodataError, LayerError, did_you_mean, in_one_line, listed


def test_one_fault_is_one_line():
    """A single fault stands behind the name of its file."""
    assert str(LayerError("a.csv", ["it is empty"])) == "a.csv: it is empty"


def test_every_fault_is_listed():
    """Several faults stand below each other."""
    assert str(LayerError("a.csv", ["first", "second"])) == "a.csv:\n  - first\n  - second"


@pytest.mark.parametrize("error", [LayerError("a", ["b"]), CrsError("c")])
def test_errors_are_also_value_errors(error):
    """Whoever catches ValueError catches ours."""
    assert isinstance(error, GeodataError)
    assert isinstance(error, ValueError)


def test_nearest_word_is_suggested():
    """A misspelt word is answered with the nearest known one, and nonsense with nothing."""
    assert did_you_mean("distrct", ["district", "demand"]) == '; did you mean "district"?'
    assert did_you_mean("xyz", ["district", "demand"]) == ""


def test_long_lists_are_cut():
    """Twenty items are shown and the rest counted."""
    assert listed(range(20)).endswith("18, 19")
    assert listed(range(25)).endswith("18, 19 and 5 more")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("站点 a\u3000b", "站点 a\u3000b"),
        ("a\nb", "a\\nb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202eabc", "\\u202eabc"),
        ("\udce4", "\\udce4"),
    ],
)
def test_control_characters_are_shown(text, shown):
    """What a terminal would obey is written out, in messages too; all other signs stay."""
    assert in_one_line(text) == shown
    assert str(LayerError(text, [text])) == f"{shown}: {shown}"
