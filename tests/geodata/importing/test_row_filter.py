"""Conditions are compared, never run."""

from contextlib import suppress

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import LayerError
from geodata.importing.row_filter import rows_where

TABLE = pd.DataFrame(
    {
        "状态": ["开", "关", "开", None],
        "piles": ["4", "12", "x", ""],
        "n": [1.0, 2.0, 3.0, float("nan")],
        "a b": list("pqrs"),
    }
)


def rows(condition):
    return [row for row, kept in enumerate(rows_where(TABLE, condition, source="t").kept, start=1) if kept]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("n > 1", [2, 3]),
        ("n >= 1 and n != 2", [1, 3]),
        ("piles > 5", [2]),
        ("piles = '12'", [2]),
        ("状态 = '开'", [1, 3]),
        ("状态 <> '开'", [2]),
        ("not 状态 = '开'", [2, 4]),
        ("状态 is null", [4]),
        ("piles IS NOT NULL", [1, 2, 3]),
        ("n in (1, 3)", [1, 3]),
        ("状态 in ('关')", [2]),
        ("\"a b\" = 'q' or n = 3", [2, 3]),
        ("n = 1 or n = 2 and piles = 5", [1]),
        ("(n = 1 or n = 2) and piles = 12", [2]),
        ("\"a b\" = 'it''s'", []),
        ("n == -1e3", []),
    ],
)
def test_conditions_mean_what_they_say(condition, kept):
    """Numbers with numbers, texts with texts; a blank cell fulfils no comparison."""
    assert rows(condition) == kept


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("", "a column expected, found the end"),
        ("n", "a comparison expected, found the end"),
        ("n = ", "a number or a text in single quotes expected"),
        ("n = x", "a number or a text in single quotes expected, found 'x'"),
        ("n = 1 n = 2", "and, or expected, found 'n'"),
        ("(n = 1", '"\\)" expected'),
        ("m = 1", 'no column "m"'),
        ("状 = 1", r'no column "状"'),
        ("n = 1; drop table a", "cannot be understood from"),
        ("__import__('os')", 'no column "__import__"'),
        ("n = 1 or 1 = 1", "a column expected, found '1'"),
        ("(" * 50 + "n = 1" + ")" * 50, "levels of parentheses"),
        ("n = 1 " * 999, "longer than"),
    ],
)
def test_what_cannot_be_understood_is_refused(condition, said):
    """With the place and an example."""
    with pytest.raises(LayerError, match=said):
        rows(condition)


@given(st.text(alphabet="n='\"()<>,1 andotris状态", max_size=30))
def test_any_text_gives_rows_or_a_fault(condition):
    """Nothing else ever comes out of a condition."""
    with suppress(LayerError):
        assert len(rows_where(TABLE, condition, source="t").kept) == len(TABLE)


def test_texts_that_are_no_numbers_are_told_from_those_that_do_not_fit():
    """Of 60, "60,5", "12kW" and a blank cell one fits and two cannot be judged; for a text all of them can."""
    table = pd.DataFrame({"kw": ["60", "60,5", "12kW", ""]})
    chosen = rows_where(table, "kw >= 50", source="t")
    assert chosen.kept.tolist() == [True, False, False, False]
    assert chosen.unclear.tolist() == [False, True, True, False]
    assert not rows_where(table, "kw = '12kW'", source="t").unclear.any()
