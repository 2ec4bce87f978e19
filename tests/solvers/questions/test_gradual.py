"""Gradual covering by steps: what enumeration finds, and what the compact model finds."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import OBJECTIVES, GradualValue, Linear, ProblemError, ServedShare, Stage, Status, Steps, solve, verify
from solvers.questions.gradual import GradualMethod, stepped

DECAYS = [Steps((300, 900), (1.0, 0.4)), Steps((0, 600), (0.9, 0.9)), Linear(0, 1500), Linear(900, 901)]


def places(problem):
    """The problem with the first cover set of each row alone, drawing nothing."""
    first = np.unique(problem.set_row, return_index=True)[1]
    pairs = np.flatnonzero(np.isin(problem.pair_set, first))
    return replace(
        problem, set_row=np.arange(problem.n_rows), set_draw=np.zeros(problem.n_rows),
        pair_set=problem.set_row[problem.pair_set[pairs]], pair_option=problem.pair_option[pairs],
        pair_time_s=problem.pair_time_s[pairs],
    )  # fmt: skip


@pytest.mark.parametrize("decay", DECAYS)
def test_it_is_the_compact_model(decay, random_case):
    """Value, bound, infeasibility, and the cost of a second stage are those of the compact model."""
    for seed in range(40):
        problem, limits = random_case(seed)
        problem = places(problem)
        limits = [limit for limit in limits if not isinstance(limit, ServedShare)]
        objective = GradualValue(decay)
        stages = [Stage(objective, gap=0.0, slack=0.0), Stage(OBJECTIVES["cost"], gap=0.0)]
        fast = solve(problem, stages, limits, method="gradual")
        slow = solve(problem, stages[:1], limits, method="compact")
        assert fast.found == slow.found
        if not fast.found:
            assert fast.status is Status.INFEASIBLE
            continue
        verify(problem, limits, fast)
        assert fast.status is Status.OPTIMAL
        assert fast.stages[0].objective == "gradual value"
        assert fast.stages[0].value == pytest.approx(slow.stages[0].value, rel=1e-6, abs=1e-6)
        assert fast.stages[0].bound == pytest.approx(slow.stages[0].value, rel=1e-6, abs=1e-6)


def test_weighted_travel_is_the_compact_model(random_case):
    """With everybody served, the least travel, its bound, and the cost of a second stage under its slack."""
    answers = 0
    for seed in range(120):
        problem, limits = random_case(seed)
        problem = places(problem)
        everybody = ServedShare("everybody", np.ones(problem.n_rows, dtype=bool), 1.0)
        limits = [*(limit for limit in limits if not isinstance(limit, ServedShare)), everybody]
        travel, cost = OBJECTIVES["weighted_travel"], OBJECTIVES["cost"]
        stages = [Stage(travel, gap=0.0, slack=0.1), Stage(cost, gap=0.0)]
        if GradualMethod().supports(problem, stages, limits):
            continue
        fast, slow = (solve(problem, stages, limits, method=name) for name in ("gradual", "compact"))
        alone = solve(problem, stages[:1], limits, method="gradual")
        assert fast.found == slow.found == alone.found
        if not fast.found:
            assert fast.status is Status.INFEASIBLE
            continue
        answers += 1
        verify(problem, limits, fast)
        best = slow.stages[0].bound
        assert alone.status is Status.OPTIMAL
        assert alone.stages[0].value == pytest.approx(best, rel=1e-6, abs=1e-4)
        assert alone.stages[0].bound == pytest.approx(best, rel=1e-6, abs=1e-4)
        assert fast.stages[0].value <= 1.1 * best * (1 + 1e-6) + 1e-4
        assert fast.stages[1].value == pytest.approx(slow.stages[1].value, rel=1e-6, abs=1e-6)
        assert "weighted travel <=" in fast.stages[1].floor
    assert answers > 10


def test_steps_are_plain_coverages(tiny):
    """Row 1 reaches two options at 60 and 120 s: a step of each, of one option and of both."""
    problem = tiny(set_draw=[0, 0, 0])
    steps = stepped(problem, Steps((100, 200), (1.0, 0.25)).share(problem.pair_time_s))
    assert steps.demand.tolist() == [10, 20, 20]
    assert steps.value.tolist() == [1, 0.75, 0.25]
    assert steps.pair_set.tolist() == [0, 1, 2, 2]
    assert steps.pair_option.tolist() == [0, 1, 0, 1]


def test_what_it_does_not_know_is_said(tiny):
    """Capacities, limits on served demand, and later objectives over demand, each with its reason."""
    method, problem = GradualMethod(), tiny(set_draw=[0, 0, 0])
    gradual = [Stage(GradualValue(DECAYS[0]), gap=0.0)]
    share = ServedShare("half", np.ones(3, dtype=bool), 0.5)
    assert method.supports(problem, gradual, []) == ""
    assert "draw on capacities" in method.supports(tiny(), gradual, [])
    assert "speaks of served" in method.supports(problem, gradual, [share])
    assert "speaks of demand" in method.supports(problem, [*gradual, Stage(OBJECTIVES["served_value"], 0.0)], [])
    assert "is neither gradual" in method.supports(problem, [Stage(OBJECTIVES["cost"], 0.0)], [])


@pytest.mark.parametrize(
    ("decay", "words"),
    [
        (lambda: Steps((), ()), "at least one"),
        (lambda: Steps((300, 200), (1, 0.5)), "seconds >= 0 that rise"),
        (lambda: Steps((300, 600), (0.5, 1)), "numbers from 0 to 1 that fall"),
        (lambda: Linear(600, 300), "expected 0 <= all_s < none_s"),
    ],
)
def test_a_decay_that_goes_up_is_refused(decay, words):
    """Steps and times out of order are named."""
    with pytest.raises(ProblemError, match=words):
        decay()


def test_the_same_again_is_answered_by_going_to_the_nearest(random_case):
    """A last stage that repeats the first with modules kept changes nothing, and is proved by the answer itself."""
    answers = 0
    for seed in range(20):
        problem, limits = random_case(seed)
        problem = places(problem)
        limits = [limit for limit in limits if not isinstance(limit, ServedShare)]
        first = Stage(GradualValue(Linear(0, 1500)), gap=0.0)
        stages = [first, Stage(OBJECTIVES["cost"], gap=0.0)]
        two = solve(problem, stages, limits, method="gradual")
        three = solve(problem, [*stages, replace(first, keeps_modules=True)], limits, method="gradual")
        assert two.found == three.found
        if two.found:
            answers += 1
            assert three.modules.tolist() == two.modules.tolist()
            assert three.stages[2].value == three.stages[2].bound == two.stages[0].value
    assert answers > 5
