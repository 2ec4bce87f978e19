"""Roads are cut where they share a node, and only there."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.osm.crossings import cut_at_crossings


def line(*positions):
    return shapely.LineString(positions)


def cut(*lines):
    return [shapely.get_num_geometries(found) for found in cut_at_crossings(np.array(lines, dtype=object))]


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        ([line((0, 1), (1, 1), (2, 1)), line((1, 0), (1, 1), (1, 2))], [2, 2]),  # a crossing: a node of both
        ([line((0, 1), (2, 1)), line((1, 0), (1, 2))], [1, 1]),  # a bridge: no node in common
        ([line((0, 1), (1, 1), (2, 1)), line((1, 0), (1, 1))], [1, 1]),  # one ends there, which is end enough
        ([line((0, 0), (1, 0), (1, 1), (0, 1), (1, 0), (2, 0))], [3]),  # a road that comes back to itself
    ],
)
def test_a_road_is_cut_where_two_pass_through_one_node(lines, parts):
    """A crossing cuts both; a bridge, and a node at which a road ends, cut nothing."""
    assert cut(*lines) == parts


def test_no_roads():
    """Nothing to cut is no fault."""
    assert len(cut_at_crossings(np.array([], dtype=object))) == 0


def test_old_parts_stay():
    """A line of several parts keeps them, in their order, and gets another where it is crossed."""
    whole = shapely.MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0), (4, 0)]])
    found = cut_at_crossings(np.array([whole, line((3, 1), (3, 0), (3, -1))], dtype=object))[0]
    assert [list(part.coords) for part in found.geoms] == [[(0, 0), (1, 0)], [(2, 0), (3, 0)], [(3, 0), (4, 0)]]


@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8), max_size=5))
def test_nothing_is_lost(roads):
    """Joined again the parts are the line, and afterwards no node is passed by two roads."""
    lines = np.array([shapely.LineString(road) for road in roads], dtype=object)
    passed, ends = [], set()
    for before, after in zip(lines, cut_at_crossings(lines), strict=True):
        parts = [list(part.coords) for part in shapely.get_parts(after)]
        assert parts[0] + [xy for part in parts[1:] for xy in part[1:]] == list(before.coords)
        passed += [xy for part in parts for xy in part[1:-1]]
        ends |= {xy for part in parts for xy in (part[0], part[-1])}
    assert all(passed.count(xy) == 1 or xy in ends for xy in passed)
