"""Pairs in the order of demand and site."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.pair_order import counted


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=40))
def test_the_order_is_that_of_sorting(pairs):
    """By the second number and then by the first is by the first, then by the second, equal pairs as they came."""
    first, second = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    order = counted(second.copy(), np.arange(len(pairs), dtype=np.int32), 7)
    order = counted(first.copy(), order, 5)
    assert order.tolist() == sorted(range(len(pairs)), key=lambda at: pairs[at])
