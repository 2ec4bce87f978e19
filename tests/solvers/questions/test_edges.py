"""All classic questions on the edges: no station, all, more than all; one place, one site; no weight, ties, copies."""

import numpy as np
import pytest

from solvers import (
    Cost,
    Count,
    GradualValue,
    Linear,
    Problem,
    ServedShare,
    ServedValue,
    Stage,
    Stations,
    Status,
    TotalCost,
    WeightedTravel,
    solve,
    solve_backup,
    solve_center,
    solve_dispersion,
    solve_market_share,
    solve_target_share,
)


def problem_of(far, demand, draws=0.0, capacity=1e6):
    """A row per place and an option per site, all pairs, every option for 1."""
    far = np.asarray(far, dtype=float)
    n_rows, n_sites = far.shape
    ones, each = np.ones(n_rows), np.ones(n_sites)
    pair_set, pair_option = (index.ravel() for index in np.indices(far.shape))
    return Problem(
        demand=demand, value=ones, row_service=ones * 0, row_year=ones * 0, set_row=np.arange(n_rows),
        set_draw=ones * draws, site=np.arange(n_sites), facility_type=each * 0, year=each * 0,
        capacity=capacity * each[:, None], min_modules=each, max_modules=each, base_modules=each * 0, fixed_cost=each,
        module_cost=each * 0, closing_cost=each * 0, required=each * 0, pair_set=pair_set, pair_option=pair_option,
        pair_time_s=far.ravel(),
    )  # fmt: skip


def everybody(problem, share=1.0):
    return ServedShare("everybody", problem.demand > 0, share)


def stage(objective):
    return [Stage(objective, gap=0.0)]


ASK = {
    "max_cover": lambda p, limits: solve(p, stage(ServedValue()), limits),
    "set_cover": lambda p, limits: solve(p, stage(Stations()), [*limits, everybody(p)]),
    "partial_cover": lambda p, limits: solve(p, stage(Cost()), [*limits, everybody(p, 0.5)]),
    "backup_cover": lambda p, limits: solve_backup(p, stage(ServedValue()), limits),
    "gradual_cover": lambda p, limits: solve(p, stage(GradualValue(Linear(0, 100))), limits),
    "market_share": lambda p, limits: solve_market_share(p, 100 - p.pair_time_s, np.full(p.n_rows, 50.0), limits),
    "target_share": lambda p, limits: solve_target_share(
        p, 100 - p.pair_time_s, np.full(p.n_rows, 50.0), 0.5, limits, objective=Stations()
    ),
    "p_median": lambda p, limits: solve(p, stage(WeightedTravel()), [*limits, everybody(p)]),
    "p_center": lambda p, limits: solve_center(p, limits),
    "capacitated_cost": lambda p, limits: solve(p, stage(TotalCost(p.pair_time_s)), [*limits, everybody(p)]),
}

FAR = [[10, 40, 40], [30, 20, 60], [30, 50, 20]]
DEMAND = [1, 2, 3]

#: Value at most p = 0, 1, 3, 9 stations; `None` where there is no answer. By hand, from FAR and DEMAND.
KNOWN = {
    "max_cover": [0, 6, 6, 6],
    "set_cover": [None, 1, 1, 1],
    "partial_cover": [None, 1, 1, 1],
    "backup_cover": [0, 0, 6, 6],
    "gradual_cover": [0, 0.9 + 2 * 0.7 + 3 * 0.7, 0.9 + 2 * 0.8 + 3 * 0.8, 0.9 + 2 * 0.8 + 3 * 0.8],
    "market_share": [0, 90 / 140 + 5 * 70 / 120, 210 / 260 + 2 * 190 / 240 + 3 * 200 / 250,
                     210 / 260 + 2 * 190 / 240 + 3 * 200 / 250],
    "target_share": [None, 1, 1, 1],
    "p_median": [None, 10 + 60 + 90, 10 + 40 + 60, 10 + 40 + 60],
    "p_center": [None, 30, 20, 20],
    "capacitated_cost": [None, 161, 113, 113],
}  # fmt: skip


