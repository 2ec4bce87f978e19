"""Time and length as one number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.graph import Graph
from geodata.roads.scale import LENGTH_BITS, scale_of


def graph(time_s, length_m):
    """Arcs with these times and lengths; their ends do not matter."""
    ends = np.zeros(len(time_s), dtype=np.int32)
    return Graph(
        first=np.array([0, len(time_s)]), tail=ends, head=ends, time_s=np.array(time_s), length_m=np.array(length_m)
    )


def scale(cutoff_s=1800.0, access_mps=1.4, time_s=(60.0,), length_m=(1000.0,)):
    """The scale of a graph."""
    return scale_of(graph(time_s, length_m), cutoff_s=cutoff_s, access_mps=access_mps)


def test_half_a_microsecond_and_a_few_millimetres():
    """At 30 minutes."""
    assert scale().tick_s == 2**-21
    assert scale().tick_m <= 0.002


def test_the_faster_way_has_the_smaller_cost_and_of_equals_the_shorter():
    """In the order of time, then length; beyond the cutoff there is the limit, the cutoff itself is within."""
    time_s, length_m = np.array([10, 10, 10.25, 1800, 1801]), np.array([500, 501, 3, 9, 0.0])
    cost = scale().cost(time_s, length_m)
    assert (np.diff(cost) > 0).all()
    assert cost[-1] == scale().limit
    assert cost[-2] < scale().limit


@given(
    st.floats(1, 1e5),
    st.lists(st.tuples(st.floats(1e-3, 1e5), st.floats(0, 1e6)), min_size=1, max_size=20),
)
def test_no_way_overflows(cutoff_s, arcs):
    """However fast the arcs, those of any way within the cutoff add up in both parts, and so do two such ways."""
    time_s, length_m = np.array(arcs).T
    found = scale(cutoff_s=cutoff_s, time_s=time_s, length_m=length_m)
    order = np.argsort(-length_m / time_s)
    way = order[np.cumsum(time_s[order]) <= cutoff_s]
    cost = found.cost(time_s[way], length_m[way])
    assert int((cost & ((1 << LENGTH_BITS) - 1)).sum()) * 2 < 1 << LENGTH_BITS
    assert int(cost.sum()) * 2 < 2**63
    assert 2 * found.limit < 2**63
    assert (cost >> LENGTH_BITS) * found.tick_s == pytest.approx(time_s[way], abs=found.tick_s)
