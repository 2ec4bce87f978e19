"""Segments far from all points are left out, none that is near."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.raster import in_question

NUMBERS = st.integers(-10_000, 10_000)
PLACES = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=10)


def test_far_segments_are_left_out():
    """Of two segments a kilometre apart, the one beside the point."""
    begin, end = np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([[10.0, 0.0], [1010.0, 5.0]])
    assert in_question(begin, end, np.array([[5.0, 3.0]]), np.array([4.0])).tolist() == [True, False]


def test_without_points_nothing_is_asked():
    """No point, no segment."""
    assert not in_question(np.zeros((1, 2)), np.ones((1, 2)), np.zeros((0, 2)), np.zeros(0)).any()


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=10), PLACES, st.floats(0, 1e4))
def test_no_near_segment_is_missed(segments, xy, reach_m):
    """Every segment within the reach of a point is among them, wherever the points lie."""
    ends = np.array(segments, dtype=float).reshape(-1, 2, 2)
    near = in_question(ends[:, 0], ends[:, 1], np.array(xy, dtype=float), np.full(len(xy), reach_m))
    far = shapely.distance(shapely.linestrings(ends)[:, np.newaxis], shapely.points(xy)).min(axis=1)
    assert near[far <= reach_m].all()
