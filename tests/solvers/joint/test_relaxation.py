"""Row duals of the linear relaxation are prices that prove what it proves."""

from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import OBJECTIVES, Effort
from solvers.certificate import certified_bound
from solvers.compact import CompactModel
from solvers.highs import Highs
from solvers.joint import relaxation
from solvers.joint.relaxation import relaxed_prices

SERVED, COST = OBJECTIVES["served_value"], OBJECTIVES["cost"]


def relaxed_value(problem, objective, limits):
    """Optimum of the relaxation, in the objective's own unit; `None` when there is none."""
    model = CompactModel.build(problem, limits)
    outcome, _ = Highs().relax(model.with_objective(objective), Effort())
    return None if outcome.values is None else model.unscaled(objective, outcome.objective)


@settings(max_examples=60)
@given(st.integers(0, 1000))
def test_prices_prove_what_the_relaxation_does(random_case, brute_force, seed):
    """On random problems the prices prove at least the relaxation's value, and nothing better than the best answer."""
    problem, limits = random_case(seed)
    relaxed = relaxed_value(problem, SERVED, limits)
    if relaxed is None or not problem.n_options or (problem.set_draw == 0).any():
        return
    bound = certified_bound(problem, limits, SERVED, relaxed_prices(problem, SERVED, limits, Highs(), Effort()))
    size = max(float(problem.value @ problem.demand), 1e-6)
    assert bound <= relaxed + 1e-6 * size
    best = brute_force(seed).best
    if best is not None:
        assert bound >= best - 1e-9 * size


def test_a_cost_is_proved_from_below(town):
    """Prices of a minimisation prove at least the relaxation's cost, and not more than an answer's."""
    problem, limits = town
    relaxed = relaxed_value(problem, COST, limits)
    bound = certified_bound(problem, limits, COST, relaxed_prices(problem, COST, limits, Highs(), Effort()))
    assert bound >= relaxed - 1e-6 * max(abs(relaxed), 1.0)


def test_a_large_problem_is_left_to_the_descent(town, monkeypatch):
    """Where there are more pairs than the relaxation is good for, there are no prices of it."""
    problem, limits = town
    monkeypatch.setattr(relaxation, "_PAIRS", problem.n_pairs - 1)
    assert relaxed_prices(problem, SERVED, limits, Highs(), Effort()) is None


def test_no_time_gives_no_prices(town):
    """Without time the relaxation has no duals worth the name: either none, or prices that are honest all the same."""
    problem, limits = town
    prices = relaxed_prices(problem, SERVED, limits, Highs(), Effort(time_limit_s=0.0))
    if prices is not None:
        assert certified_bound(problem, limits, SERVED, prices) >= 0
