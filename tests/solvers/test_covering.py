"""The covering method finds and proves what enumeration finds."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers import (
    OBJECTIVES,
    BackendError,
    Count,
    Effort,
    MustServe,
    Problem,
    ServedShare,
    Solution,
    Stage,
    Status,
    solve,
    verify,
)
from solvers.covering import CoveringMethod
from solvers.covering.exchange import Aim, Rules, exchange
from solvers.covering.families import Families
from solvers.covering.tangents import cover_of, tangents

SERVED, COST, TRAVEL, STATIONS = (OBJECTIVES[name] for name in ("served_value", "cost", "travel_time", "stations"))
EXACT = [Stage(SERVED, gap=0.0, slack=0.0)]
SEEDS = st.integers(0, 10**6)


def cases(n):
    """Run a property over random cases."""
    return lambda test: settings(max_examples=n, deadline=None)(given(seed=SEEDS)(test))


@pytest.fixture(scope="module")
def covering_case(random_case):
    """A random problem whose sets draw nothing, rows of one to three sets, and its limits on options."""

    def build(seed):
        problem, limits = random_case(seed)
        rng = np.random.default_rng(seed)
        problem = replace(problem, set_draw=np.zeros(problem.n_sets))
        return joined(problem, rng), [limit for limit in limits if not limit.touches_served]

    return build


def joined(problem, rng):
    """The problem with some rows of the same year and service made one, so that these have several sets."""
    label = np.arange(problem.n_rows)
    for i in range(1, problem.n_rows):
        same = (problem.row_service[:i] == problem.row_service[i]) & (problem.row_year[:i] == problem.row_year[i])
        if same.any() and rng.random() < 0.4:
            label[i] = label[np.flatnonzero(same)[-1]]
    rows, of_row = np.unique(label, return_inverse=True)
    order = np.argsort(of_row[problem.set_row], kind="stable")
    moved = np.argsort(order, kind="stable")[problem.pair_set]
    by_set = np.lexsort((problem.pair_option, moved))
    return replace(
        problem,
        **{name: getattr(problem, name)[rows] for name in ("demand", "value", "row_service", "row_year")},
        set_row=of_row[problem.set_row][order],
        set_draw=problem.set_draw[order],
        pair_set=moved[by_set],
        pair_option=problem.pair_option[by_set],
        pair_time_s=problem.pair_time_s[by_set],
    )


def enumerated(problem, limits):
    """(value covered, cost, stations) of every choice of modules that keeps to the limits."""
    spans = [
        ([] if must else [0]) + list(range(least, most + 1))
        for must, least, most in zip(problem.required, problem.min_modules, problem.max_modules, strict=True)
    ]
    found = []
    for choice in itertools.product(*spans):
        modules = np.array(choice, dtype=np.int64)
        answer = Solution(modules, np.zeros(problem.n_pairs), (), "", 0)
        if all(kept(problem, limit, answer) for limit in limits):
            held = np.zeros(problem.n_sets)
            np.add.at(held, problem.pair_set, modules[problem.pair_option] > 0)
            covered = problem.least_of_sets(held) > 0
            value = float((problem.value * problem.demand) @ covered)
            found.append((value, float(problem.cost(modules).sum()), np.count_nonzero(modules)))
    return found


@cases(80)
def test_a_share_is_covered_at_the_least_cost_or_number(covering_case, seed):
    """Set covering and partial covering, by cost and by number, under every kind of limit on options."""
    problem, limits = covering_case(seed)
    problem = replace(problem, value=np.ones(problem.n_rows))
    share = (0.3, 0.7, 1.0)[seed % 3]
    asked = [*limits, ServedShare("share", np.ones(problem.n_rows, dtype=bool), share)]
    objective = (COST, STATIONS)[seed % 2]
    stage = [Stage(objective, gap=0.0)]
    assert not CoveringMethod().supports(problem, stage, asked)
    found = solve(problem, stage, asked, method="covering")
    wanted = share * problem.demand.sum()
    choices = [(cost, number) for value, cost, number in enumerated(problem, limits) if value >= wanted - 1e-9]
    if not choices:
        assert found.status is Status.INFEASIBLE
        return
    best = min(choice[seed % 2] for choice in choices)
    verify(problem, asked, found)
    assert found.status is Status.OPTIMAL
    assert found.stages[0].value == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.stages[0].bound == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_what_counts_demand_in_two_ways_is_not_supported(covering_case):
    """A share of units beside values that differ goes to the compact model, which says why."""
    problem, _ = covering_case(3)
    problem = replace(problem, value=np.arange(problem.n_rows) + 1.0)
    share = ServedShare("share", np.ones(problem.n_rows, dtype=bool), 0.5)
    assert "count served demand differently" in CoveringMethod().supports(problem, EXACT, [share])


def kept(problem, limit, answer):
    value, (lo, hi) = limit.value(problem, answer), limit.bounds(problem)
    return bool(np.all((value >= lo - 1e-9) & (value <= hi + 1e-9)))


@cases(150)
def test_it_finds_what_enumeration_finds(covering_case, seed):
    """Most value, then least cost, under every kind of limit on options; and no bound is on the wrong side."""
    problem, limits = covering_case(seed)
    assert not CoveringMethod().supports(problem, EXACT, limits)
    found = solve(problem, [*EXACT, Stage(COST, gap=0.0, slack=0.0)], limits, method="covering")
    choices = enumerated(problem, limits)
    if not choices:
        assert found.status is Status.INFEASIBLE
        return
    best = max(value for value, *_ in choices)
    least = min(cost for value, cost, _ in choices if value >= best - 1e-9 * max(best, 1.0))
    verify(problem, limits, found)
    assert found.stages[0].value == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.stages[1].value == pytest.approx(least, rel=1e-6, abs=1e-6)
    assert found.stages[0].bound >= best - 1e-9 * max(best, 1.0)
    assert found.stages[1].bound <= least + 1e-9 * max(least, 1.0)
    assert found.status is Status.OPTIMAL


@cases(60)
def test_cost_alone_is_covering_by_the_fewest(covering_case, seed):
    """Without anything to serve the cheapest choice that keeps to the limits is found: set covering."""
    problem, limits = covering_case(seed)
    found = solve(problem, [Stage(COST, gap=0.0)], limits, method="covering")
    choices = enumerated(problem, limits)
    assert found.found == bool(choices)
    if choices:
        assert found.stages[0].value == pytest.approx(min(cost for _, cost, _ in choices), rel=1e-6, abs=1e-6)


@cases(40)
def test_it_agrees_with_the_compact_model(seed):
    """On networks of some size, where enumeration cannot go, both prove the same value."""
    problem, limits = network(seed, n_options=30, n_rows=60)
    one, other = (solve(problem, EXACT, limits, method=name) for name in ("covering", "compact"))
    assert one.stages[0].value == pytest.approx(other.stages[0].value, rel=1e-6)
    assert one.status is Status.OPTIMAL


def network(seed, *, n_options, n_rows, p=6):
    """Rows of one to six sets of one to five options each, at most p stations."""
    rng = np.random.default_rng(seed)
    set_row = np.repeat(np.arange(n_rows), rng.integers(1, 7, n_rows))
    near = rng.integers(0, n_options, n_rows)
    sets = [(near[row] + rng.choice(10, rng.integers(1, 6), replace=False)) % n_options for row in set_row]
    pair_set = np.repeat(np.arange(len(sets)), [len(members) for members in sets])
    ones, zeros = np.ones(n_options), np.zeros(n_options)
    problem = Problem(
        demand=rng.uniform(1, 10, n_rows), value=np.ones(n_rows), row_service=np.zeros(n_rows),
        row_year=np.zeros(n_rows), set_row=set_row, set_draw=np.zeros(len(set_row)), site=np.arange(n_options),
        facility_type=zeros, year=zeros, capacity=np.zeros((n_options, 1)), min_modules=ones, max_modules=ones,
        base_modules=zeros, fixed_cost=rng.uniform(1, 3, n_options), module_cost=zeros, closing_cost=zeros,
        required=zeros, pair_set=pair_set, pair_option=np.concatenate([np.sort(members) for members in sets]),
        pair_time_s=rng.uniform(0, 600, len(pair_set)),
    )  # fmt: skip
    return problem, [Count("stations", np.arange(n_options), at_most=p)]


def test_the_same_question_has_the_same_answer():
    """Counted work decides, so two runs end alike."""
    problem, limits = network(5, n_options=40, n_rows=120, p=8)
    one, two = (solve(problem, EXACT, limits, method="covering") for _ in range(2))
    assert one.modules.tolist() == two.modules.tolist()
    assert one.stages[0].work == two.stages[0].work


@pytest.mark.parametrize("work", [1, 3, 10])
def test_a_search_that_ends_early_has_an_honest_bound(work):
    """Whatever was spent, the optimum lies between the answer and the bound."""
    problem, limits = network(5, n_options=40, n_rows=120, p=8)
    best = solve(problem, EXACT, limits, method="covering").stages[0].value
    report = solve(problem, EXACT, limits, method="covering", effort=Effort(work_limit=work)).stages[0]
    assert report.value <= best * (1 + 1e-9)
    assert report.bound >= best * (1 - 1e-9)
    assert report.status in (Status.WORK_LIMIT, Status.OPTIMAL)


def test_a_gap_that_is_good_enough_ends_the_search():
    """Ten percent are reached with less work than the proof, and the bound says what is proven."""
    problem, limits = network(5, n_options=40, n_rows=120, p=8)
    proof = solve(problem, EXACT, limits, method="covering").stages[0]
    report = solve(problem, [Stage(SERVED, gap=0.1, slack=0.0)], limits, method="covering").stages[0]
    assert report.work <= proof.work
    assert report.gap <= 0.1
    assert report.bound >= proof.value * (1 - 1e-9)


def test_stopped_at_once_it_has_the_answer_at_hand():
    """An interrupt leaves the answer found without solving, with a bound that is none too good."""
    problem, limits = network(5, n_options=40, n_rows=120, p=8)
    found = solve(problem, EXACT, limits, method="covering", should_stop=lambda: True)
    assert found.status is Status.INTERRUPTED
    assert found.stages[0].value <= found.stages[0].bound


def test_it_begins_from_an_earlier_answer():
    """The optimum handed over is not lost, even when nothing else may be spent; one that breaks a limit is ignored."""
    problem, limits = network(5, n_options=40, n_rows=120, p=8)
    best = solve(problem, EXACT, limits, method="covering")
    again = solve(problem, EXACT, limits, method="covering", effort=Effort(work_limit=1), start=best.modules)
    assert again.stages[0].value == pytest.approx(best.stages[0].value)
    wrong = np.ones(problem.n_options, dtype=np.int64)
    assert solve(problem, EXACT, limits, method="covering", start=wrong).stages[0].value == best.stages[0].value


def test_news_come_with_a_bound():
    """Progress tells incumbents below bounds, in the objective's own unit."""
    problem, limits = network(5, n_options=40, n_rows=120, p=8)
    news = []
    found = solve(problem, EXACT, limits, method="covering", progress=news.append)
    known = [line for line in news if line.incumbent is not None and line.bound is not None]
    assert known
    assert all(line.incumbent <= line.bound * (1 + 1e-9) for line in known)
    assert known[-1].incumbent == pytest.approx(found.stages[0].value)


