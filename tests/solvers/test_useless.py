"""Stations that only a number keeps open are told from those that serve, and from those that nothing keeps open."""

import numpy as np
import pytest

from solvers import Budget, Bundle, Count, ServedShare, Solution, useless

EVERY = np.arange(4)


@pytest.fixture
def answer():
    """Option 0 serves rows 0 and 1, options 1 and 3 are open and serve nobody, option 2 is closed."""
    return Solution(np.array([3, 1, 0, 1]), np.array([1, 1, 0, 0, 0]), (), "", 0)


def test_an_exact_count_holds_idle_stations_open(tiny, answer):
    """Without any one of the idle options 1 and 3 there would be two stations instead of three."""
    found = useless(tiny(), [Budget("budget", EVERY, 1e6), Count("stations", EVERY, 3, 3)], answer)
    assert [(one.option, one.limits) for one in found] == [(1, (1,)), (3, (1,))]


def test_a_count_with_room_holds_nothing_open(tiny, answer):
    """Two stations are asked for and three are open: any one may go."""
    assert useless(tiny(), [Count("stations", EVERY, 2)], answer) == ()


def test_what_is_required_is_not_called_useless(tiny, answer):
    """A required option stands whatever it serves."""
    found = useless(tiny(required=[False, True, False, False]), [Count("stations", EVERY, 3, 3)], answer)
    assert [one.option for one in found] == [3]


def test_all_limits_that_hold_an_option_are_named(tiny, answer):
    """Option 1 comes with option 0, and the modules of both are counted; a served share holds nothing that is idle."""
    limits = [
        ServedShare("charging", np.array([True, True, False]), 0.5),
        Bundle("together", (np.array([0, 1]),)),
        Count("modules", EVERY[:2], 4, of="modules"),
    ]
    assert [(one.option, one.limits) for one in useless(tiny(), limits, answer)] == [(1, (1, 2))]


def test_closing_one_breaks_exactly_what_is_named(random_case, random_solution):
    """On random answers in which every second option is idle: without one exactly the named limits are broken."""
    seen = 0
    for seed in range(80):
        problem, limits = random_case(seed)
        answer = random_solution(problem, seed)
        idle = answer.share * (np.arange(problem.n_options) % 2)[problem.pair_option]
        answer = Solution(answer.modules, idle, (), "", 0)
        kept = [limit for limit in limits if not limit.touches_served and _holds(problem, limit, answer)]
        found = {one.option: one.limits for one in useless(problem, kept, answer)}
        seen += len(found)
        for option in np.flatnonzero(
            (answer.modules > 0) & ~problem.required & (np.arange(problem.n_options) % 2 == 0)
        ):
            without = answer.modules.copy()
            without[option] = 0
            closed = Solution(without, answer.share, (), "", 0)
            broken = tuple(n for n, limit in enumerate(kept) if not _holds(problem, limit, closed))
            assert found.get(int(option), ()) == broken
    assert seen > 10


def _holds(problem, limit, answer):
    value, (lo, hi) = limit.value(problem, answer), limit.bounds(problem)
    return bool(np.all((value >= lo - 1e-6) & (value <= hi + 1e-6)))
