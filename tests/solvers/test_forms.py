"""Every objective and limit says the same thing in plain numpy and as a linear form."""

import numpy as np
import pytest
from scipy import sparse

from solvers import (
    LIMITS,
    OBJECTIVES,
    Budget,
    Count,
    GradualValue,
    GridPower,
    Linear,
    MustServe,
    ServedShare,
    Solution,
    Spacing,
    Steps,
    TotalCost,
    TypesPerSite,
)
from solvers.columns import merge_columns
from solvers.sums import sum_by

SEEDS = range(60)


def decided(problem, solution):
    """Opening, modules, served units per row and provided units per pair of a solution."""
    opened = (solution.modules > 0).astype(float)
    units = solution.share * problem.demand[problem.pair_row]
    return opened, solution.modules.astype(float), solution.served(problem), units


def through_the_form(problem, form, solution):
    """Value of a form on what a solution decides."""
    opened, modules, served, units = decided(problem, solution)
    return form.opened @ opened + form.modules @ modules + form.served @ served + form.assigned @ units + form.constant


def through_the_columns(problem, form, solution):
    """Value of a form on the columns of the compact model, with flows wherever it speaks of pairs."""
    columns = merge_columns(problem, routed=bool(form.assigned[:, problem.pair_draw == 0].nnz))
    opened, modules, served, units = decided(problem, solution)
    flowing = columns.pair_flow >= 0
    flows = sum_by(columns.pair_flow[flowing], units[flowing], columns.n_flows) / columns.units
    own = served[columns.served_row] / columns.row_units[columns.served_row]
    return columns.matrix(problem, form) @ np.r_[opened, modules, flows, own] + form.constant


def per_unit(problem):
    """A cost for each pair, the same for all options of a site: money that grows with the time, and a toll."""
    return 2.5 + problem.site[problem.pair_option] + problem.pair_time_s / 60


MADE = {
    **{name: lambda problem, objective=objective: objective for name, objective in OBJECTIVES.items()},
    "gradual value in steps": lambda problem: GradualValue(Steps((300, 900), (1.0, 0.4))),
    "gradual value, linear": lambda problem: GradualValue(Linear(300, 1500)),
    "total cost": lambda problem: TotalCost(per_unit(problem)),
}


