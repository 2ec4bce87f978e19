"""Columns add up to their published totals, within rounding."""

import pandas as pd
import pytest

from geodata.errors import LayerError
from geodata.importing.control_totals import missed_totals


def test_difference_is_said_with_its_share():
    """Half per mille is rounding, more is not."""
    table = pd.DataFrame({"pop": ["600", "400"]})
    assert missed_totals(table, {"pop": 1000.4}, source="t") == ()
    (missed,) = missed_totals(table, {"pop": 1250}, source="t")
    assert 'column "pop" adds up to 1000, 20.00% less than the control total 1250' in missed


def test_column_must_be_there():
    """A misspelt name is a fault."""
    with pytest.raises(LayerError, match='no column "pup"'):
        missed_totals(pd.DataFrame({"pop": [1]}), {"pup": 1}, source="t")
