"""A graph made smaller keeps all ways between the nodes that are needed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads import reduction
from geodata.roads.reduction import reduced

LIMIT = 1 << 40


def all_costs(n, tail, head, cost):
    """Costs between all nodes by Floyd and Warshall."""
    far = np.full((n, n), LIMIT, dtype=np.int64)
    np.fill_diagonal(far, 0)
    np.minimum.at(far, (tail, head), cost)
    for k in range(n):
        far = np.minimum(far, far[:, [k]] + far[[k], :])
    return np.minimum(far, LIMIT)


def arrays(arcs):
    """Arcs as the arrays of a graph."""
    tail, head, cost = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    return tail.astype(np.int32), head.astype(np.int32), cost.copy()


def test_a_chain_becomes_one_arc():
    """Five nodes in a row of which the ends are needed."""
    tail, head, cost = reduced(
        *arrays([(0, 1, 1), (1, 2, 2), (2, 3, 3), (3, 4, 4)]), np.array([1, 0, 0, 0, 1], dtype=np.bool_), LIMIT
    )
    assert (tail.tolist(), head.tolist(), cost.tolist()) == ([0], [4], [10])


def test_a_dead_end_goes():
    """A street that leads nowhere is no part of any way."""
    arcs = [(0, 1, 5), (1, 0, 5), (1, 2, 7), (2, 1, 7)]
    tail, _, _ = reduced(*arrays(arcs), np.array([True, True, False]), LIMIT)
    assert sorted(tail.tolist()) == [0, 1]


def test_arcs_beyond_the_limit_go():
    """An arc that nobody can afford, and two that together nobody can."""
    arcs = [(0, 1, 100), (0, 2, 60), (2, 1, 60), (1, 0, 5)]
    tail, head, _ = reduced(*arrays(arcs), np.array([True, True, False]), 100)
    assert list(zip(tail.tolist(), head.tolist(), strict=True)) == [(1, 0)]


@st.composite
def graphs(draw):
    """Up to 14 nodes with up to 60 arcs, loops and parallels among them, and which nodes are needed."""
    n = draw(st.integers(2, 14))
    node = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(1, 20)), max_size=60))
    return arcs, np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=np.bool_)


@given(graphs())
def test_costs_between_needed_nodes_are_kept(graph):
    """Whatever the graph, the best ways cost what they cost before, and there are no more arcs than before."""
    arcs, needed = graph
    before, after = arrays(arcs), reduced(*arrays(arcs), needed, LIMIT)
    n, rows = len(needed), np.ix_(needed, needed)
    assert np.array_equal(all_costs(n, *before)[rows], all_costs(n, *after)[rows])
    assert len(after[0]) <= len(arcs)
    assert (np.diff(after[0]) >= 0).all()


def streets(side, seed):
    """A grid of streets, both ways at drawn costs, of which every tenth crossing is needed."""
    rng = np.random.default_rng(seed)
    ends = [(a, b) for a in range(side**2) for b in (a + 1, a + side) if b < side**2]
    arcs = [(*way, int(rng.integers(1, 20))) for a, b in ends for way in ((a, b), (b, a))]
    return arrays(arcs), rng.random(side**2) < 0.1


def test_threads_take_out_the_same_nodes(monkeypatch):
    """Shared among three threads, a round gives the same arcs, and far fewer nodes than there were."""
    monkeypatch.setattr(reduction, "ALONE", 10)
    arcs, needed = streets(30, seed=1)
    alone, shared = (reduced(*arcs, needed, LIMIT, threads=threads) for threads in (1, 3))
    assert all(np.array_equal(one, other) for one, other in zip(alone, shared, strict=True))
    assert len(np.unique(alone[0])) < len(needed) / 3


def test_costs_on_streets_are_kept_over_many_rounds():
    """All costs between 23 crossings of 225 remain."""
    arcs, needed = streets(15, seed=2)
    rows = np.ix_(needed, needed)
    after = reduced(*arcs, needed, LIMIT)
    assert np.array_equal(all_costs(len(needed), *arcs)[rows], all_costs(len(needed), *after)[rows])


def test_arcs_in_a_circle_of_no_cost_stay():
    """Three nodes at no distance from each other: each arc is as good as the two others, and not all may go."""
    arcs = arrays([(a, b, 0) for a in range(3) for b in range(3)])
    after = reduced(*arcs, np.ones(3, dtype=np.bool_), LIMIT)
    assert (all_costs(3, *after) == 0).all()


def test_a_hub_is_not_looked_over(monkeypatch):
    """Costs remain when ways over wide nodes are not looked for."""
    monkeypatch.setattr(reduction, "WIDEST", 1)
    arcs, needed = streets(8, seed=3)
    rows = np.ix_(needed, needed)
    after = reduced(*arcs, needed, LIMIT)
    assert np.array_equal(all_costs(len(needed), *arcs)[rows], all_costs(len(needed), *after)[rows])
