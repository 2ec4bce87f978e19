"""Numbers that break solvers: sizes, ties, nothing at all, and what is not a number."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import OBJECTIVES, Budget, Count, ProblemError, Stage, Status, solve, verify

SERVED, COST = OBJECTIVES["served_value"], OBJECTIVES["cost"]
EXACT = [Stage(SERVED, gap=0.0), Stage(COST, gap=0.0)]
EVERY = np.arange(4)
SIZES = [1e-6, 1e-3, 1.0, 1e6, 1e12]


def checked(problem, limits=()):
    """The answer of a problem, checked once more."""
    found = solve(problem, EXACT, limits)
    assert found.found, found.stages
    verify(problem, limits, found)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_values_does_not_matter(tiny, size):
    """Whatever a unit is worth, all 210 units of value are served for 530."""
    found = checked(tiny(value=np.array([1, 1, 45]) * size))
    assert found.stages[0].value == pytest.approx(210 * size, rel=2e-4)
    assert found.stages[0].status in (Status.OPTIMAL, Status.GAP)
    assert found.stages[0].bound == pytest.approx(210 * size)
    assert found.stages[1].value == pytest.approx(530)


@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_demand_does_not_matter(tiny, size):
    """Demand and capacity in any unit give the same stations."""
    problem = tiny(demand=np.array([10, 20, 4]) * size, capacity=tiny().capacity * size)
    found = checked(problem)
    assert found.stages[0].value == pytest.approx(210 * size, rel=2e-4)
    assert found.modules[:2].tolist() == [3, 0]


@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_money_does_not_matter(tiny, size):
    """Costs and a budget in any currency buy the same stations."""
    problem = tiny(fixed_cost=tiny().fixed_cost * size, module_cost=tiny().module_cost * size)
    found = checked(problem, [Budget("budget", EVERY, 480 * size)])
    assert found.stages[0].value == pytest.approx(180, rel=2e-4)
    assert found.stages[1].value == pytest.approx(400 * size, rel=2e-4)


def test_values_over_eighteen_orders_of_magnitude(tiny):
    """Where a unit of one row is worth 1e18 units of another, the great one is served in full, and a budget that is
    too small for both goes to it.
    """
    problem = tiny(value=[1e-6, 1.0, 1e12])
    found = solve(problem, EXACT[:1], [Budget("budget", EVERY, 500.0)])
    assert found.served(problem)[2] == pytest.approx(4)
    assert found.stages[0].bound >= 4e12


def test_nothing_has_a_value(tiny):
    """Without value everything is optimal, and the cheapest answer builds nothing."""
    found = checked(tiny(value=[0, 0, 0]))
    assert found.stages[0].value == 0
    assert found.modules.tolist() == [0, 0, 0, 0]


def test_no_demand(tiny):
    """Without demand nothing is built."""
    assert checked(tiny(demand=[0, 0, 0])).modules.tolist() == [0, 0, 0, 0]


def test_free_sites(tiny):
    """Sites that cost nothing are used without harm."""
    found = checked(tiny(fixed_cost=[0] * 4, module_cost=[0] * 4), [Budget("nothing", EVERY, 0.0)])
    assert found.stages[0].value == pytest.approx(210, rel=2e-4)


def test_ties_go_to_the_same_option_every_time(tiny):
    """Of two swap stations that are alike the same one opens in every run."""
    answers = {tuple(checked(tiny()).modules.tolist()) for _ in range(3)}
    assert len(answers) == 1


def test_demand_out_of_reach_is_not_served(tiny):
    """A row that no option reaches costs value, not an error."""
    found = checked(tiny(pair_set=[1, 1, 2, 2], pair_option=[0, 1, 2, 3], pair_time_s=[0] * 4))
    assert found.stages[0].value == pytest.approx(200, rel=2e-4)


def test_no_capacity_at_all(tiny):
    """Options that offer nothing cannot be paired; without pairs the answer is to build nothing."""
    with pytest.raises(ProblemError, match="without capacity for its service"):
        tiny(capacity=np.zeros((4, 2)))
    found = checked(tiny(capacity=np.zeros((4, 2)), pair_set=[], pair_option=[], pair_time_s=[]))
    assert found.modules.tolist() == [0, 0, 0, 0]


def test_a_count_that_forces_useless_stations(tiny):
    """A station that reaches nobody is built because the count says four, and the answer says so."""
    problem = tiny(pair_set=[0, 1, 1, 2], pair_option=[0, 0, 1, 2], pair_time_s=[0] * 4)
    found = checked(problem, [Count("all four", EVERY, 4, 4)])
    assert (found.modules > 0).all()
    assert found.notes == ("1 stations serve nobody and stand only because of all four",)
    assert found.stages[0].value == pytest.approx(210, rel=2e-4)


@pytest.mark.parametrize("name", ["demand", "value", "fixed_cost", "closing_cost", "set_draw", "pair_time_s"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -1.0])
def test_what_is_not_an_amount_is_named_with_its_index(tiny, name, bad):
    """NaN, infinity and negative amounts are refused with the array and the first index."""
    array = np.array(getattr(tiny(), name), dtype=float)
    array[1] = bad
    with pytest.raises(ProblemError, match=rf"{name}\[1\] is {str(bad).replace('.', '[.]')}"):
        tiny(**{name: array})


@pytest.mark.parametrize("name", ["value", "set_draw", "year", "capacity", "required", "pair_option"])
def test_a_wrong_shape_is_named(tiny, name):
    """An array that is one too short is refused with both lengths."""
    with pytest.raises(ProblemError, match=name):
        replace(tiny(), **{name: getattr(tiny(), name)[:-1]})
