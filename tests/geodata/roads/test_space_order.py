"""Z-order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.space_order import space_order


def test_quarters_follow_each_other():
    """Of four corners: south-west, south-east, north-west, north-east."""
    assert space_order(np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 1.0, 0.0, 0.0])).tolist() == [3, 2, 1, 0]


def test_neighbours_stay_together():
    """On a board of 4 x 4 each quarter is visited before the next is begun."""
    x, y = (axis.ravel().astype(float) for axis in np.meshgrid(range(4), range(4)))
    quarters = (2 * (y // 2) + x // 2)[space_order(x, y)]
    assert quarters.tolist() == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4


@given(st.lists(st.tuples(st.floats(-1e7, 1e7), st.floats(-1e7, 1e7)), max_size=30))
def test_it_is_an_order_of_all(points):
    """Every row once, whatever the coordinates."""
    x, y = np.array(points, dtype=float).reshape(-1, 2).T
    assert sorted(space_order(x, y)) == list(range(len(points)))
