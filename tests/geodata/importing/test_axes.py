"""Coordinates lie where their system can lie, or the user is asked."""

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import LayerError
from geodata.importing.axes import OFF_GLOBE, SWAPPED, total_bounds, within_range
from geodata.readers.raw import RawLayer


def checked(*xy, crs=4326, area=None):
    rows = np.arange(1, len(xy) + 1)
    layer = RawLayer(frame=pd.DataFrame({"n": rows}), geometry=shapely.points(xy), row=rows, driver="", crs=CRS(crs))
    return within_range(layer, area=area, source="t")


def test_rows_in_china_pass_without_a_word():
    """The usual case leaves no trace."""
    layer = checked((113, 23), (121, 31))
    assert (len(layer.row), layer.remarks, layer.rejected) == (2, (), ())


def test_each_bad_row_has_its_reason():
    """Swapped or off the globe: single rows are told apart."""
    layer = checked((113, 23), (114, 24), (23, 113), (200, 23))
    assert {part.reason: part.rows for part in layer.rejected} == {SWAPPED: (3,), OFF_GLOBE: (4,)}


def test_rows_abroad_are_kept_and_counted():
    """Being elsewhere is no fault."""
    layer = checked((113, 23), (2, 48))
    assert layer.remarks == ("1 of 2 rows lie outside of China and were kept (rows 2)",)


@pytest.mark.parametrize(
    ("xy", "crs", "word"),
    [
        ((23, 113), 4326, "look swapped"),
        ((2_556_000, 734_000), 32649, "look swapped"),
        ((734_000, 2_556_000), 4326, "in degrees, but the coordinates are not"),
        ((113, 23), 32649, "look like degrees"),
    ],
)
def test_a_whole_layer_in_the_wrong_place_is_refused(xy, crs, word):
    """With what it looks like and what to set."""
    with pytest.raises(LayerError, match=word):
        checked(xy, xy, crs=crs)


def test_bounds_of_nothing_are_none():
    """No rows, no bounds."""
    assert total_bounds(np.empty((0, 4))) is None
    assert total_bounds(np.array([[0, 0, 1, 1], [2, -1, 3, 0]])) == (0, -1, 3, 1)
