"""The bound of a certificate holds whatever its prices; faults are named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers import Budget, ProblemError
from solvers.certificate import certified_bound
from solvers.objectives import Cost, ServedValue, TravelTime
from solvers.side import Floor
from solvers.solution import Certificate

SEEDS = st.integers(0, 150)


def any_prices(problem, limits, seed):
    """Random prices: those of demand up to its value or so, multipliers on the sides that have a bound."""
    rng = np.random.default_rng(seed)
    bounds = [limit.bounds(problem) for limit in limits]
    lo, hi = (np.concatenate([np.zeros(0), *(pair[side] for pair in bounds)]) for side in (0, 1))
    price = rng.exponential(1.0, problem.n_sets) * problem.value[problem.set_row] * rng.choice([0, 0.3, 1])
    multiplier = rng.normal(0.0, 1.0, len(lo)) * rng.choice([0, 0.1, 1, 10], len(lo))
    unbounded = np.where(multiplier > 0, ~np.isfinite(hi), ~np.isfinite(lo))
    return Certificate(price, np.where(unbounded, 0.0, multiplier))


@given(SEEDS, st.integers(0, 3))
def test_no_answer_serves_more_than_any_prices_prove(random_case, brute_force, case, seed):
    """Whatever the prices, the bound on the served value is at least that of the best answer."""
    problem, limits = random_case(case)
    best = brute_force(case).best
    if best is not None:
        bound = certified_bound(problem, limits, ServedValue(), any_prices(problem, limits, seed))
        assert bound >= best - 1e-9


@given(SEEDS, st.integers(0, 3))
def test_no_answer_costs_less_than_any_prices_prove(random_case, brute_force, case, seed):
    """Whatever the prices, the bound on the cost under a floor of served value is at most the least cost."""
    problem, limits = random_case(case)
    exact = brute_force(case)
    if exact.best is not None:
        floor = Floor(ServedValue(), exact.best / 2)
        rows = [*limits, floor]
        bound = certified_bound(problem, rows, Cost(), any_prices(problem, rows, seed))
        assert bound <= exact.least_cost(exact.best / 2) + 1e-9


def test_bound_of_the_tiny_world_in_the_head(tiny):
    """At prices of 1 the chargers sell all 30 kWh of options that cost nothing, swaps at 0 leave 180 to the row."""
    bound = certified_bound(tiny(), [], ServedValue(), Certificate(np.array([1.0, 1.0, 0.0]), np.zeros(0)))
    # Option 0 sells 30, option 1 the 20 of row 1 once more.
    assert bound == pytest.approx(30 + 20 + 180, rel=1e-8)


def test_budget_multiplier_charges_costs(tiny):
    """With a budget priced at 0.1 an option opens only for what it sells beyond a tenth of its cost."""
    problem = tiny()
    budget = Budget("budget", np.arange(4), 200.0)
    bound = certified_bound(problem, [budget], ServedValue(), Certificate(np.array([1.0, 1.0, 45.0]), np.array([0.1])))
    # Option 0: 30 - 0.1 × 130; option 1: 20 - 0.1 × 120; options 2 and 3: 4 × 45 - 0.1 × 400; the budget: 0.1 × 200.
    assert bound == pytest.approx(17 + 8 + 140 + 140 + 20, rel=1e-8)


def test_required_option_counts_even_at_a_loss(tiny):
    """An option that must be open is charged in full where it sells nothing."""
    problem = replace(tiny(), required=[True, False, False, False])
    bound = certified_bound(
        problem, [Budget("budget", np.arange(4), 0.0)], ServedValue(), Certificate(np.zeros(3), np.array([1.0]))
    )
    assert bound == pytest.approx(210 - 110, rel=1e-8)


@pytest.mark.parametrize(
    ("price", "multiplier", "fault"),
    [
        ([-1.0, 0, 0], [0.0], r"set_price\[0\] is -1.0"),
        ([np.nan, 0, 0], [0.0], r"set_price\[0\] is nan"),
        ([0.0, 0, 0], [-1.0], r"limit_price\[0\] is -1.0, but the row has no bound on that side"),
        ([0.0, 0], [0.0], r"2.*set prices"),
    ],
)
def test_prices_that_prove_nothing_are_refused(tiny, price, multiplier, fault):
    """Negative prices, multipliers of a side without a bound and wrong shapes are named."""
    certificate = Certificate(np.array(price), np.array(multiplier))
    with pytest.raises(ProblemError, match=fault):
        certified_bound(tiny(), [Budget("budget", np.arange(4), 1.0)], ServedValue(), certificate)


def test_objectives_of_single_pairs_are_refused(tiny):
    """Travel speaks of who goes where, which the relaxation does not know."""
    with pytest.raises(ProblemError, match="travel time speaks of single pairs"):
        certified_bound(tiny(), [], TravelTime(), Certificate(np.zeros(3), np.zeros(0)))
