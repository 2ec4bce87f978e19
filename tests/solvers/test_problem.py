"""A problem takes only arrays that make one, and says all that is wrong with others."""

import numpy as np
import pytest

from solvers import ProblemError


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"demand": [1.0, 2.0]}, "value has shape (3,), expected 2 demand rows"),
        ({"capacity": [1.0, 2.0]}, "capacity has 1 dimension(s), expected 2"),
        ({"required": [True]}, "required has shape (1,), expected 4 options"),
        ({"pair_time_s": [1.0]}, "pair_time_s has shape (1,), expected 5 pairs"),
        ({"demand": [10, -20, 4]}, "demand[1] is -20.0: expected a finite number >= 0 (1 such entries)"),
        ({"value": [1, np.nan, np.inf]}, "value[1] is nan: expected a finite number >= 0 (2 such entries)"),
        ({"capacity": [[10, 0], [10, -1], [0, 2], [0, 2]]}, "capacity[1] is [10. -1.]"),
        ({"pair_time_s": [60, 120, 60, 300, np.inf]}, "pair_time_s[4] is inf"),
        ({"row_service": [0, 2, 1]}, "row_service[1] is 2: out of range for 2 services"),
        ({"site": [0, -1, 1, 2]}, "site[1] is -1: out of range"),
        ({"min_modules": [1, 4, 1, 1]}, "option 1: modules from 4 to 3 with 0 standing"),
        ({"min_modules": [0, 1, 1, 1]}, "option 0: modules from 0 to 3"),
        ({"base_modules": [0, 2, 0, 0]}, "option 1: modules from 1 to 3 with 2 standing"),
        ({"set_row": [0, 1, 3]}, "set_row[2] is 3: out of range for 3 demand rows"),
        ({"set_row": [0, 2, 1]}, "set_row[2] is 1 after 2: cover sets must be sorted by demand row"),
        ({"set_row": [0, 1, 1]}, "demand row 2 has no cover set"),
        ({"set_draw": [1, 1]}, "set_draw has shape (2,), expected 3 cover sets"),
        ({"pair_set": [0, 1, 1, 2, 3]}, "pair_set[4] is 3: out of range for 3 cover sets"),
        ({"pair_option": [0, 0, 1, 2, 4]}, "pair_option[4] is 4: out of range for 4 options"),
        ({"pair_option": [0, 0, 0, 2, 3]}, "pair 2 repeats or precedes pair 1"),
        ({"pair_option": [0, 1, 0, 2, 3]}, "pair 2 repeats or precedes pair 1"),
        ({"pair_option": [0, 0, 2, 2, 3]}, "pair 2 joins its demand row with an option without capacity"),
        ({"row_year": [2025, 2020, 2025]}, "pair 1 joins its demand row with an option that opens after"),
        ({"site": [0, 0, 1, 2]}, "pairs 1 and 2 join a row with one site in 120.0 and 60.0 s"),
    ],
)
def test_each_fault_names_its_place(tiny, changes, words):
    """A fault names the array, the index, what was found and what was expected."""
    with pytest.raises(ProblemError) as caught:
        tiny(**changes)
    assert any(words in fault for fault in caught.value.faults), caught.value.faults


def test_all_faults_are_named_at_once(tiny):
    """Faults of demand, options and pairs come in one error, one line each."""
    with pytest.raises(ProblemError) as caught:
        tiny(demand=[-1, 2, 3], module_cost=[1, 2, np.nan, 4], row_service=[0, 0, 7], pair_option=[0, 0, 1, 2, 9])
    places = [fault.split(" ")[0] for fault in caught.value.faults]
    assert places == ["demand[0]", "module_cost[2]", "row_service[2]", "pair_option[4]"]
    assert str(caught.value).count("\n") == 3


def test_arrays_are_frozen_copies(tiny):
    """Changing what was handed over changes nothing, and the problem's own arrays cannot be changed."""
    demand = np.array([10.0, 20.0, 4.0])
    problem = tiny(demand=demand)
    demand[0] = 99
    assert problem.demand[0] == 10
    with pytest.raises(ValueError, match="read-only"):
        problem.demand[0] = 99


def test_sizes_and_services_of_pairs(tiny):
    """The tiny world has 3 rows, 4 options, 2 services and 5 pairs."""
    problem = tiny()
    assert (problem.n_rows, problem.n_options, problem.n_services, problem.n_pairs) == (3, 4, 2, 5)
    assert list(problem.pair_service) == [0, 0, 0, 1, 1]
    assert list(problem.pair_year) == [2025] * 5


def test_cost_counts_opening_and_added_modules(tiny):
    """A closed option costs nothing, standing modules are free."""
    problem = tiny(base_modules=[1, 0, 0, 0])
    assert list(problem.cost(np.array([3, 0, 1, 2]))) == [120, 0, 350, 400]
