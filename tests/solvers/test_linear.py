"""Bounds and gaps are what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from solvers.errors import ProblemError
from solvers.highs import Highs
from solvers.linear import Effort, LinearModel, Outcome, Status, dual_bound, relative_gap


def random_model(seed):
    """A boxed model with rows bounded on either side, both or none, feasible at a random point."""
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 6), rng.integers(0, 5)
    lo = rng.integers(-3, 2, n).astype(float)
    hi = lo + rng.integers(0, 4, n)
    matrix = sparse.csr_matrix(rng.integers(-3, 4, (m, n)) * 1.0)
    at = matrix @ rng.integers(lo, hi + 1)
    return LinearModel(
        maximise=bool(rng.random() < 0.5),
        cost=rng.normal(0, 3, n),
        lo=lo,
        hi=hi,
        integer=rng.random(n) < 0.6,
        matrix=matrix,
        row_lo=np.where(rng.random(m) < 0.5, at - rng.integers(0, 3, m), -np.inf),
        row_hi=np.where(rng.random(m) < 0.5, at + rng.integers(0, 3, m), np.inf),
    )


@given(seed=st.integers(0, 10**6), scale=st.sampled_from([0.0, 0.1, 1.0, 100.0]))
@settings(max_examples=200, deadline=None)
def test_any_duals_prove_a_bound(seed, scale):
    """Whatever the duals, no feasible point is better than their bound."""
    model = random_model(seed)
    duals = np.random.default_rng(seed + 1).normal(0, scale, len(model.row_lo))
    best = Highs().solve(model, Effort(gap=0.0)).objective
    bound = dual_bound(model, duals)
    assert best <= bound + 1e-6 if model.maximise else best >= bound - 1e-6


def test_good_duals_prove_the_relaxation():
    """The duals of the relaxation bound it tightly, outward."""
    for seed in range(30):
        model = random_model(seed).relaxed()
        outcome, duals = Highs().relax(model, Effort())
        exact = Highs().solve(model, Effort()).objective
        bound = dual_bound(model, duals)
        assert outcome.status is Status.OPTIMAL
        assert bound == pytest.approx(exact, rel=1e-5, abs=1e-5)
        assert bound >= exact - 1e-9 if model.maximise else bound <= exact + 1e-9


def test_relative_gap():
    """The gap is relative to the objective; nothing is infinitely far from something."""
    assert relative_gap(100.0, 102.0) == 0.02
    assert relative_gap(-100.0, -98.0) == 0.02
    assert relative_gap(0.0, 0.0) == 0.0
    assert relative_gap(0.0, 1.0) == np.inf


def test_effort_left_after_an_outcome():
    """Work and seconds are taken off and never fall below 0; no limit stays none."""
    outcome = Outcome(Status.GAP, None, None, None, "", work=30, runtime_s=2.0)
    assert Effort(work_limit=100, time_limit_s=5.0).after(outcome) == Effort(work_limit=70, time_limit_s=3.0)
    assert Effort(work_limit=10, time_limit_s=1.0).after(outcome) == Effort(work_limit=0, time_limit_s=0.0)
    assert Effort().after(outcome) == Effort()


@pytest.mark.parametrize("limit", [float("nan"), -1, "5"])
@pytest.mark.parametrize("name", ["gap", "time_limit_s", "work_limit"])
def test_an_effort_that_would_never_end_is_refused(name, limit):
    """A gap or a limit below 0, or that is not a number, is named before a search begins."""
    with pytest.raises(ProblemError, match=f"{name}: give a number of at least 0"):
        Effort(**{name: limit})
