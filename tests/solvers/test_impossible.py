"""Impossible limits are named before solving, in the planner's words, and never falsely."""

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    Budget,
    Bundle,
    Count,
    Exclusion,
    GridPower,
    MustServe,
    Phasing,
    Precedence,
    ServedShare,
    Spacing,
    Stage,
    Status,
    TypesPerSite,
    impossible,
    solve,
)

EVERY = np.arange(4)
NORTH, SOUTH = np.array([0, 1]), np.array([2, 3])
NOBODY = np.zeros(0, dtype=np.int64)


def phasing(expansion):
    """Options 0 and 1 are one facility, 2 and 3 another; each has room for four modules."""
    return Phasing("phasing", ("a", "b"), (NORTH, SOUTH), np.array(expansion), np.full(2, 4.0))


@pytest.mark.parametrize(
    ("changes", "limits", "message"),
    [
        ({}, [Count("stations", EVERY, 5)], "stations: at least 5 stations are asked for, the options can give 4"),
        (
            {},
            [Count("stations", EVERY, 4), TypesPerSite(1, 3)],
            "stations: at least 4 stations are asked for, the options can give 3",
        ),
        (
            {},
            [Count("chargers", NORTH, 7, of="modules")],
            "chargers: at least 7 modules are asked for, the options can give 6",
        ),
        (
            {"required": [False, True, False, False]},
            [Count("stations", EVERY, 4), Spacing("1 km apart", np.array([[1, 3]]))],
            "stations: at least 4 stations are asked for, the options can give 3",
        ),
        (
            {},
            [Count("chargers", NORTH, 3, of="modules"), GridPower(np.full(4, 60.0), np.zeros(4), np.full(3, 100.0))],
            "chargers: at least 3 modules are asked for, the options can give 2",
        ),
        ({}, [Count("stations", EVERY, 3, 2)], "stations: at least 3 stations are asked for, the count allows 2"),
        (
            {"required": [True, True, False, False]},
            [Count("stations", EVERY, at_most=1)],
            "stations: 2 stations are required, the count allows 1",
        ),
        (
            {},
            [Count("stations", EVERY, 3, 3), Count("north", NORTH, 2), Count("south", SOUTH, 2)],
            "stations: quotas add up to 4 stations, the count allows 3 (north, south)",
        ),
        (
            {"required": [False, False, True, True]},
            [Count("stations", EVERY, at_most=3), Count("north", NORTH, 2)],
            "stations: quotas and required stations add up to 4 stations, the count allows 3 (north)",
        ),
        (
            {},
            [Count("stations", EVERY, 3), Count("north", NORTH, at_most=1), Count("south", SOUTH, at_most=1)],
            "stations: at least 3 stations are asked for, other limits allow 2 (north, south)",
        ),
        (
            {"required": [True, False, True, False]},
            [Budget("budget", EVERY, 400)],
            "budget: what is required costs 460, the budget is 400",
        ),
        (
            {"required": [True, False, False, False]},
            [Budget("budget", EVERY, 569), Count("north", NORTH, 2), Count("south", SOUTH, 1)],
            "budget: the cheapest way to meet the counts (south, north) costs at least 570, the budget is 569",
        ),
        (
            {},
            [Budget("budget", EVERY, 193), Count("chargers", NORTH, 5, of="modules")],
            "budget: the cheapest way to meet the counts (chargers) costs at least 216.6666667, the budget is 193",
        ),
        (
            {},
            [MustServe("hubs", ("airport", "port"), (NORTH, NOBODY))],
            "hubs: port: needs a station, and no option lies within reach",
        ),
        (
            {"required": [True, False, False, False]},
            [MustServe("hubs", ("port",), (SOUTH[1:],)), Spacing("1 km apart", np.array([[3, 0]]))],
            "hubs: port: needs a station, and none of the options within reach can open",
        ),
        (
            {"required": [True, True, False, False]},
            [Spacing("1 km apart", np.array([[0, 1], [1, 2]]))],
            "1 km apart: options 0, 1 are required and too close to each other",
        ),
        (
            {"required": [False, True, True, False]},
            [TypesPerSite(1, 3)],
            "facility types at a site (site 1): 2 facility types are required, 1 are allowed",
        ),
        (
            {"required": [True, False, False, False], "min_modules": [2, 1, 1, 1]},
            [GridPower(np.full(4, 60.0), np.full(4, 5.0), np.full(3, 100.0))],
            "grid power of a site (site 0): 115 kW are drawn at least, 100 are allowed",
        ),
        (
            {"demand": [100, 20, 4]},
            [ServedShare("charging", np.array([True, True, False]), 0.5)],
            "charging: 60 a day are asked for, the options can serve 50",
        ),
        (
            {"pair_set": [1, 1, 2, 2], "pair_option": [0, 1, 2, 3], "pair_time_s": [0] * 4},
            [ServedShare("charging", np.array([True, True, False]), 0.75)],
            "charging: 22.5 a day are asked for, the options can serve 20",
        ),
        (
            {"required": [False, True, False, False]},
            [Bundle("together", (np.array([0, 1]), np.array([1, 2]))), Count("stations", EVERY, at_most=2)],
            "stations: 3 stations are required, the count allows 2",
        ),
        (
            {"required": [True, False, False, False]},
            [Exclusion("one of", (NORTH,)), Bundle("together", (EVERY[1:],)), MustServe("hubs", ("port",), (SOUTH,))],
            "hubs: port: needs a station, and none of the options within reach can open",
        ),
        (
            {"required": [True, True, True, False]},
            [Exclusion("one of", (EVERY,))],
            "one of (options 0, 1, 2, 3): 3 are required, 1 may be",
        ),
        (
            {"required": [False, False, False, True]},
            [Precedence("after", np.array([3]), (NOBODY,))],
            "after (option 3 after none): required, and what it needs cannot open",
        ),
        (
            {"required": [False, False, False, True]},
            [Precedence("after", np.array([3, 1]), (np.array([1]), np.array([0]))), Count("north", NORTH, at_most=1)],
            "north: 2 stations are required, the count allows 1",
        ),
        (
            {},
            [phasing([False, True, False, False]), Count("north", NORTH, 2)],
            "north: at least 2 stations are asked for, the options can give 1",
        ),
        (
            {"required": [True, True, False, False]},
            [phasing([False, False, False, False])],
            "phasing: a: opened once: 2 are required, 1 may be",
        ),
        (
            {"required": [True, True, False, False], "min_modules": [3, 2, 1, 1], "year": [2020, 2025, 2025, 2025]},
            [phasing([False, True, False, False])],
            "phasing: a: modules: 5 are required, 4 may be",
        ),
        (
            {"required": [True, True, True, False]},
            [Spacing("1 km apart", np.array([[0, 1], [1, 2], [0, 2]]))],
            "1 km apart: options 0, 1, 2 are required and too close to each other",
        ),
        (
            {},
            [Count("stations", EVERY, 4), TypesPerSite(1, 3, expansion=np.array([True, False, False, False]))],
            "stations: at least 4 stations are asked for, the options can give 3",
        ),
    ],
)
def test_each_impossible_limit_is_named_with_what_is_possible(tiny, changes, limits, message):
    """The message says what is asked and what is possible, and solving says the same without solving."""
    problem = tiny(**changes)
    assert message in impossible(problem, limits)
    found = solve(problem, [Stage(OBJECTIVES["served_value"], gap=0.0)], limits)
    assert found.status is Status.INFEASIBLE
    assert not found.found
    assert message in found.notes
    assert found.stages[0].words == "; ".join(found.notes)


