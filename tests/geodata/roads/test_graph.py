"""Folding chains: fewer nodes, the same times between those that stay."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.errors import LayerError
from geodata.roads.graph import junctions_of


def all_times(first, head, time_s):
    """Times between all nodes by scipy, parallels and loops left to the least."""
    n = len(first) - 1
    least = {}
    for tail in range(n):
        for arc in range(first[tail], first[tail + 1]):
            key = (tail, int(head[arc]))
            least[key] = min(least.get(key, np.inf), time_s[arc])
    tails, heads = zip(*least, strict=True)
    return dijkstra(csr_array((list(least.values()), (tails, heads)), shape=(n, n)))


def both(*arcs):
    """Arcs there and back."""
    return [arc for a, b, *rest in arcs for arc in ((a, b, *rest), (b, a, *rest))]


def ids(network, junctions):
    """Ids of the nodes that stay."""
    return sorted(network.node_id[junctions.node].tolist())


def test_a_street_between_two_dead_ends_is_one_arc_each_way(network):
    """The three nodes within go, the two ends stay."""
    street = network([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)], both((0, 1, 1), (1, 2, 2), (2, 3, 3), (3, 4, 4)))
    junctions = junctions_of(street)
    assert ids(street, junctions) == [0, 4]
    assert junctions.graph.time_s.tolist() == [10, 10]
    assert junctions.graph.length_m.tolist() == [100, 100]


def test_crossings_and_changes_of_direction_stay(network):
    """A crossing of three streets stays, and so do the nodes where a two-way street becomes a one-way one."""
    drawn = network(
        [(0, 0), (10, 0), (20, 0), (20, 10), (10, 10), (15, 20)],
        [*both((0, 1, 1)), (1, 2, 1), (2, 3, 1), (3, 4, 1), (4, 1, 1)],
    )
    assert ids(drawn, junctions_of(drawn)) == [0, 1]
    assert sorted(junctions_of(drawn).graph.time_s) == [1, 1, 4]


@pytest.mark.parametrize("arcs", [[(0, 1, 1), (1, 2, 2), (2, 0, 3)], both((0, 1, 1), (1, 2, 2), (2, 0, 3))])
def test_a_lone_ring_keeps_one_node(network, arcs):
    """A ring without a crossing is a loop at one of its nodes, in each direction."""
    ring = network([(0, 0), (10, 0), (0, 10)], arcs)
    junctions = junctions_of(ring)
    assert len(junctions.node) == 1
    assert junctions.graph.time_s.tolist() == [6] * (len(arcs) // 3)


def test_every_arc_knows_its_place_in_the_folded_one(network):
    """Time and length before an arc, in the folded arc that it is a part of."""
    street = network([(0, 0), (1, 0), (2, 0), (3, 0)], both((0, 1, 1), (1, 2, 2), (2, 3, 3)))
    junctions = junctions_of(street)
    told = {
        (int(street.node_id[a]), int(street.node_id[b])): (before_s, before_m)
        for a, b, before_s, before_m in zip(
            street.tail, street.head, junctions.before_s, junctions.before_m, strict=True
        )
    }
    assert told == {(0, 1): (0, 0), (1, 2): (1, 10), (2, 3): (3, 30), (3, 2): (0, 0), (2, 1): (3, 30), (1, 0): (5, 50)}


@st.composite
def drawn_roads(draw):
    """Positions on a grid, and arcs with whole times between some of them."""
    n = draw(st.integers(2, 8))
    position = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=n, max_size=n, unique=True))
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    arcs = draw(st.lists(st.tuples(ends, st.integers(1, 9)), min_size=2, max_size=3 * n))
    ring = draw(st.booleans())
    closed = [(i, (i + 1) % n, 3) for i in range(n)] if ring else []
    return position, [(a, b, time_s) for (a, b), time_s in arcs] + closed


@given(drawn_roads())
def test_times_between_nodes_that_stay_are_kept(network, roads):
    """Whatever the roads, all times between junctions equal those of the whole network, and no arc is lost."""
    try:
        whole = network(*roads)
    except LayerError:
        assume(False)
    junctions = junctions_of(whole)
    graph = junctions.graph
    expected = all_times(whole.first, whole.head, whole.time_s)[np.ix_(junctions.node, junctions.node)]
    assert np.allclose(all_times(graph.first, graph.head, graph.time_s), expected)
    assert graph.length_m.sum() == pytest.approx(whole.length_m.sum())
    assert (junctions.arc >= 0).all()
    turned, number = graph.reversed()
    assert np.allclose(all_times(turned.first, turned.head, turned.time_s), expected.T)
    assert (turned.tail[number] == graph.head).all()
