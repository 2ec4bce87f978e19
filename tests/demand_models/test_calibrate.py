"""Weights are scaled to control totals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand_models import DemandError, calibrate

# Zero, or a magnitude that a population, a trip count or an energy may have, and far beyond.
weight = st.just(0.0) | st.floats(1e-150, 1e150)
total = st.just(0.0) | st.floats(1e-12, 1e15)


@given(st.lists(weight, min_size=1).filter(any), total)
def test_the_sum_is_the_total(values, wanted):
    """For any weights that are not all zero the sum equals the total to 1e-9 relative, and nothing is negative."""
    scaled = calibrate(values, wanted)
    assert scaled.sum() == pytest.approx(wanted, rel=1e-9, abs=0)
    assert (scaled >= 0).all()
    assert (scaled[np.array(values) == 0] == 0).all()


@given(st.dictionaries(st.sampled_from("xyz"), st.tuples(st.lists(st.floats(0.1, 1e6), min_size=1), total), min_size=1))
def test_the_sum_is_the_total_within_each_group(by_group):
    """With groups every group's sum equals its own total to 1e-9 relative."""
    groups = [group for group, (values, _) in by_group.items() for _ in values]
    values = [value for values, _ in by_group.values() for value in values]
    wanted = {group: total for group, (_, total) in by_group.items()}
    scaled = calibrate(values, wanted, groups=groups)
    for group, total_of_group in wanted.items():
        of = scaled[np.array(groups) == group].sum()
        assert of == pytest.approx(total_of_group, rel=1e-9, abs=0)


def test_proportions_are_kept():
    """Weights of 1 and 3 share 8 as 2 and 6."""
    np.testing.assert_allclose(calibrate([1, 3], 8), [2, 6])


def test_a_total_of_zero_needs_no_weight():
    """Nothing can be spread over nothing."""
    np.testing.assert_array_equal(calibrate([0, 0], 0), [0, 0])
    np.testing.assert_array_equal(calibrate([], {"x": 0.0}, groups=[]), [])


@pytest.mark.parametrize(
    ("values", "wanted", "groups", "message"),
    [
        ([0, 0], 5, None, r"people: all are zero, so 5 cannot be spread"),
        ([], 5, None, r"people: there are none, so 5 cannot be spread"),
        ([1, 0], {"x": 1, "y": 2}, ["x", "y"], r"people of 'y': all are zero, so 2 cannot be spread"),
        ([1], {"x": 1, "y": 2}, ["x"], r"people of 'y': there are none"),
        ([1, 1], {"x": 1}, ["x", "z"], r"people: no total for 'z'"),
        ([1, -2], 5, None, r"people: found -2"),
        ([1, np.nan], 5, None, r"people: found nan"),
        ([1, np.inf], 5, None, r"people: found inf"),
        ([1], -5, None, r"people: the total is -5"),
        ([1], {"x": np.nan}, ["x"], r"people of 'x': the total is nan"),
        ([1], 5, ["x"], r"people: give totals by group together with groups"),
        ([1], {"x": 5}, None, r"people: give totals by group together with groups"),
    ],
)
def test_what_cannot_be_spread_is_refused_with_the_group_named(values, wanted, groups, message):
    """Weights and totals that make no sense are refused with the group and the number found."""
    with pytest.raises(DemandError, match=message):
        calibrate(values, wanted, groups=groups, what="people")