@pytest.mark.parametrize("name", MADE)
def test_objectives_are_their_forms(name, random_case, random_solution):
    """The value of an objective is its linear form, on pairs and on merged columns."""
    for seed in SEEDS:
        problem, _ = random_case(seed)
        objective = MADE[name](problem)
        solution = random_solution(problem, seed)
        value, form = objective.value(problem, solution), objective.form(problem)
        assert through_the_form(problem, form, solution) == pytest.approx([value], rel=1e-9, abs=1e-9)
        assert through_the_columns(problem, form, solution) == pytest.approx([value], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("kind", LIMITS.values(), ids=LIMITS)
def test_limits_are_their_forms(kind, random_case, random_solution):
    """The rows of a limit are its linear form, bounded on both sides, and every row has a name."""
    seen = 0
    for seed in SEEDS:
        problem, limits = random_case(seed, harsh=True)
        solution = random_solution(problem, seed)
        for limit in limits:
            if not isinstance(limit, kind):
                continue
            seen += 1
            value, form = limit.value(problem, solution), limit.form(problem)
            lo, hi = limit.bounds(problem)
            assert value.shape == lo.shape == hi.shape
            assert np.all(lo < np.inf)
            assert np.all(hi > -np.inf)
            assert through_the_form(problem, form, solution) == pytest.approx(value, rel=1e-9, abs=1e-9)
            assert through_the_columns(problem, form, solution) == pytest.approx(value, rel=1e-9, abs=1e-9)
            assert form.touches_served == (limit.touches_served and bool(form.served.nnz))
            labels = [limit.label(row) for row in range(len(value))]
            assert all(label.startswith(limit.name) for label in labels)
            assert len(set(labels)) == len(labels)
    assert seen > 10


@pytest.fixture
def answer(tiny):
    """Option 0 with 3 modules serves rows 0 and 1 wholly, option 2 with 1 module half of row 2."""
    return Solution(np.array([3, 0, 1, 0]), np.array([1, 1, 0, 0.5, 0]), (), "", 0)


def test_objectives_by_hand(tiny, answer):
    """Value 10 + 20 + 2 × 45; cost 130 + 350; seconds × value 10·60 + 20·120 + 90·300."""
    assert OBJECTIVES["served_value"].value(tiny(), answer) == 120
    assert OBJECTIVES["cost"].value(tiny(), answer) == 480
    assert OBJECTIVES["travel_time"].value(tiny(), answer) == 30_000
    assert OBJECTIVES["cost"].value(tiny(base_modules=[1, 0, 0, 0]), answer) == 470


def test_limits_by_hand(tiny, answer):
    """What each limit counts in the same answer."""
    problem = tiny()
    every = np.arange(4)
    assert Count("c", every).value(problem, answer) == 2
    assert Count("c", every[1:]).value(problem, answer) == 1
    assert Count("c", every, of="modules").value(problem, answer) == 4
    assert Budget("b", every[:2], 0).value(problem, answer) == 130
    power = GridPower(np.full(4, 60.0), np.array([0, 0, 20.0, 0]), np.array([100.0, 100.0, np.inf]))
    assert list(power.value(problem, answer)) == [180, 40, 0]
    assert list(TypesPerSite(1, 3).value(problem, answer)) == [1, 1, 0]
    assert list(Spacing("s", np.array([[0, 2], [1, 3]])).value(problem, answer)) == [2, 0]
    assert list(MustServe("m", ("a", "b"), (every[:1], every[3:])).value(problem, answer)) == [1, 0]
    share = ServedShare("s", np.array([True, True, False]), 0.5)
    assert share.value(problem, answer) == 30
    assert share.bounds(problem)[0] == 15


def test_what_stands_keeps_its_power_and_its_place(tiny):
    """Required options with standing modules raise the limit of their site to what they draw, those without do not."""
    problem = tiny(base_modules=[0, 1, 1, 0], required=[True, True, True, False])
    power = GridPower(np.full(4, 60.0), np.zeros(4), np.array([10.0, 10.0, 10.0]))
    assert list(power.bounds(problem)[1]) == [10, 120, 10]
    assert list(TypesPerSite(1, 3).bounds(problem)[1]) == [1, 2, 1]


def test_cliques_cover_every_conflict_and_no_other(random_case):
    """Two options share a clique exactly when they are in conflict."""
    rng = np.random.default_rng(5)
    for size in (2, 5, 12):
        near = np.triu(rng.random((size, size)) < 0.5, 1)
        cliques = Spacing("s", np.argwhere(near)).cliques
        together = np.zeros((size, size), dtype=bool)
        for clique in cliques:
            together[np.ix_(clique, clique)] = True
        assert np.array_equal(np.triu(together, 1), near)


def test_options_of_one_site_and_reach_share_their_columns(tiny):
    """A second type at site 0 with the reach of the first adds a member to its pool and no flow column."""
    twin = tiny(
        site=[0, 0, 1, 2],
        facility_type=[0, 1, 1, 1],
        pair_set=[0, 0, 1, 1, 2, 2],
        pair_option=[0, 1, 0, 1, 2, 3],
        pair_time_s=[60, 60, 120, 120, 300, 600],
    )
    columns = merge_columns(twin)
    assert columns.n_flows == 4
    assert list(columns.pair_flow) == [0, 0, 1, 1, 2, 3]
    assert list(columns.member_pool) == [0, 0, 1, 2]
    assert sparse.issparse(columns.matrix(twin, OBJECTIVES["cost"].form(twin)))
