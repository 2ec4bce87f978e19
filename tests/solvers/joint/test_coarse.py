"""Fewer prices prove no less: the value on a coarse level is that of the same prices on the finest."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.joint.coarse import coarse_level
from solvers.joint.metric import Metric
from solvers.joint.oracle import Level, Oracle
from solvers.joint.pools import Pools
from solvers.objectives import ServedValue
from solvers.side import Side


def levels(problem, limits, reach):
    pools, side = Pools.of(problem), Side.of(problem, ServedValue(), limits)
    finest = Level.finest(problem, pools, side)
    return pools, side, finest, coarse_level(problem, finest, reach=reach)


@pytest.mark.parametrize("reach", [0.0, 0.6, np.inf])
def test_value_is_that_of_the_prices_carried_over(town, reach):
    """A coarse price proves exactly what it proves when each member of the group has it."""
    problem, limits = town
    problem = replace(problem, value=np.ones(problem.n_rows))  # the demand of a group must be worth the same
    pools, side, finest, coarse = levels(problem, limits, reach)
    assert coarse.level.n_sets < finest.n_sets
    price = np.random.default_rng(1).random(coarse.level.n_sets)
    values = []
    for level, prices in ((coarse.level, price), (finest, coarse.spread(price))):
        oracle = Oracle(problem, pools, side, level)
        exact = Metric.of(problem, side, oracle, np.zeros(2)).exact
        values.append(oracle.sell(prices, np.array([2.0, 0.1]), exact).value)
    assert values[0] == pytest.approx(values[1], rel=1e-5)


@given(st.integers(0, 150), st.sampled_from([0.0, 0.6, np.inf]))
def test_merged_rows_are_of_one_kind(random_case, seed, reach):
    """Only places with capacity are merged, within their service and year; every row keeps its demand."""
    problem, limits = random_case(seed)
    _, _, _, coarse = levels(problem, limits, reach)
    assert coarse.level.demand.sum() == pytest.approx(problem.demand.sum())
    group_size = np.bincount(coarse.group, minlength=coarse.level.n_sets)
    merged = group_size[coarse.group] > 1
    assert np.all(problem.set_draw[merged] == 1)
    kind = problem.row_service * 10_000 + problem.row_year
    for group in np.flatnonzero(group_size > 1):
        assert len(np.unique(kind[problem.set_row[coarse.group == group]])) == 1


@given(st.integers(0, 150))
def test_mean_undoes_spread(random_case, seed):
    """The mean of prices that are the same within each group is those prices, where there is demand."""
    problem, limits = random_case(seed)
    _, _, _, coarse = levels(problem, limits, 0.6)
    price = np.random.default_rng(seed).random(coarse.level.n_sets)
    there = np.bincount(coarse.group, problem.demand[problem.set_row], coarse.level.n_sets) > 0
    assert coarse.mean(coarse.spread(price), problem)[there] == pytest.approx(price[there])
