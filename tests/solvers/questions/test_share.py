"""Market share and target share under limits: against enumeration, the classic functions, and by hand."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    Budget,
    Cost,
    Count,
    Effort,
    Market,
    ProblemError,
    ServedShare,
    ServedValue,
    Solution,
    Stations,
    Status,
    market_share,
    solve_market_share,
    solve_target_share,
    verify,
    violations,
)


def won(problem, attraction, rival, modules):
    """Value won, row by row."""
    total = 0.0
    for i in range(problem.n_rows):
        pairs = np.flatnonzero(problem.pair_row == i)
        own = sum(attraction[k] for k in pairs if modules[problem.pair_option[k]] > 0)
        total += problem.demand[i] * problem.value[i] * (own / (own + rival[i]) if own > 0 else 0.0)
    return total


@pytest.fixture(scope="module")
def market_case(random_case):
    """A random problem of places without capacities, its limits on options, attraction and competitors."""

    def build(seed):
        problem, limits = random_case(seed)
        rng = np.random.default_rng(seed)
        first = np.unique(problem.set_row, return_index=True)[1]
        pairs = np.flatnonzero(np.isin(problem.pair_set, first))
        problem = replace(
            problem, set_row=np.arange(problem.n_rows), set_draw=np.zeros(problem.n_rows),
            pair_set=problem.set_row[problem.pair_set[pairs]], pair_option=problem.pair_option[pairs],
            pair_time_s=problem.pair_time_s[pairs],
        )  # fmt: skip
        attraction = rng.choice([0.0, 0.5, 1.0, 3.0, 40.0], problem.n_pairs)
        rival = rng.choice([0.0, 0.7, 2.0, 10.0], problem.n_rows)
        return problem, [limit for limit in limits if not limit.touches_served], attraction, rival

    return build


def choices(problem, limits):
    """Every choice of modules that keeps to the limits."""
    spans = [
        ([] if must else [0]) + list(range(least, most + 1))
        for must, least, most in zip(problem.required, problem.min_modules, problem.max_modules, strict=True)
    ]
    for choice in itertools.product(*spans):
        modules = np.array(choice, dtype=np.int64)
        if not violations(problem, limits, Solution(modules, np.zeros(problem.n_pairs), (), "", 0)):
            yield modules


def test_the_most_that_can_be_won(market_case):
    """Value, bound and infeasibility are those of enumeration under every limit on options."""
    for seed in range(100):
        problem, limits, attraction, rival = market_case(seed)
        best = max((won(problem, attraction, rival, modules) for modules in choices(problem, limits)), default=None)
        found = solve_market_share(problem, attraction, rival, limits)
        if best is None:
            assert found.status is Status.INFEASIBLE
            continue
        verify(problem, limits, found)
        assert found.status is Status.OPTIMAL
        assert found.stages[0].value == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert found.stages[0].bound >= best - 1e-6 * max(best, 1.0)
        assert won(problem, attraction, rival, found.modules) == pytest.approx(best, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("objective", [Cost(), Stations()])
def test_the_least_that_a_share_takes(objective, market_case):
    """Cost or number, bound and infeasibility are those of enumeration."""
    for seed in range(80):
        problem, limits, attraction, rival = market_case(seed)
        share = (0.0, 0.2, 0.5)[seed % 3]
        least = share * (problem.demand @ problem.value)
        told = [
            objective.value(problem, Solution(modules, None, (), "", 0))
            for modules in choices(problem, limits)
            if won(problem, attraction, rival, modules) >= least - 1e-9
        ]
        found = solve_target_share(problem, attraction, rival, share, limits, objective=objective)
        if not told:
            assert found.status is Status.INFEASIBLE
            continue
        assert found.status is Status.OPTIMAL
        assert found.stages[0].value == pytest.approx(min(told), rel=1e-6, abs=1e-6)
        assert found.stages[0].bound == pytest.approx(min(told), rel=1e-6, abs=1e-6)


def town(tiny, n_rows=40, n_sites=12):
    """All pairs of some places and sites, with their attraction and competitors."""
    rng = np.random.default_rng(1)
    pair_set, pair_option = (index.ravel() for index in np.indices((n_rows, n_sites)))
    ones, each = np.ones(n_rows), np.ones(n_sites)
    problem = tiny(
        demand=rng.uniform(1, 5, n_rows), value=ones, row_service=ones * 0, row_year=ones, set_row=np.arange(n_rows),
        set_draw=ones * 0, site=np.arange(n_sites), facility_type=each * 0, year=each, capacity=np.ones((n_sites, 1)),
        min_modules=each, max_modules=each, base_modules=each * 0, fixed_cost=each, module_cost=each * 0,
        closing_cost=each * 0, required=each * 0, pair_set=pair_set, pair_option=pair_option,
        pair_time_s=np.ones(len(pair_set)),
    )  # fmt: skip
    return problem, rng.uniform(0.1, 5, len(pair_set)), rng.uniform(1, 9, n_rows)


def test_a_number_of_sites_is_the_classic_function(tiny):
    """At most four stations, and a budget of four, win what the classic function wins."""
    problem, attraction, rival = town(tiny)
    classic = market_share(Market(problem.demand, attraction.reshape(40, 12), rival), 4)
    for limit in (Count("p", np.arange(12), at_most=4), Budget("p", np.arange(12), 4.0)):
        found = solve_market_share(problem, attraction, rival, [limit])
        assert found.stages[0].value == pytest.approx(classic.value, rel=1e-9)
        assert found.status is Status.OPTIMAL


def test_a_stop_leaves_a_proven_bound(tiny):
    """After one linear program the bound holds, and nothing is called optimal unless it is."""
    problem, attraction, rival = town(tiny)
    limits = [Count("p", np.arange(12), at_most=4)]
    best = solve_market_share(problem, attraction, rival, limits).stages[0].value
    for work in (1, 2, 5):
        found = solve_market_share(problem, attraction, rival, limits, effort=Effort(work_limit=work))
        assert found.stages[0].bound >= best * (1 - 1e-9)
        assert not found.found or found.stages[0].value <= best * (1 + 1e-9)


def test_what_makes_no_sense_is_refused(tiny):
    """Limits on served demand, capacities, arrays that do not fit: each with its reason."""
    problem, attraction, rival = town(tiny)
    share = ServedShare("half", np.ones(40, dtype=bool), 0.5)
    with pytest.raises(ProblemError, match=r"market share takes no limit on served demand \(half\)"):
        solve_market_share(problem, attraction, rival, [share])
    with pytest.raises(ProblemError, match=r"draws nothing on capacities\nattraction has shape .*\nrival\[0\] is -1"):
        solve_market_share(tiny(), attraction, np.array([-1.0, 0, 0]))
    with pytest.raises(ProblemError, match="share: must be from 0 to 1, found 2"):
        solve_target_share(problem, attraction, rival, 2)
    with pytest.raises(ProblemError, match="speaks of demand"):
        solve_target_share(problem, attraction, rival, 0.5, objective=ServedValue())


def test_more_than_can_be_won_says_what_can(tiny):
    """The note says what all options together would win."""
    problem, attraction, rival = town(tiny)
    found = solve_target_share(problem, attraction, rival, 1.0)
    assert found.status is Status.INFEASIBLE
    assert "all options together win" in found.notes[0]


def test_a_search_that_is_stopped_at_once_has_an_answer_that_wins_enough(tiny):
    """Without any effort at all what opens wins the share, and nothing of it can be closed again."""
    problem, attraction, rival = town(tiny)
    half = 0.5 * float(problem.demand @ problem.value)
    asked = problem, attraction, rival, 0.5
    found = solve_target_share(*asked, objective=Stations(), effort=Effort(work_limit=0))
    opened = np.flatnonzero(found.modules)
    assert won(problem, attraction, rival, found.modules) >= half
    for option in opened:
        less = np.where(np.arange(problem.n_options) == option, 0, found.modules)
        assert won(problem, attraction, rival, less) < half
    best = solve_target_share(*asked, objective=Stations(), effort=Effort(gap=0.0))
    assert best.status is Status.OPTIMAL
    assert best.stages[0].value <= len(opened) <= best.stages[0].value + 2
