"""Points come to the nearest place of the nearest road."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.graph import junctions_of
from geodata.roads.snapping import places_of, snap

SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
RING = [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 0, 10)]


def test_the_nearest_place_need_not_be_a_node(network):
    """Beside the middle of a street, beyond its end, and on a corner."""
    snapped = snap(network(SQUARE, RING), np.array([(30.0, -4.0), (-3.0, -4.0), (100.0, 100.0)]))
    assert snapped.distance_m.tolist() == [4, 5, 0]
    assert snapped.share[0] == pytest.approx(0.3)
    assert snapped.share[1] in {0.0, 1.0}


def test_both_directions_of_a_two_way_street(network):
    """A one-way street has one arc, a two-way street two."""
    roads = network(SQUARE, [*RING, (1, 0, 20)])
    snapped = snap(roads, np.array([(30.0, 1.0), (99.0, 50.0)]))
    two_way, one_way = snapped.arc
    assert (roads.tail[two_way[0]], roads.head[two_way[0]]) == (roads.head[two_way[1]], roads.tail[two_way[1]])
    assert one_way[1] == -1


def test_beyond_the_reach_there_is_no_arc_but_a_distance(network):
    """How far away an unreachable point is remains known."""
    snapped = snap(network(SQUARE, RING), np.array([(50.0, 20.0), (50.0, 1000.0)]), reach_m=100)
    assert (snapped.arc[:, 0] >= 0).tolist() == [True, False]
    assert snapped.distance_m.tolist() == [20, 900]


@given(st.lists(st.tuples(st.floats(-50, 150), st.floats(-50, 150)), min_size=1, max_size=8))
def test_no_road_is_nearer(network, xy):
    """The distance is that to the union of all roads, and the share leads to a place so far away."""
    roads = network([*SQUARE, (50, 30)], [*RING, (0, 4, 5), (4, 2, 5)])
    snapped = snap(roads, np.array(xy))
    ends = np.stack([np.column_stack([roads.x[i], roads.y[i]]) for i in (roads.tail, roads.head)], axis=1)
    union = shapely.union_all(shapely.linestrings(ends))
    assert np.allclose(snapped.distance_m, shapely.distance(union, shapely.points(xy)))
    begin, end = ends[snapped.arc[:, 0], 0], ends[snapped.arc[:, 0], 1]
    foot = begin + snapped.share[:, np.newaxis] * (end - begin)
    assert np.allclose(np.hypot(*(foot - np.array(xy)).T), snapped.distance_m)


def test_points_snapped_in_parts_are_snapped_alike(network, monkeypatch):
    """Three at a time or all together, every point comes to the same place."""
    roads = network([*SQUARE, (50, 30)], [*RING, (0, 4, 5), (4, 2, 5)])
    xy = np.random.default_rng(3).uniform(-20, 120, (50, 2))
    together = snap(roads, xy)
    monkeypatch.setattr("geodata.roads.snapping.SNAPPED_AT_ONCE", 3)
    parts = snap(roads, xy)
    for name in ("arc", "share", "distance_m"):
        assert np.array_equal(getattr(together, name), getattr(parts, name))


def test_places_split_the_time_at_the_share(network):
    """A third of a street of 30 s: 10 s behind, 20 s ahead, the other way round in the other direction."""
    street = network([(0, 0), (90, 0)], [(0, 1, 30), (1, 0, 60)])
    junctions = junctions_of(street)
    places = places_of(street, junctions, snap(street, np.array([(30.0, 10.0)])), access_kmh=3.6)
    assert np.allclose(np.sort(places.before_s[0]), [10, 40])
    assert np.allclose(np.sort(places.after_s[0]), [20, 20])
    assert places.access_s.tolist() == [10]
    assert places.node.tolist() == [-1]


def test_a_point_at_a_junction_has_no_arc(network):
    """Whoever stands at the end of a street stands at its node, and may leave in every direction."""
    street = network([(0, 0), (90, 0)], [(0, 1, 30), (1, 0, 30)])
    places = places_of(street, junctions_of(street), snap(street, np.array([(0.0, 0.0), (95.0, 0.0)])), access_kmh=5)
    assert street.node_id[places.node].tolist() == [0, 1]
    assert (places.arc == -1).all()
