"""The best loopless paths, against networkx and against all paths tried out."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.alternatives import Arcs, loopless_paths

networkx = pytest.importorskip("networkx", reason="it is compared with networkx")


def graph_of(arcs):
    """A graph of networkx from (tail, head) -> cost."""
    graph = networkx.DiGraph()
    graph.add_weighted_edges_from((tail, head, cost) for (tail, head), cost in arcs.items())
    return graph


def found(arcs, origin, destination, most):
    """The paths with their costs."""
    n = 1 + max(max(pair) for pair in arcs)
    rows = sorted(arcs)
    first = np.searchsorted([tail for tail, _ in rows], np.arange(n + 1)).tolist()
    graph = Arcs(first, [head for _, head in rows], [arcs[pair] for pair in rows])
    to_go = networkx.single_source_dijkstra_path_length(graph_of(arcs).reverse(), destination)
    costs = [float(to_go.get(node, np.inf)) for node in range(n)]
    paths = loopless_paths(graph, origin, destination, most, costs)
    return [(sum(arcs[step] for step in pairwise(path)), path) for path in paths]


@st.composite
def graphs(draw):
    """Arcs between up to 7 nodes, with few different costs, so that ties are many."""
    n = draw(st.integers(2, 7))
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    arcs = {pair: draw(st.integers(1, 4)) for pair in chosen}
    return {(0, n - 1): draw(st.integers(1, 12)), **arcs}


@given(graphs())
def test_costs_are_those_of_networkx(arcs):
    """Every simple path is found, in the order of the costs, each once."""
    destination = max(max(pair) for pair in arcs)
    own = found(arcs, 0, destination, 10_000)
    theirs = list(networkx.shortest_simple_paths(graph_of(arcs), 0, destination, weight="weight"))
    costs = [sum(arcs[step] for step in pairwise(path)) for path in theirs]
    assert [cost for cost, _ in own] == costs
    assert {path for _, path in own} == {tuple(path) for path in theirs}
    assert len({path for _, path in own}) == len(own)


@given(graphs())
def test_fewer_paths_are_the_first_of_more(arcs):
    """What is found first does not depend on how many are asked for."""
    destination = max(max(pair) for pair in arcs)
    assert found(arcs, 0, destination, 3) == found(arcs, 0, destination, 10_000)[:3]


def test_a_large_grid_agrees_with_networkx():
    """On 400 nodes with random costs the 20 best of several pairs cost what networkx says."""
    rng = np.random.default_rng(1)
    grid = networkx.grid_2d_graph(20, 20).to_directed()
    arcs = {(20 * a + b, 20 * c + d): int(rng.integers(10, 40)) for (a, b), (c, d) in grid.edges}
    for origin, destination in ((0, 399), (17, 381), (210, 39)):
        theirs = networkx.shortest_simple_paths(graph_of(arcs), origin, destination, weight="weight")
        costs = [sum(arcs[step] for step in pairwise(next(theirs))) for _ in range(20)]
        assert [cost for cost, _ in found(arcs, origin, destination, 20)] == costs


def test_ties_go_to_the_lower_numbers():
    """Of two ways of the same cost the one over the lower node comes first, whatever is asked."""
    arcs = {(0, 1): 1, (1, 3): 1, (0, 2): 1, (2, 3): 1}
    assert found(arcs, 0, 3, 5) == [(2, (0, 1, 3)), (2, (0, 2, 3))]


def test_no_way_is_no_path():
    """A destination that cannot be reached has none."""
    assert found({(0, 1): 1, (2, 1): 1}, 0, 2, 3) == []
