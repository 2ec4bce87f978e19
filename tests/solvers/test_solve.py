"""The solver's answers are those of enumeration, whatever the limits, the path through the code or the backend."""

import importlib

import numpy as np
import pytest

from solvers import (
    OBJECTIVES,
    BackendError,
    Budget,
    Count,
    Problem,
    ProblemError,
    Solution,
    Stage,
    Status,
    VerificationError,
    solve,
    verify,
)
from solvers.compact import CompactMethod

SERVED, COST = OBJECTIVES["served_value"], OBJECTIVES["cost"]
EXACT = [Stage(SERVED, gap=0.0), Stage(COST, gap=0.0)]
BLOCKS = range(0, 300, 25)


def assert_exact(case, exact, method="auto"):
    """Compare stage 1, stage 2, bounds and feasibility with enumeration."""
    problem, limits = case
    found = solve(problem, EXACT, limits, method=method)
    best = exact.best
    if best is None:
        assert not found.found
        assert found.status is Status.INFEASIBLE
        return
    assert found.found, found.stages
    verify(problem, limits, found)
    value, cost = found.stages[0].value, found.stages[1].value
    alone = solve(problem, EXACT[:1], limits, method=method)
    near = 1e-6 * max(abs(best), 1.0)
    assert alone.stages[0].value == pytest.approx(best, abs=near)
    assert value >= best * (1 - 1e-4) - near
    assert alone.stages[0].status is Status.OPTIMAL
    # What the cost stage gave up within the slack is not called optimal.
    assert found.stages[0].status is (Status.OPTIMAL if found.stages[0].gap <= 1e-6 else Status.GAP)
    for report in (alone.stages[0], found.stages[0]):
        assert report.bound == pytest.approx(best, abs=near)
        assert report.bound >= best - 1e-8 * max(abs(best), 1.0)
    least = exact.least_cost(EXACT[0].floor(best) - near)
    # The floor is a number the solver may miss by its tolerance, so an answer just below it may be cheaper.
    assert least - 1e-6 * max(least, 1.0) <= cost
    most = exact.least_cost(min(EXACT[0].floor(best) + near, best))
    assert cost <= most + 1e-6 * max(most, 1.0)
    assert found.stages[1].bound <= cost + 1e-6 * max(cost, 1.0)


def assert_served_as_said(problem, exact, oracle):
    """Compare the two ways to know the most value that modules serve."""
    for modules, _, bound in exact.choices[:20]:
        assert bound == pytest.approx(oracle(problem, modules), rel=1e-9, abs=1e-9)


def test_the_oracle_is_right(random_case, brute_force, linear_value):
    """Serving by falling value against minimum cuts is what linear programming over the pairs gives."""
    for seed in range(60):
        assert_served_as_said(random_case(seed)[0], brute_force(seed), linear_value)


@pytest.mark.parametrize("first", BLOCKS)
def test_answers_equal_enumeration(first, random_case, brute_force):
    """Best value, least cost at that value, bounds and infeasibility are those of enumeration."""
    for seed in range(first, first + BLOCKS.step):
        assert_exact(random_case(seed), brute_force(seed))


@pytest.mark.parametrize("first", BLOCKS)
def test_the_path_of_large_models_is_exact_too(first, random_case, brute_force, monkeypatch):
    """Relaxation, core and whole model together give the same answers as the whole model alone."""
    monkeypatch.setattr("solvers.branch._SMALL_COLUMNS", 0)
    for seed in range(first, first + BLOCKS.step):
        assert_exact(random_case(seed), brute_force(seed))


@pytest.mark.slow
@pytest.mark.parametrize("harsh", [False, True])
def test_many_answers_equal_enumeration(harsh, random_case, brute_force, monkeypatch):
    """A thousand more problems, by both paths and without the arithmetic that names impossible limits."""
    monkeypatch.setattr(importlib.import_module("solvers.solve"), "impossible", lambda *_: [])
    for columns in (4000, 0):
        monkeypatch.setattr("solvers.branch._SMALL_COLUMNS", columns)
        for seed in range(1000, 2000):
            assert_exact(random_case(seed, harsh=harsh), brute_force(seed, harsh=harsh))


def test_infeasible_without_arithmetic(random_case, brute_force, monkeypatch):
    """What arithmetic would name, the solver finds infeasible too."""
    monkeypatch.setattr(importlib.import_module("solvers.solve"), "impossible", lambda *_: [])
    for seed in range(60):
        assert_exact(random_case(seed, harsh=True), brute_force(seed, harsh=True))


def test_the_tiny_world(tiny):
    """All 210 are served for 530, by option 0 and one of the swap stations."""
    found = solve(tiny(), EXACT)
    assert found.stages[0].bound == pytest.approx(210)
    assert found.stages[1].value == pytest.approx(530)
    assert found.modules[:2].tolist() == [3, 0]
    assert sorted(found.modules[2:].tolist()) == [0, 2]
    assert found.method == "compact model, HiGHS: small enough"


@pytest.mark.parametrize("method", ["simplex", "pulp", ""])
def test_an_unknown_method_names_the_known_ones(tiny, method):
    """Misuse is an error that says what to write, even when the limits are impossible."""
    with pytest.raises(BackendError, match=r"use 'auto', 'compact', .* or 'pulp:NAME'"):
        solve(tiny(), EXACT, [Count("none", [], at_least=1)], method=method)


def test_a_wrong_answer_is_not_handed_on(tiny, monkeypatch):
    """An answer that its problem contradicts raises, whoever built it."""

    def wrong(self, problem: Problem, *_, **__) -> Solution:
        return Solution(problem.max_modules + 1, problem.pair_time_s * 0, (), "", 0)

    monkeypatch.setattr(CompactMethod, "solve", wrong)
    with pytest.raises(VerificationError, match="option 0: 4 modules"):
        solve(tiny(), EXACT)


def test_auto_and_compact_are_the_same(tiny):
    """A problem this small goes to the compact model, and the answer says why."""
    auto, compact = solve(tiny(), EXACT), solve(tiny(), EXACT, method="compact")
    assert auto.modules.tolist() == compact.modules.tolist()
    assert auto.method == f"{compact.method}: small enough"


def test_a_start_is_improved_or_ignored(tiny):
    """From a good start, a poor one, or one that breaks a limit, the answer is the best; a wrong length is an error."""
    budget = [Budget("budget", np.arange(4), 530.0)]
    for start in ([3, 0, 2, 0], [0, 0, 0, 0], [3, 3, 2, 2], [9, 0, 0, 0]):
        found = solve(tiny(), EXACT, budget, start=np.array(start))
        assert found.stages[0].value == 210
    with pytest.raises(ProblemError, match="start has 2 entries, expected modules of 4 options"):
        solve(tiny(), EXACT, budget, start=np.array([1, 2]))