@pytest.mark.parametrize(
    ("changes", "limits"),
    [
        ({}, [Count("stations", EVERY, 4, 4), Count("north", NORTH, 2), Count("south", SOUTH, 2)]),
        ({}, [Count("stations", EVERY, 3), Count("north", NORTH, at_most=1)]),
        ({}, [Count("stations", EVERY, 3, 3), Count("north", NORTH, 2), Count("middle", np.array([1, 2]), 2)]),
        ({"required": [True, False, True, False]}, [Budget("budget", EVERY, 460)]),
        ({"required": [True, True, False, False]}, [Count("south", SOUTH, at_most=0), Count("all", EVERY, 2, 2)]),
        ({"required": [False, True, True, False], "base_modules": [0, 1, 1, 0]}, [TypesPerSite(1, 3)]),
        ({}, [GridPower(np.full(4, 60.0), np.zeros(4), np.full(3, 60.0)), Count("all", EVERY, 3, of="modules")]),
        ({}, [Count("stations", EVERY, 4), TypesPerSite(1, 3, expansion=np.array([False, True, False, False]))]),
        ({"required": [True, False, False, False]}, [Bundle("together", (NORTH,)), Exclusion("one of", (EVERY[1:],))]),
        (
            {"required": [True, False, False, False], "year": [2020, 2025, 2025, 2025]},
            [phasing([False, True, False, True]), Count("north", NORTH, 2), Count("north", NORTH, 4, of="modules")],
        ),
        ({"required": [True, False, False, False]}, [GridPower(np.full(4, 60.0), np.zeros(4), np.full(3, 60.0))]),
    ],
)
def test_limits_that_just_hold_are_not_accused(tiny, changes, limits):
    """At the bound itself nothing is impossible: it is included."""
    problem = tiny(**changes)
    assert impossible(problem, limits) == []
    assert solve(problem, [Stage(OBJECTIVES["served_value"], gap=0.0)], limits).found


def test_overlapping_quotas_are_not_added(tiny):
    """Two quotas that one option can meet together ask for one station, not two."""
    limits = [Count("all", EVERY, at_most=1), Count("a", np.array([0, 1]), 1), Count("b", np.array([1, 2]), 1)]
    assert impossible(tiny(), limits) == []


def test_long_lists_of_quotas_are_counted(tiny):
    """Three quotas are named, the rest counted."""
    quotas = [Count(f"district {o}", EVERY[o : o + 1], 1) for o in EVERY]
    (message,) = impossible(tiny(), [Count("all", EVERY, at_most=3), *quotas])
    assert message.endswith("the count allows 3 (district 0, district 1, district 2 and 1 more)")


def assert_never_false(seeds, random_case, brute_force):
    """Whenever a limit is called impossible, enumeration finds no answer; return how many it spoke of."""
    spoke = silent = 0
    for seed in seeds:
        exact = brute_force(seed, harsh=True)
        messages = impossible(*random_case(seed, harsh=True))
        if messages:
            assert exact.best is None, (seed, messages)
            spoke += 1
        silent += exact.best is None and not messages
    return spoke, silent


def test_no_false_alarm(random_case, brute_force):
    """On 300 harsh random problems it speaks only where nothing is feasible, and then mostly."""
    spoke, silent = assert_never_false(range(300), random_case, brute_force)
    assert spoke > 5 * silent > 0


@pytest.mark.slow
def test_no_false_alarm_in_many_problems(random_case, brute_force):
    """The same on 5,000 problems."""
    assert_never_false(range(1000, 6000), random_case, brute_force)
