"""What must hold between the answers of related problems, and on the edges of what a problem is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import OBJECTIVES, Budget, Count, Effort, ServedShare, Solution, Stage, Status, solve, verify

SERVED, COST, TRAVEL = (OBJECTIVES[name] for name in ("served_value", "cost", "travel_time"))
EXACT = [Stage(SERVED, gap=0.0)]
SEEDS = st.integers(0, 10**6)
EVERY = np.arange(4)


def value_of(problem, limits=(), **options):
    """Best value, verified; `None` when infeasible."""
    found = solve(problem, EXACT, limits, **options)
    return found.stages[0].value


def without(limits, *kinds):
    """Limits of other kinds."""
    return [limit for limit in limits if not isinstance(limit, kinds)]


def cases(test):
    """Run a property over random cases."""
    return settings(max_examples=40, deadline=None)(given(seed=SEEDS)(test))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e6, 1e9])
def test_scaled_values_keep_the_best_sites(tiny, scale):
    """Values from 1e-3 to 1e9 in any unit of money leave the same options open, and scale the total."""
    limits = [Count("one", EVERY, at_least=1, at_most=1)]
    problem = tiny(value=np.array([1.0, 1.0, 45.0]) * scale)
    found = solve(problem, EXACT, limits)
    assert found.modules.tolist() in ([0, 0, 2, 0], [0, 0, 0, 2])
    assert found.stages[0].value == pytest.approx(180 * scale, rel=1e-9)


def test_values_of_very_different_size_live_in_one_model(tiny):
    """A row worth 1e-3 is served beside one worth 1e9, and a share of it can be demanded."""
    problem = tiny(value=[1e-3, 1e-3, 1e9])
    share = ServedShare("charging", np.array([True, True, False]), 0.9)
    found = solve(problem, EXACT, [share])
    assert found.stages[0].value == pytest.approx(4e9, rel=1e-6)
    assert found.served(problem)[:2].sum() >= 27 - 1e-6


@cases
def test_scaled_values_scale_the_answer(seed, random_case):
    """A thousand times the value gives a thousand times the total."""
    problem, limits = random_case(seed)
    one, many = value_of(problem, limits), value_of(replace(problem, value=problem.value * 1e3), limits)
    assert (one is None) == (many is None)
    if one is not None:
        assert many == pytest.approx(one * 1e3, rel=1e-6, abs=1e-3)


@cases
def test_the_order_of_options_does_not_matter(seed, random_case):
    """Options in another order give the same value."""
    problem, limits = random_case(seed)
    limits = [limit for limit in limits if isinstance(limit, Count | Budget | ServedShare)]
    order = np.random.default_rng(seed).permutation(problem.n_options)
    moved, pairs = shuffled(problem, order)
    back = np.argsort(order)
    shifted = [replace(limit, options=back[limit.options]) if hasattr(limit, "options") else limit for limit in limits]
    one, other = value_of(problem, limits), value_of(moved, shifted)
    assert pairs == problem.n_pairs
    assert (one is None) == (other is None)
    if one is not None:
        assert other == pytest.approx(one, rel=1e-6, abs=1e-6)


def shuffled(problem, order):
    """The problem with its options in another order, and its number of pairs."""
    names = (
        "site", "facility_type", "year", "capacity", "min_modules", "max_modules", "base_modules", "fixed_cost",
        "module_cost", "closing_cost", "required",
    )  # fmt: skip
    option = np.argsort(order)[problem.pair_option]
    by_set = np.lexsort((option, problem.pair_set))
    moved = replace(
        problem,
        **{name: getattr(problem, name)[order] for name in names},
        pair_set=problem.pair_set[by_set],
        pair_option=option[by_set],
        pair_time_s=problem.pair_time_s[by_set],
    )
    return moved, moved.n_pairs


@cases
def test_a_duplicate_option_never_hurts(seed, random_case):
    """A copy of an option that nobody is forced to open leaves the best value or raises it."""
    problem, limits = random_case(seed)
    limits = without(limits, *{type(limit) for limit in limits} - {Count, Budget, ServedShare})
    limits = [limit for limit in limits if not isinstance(limit, Count) or limit.at_least == 0]
    before = value_of(problem, limits)
    if before is None:
        return
    double = duplicated(problem, 0)
    assert value_of(double, limits) >= before - 1e-6 * max(before, 1.0)


def duplicated(problem, option):
    """The problem with a copy of an option at a site of its own, not required."""
    names = (
        "facility_type", "year", "capacity", "min_modules", "max_modules", "base_modules", "fixed_cost", "module_cost",
        "closing_cost",
    )  # fmt: skip
    own = problem.pair_option == option
    cover = np.r_[problem.pair_set, problem.pair_set[own]]
    target = np.r_[problem.pair_option, np.full(own.sum(), problem.n_options)]
    order = np.lexsort((target, cover))
    return replace(
        problem,
        **{name: np.r_[getattr(problem, name), getattr(problem, name)[option : option + 1]] for name in names},
        site=np.r_[problem.site, problem.site.max() + 1],
        required=np.r_[problem.required, False],
        pair_set=cover[order],
        pair_option=target[order],
        pair_time_s=np.r_[problem.pair_time_s, problem.pair_time_s[own]][order],
    )


@cases
def test_twice_the_demand_with_twice_the_capacity_is_worth_twice(seed, random_case):
    """Doubling demand and capacity doubles the value."""
    problem, limits = random_case(seed)
    double = replace(problem, demand=problem.demand * 2, capacity=problem.capacity * 2)
    one, two = value_of(problem, limits), value_of(double, limits)
    assert (one is None) == (two is None)
    if one is not None:
        assert two == pytest.approx(2 * one, rel=1e-6, abs=1e-6)


@cases
def test_a_looser_limit_is_never_worse(seed, random_case):
    """Without one of its limits a problem serves as much or more."""
    problem, limits = random_case(seed)
    if not limits or (tight := value_of(problem, limits)) is None:
        return
    assert value_of(problem, limits[1:]) >= tight - 1e-6 * max(tight, 1.0)


def empty(n_rows=0, n_options=0):
    """No pairs; rows of 5 units of service 0, options at a site each."""
    rows, options = np.ones(n_rows), np.ones(n_options)
    return {
        "demand": rows * 5, "value": rows, "row_service": rows * 0, "row_year": rows,
        "set_row": np.arange(n_rows), "set_draw": rows,
        "site": np.arange(n_options), "facility_type": options * 0, "year": options,
        "capacity": np.ones((n_options, 1)), "min_modules": options, "max_modules": options,
        "base_modules": options * 0, "fixed_cost": options * 7, "module_cost": options,
        "closing_cost": options * 0, "required": options * 0,
        "pair_set": [], "pair_option": [], "pair_time_s": [],
    }  # fmt: skip


@pytest.mark.parametrize(("n_rows", "n_options"), [(0, 0), (3, 0), (0, 2), (3, 2)])
def test_nothing_to_reach_gives_an_empty_answer(tiny, n_rows, n_options):
    """Without pairs, options or rows the answer opens nothing, costs nothing and is optimal."""
    problem = tiny(**empty(n_rows, n_options))
    stages = [*EXACT, Stage(COST, gap=0.0), Stage(TRAVEL, gap=0.0, keeps_modules=True)]
    found = solve(problem, stages)
    assert found.status is Status.OPTIMAL
    assert found.modules.tolist() == [0] * n_options
    assert [report.value for report in found.stages] == [0, 0, 0]
    assert [report.gap for report in found.stages] == [0, 0, 0]
    assert found.served(problem).tolist() == [0] * n_rows


def test_a_count_can_force_useless_stations(tiny):
    """Exactly two stations are opened although nobody reaches them, at the least cost."""
    problem = tiny(**empty(3, 2))
    found = solve(problem, [*EXACT, Stage(COST, gap=0.0)], [Count("two", np.arange(2), 2, 2)])
    assert found.modules.tolist() == [1, 1]
    assert found.stages[1].value == 16


@pytest.mark.parametrize("rows", [[0, 20, 4], [0, 0, 0]])
def test_rows_without_demand_are_served_by_nobody(tiny, rows):
    """Zero demand takes no share, no capacity and no time."""
    found = solve(tiny(demand=rows), EXACT)
    assert found.stages[0].value == pytest.approx(rows[1] + rows[2] * 45)
    assert found.served(tiny(demand=rows))[0] == 0


def test_rows_without_value_are_served_when_a_share_asks(tiny):
    """Demand worth nothing counts for a share of demand all the same."""
    problem = tiny(value=[0, 0, 0])
    found = solve(problem, [*EXACT, Stage(COST, gap=0.0)], [ServedShare("all", np.array([True, True, False]), 1.0)])
    assert found.stages[0].value == 0
    assert found.stages[1].value == pytest.approx(130)
    assert found.served(problem)[:2] == pytest.approx([10, 20])


def test_free_options_and_equal_options(tiny):
    """Options that cost nothing and are all alike are solved like any others."""
    zeros = np.zeros(4)
    found = solve(tiny(fixed_cost=zeros, module_cost=zeros), [*EXACT, Stage(COST, gap=0.0)])
    assert found.stages[0].value == pytest.approx(210, rel=1e-4)
    assert found.stages[1].value == 0
    assert found.stages[1].gap == 0


def test_the_least_travel_is_found_last(tiny):
    """A third stage keeps what is open and sends row 1 to the nearer option."""
    problem = tiny(required=[True, True, True, True])
    stages = [Stage(SERVED, gap=0.0), Stage(TRAVEL, gap=0.0, keeps_modules=True)]
    found = solve(problem, stages, [Count("all modules", EVERY, 10, 10, of="modules")])
    assert found.modules.tolist() == [3, 3, 2, 2]
    assert found.share == pytest.approx([1, 0, 1, 1, 0], abs=1e-3)
    assert found.stages[1].value == pytest.approx(10 * 60 + 20 * 60 + 180 * 300, rel=1e-3)
    assert "served value >= 209.979" in found.stages[1].floor
    assert "modules kept" in found.stages[1].floor


def test_a_stage_that_keeps_modules_has_a_true_bound(tiny):
    """Cost under fixed modules is a constant, and its bound is that constant."""
    found = solve(tiny(), [Stage(SERVED, gap=0.0), Stage(COST, gap=0.0, keeps_modules=True)])
    report = found.stages[1]
    assert report.bound == pytest.approx(report.value, rel=1e-6)


def test_later_stages_may_give_up_the_slack_only(town):
    """Cheaper and nearer, the final answer keeps 99.99 % of the first stage's value, and the gap says what is left."""
    problem, limits = town
    first = solve(problem, [Stage(SERVED, gap=0.02)], limits).stages[0].value
    stages = [Stage(SERVED, gap=0.02), Stage(COST, gap=0.2), Stage(TRAVEL, gap=0.05, keeps_modules=True)]
    found = solve(problem, stages, limits, effort=Effort(work_limit=300))
    verify(problem, limits, found)
    assert found.stages[0].value >= first * (1 - 3e-4)
    assert found.stages[0].gap <= 0.02


def test_a_solution_without_an_answer_says_so():
    """Nothing found is a state, not an empty array."""
    assert not Solution(None, None, (), "", 0).found