@pytest.mark.parametrize("name", ASK)
@pytest.mark.parametrize(("number", "p"), list(enumerate([0, 1, 3, 9])))
def test_none_one_all_and_more_than_all(name, number, p):
    """Known values and proved bounds from no station to more than there are."""
    problem = problem_of(FAR, DEMAND, draws=float(name == "capacitated_cost"))
    found = ASK[name](problem, [Count("p", np.arange(3), at_most=p)])
    known = KNOWN[name][number]
    if known is None:
        assert found.status is Status.INFEASIBLE
        assert found.notes
        return
    assert found.status is Status.OPTIMAL
    assert found.stages[0].value == pytest.approx(known)
    assert found.stages[0].bound == pytest.approx(known)
    assert np.count_nonzero(found.modules) <= p


@pytest.mark.parametrize("name", ASK)
def test_one_place_and_one_site(name):
    """The smallest world there is."""
    problem = problem_of([[10]], [5], draws=float(name == "capacitated_cost"))
    found = ASK[name](problem, [Count("p", np.arange(1), at_most=1)])
    known = {
        "max_cover": 5, "set_cover": 1, "partial_cover": 1, "backup_cover": 0, "gradual_cover": 4.5,
        "market_share": 5 * 90 / 140, "target_share": 1, "p_median": 50, "p_center": 10, "capacitated_cost": 51,
    }  # fmt: skip
    assert found.status is Status.OPTIMAL
    assert found.stages[0].value == pytest.approx(known[name])


@pytest.mark.parametrize("name", ASK)
def test_nobody_weighs_anything(name):
    """Without demand nothing is needed, won, paid or travelled."""
    problem = problem_of(FAR, [0, 0, 0], draws=float(name == "capacitated_cost"))
    found = ASK[name](problem, [Count("p", np.arange(3), at_most=2)])
    assert found.status is Status.OPTIMAL
    assert found.stages[0].value == 0
    assert found.stages[0].bound == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", ASK)
def test_ties_and_copies_change_nothing(name):
    """Every place and every site twice, everything as far: twice the demand, and one site is as good as another."""
    once = problem_of(np.full((2, 2), 20.0), [3, 3], draws=float(name == "capacitated_cost"))
    twice = problem_of(np.full((4, 4), 20.0), [3, 3, 3, 3], draws=float(name == "capacitated_cost"))
    one, two = (ASK[name](p, [Count("p", np.arange(p.n_options), at_most=2)]) for p in (once, twice))
    factor = 1 if name in ("set_cover", "partial_cover", "target_share", "p_center") else 2
    money = name == "capacitated_cost"
    assert one.status is two.status is Status.OPTIMAL
    assert two.stages[0].value - money == pytest.approx(factor * (one.stages[0].value - money))


@pytest.mark.parametrize("name", ASK)
def test_weights_over_twelve_orders_of_magnitude(name):
    """One place a million times as heavy as the next, and that one as the last: the value is right to 1e-6."""
    problem = problem_of(FAR, [1e-6, 1.0, 1e6], draws=float(name == "capacitated_cost"), capacity=1e8)
    found = ASK[name](problem, [Count("p", np.arange(3), at_most=1)])
    known = {
        "max_cover": 1e6 + 1, "set_cover": 1, "partial_cover": 1, "backup_cover": 0, "gradual_cover": 0.8e6 + 0.4,
        "market_share": 1e6 * 80 / 130 + 40 / 90, "target_share": 1, "p_median": 20e6 + 60, "p_center": 30,
        "capacitated_cost": 20e6 + 61,
    }  # fmt: skip
    assert found.found
    assert found.stages[0].value == pytest.approx(known[name], rel=1e-6)
    assert found.stages[0].bound == pytest.approx(known[name], rel=1e-5)


def test_dispersion_on_the_edges():
    """Two sites of three in a row, all of them, more than all, and two at one place."""
    at = np.array([0.0, 1.0, 3.0])
    apart = np.abs(at[:, None] - at)
    problem = problem_of(FAR, DEMAND)
    for least, value in ((2, 3), (3, 1)):
        found = solve_dispersion(problem, apart, [Count("p", np.arange(3), at_least=least)])
        assert found.stages[0].value == found.stages[0].bound == value
    assert solve_dispersion(problem, apart, [Count("p", np.arange(3), at_least=4)]).status is Status.INFEASIBLE
    nowhere = solve_dispersion(problem, np.zeros((3, 3)), [Count("p", np.arange(3), at_least=2)])
    assert nowhere.stages[0].value == 0
    assert nowhere.status is Status.OPTIMAL
