"""The softened relaxation has the gradient it says, and without softness the value of a certificate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.certificate import certified_bound
from solvers.joint.metric import Metric
from solvers.joint.oracle import Level, Oracle
from solvers.joint.pools import Pools
from solvers.objectives import ServedValue
from solvers.side import Side
from solvers.solution import Certificate


def oracle_of(problem, limits):
    pools, side = Pools.of(problem), Side.of(problem, ServedValue(), limits)
    oracle = Oracle(problem, pools, side, Level.finest(problem, pools, side))
    return oracle, side, Metric.of(problem, side, oracle, np.zeros(side.n_rows))


def prices_of(problem, side, seed):
    rng = np.random.default_rng(seed)
    set_price = rng.random(problem.n_sets) * problem.value[problem.set_row]
    limit_price = np.where(np.isfinite(side.hi), rng.random(side.n_rows), 0.0)
    return set_price, limit_price


@given(st.integers(0, 200))
def test_hardly_softened_value_is_that_of_the_certificate(random_case, seed):
    """Two ways to compute one bound agree to the softness that is left."""
    problem, limits = random_case(seed)
    oracle, side, metric = oracle_of(problem, limits)
    set_price, limit_price = prices_of(problem, side, seed)
    sale = oracle.sell(set_price, limit_price, metric.exact)
    value = sale.value + limit_price[limit_price > 0] @ side.hi[limit_price > 0]
    bound = certified_bound(problem, limits, ServedValue(), Certificate(set_price, limit_price))
    assert value == pytest.approx(bound, abs=1e-4 * (1 + metric.worth + np.abs(limit_price).sum()))


@given(st.integers(0, 200), st.sampled_from([0.3, 0.05]))
def test_gradient_is_the_slope_of_the_value(random_case, seed, share):
    """A small step changes the value by the surplus of the sets and the activity of the limits."""
    problem, limits = random_case(seed)
    oracle, side, metric = oracle_of(problem, limits)
    set_price, limit_price = prices_of(problem, side, seed)
    softness = metric.softness(share)
    rng = np.random.default_rng(seed)
    set_way, limit_way = rng.normal(size=problem.n_sets) * metric.set_worth, rng.normal(size=side.n_rows)
    step = 1e-5
    ahead, behind = (
        oracle.sell(np.maximum(set_price + way * set_way, 0), limit_price + way * limit_way, softness).value
        for way in (step, -step)
    )
    sale = oracle.sell(set_price, limit_price, softness)
    set_slope = problem.demand[problem.set_row] * sale.surplus
    if np.all(set_price > step * np.abs(set_way)):
        slope = set_slope @ set_way - sale.activity @ limit_way
        scale = np.abs(set_slope * set_way).sum() + np.abs(sale.activity * limit_way).sum() + metric.worth
        assert (ahead - behind) / (2 * step) == pytest.approx(slope, abs=2e-3 * scale + 1e-9)


@given(st.integers(0, 200))
def test_pools_hold_each_pair_that_draws_once(random_case, seed):
    """Pools and their members are another order of the pairs."""
    problem, _ = random_case(seed)
    pools = Pools.of(problem)
    assert sorted(pools.member_pair.tolist() + pools.cover_pair.tolist()) == list(range(problem.n_pairs))
    pool = np.repeat(np.arange(pools.n_pools), np.diff(pools.pool_begin))
    assert np.array_equal(pools.pair_pool[pools.member_pair], pool)
    assert np.array_equal(pools.pool_option[pool], problem.pair_option[pools.member_pair])
    assert np.array_equal(pools.pool_service[pool], problem.pair_service[pools.member_pair])
    assert np.array_equal(pools.pool_year[pool], problem.pair_year[pools.member_pair])
    assert np.array_equal(pools.member_set, problem.pair_set[pools.member_pair])