def test_the_nearest_open_option_serves(tiny_covering):
    """Who is covered is served once in each set, by the nearest open option; stages that keep modules are decided."""
    stages = [*EXACT, *(Stage(objective, gap=0.0, keeps_modules=True) for objective in (SERVED, TRAVEL))]
    found = solve(tiny_covering, stages, [Count("both", np.arange(2), 2, 2)], method="covering")
    assert found.share.tolist() == [1, 1, 0]
    assert [(report.value, report.bound) for report in found.stages] == [(10, 10), (10, 10), (0, 0)]
    assert "modules kept" in found.stages[1].floor


@pytest.fixture
def tiny_covering(tiny):
    """One row of 10 units with two sets: option 0 alone, at 60 s; options 0 at 30 s and 1 at 300 s."""
    return tiny(
        demand=[10], value=[1], row_service=[0], row_year=[2025], set_row=[0, 0], set_draw=[0, 0], site=[0, 1],
        facility_type=[0, 0], year=[2025, 2025], capacity=[[0], [0]], min_modules=[1, 1], max_modules=[1, 1],
        base_modules=[0, 0], fixed_cost=[1, 1], module_cost=[0, 0], closing_cost=[0, 0], required=[False, False],
        pair_set=[0, 1, 1], pair_option=[0, 0, 1], pair_time_s=[60, 30, 300],
    )  # fmt: skip


