"""Capacitated location finds and proves what enumeration finds, with sizes, fixed sites and single sources."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from solvers import Effort, ProblemError, Status
from solvers.capacitated import capacitated_cost
from solvers.capacitated.case import Capacitated
from solvers.capacitated.prices import better_prices, first_prices, losses, sites_of

SEEDS = st.integers(0, 10**6)


def cases(n):
    """Run a property over random cases."""
    return lambda test: settings(max_examples=n, deadline=None)(given(seed=SEEDS)(test))


def random_case(seed):
    """A few points and sites: ties, zero demand, unreachable pairs, one or two sizes, fixed sites."""
    rng = np.random.default_rng(seed)
    m, n, k = int(rng.integers(0, 7)), int(rng.integers(1, 5)), int(rng.integers(1, 3))
    demand = rng.integers(0, 6, m).astype(float)
    cost = rng.integers(0, 30, (m, n)).astype(float)
    if rng.random() < 0.3:
        cost[rng.random((m, n)) < 0.3] = np.inf
    capacity = np.cumsum(rng.integers(1, 9, (n, k)), axis=1).astype(float) * rng.choice([1.0, 1.0, 2.0])
    fixed_cost = np.cumsum(rng.integers(0, 20, (n, k)), axis=1).astype(float)
    fixed_cost[rng.random((n, k)) < 0.1] = np.inf
    order = rng.permutation(n)
    n_required, n_forbidden = rng.integers(0, 2, 2)
    required, forbidden = order[:n_required], order[n_required:][:n_forbidden]
    return demand, cost, capacity, fixed_cost, required, forbidden


def service(demand, cost, given):
    """Least cost of serving all demand in parts from given capacities, `None` when that cannot be."""
    m, n = cost.shape
    if not m:
        return 0.0
    bounds = [(0, 0 if np.isinf(c) else 1) for c in cost.ravel()]
    served = np.kron(np.eye(m), np.ones(n))
    taken = np.kron(demand, np.eye(n))
    found = linprog(np.where(np.isinf(cost), 0, cost).ravel(), taken, given, served, np.ones(m), bounds)
    return found.fun if found.status == 0 else None


def whole_service(demand, cost, given):
    """Least cost of serving each point from one site."""
    best = None
    for choice in itertools.product(range(cost.shape[1]), repeat=len(demand)):
        at = np.array(choice, dtype=int)
        total = cost[np.arange(len(demand)), at].sum()
        taken = np.bincount(at, demand, cost.shape[1])
        if np.isfinite(total) and (taken <= given + 1e-9).all() and (best is None or total < best):
            best = total
    return best


def enumerated(case, serve):
    """Least cost over all sites and sizes."""
    demand, cost, capacity, fixed_cost, required, forbidden = case
    n, k = capacity.shape
    best = None
    for sizes in itertools.product(range(-1, k), repeat=n):
        size = np.array(sizes)
        opened = size >= 0
        if not opened[required].all() or opened[forbidden].any():
            continue
        picked = np.arange(n)[opened], size[opened]
        given = np.zeros(n)
        given[opened] = capacity[picked]
        opening = fixed_cost[picked].sum()
        reachable = np.where(opened[None, :], cost, np.inf)
        serving = serve(demand, reachable, given) if np.isfinite(opening) else None
        if serving is not None and (best is None or opening + serving < best):
            best = opening + serving
    return best


@cases(60)
def test_split(seed):
    """Demand may be split over sites."""
    check(seed, service, single_source=False)


@cases(25)
def test_single_source(seed):
    """Each point is served from one site."""
    check(seed, whole_service, single_source=True)


def check(seed, serve, *, single_source):
    demand, cost, capacity, fixed_cost, required, forbidden = case = random_case(seed)
    best = enumerated(case, serve)
    found = capacitated_cost(
        demand, cost, capacity, fixed_cost, required=required, forbidden=forbidden, single_source=single_source
    )
    if best is None:
        assert found.status is Status.INFEASIBLE
        assert found.sites is None
    else:
        assert found.status is Status.OPTIMAL
        assert found.value == pytest.approx(best, rel=1e-6, abs=1e-9)
        assert found.bound <= best * (1 + 1e-6) + 1e-9


@cases(20)
def test_what_prices_rule_out(seed):
    """The bound is below every answer, and with what a decision loses below every answer that takes it."""
    demand, cost, capacity, fixed_cost, _, _ = random_case(seed)
    n = len(capacity)
    case = Capacitated(demand, cost, capacity, fixed_cost, np.zeros(0), np.zeros(0))
    allowed = np.concatenate([np.ones((n, 1), dtype=bool), np.isfinite(case.fixed_cost)], axis=1)
    if np.isinf(cost).all(axis=1).any():
        return
    sites = sites_of(case, allowed)
    prices = better_prices(sites, first_prices(case), value=300.0, rounds=20)
    lost = losses(sites, prices.worth)
    for j in range(n):
        closed = enumerated((demand, cost, case.capacity, case.fixed_cost, [], [j]), service)
        opened = enumerated((demand, cost, case.capacity, case.fixed_cost, [j], []), service)
        for best, loss in ((closed, lost.closed[j]), (opened, lost.sized[j].min())):
            assert best is None or prices.bound + loss <= best + 1e-6


def test_equal_sites():
    """A second site that is the same in everything helps when capacity is short, and is not opened otherwise."""
    demand, cost = np.array([4.0, 4.0]), np.array([[1.0, 1.0], [1.0, 1.0]])
    roomy = capacitated_cost(demand, cost, np.array([8.0, 8.0]), np.array([5.0, 5.0]))
    short = capacitated_cost(demand, cost, np.array([5.0, 5.0]), np.array([5.0, 5.0]))
    assert (roomy.value, len(roomy.sites)) == (7.0, 1)
    assert (short.value, len(short.sites)) == (12.0, 2)


def test_sizes():
    """The smallest size that is enough is taken when it is cheaper."""
    found = capacitated_cost(
        np.array([3.0]), np.array([[2.0]]), np.array([[2.0, 4.0, 8.0]]), np.array([[1.0, 3.0, 4.0]])
    )
    assert (found.value, found.sizes.tolist()) == (5.0, [1])


def test_infeasible_is_a_status():
    """Too little capacity, or a point that no site reaches, is said in words."""
    short = capacitated_cost(np.array([3.0]), np.array([[2.0]]), np.array([2.0]), np.array([1.0]))
    alone = capacitated_cost(np.array([3.0]), np.array([[np.inf]]), np.array([5.0]), np.array([1.0]))
    assert short.status is alone.status is Status.INFEASIBLE
    large = capacitated_cost(
        np.array([3.0]), np.array([[2.0, 2.0]]), np.full(2, 2.0), np.ones(2), single_source=True
    )  # fmt: skip
    assert large.status is Status.INFEASIBLE
    assert "no site gives more than 2" in large.words
    assert "give 2 of 3" in short.words
    assert "point 0" in alone.words


def test_misuse_names_all_faults():
    """All that is wrong is said at once."""
    with pytest.raises(ProblemError) as raised:
        capacitated_cost(np.array([-1.0]), np.array([[np.nan]]), np.array([np.inf]), np.array([1.0]), required=[4])
    assert len(raised.value.faults) == 4
    with pytest.raises(ProblemError, match="shapes"):
        capacitated_cost(np.ones(2), np.ones((3, 1)), np.ones(1), np.ones(1))


def test_a_limit_is_a_status():
    """Without time the answer so far is not called optimal, and its bound holds."""
    rng = np.random.default_rng(5)
    demand, cost = rng.integers(1, 20, 60).astype(float), rng.random((60, 25)) * 100
    capacity, fixed_cost = rng.integers(40, 120, 25).astype(float), rng.integers(50, 200, 25).astype(float)
    best = capacitated_cost(demand, cost, capacity, fixed_cost)
    found = capacitated_cost(demand, cost, capacity, fixed_cost, effort=Effort(gap=0.0, work_limit=0))
    assert best.status is Status.OPTIMAL
    assert found.bound <= best.value * (1 + 1e-9) <= found.value * (1 + 2e-9)
    assert found.status is Status.OPTIMAL or found.status is Status.WORK_LIMIT
