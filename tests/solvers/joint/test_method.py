"""Answers of the joint method keep to everything, its bounds are on the right side, and its prices prove them."""

import os
import subprocess
import sys

import numpy as np
import pytest

from solvers import OBJECTIVES, Effort, Stage, Status, solve, verify
from solvers.certificate import certified_bound
from solvers.joint.method import JointMethod

SERVED, COST = OBJECTIVES["served_value"], OBJECTIVES["cost"]
STAGES = [Stage(SERVED, gap=0.0), Stage(COST, gap=0.0)]
BLOCKS = range(0, 120, 20)
WORK = Effort(work_limit=60)
TINY_RUN = """
from solvers import OBJECTIVES, Problem, Stage, solve
problem = Problem(
    demand=[10, 20, 4], value=[1, 1, 45], row_service=[0, 0, 1], row_year=[0, 0, 0], set_row=[0, 1, 2],
    set_draw=[1, 1, 1], site=[0, 1, 1, 2], facility_type=[0, 0, 1, 1], year=[0, 0, 0, 0],
    capacity=[[10, 0], [10, 0], [0, 2], [0, 2]], min_modules=[1, 1, 1, 1], max_modules=[3, 3, 2, 2],
    base_modules=[0, 0, 0, 0], fixed_cost=[100, 100, 300, 300], module_cost=[10, 10, 50, 50], closing_cost=[0] * 4,
    required=[False] * 4, pair_set=[0, 1, 1, 2, 2], pair_option=[0, 0, 1, 2, 3], pair_time_s=[60, 120, 60, 300, 600],
)
stages = [Stage(OBJECTIVES["served_value"], 0.0), Stage(OBJECTIVES["cost"], 0.0)]
found = solve(problem, stages, method="joint")
print(round(found.stages[0].value, 6), found.stages[0].bound)
"""


def assert_honest(case, exact):
    """Compare feasibility, value, cost and both bounds with enumeration; return how near the value is."""
    problem, limits = case
    if JointMethod().supports(problem, STAGES, limits):
        return None
    found = solve(problem, STAGES, limits, method="joint", effort=WORK)
    best = exact.best
    if best is None:
        assert not found.found
        return None
    near = 1e-6 * max(abs(best), 1.0)
    if not found.found:
        # Rows on served demand may be kept by no answer that the search finds; it never says that there is none.
        assert found.status is not Status.INFEASIBLE
        assert any(limit.touches_served for limit in limits)
        return None
    verify(problem, limits, found)
    first, second = found.stages
    assert first.value <= best + near
    assert first.bound >= best - near
    assert certified_bound(problem, limits, SERVED, found.certificate) == pytest.approx(first.bound, rel=1e-9)
    least = exact.least_cost(STAGES[0].floor(first.value) - near)
    if second.bound is not None:
        assert second.bound <= least + 1e-6 * max(least, 1.0)
    assert second.value >= least - 1e-6 * max(least, 1.0)
    return first.value / best if best > 0 else 1.0


@pytest.mark.parametrize("first", BLOCKS)
def test_answers_and_bounds_against_enumeration(first, random_case, brute_force):
    """On random problems no answer is better than the best, no bound better than it, and most answers are the best."""
    reached = [assert_honest(random_case(seed), brute_force(seed)) for seed in range(first, first + BLOCKS.step)]
    shares = np.array([share for share in reached if share is not None])
    assert len(shares) >= 3
    assert np.median(shares) > 0.999
    assert shares.min() > 0.5


def test_the_same_seed_gives_the_same_answer(town):
    """Two runs with one seed are equal in every module and share."""
    problem, limits = town
    one, two = (solve(problem, STAGES, limits, method="joint", effort=WORK) for _ in range(2))
    np.testing.assert_array_equal(one.modules, two.modules)
    np.testing.assert_array_equal(one.share, two.share)


def test_a_town_is_near_its_best(town):
    """The town's answer is within half a per cent of what branch and bound proves."""
    problem, limits = town
    exact = solve(problem, [Stage(SERVED, gap=0.001)], limits, method="compact").stages[0]
    joint = solve(problem, [Stage(SERVED, gap=0.001)], limits, method="joint").stages[0]
    assert exact.value * 0.995 <= joint.value <= exact.bound * (1 + 1e-9)
    assert joint.bound >= exact.value * (1 - 1e-9)


@pytest.mark.slow
def test_many_answers_and_bounds(random_case, brute_force):
    """A thousand more random problems."""
    reached = [assert_honest(random_case(seed), brute_force(seed)) for seed in range(2000, 3000)]
    assert sum(share is not None for share in reached) > 200


def test_without_compiled_loops_the_answer_is_the_same():
    """In a process that compiles nothing a tiny problem gets the value and the bound that it gets in one that does."""
    answers = []
    for disabled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled}
        run = subprocess.run(
            [sys.executable, "-c", TINY_RUN], env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        answers.append(run.stdout)
    assert answers[0] == answers[1]
    assert answers[0].startswith("210")