def test_what_it_does_not_support_is_said(tiny, tiny_covering):
    """Capacities, and shares that count otherwise: the reason is in words, and the compact model is named."""
    method = CoveringMethod()
    assert "capacities" in method.supports(tiny(), EXACT, [])
    share = ServedShare("a half", np.array([True]), 0.5)
    assert not method.supports(tiny_covering, EXACT, [share])
    assert "a half" in method.supports(replace(tiny_covering, value=[2.0]), EXACT, [share])
    assert not method.supports(tiny_covering, [*EXACT, Stage(TRAVEL, gap=0.0, keeps_modules=True)], [])
    with pytest.raises(BackendError, match="compact"):
        solve(tiny(), EXACT, method="covering")


def test_impossible_rules_are_infeasible(tiny_covering):
    """Two groups that need a station each, and one station at most."""
    groups = (np.array([0]), np.array([1]))
    limits = [Count("one", np.arange(2), at_most=1), MustServe("hubs", ("a", "b"), groups)]
    found = solve(tiny_covering, EXACT, limits, method="covering")
    assert found.status is Status.INFEASIBLE
    assert not found.found


@cases(60)
def test_families_take_equal_rows_together(seed):
    """Rows twice, in another order of sets: as many families, twice the worth."""
    problem, _ = network(seed, n_options=12, n_rows=15)
    rng = np.random.default_rng(seed)
    families = Families.of(problem, problem.demand)
    order = np.r_[np.arange(problem.n_sets), rng.permutation(problem.n_sets)]
    row = np.r_[problem.set_row, problem.set_row + problem.n_rows][
        np.r_[np.arange(problem.n_sets), problem.n_sets + order[problem.n_sets :]]
    ]
    by_row = np.argsort(row, kind="stable")
    members = [problem.pair_option[problem.pair_set == c] for c in order[by_row]]
    twice = replace(
        problem,
        **{name: np.tile(getattr(problem, name), 2) for name in ("demand", "value", "row_service", "row_year")},
        set_row=row[by_row], set_draw=np.zeros(len(row)), pair_option=np.concatenate(members),
        pair_set=np.repeat(np.arange(len(members)), [len(part) for part in members]),
        pair_time_s=np.zeros(2 * problem.n_pairs),
    )  # fmt: skip
    double = Families.of(twice, twice.demand)
    assert len(double) == len(families)
    assert double.weight.sum() == pytest.approx(2 * families.weight.sum())


