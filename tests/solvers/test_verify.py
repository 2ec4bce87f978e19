"""The check passes what keeps to everything and names every breach."""

import numpy as np
import pytest

from solvers import Budget, Count, ServedShare, Solution, VerificationError, verify, violations

LIMITS = (
    Count("stations", np.arange(4), at_most=2),
    Budget("budget", np.arange(4), at_most=530.0),
    ServedShare("share of charging", np.array([True, True, False]), 0.5),
)


def answer(modules=(3, 0, 2, 0), share=(1.0, 1.0, 0.0, 1.0, 0.0)):
    return Solution(np.array(modules), np.array(share), (), "", 0)


def test_an_answer_that_keeps_to_everything_passes(tiny):
    """Bounds are included: 2 stations, 530 spent and all demand served are fine."""
    assert violations(tiny(), LIMITS, answer()) == []
    verify(tiny(), LIMITS, answer())


@pytest.mark.parametrize(
    ("modules", "share", "words"),
    [
        ((4, 0, 2, 0), (1, 1, 0, 1, 0), "option 0: 4 modules, expected 0 or 1 to 3"),
        ((3, 0, -1, 0), (1, 1, 0, 0, 0), "option 2: -1 modules"),
        ((3, 0, 2, 0), (1.1, 1, 0, 1, 0), "pair 0: share 1.1 is not within 0 to 1"),
        ((3, 0, 2, 0), (1, 1, 0, 1, -0.1), "pair 4: share -0.1"),
        ((3, 0, 2, 0), (np.nan, 1, 0, 1, 0), "pair 0: share nan"),
        ((1, 0, 2, 0), (1, 1, 0, 1, 0), "option 0 gives 30 of service 0 in 2025, capacity 10"),
        ((3, 0, 2, 0), (1, 1, 0, 0.5, 0.5), "option 3 gives 2 of service 1 in 2025, capacity 0"),
        ((2, 1, 2, 0), (1, 0.7, 0.7, 1, 0), "demand row 1: served 1.4 times"),
        ((1, 2, 1, 0), (1, 0, 1, 0.5, 0), "stations: 3 is not within 0 to 2"),
        ((3, 0, 2, 0), (0.5, 0, 0, 1, 0), "share of charging: 5 is not within 15 to inf"),
    ],
)
def test_every_corruption_is_named(tiny, modules, share, words):
    """Each breach is named with what it concerns, what was found and what is expected."""
    faults = violations(tiny(), LIMITS, answer(modules, share))
    assert any(words in fault for fault in faults), faults
    with pytest.raises(VerificationError, match=r"\d"):
        verify(tiny(), LIMITS, answer(modules, share))


def test_a_required_option_must_be_open(tiny):
    """A closed option that is required is a breach."""
    assert violations(tiny(required=[False, True, False, False]), (), answer()) == ["option 1 is required and closed"]


def test_all_breaches_are_named_together(tiny):
    """A bad answer lists everything it breaks."""
    faults = violations(tiny(), LIMITS, answer((4, 1, 2, 0), (1, 1, 1, 1, 0)))
    assert [fault.split(":")[0] for fault in faults] == ["option 0", "demand row 1", "option 1 gives 20 of service 0 in"
        " 2025, capacity 10", "stations", "budget"]  # fmt: skip


def test_an_answer_of_another_problem_is_refused(tiny):
    """Missing answers and arrays of other lengths are named, not indexed."""
    assert violations(tiny(), (), Solution(None, None, (), "", 0)) == ["there is no answer to check"]
    assert "do not fit" in violations(tiny(), (), answer((1, 1)))[0]


def test_capacity_counts_for_each_year_alone(tiny):
    """An option that opens in 2025 gives its capacity in 2025 and again in 2030."""
    problem = tiny(row_year=[2025, 2030, 2025])
    assert violations(problem, (), answer((2, 0, 2, 0))) == []
    assert violations(tiny(), (), answer((2, 0, 2, 0))) != []
