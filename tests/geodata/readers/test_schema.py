"""Types are restored or chosen so that nothing is lost."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.readers.schema import inexact, restored, typed

CELLS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


def test_declared_types_are_restored():
    """Whole numbers and truth values with blanks, and nested values, each with a sentence."""
    frame = pd.DataFrame({"n": [1.0, np.nan], "b": [1.0, np.nan], "x": [1.5, np.nan], "j": [{"a": 1}, None]})
    found, casts = restored(frame, {"n": "int32", "b": "bool", "x": "float64"})
    assert [str(kind) for kind in found.dtypes] == ["Int64", "boolean", "float64", "object"]
    assert found["j"][0] == '{"a": 1}'
    assert len(casts) == 3


def test_whole_numbers_beyond_a_float_are_known():
    """What lost digits already is not called whole."""
    frame = pd.DataFrame({"n": [2.0**60, np.nan], "m": [2.0**50, np.nan]})
    assert inexact(frame, {"n": "int64", "m": "int64"}) == ["n"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([1, 2], "int64"),
        ([1, None], "Int64"),
        ([1, 1.5, None], "float64"),
        ([True, None], "boolean"),
        (["a"], "object"),
    ],
)
def test_loose_cells_get_the_one_type_that_holds_them(cells, kind):
    """Numbers, truth values and texts of one kind need no cast."""
    column, cast = typed("a", cells)
    assert str(column.dtype) == kind
    assert cast is None


def test_mixed_cells_become_text():
    """Seven stays 7, a date its day, and the sentence names the kinds."""
    column, cast = typed("a", [7.0, "x", date(2023, 5, 1), None])
    assert column.tolist() == ["7", "x", "2023-05-01", None]
    assert cast == 'column "a": date or other and number and text cells, kept as text'


@given(st.lists(CELLS, max_size=6))
def test_no_cell_is_lost(cells):
    """Blank cells stay blank, all others are still there."""
    column, _ = typed("a", cells)
    assert len(column) == len(cells)
    assert column.isna().tolist() == [cell is None for cell in cells]
    for kept, cell in zip(column, cells, strict=True):
        assert cell is None or kept == cell or isinstance(kept, str)
