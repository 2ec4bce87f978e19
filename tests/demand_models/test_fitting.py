"""Values are fitted to several margins at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand_models import DemandError
from demand_models.fitting import Margin, fit

#: Rows of a table with two districts and two kinds of place.
DISTRICT = ["East", "East", "West", "West"]
KIND = ["home", "hub", "home", "hub"]


def fitted(values, *margins):
    """Values times their factors."""
    return np.asarray(values) * fit(values, margins).factors


def sums(values, groups):
    """Sum by group."""
    return {group: sum(v for v, g in zip(values, groups, strict=True) if g == group) for group in set(groups) - {None}}


def test_one_margin_is_met_by_one_factor_per_group():
    """Groups of 1 + 3 and 2 + 2 become 8 and 2, their proportions kept."""
    values = fitted([1, 3, 2, 2], Margin("districts", DISTRICT, {"East": 8, "West": 2}))
    np.testing.assert_allclose(values, [2, 6, 1, 1])


def test_equal_cells_become_products_of_the_margins():
    """Nothing known but the margins: 60 % and 40 % of 70 and 30."""
    values = fitted(
        [1, 1, 1, 1],
        Margin("districts", DISTRICT, {"East": 60, "West": 40}),
        Margin("kinds", KIND, {"home": 70, "hub": 30}),
    )
    np.testing.assert_allclose(values, [42, 18, 28, 12])


def test_odds_are_kept():
    """Fitting moves margins and leaves the ratio of odds of the table as it was: 4 * 2 / (1 * 3)."""
    a, b, c, d = fitted(
        [4, 1, 3, 2],
        Margin("districts", DISTRICT, {"East": 30, "West": 70}),
        Margin("kinds", KIND, {"home": 45, "hub": 55}),
    )
    assert a * d / (b * c) == pytest.approx(8 / 3)


@given(
    st.lists(
        st.tuples(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.sampled_from("abc"), st.sampled_from("xyz")),
        min_size=1,
        max_size=30,
    )
)
def test_margins_of_any_table_are_met(rows):
    """Values with the margins of another table of the same shape meet them to 1e-9 relative."""
    values, others = [row[0] for row in rows], [row[1] for row in rows]
    margins = [Margin(str(n), [row[n] for row in rows], sums(others, [row[n] for row in rows])) for n in (2, 3)]
    result = fitted(values, *margins)
    for margin in margins:
        assert sums(result, margin.groups) == pytest.approx(margin.totals, rel=1e-9, abs=0)


def test_a_small_cell_between_large_ones_is_met():
    """The only table with these margins has 1/4 in the cell of both groups, which rounds alone reach too slowly."""
    margins = [
        Margin("ab", ["a", "b", "a"], {"a": 267.25, "b": 570}),
        Margin("xy", list("xyy"), {"x": 267, "y": 570.25}),
    ]
    np.testing.assert_allclose(fitted([1, 1, 1], *margins), [267, 570, 0.25], rtol=1e-9)


def test_a_cell_that_must_vanish_does():
    """The West has homes alone, as many as all: the homes of the East shrink to nothing, and the totals hold."""
    values = fitted(
        [1, 1, 1, 0],
        Margin("districts", DISTRICT, {"East": 5, "West": 5}),
        Margin("kinds", KIND, {"home": 5, "hub": 5}),
    )
    np.testing.assert_allclose(values, [0, 5, 5, 0], atol=1e-8)


def test_margins_may_speak_of_different_rows():
    """A total of the first two rows, and one of all: the others take the rest."""
    only_east = [name if name == "East" else None for name in DISTRICT]
    values = fitted([1, 1, 2, 1], Margin("East", only_east, {"East": 10}), Margin("all", ["all"] * 4, {"all": 40}))
    np.testing.assert_allclose(values, [5, 5, 20, 10])


def test_rows_that_no_margin_speaks_of_are_kept():
    """Their factor is exactly 1."""
    factors = fit([1, 1, 2, 0], [Margin("East", ["East", None, None, None], {"East": 3})]).factors
    assert factors.tolist() == [3, 1, 1, 1]


def test_what_holds_already_is_left_alone():
    """Totals that hold change nothing, not even in the last digit."""
    values = [0.1, 0.7, 0.3]
    result = fit(values, [Margin("all", ["all"] * 3, {"all": sum(values)})])
    assert result.factors.tolist() == [1, 1, 1]


def test_a_total_of_zero_empties_its_group():
    """Nothing is left in the East, and nothing else changes."""
    values = fitted([1, 3, 2, 2], Margin("districts", DISTRICT, {"East": 0, "West": 4, "North": 0}))
    np.testing.assert_allclose(values, [0, 0, 2, 2])


def test_changes_are_told():
    """Every group's sum before and after stands in the report."""
    changes = fit([1, 3, 2, 2], [Margin("districts", DISTRICT, {"East": 8, "West": 2})]).changes
    assert [(c.margin, c.group, c.before, c.wanted, c.after) for c in changes] == [
        ("districts", "East", 4, 8, 8),
        ("districts", "West", 4, 2, 2),
    ]


@pytest.mark.parametrize(
    ("values", "totals", "message"),
    [
        (
            [1, 1, 1, 1],
            {"East": 5},
            r"districts: no total for 'West', where there is demand; give one",
        ),
        ([1, 1, 0, 0], {"East": 5, "West": 2}, r"districts: a total for 'West', where there is no demand"),
        (
            [1, 1, 1, 1],
            {"East": 5, "West": 2, "": 1},
            r"a total for '' \(places outside every district\), where there is no demand",
        ),
        ([1, 1, 1, 1], {"East": -5, "West": 2}, r"districts: the total of 'East' is -5"),
        ([1, 1, 1, 1], {"East": float("nan"), "West": 2}, r"districts: the total of 'East' is nan"),
        ([1, -1, 1, 1], {"East": 5, "West": 2}, r"demand to be fitted: found -1"),
        ([1, np.inf, 1, 1], {"East": 5, "West": 2}, r"demand to be fitted: found inf"),
    ],
)
def test_totals_that_cannot_be_met_are_named(values, totals, message):
    """What is missing, empty or no number is refused with its group."""
    with pytest.raises(DemandError, match=message):
        fit(values, [Margin("districts", DISTRICT, totals)])


def test_all_faults_come_at_once():
    """The faults of every margin stand in one message."""
    with pytest.raises(DemandError, match=r"districts: no total for 'West'.*; kinds: no total for 'hub'"):
        fit([1] * 4, [Margin("districts", DISTRICT, {"East": 5}), Margin("kinds", KIND, {"home": 5})])


def test_different_sums_are_refused():
    """Districts that add up to 10 cannot have kinds that add up to 11."""
    with pytest.raises(DemandError, match="districts and kinds: they add up to 10 and 11 for the same demand"):
        fit(
            [1] * 4,
            [Margin("districts", DISTRICT, {"East": 5, "West": 5}), Margin("kinds", KIND, {"home": 5, "hub": 6})],
        )


def test_zeros_that_forbid_a_total_are_named():
    """The East has homes alone and asks for more than all homes: the cell East, hub is zero."""
    with pytest.raises(DemandError, match="totals cannot all be met") as caught:
        fit(
            [1, 0, 1, 1],
            [Margin("districts", DISTRICT, {"East": 7, "West": 3}), Margin("kinds", KIND, {"home": 5, "hub": 5})],
        )
    assert "districts: 'East' comes to 5 of 7 (no demand in common with 'hub' of kinds)" in str(caught.value)
