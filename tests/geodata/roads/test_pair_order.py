"""Pairs in the order of demand and site."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.pair_order import order_of


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=40))
def test_the_order_is_that_of_sorting(pairs):
    """By the first number, then by the second, equal pairs as they came."""
    first, second = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    order = order_of(first.copy(), second.copy(), 5, 7)
    assert order.tolist() == sorted(range(len(pairs)), key=lambda at: pairs[at])
