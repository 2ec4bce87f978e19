"""The descent proves true bounds, near the strong relaxation, and the same ones every time."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.certificate import certified_bound
from solvers.highs import Highs
from solvers.joint.ascent import dual_ascent
from solvers.joint.relaxation import relaxed_prices
from solvers.linear import Effort
from solvers.objectives import Cost, ServedValue
from solvers.side import Floor

ALONE = """
import runpy
_random_case = runpy.run_path({worlds!r})["_random_case"]
from solvers.joint.ascent import dual_ascent
from solvers.objectives import ServedValue
bound = dual_ascent(*(lambda problem, limits: (problem, ServedValue(), limits))(*_random_case(3)))
print(repr(bound.value), bound.certificate.set_price.tolist())
"""


@settings(max_examples=40)
@given(st.integers(0, 400))
def test_bound_holds_for_the_best_answer(random_case, brute_force, seed):
    """The bound is never below the value of the best answer, and is what its prices prove."""
    problem, limits = random_case(seed)
    best = brute_force(seed).best
    bound = dual_ascent(problem, ServedValue(), limits)
    assert bound.value == certified_bound(problem, limits, ServedValue(), bound.certificate)
    if best is not None:
        assert bound.value >= best - 1e-9


@settings(max_examples=40)
@given(st.integers(0, 400))
def test_bound_is_near_the_strong_relaxation(random_case, strong_relaxation, seed):
    """Where options have one number of modules only, the better proof is near the strong linear relaxation."""
    problem, limits = random_case(seed)
    problem = replace(problem, min_modules=problem.max_modules, base_modules=np.minimum(problem.base_modules, 1))
    relaxed = strong_relaxation(problem, ServedValue(), limits) if problem.n_rows else None
    if relaxed is not None:
        prices = relaxed_prices(problem, ServedValue(), limits, Highs(), Effort())
        assert prices is not None
        by_relaxation = certified_bound(problem, limits, ServedValue(), prices)
        bound = min(dual_ascent(problem, ServedValue(), limits).value, by_relaxation)
        whole = float(problem.value @ problem.demand)
        assert relaxed - 1e-6 * whole - 1e-8 <= bound <= relaxed + 0.02 * whole + 1e-8


@settings(max_examples=25)
@given(st.integers(0, 400))
def test_cost_under_a_floor_is_bounded_from_the_first_stage(random_case, brute_force, seed):
    """From the prices of the first stage the second one proves a cost that no answer at the floor undercuts."""
    problem, limits = random_case(seed)
    exact = brute_force(seed)
    if exact.best:
        first = dual_ascent(problem, ServedValue(), limits)
        floor = Floor(ServedValue(), 0.9 * exact.best)
        bound = dual_ascent(problem, Cost(), [*limits, floor], start=first.certificate)
        assert bound.value <= exact.least_cost(0.9 * exact.best) + 1e-9


def test_cost_under_a_floor_is_near_the_strong_relaxation(town, strong_relaxation):
    """In a town of 300 rows the cost of serving a value is bounded nearly as well as by the linear relaxation."""
    problem, limits = town
    problem = replace(problem, min_modules=problem.max_modules)
    first = dual_ascent(problem, ServedValue(), limits)
    rows = [*limits, Floor(ServedValue(), 0.5 * first.value)]
    relaxed = strong_relaxation(problem, Cost(), rows)
    bound = dual_ascent(problem, Cost(), rows, start=first.certificate).value
    assert 0.98 * relaxed <= bound <= relaxed * (1 + 1e-9)


def test_bound_of_a_town(town, strong_relaxation):
    """In a town of 300 rows the bound is within a thousandth of the strong linear relaxation."""
    problem, limits = town
    problem = replace(problem, min_modules=problem.max_modules)
    bound = dual_ascent(problem, ServedValue(), limits).value
    assert bound == pytest.approx(strong_relaxation(problem, ServedValue(), limits), rel=1e-3)


def test_same_answer_twice(town):
    """The prices are the same to the last bit."""
    problem, limits = town
    first, second = (dual_ascent(problem, ServedValue(), limits).certificate for _ in range(2))
    assert np.array_equal(first.set_price, second.set_price)
    assert np.array_equal(first.limit_price, second.limit_price)


def test_stops_at_the_target(town):
    """A bound that is good enough ends the descent."""
    problem, limits = town
    whole = float(problem.value @ problem.demand)
    assert dual_ascent(problem, ServedValue(), limits, target=whole).visits < 1e6
    assert dual_ascent(problem, ServedValue(), limits, target=whole).value <= whole * (1 + 1e-8)


def test_stops_when_asked(town):
    """An interrupted descent still hands back a bound."""
    problem, limits = town
    stopped = dual_ascent(problem, ServedValue(), limits, should_stop=lambda: True)
    assert stopped.value >= dual_ascent(problem, ServedValue(), limits).value


def test_curves_are_what_options_sell(tiny):
    """Profit is what an option sells less what it is charged, at each of its numbers of modules."""
    problem = tiny()
    bound = dual_ascent(problem, ServedValue(), [])
    assert bound.point_begin.tolist() == [0, 3, 6, 8, 10]
    assert np.all(np.diff(bound.sold[:3]) >= -1e-9)
    assert bound.profit == pytest.approx(bound.sold)


def test_uncompiled_loops_prove_the_same():
    """Without compilation the numbers are the same."""
    script = ALONE.format(worlds=str(Path(__file__).parent.parent / "conftest.py"))
    answers = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "NUMBA_DISABLE_JIT": flag},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for flag in ("0", "1")
    ]
    values = [float(answer.split()[0]) for answer in answers]
    assert values[0] == pytest.approx(values[1], rel=1e-9)