def worth_covered(problem, opened):
    """Demand covered by options that are open in part: each row as far as its least set is, and at most once."""
    held = np.zeros(problem.n_sets)
    np.add.at(held, problem.pair_set, opened[problem.pair_option])
    return problem.demand @ np.minimum(problem.least_of_sets(held), 1.0)


@cases(60)
def test_tangents_touch_and_are_nowhere_below(seed):
    """At the point itself they are the worth of partly open options, at whole points at least the worth covered."""
    problem, _ = network(seed, n_options=12, n_rows=15)
    families = Families.of(problem, problem.demand)
    cover = cover_of(families, problem.n_options)
    rng = np.random.default_rng(seed)
    here, other = rng.random(12), (rng.random(12) < 0.5).astype(float)
    slope, height = tangents(here, cover, np.array([0, len(families) // 2, len(families)]))
    assert (slope @ here + height).sum() == pytest.approx(worth_covered(problem, here))
    assert (slope @ other + height).sum() >= worth_covered(problem, other) - 1e-9


@cases(60)
def test_exchanges_end_where_no_exchange_pays(seed):
    """Nothing that opens, closes or exchanges one option is allowed and better; limits are kept."""
    problem, _ = network(seed, n_options=10, n_rows=20)
    families = Families.of(problem, problem.demand)
    cover = cover_of(families, 10)
    rules = Rules(
        np.arange(11), np.zeros(10, dtype=np.int64), np.ones(10), np.zeros(1), np.array([2.0]), np.array([4.0])
    )
    kept_open = np.arange(10) == 3
    wish = np.random.default_rng(seed).random(10)
    opened, fine = exchange(wish, kept_open, cover, rules, Aim(1.0, np.full(10, -0.5), -np.inf))
    assert fine
    assert opened[3]

    def objective(choice):
        return worth_covered(problem, choice.astype(float)) - 0.5 * choice.sum()

    for out, into in itertools.product([None, *np.flatnonzero(opened & ~kept_open)], [None, *np.flatnonzero(~opened)]):
        other = opened.copy()
        other[[o for o in (out,) if o is not None]] = False
        other[[o for o in (into,) if o is not None]] = True
        assert not 2 <= other.sum() <= 4 or objective(other) <= objective(opened) + 1e-6
