"""Columns become numbers, texts and ids, or every bad cell is named."""

import numpy as np
import pandas as pd
import pytest

from geodata.columns import number_column, text_column, unique_ids
from geodata.errors import LayerError


def frame(*cells):
    return pd.DataFrame({"value": pd.Series(cells, dtype=object)})


def test_numbers_may_be_numbers_or_text():
    """A cell read from a CSV file counts like a number."""
    np.testing.assert_array_equal(number_column(frame("1", " 2.5 ", 3, "1e3"), "value", source="a"), [1, 2.5, 3, 1000])


def test_every_bad_number_is_named_in_one_error():
    """Blank, wrong and too small cells are reported together, with rows counted from 1 and what stands there."""
    with pytest.raises(LayerError) as caught:
        number_column(frame("1", "", None, float("nan"), "1,5", "inf", "-2"), "value", source="a.csv", minimum=0)
    assert str(caught.value).splitlines() == [
        "a.csv:",
        '  - column "value": blank in rows 2, 3, 4; fill in a number',
        "  - column \"value\": not a number in rows 5 ('1,5'), 6 ('inf'); write it like 1234.5",
        "  - column \"value\": below 0 in rows 7 ('-2'); give at least 0",
    ]


def test_the_minimum_itself_is_allowed():
    """The bound is included."""
    assert number_column(frame(0), "value", source="a", minimum=0)[0] == 0


def test_many_bad_rows_are_counted():
    """Twenty rows are shown and the rest counted."""
    with pytest.raises(LayerError, match="and 5 more"):
        number_column(frame(*["x"] * 25), "value", source="a")


def test_unknown_column_names_the_nearest():
    """A misspelt column is answered with the nearest, a strange one with all."""
    with pytest.raises(LayerError, match=r'a: no column "valu"; did you mean "value"\?'):
        number_column(frame(1), "valu", source="a")
    with pytest.raises(LayerError, match="the columns are value"):
        text_column(frame(1), "zzz", source="a")


def test_text_stays_as_it_is():
    """Leading zeros and hostile texts pass through, whole numbers become their digits."""
    cells = ["001", "{{7*7}}", "</script>", "=cmd", "two\nlines", 7, 7.0, 7.5]
    expected = ["001", "{{7*7}}", "</script>", "=cmd", "two\nlines", "7", "7", "7.5"]
    assert list(text_column(frame(*cells), "value", source="a")) == expected


def test_blank_text_is_a_fault_unless_allowed():
    """Missing cells are named, or become empty texts on request."""
    with pytest.raises(LayerError, match="blank in rows 2, 3, 4"):
        text_column(frame("a", None, float("nan"), " "), "value", source="a")
    assert list(text_column(frame("a", None, pd.NA), "value", source="a", allow_blank=True)) == ["a", "", ""]


def test_ids_from_a_column_must_be_unique():
    """Repeated ids are named with all their rows."""
    assert list(unique_ids(frame("b", "a"), "value", source="a", prefix="p")) == ["b", "a"]
    with pytest.raises(LayerError, match=r"more than once: 'x' \(rows 1, 3\)"):
        unique_ids(frame("x", "y", "x"), "value", source="a", prefix="p")


def test_ids_without_a_column_number_the_rows():
    """Numbered ids sort like the rows of the file."""
    ids = unique_ids(frame(*range(12_000)), None, source="a", prefix="fuel-")
    assert ids[0] == "fuel-00001"
    assert list(ids) == sorted(ids)


def test_blanks_do_not_tell_ids_apart():
    """What looks the same in every table is one id twice."""
    with pytest.raises(LayerError, match=r"'1' \(rows 1, 2\)"):
        unique_ids(pd.DataFrame({"id": ["1", " 1 "]}), "id", source="t", prefix="")
