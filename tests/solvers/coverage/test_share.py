"""Market shares are what enumeration finds, and bounds are honest."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from solvers import Effort, ProblemError, Status
from solvers.coverage import Market, market_share, target_share

SEEDS = st.integers(0, 10**6)


def cases(n):
    """Run a property over random cases."""
    return lambda test: settings(max_examples=n, deadline=None)(given(seed=SEEDS)(test))


def random_market(seed):
    """A few points and sites, some of them alone with no competitor, some attracted by nothing; fixed sites."""
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(0, 12)), int(rng.integers(1, 8))
    attraction = rng.uniform(0, 3, (m, n)) * (rng.random((m, n)) < 0.8)
    rival = rng.uniform(0, 4, m) * (rng.random(m) < 0.8)
    order = rng.permutation(n)
    n_required, n_forbidden = rng.integers(0, 2, 2)
    fixed = {"required": order[:n_required], "forbidden": order[n_required:][:n_forbidden]}
    return Market(rng.integers(0, 9, m).astype(float), attraction, rival), rng.integers(0, 5, n).astype(float), fixed


def choices(n, required, forbidden):
    free = np.setdiff1d(np.arange(n), np.r_[required, forbidden])
    for size in range(len(free) + 1):
        for some in itertools.combinations(free.tolist(), size):
            yield np.sort(np.r_[required, some]).astype(np.int64)


def won(market, sites):
    own = market.attraction[:, sites].sum(axis=1)
    return sum(w * a / (a + r) for w, a, r in zip(market.weight, own, market.rival, strict=True) if a > 0)


@example(seed=42070)
@cases(60)
def test_market_share(seed):
    """The most weight under p or a budget, with required and forbidden sites; tangents prove it to a millionth."""
    market, cost, fixed = random_market(seed)
    rng = np.random.default_rng(seed)
    p = int(rng.integers(0, len(cost) + 2))
    words, take, most = ({"p": p}, np.ones(len(cost)), p) if seed % 2 else ({"costs": cost, "budget": 5.0}, cost, 5.0)
    allowed = [sites for sites in choices(len(cost), **fixed) if take[sites].sum() <= most]
    best = max((won(market, sites) for sites in allowed), default=None)
    found = market_share(market, **words, **fixed)
    if best is None:
        assert found.status is Status.INFEASIBLE
    else:
        assert found.status is Status.OPTIMAL or (found.status is Status.GAP and found.gap <= 1e-5)
        assert found.value == pytest.approx(best, rel=1e-6, abs=1e-9)
        assert found.bound >= best * (1 - 1e-9)


@cases(60)
def test_target_share(seed):
    """The fewest or cheapest sites that win a share."""
    market, cost, fixed = random_market(seed)
    costs = cost if seed % 2 else None
    cost = cost if seed % 2 else np.ones(len(cost))
    share = float(np.random.default_rng(seed).choice([0.0, 0.2, 0.4, 0.6, 0.9]))
    allowed = [s for s in choices(len(cost), **fixed) if won(market, s) >= share * market.total * (1 - 1e-12)]
    best = min((cost[sites].sum() for sites in allowed), default=None)
    found = target_share(market, share, costs=costs, **fixed)
    if best is None:
        assert found.status is Status.INFEASIBLE
    else:
        assert found.status is Status.OPTIMAL
        assert found.value == best
        assert found.bound <= best


def test_of_points():
    """Attraction over distance to the power of beta, counted in the head."""
    market = Market.of_points(
        np.array([[0.0, 0.0]]),
        np.array([[2.0, 0.0], [0.0, 0.0]]),
        np.array([[0.0, 4.0]]),
        attractions=(np.array([8.0, 3.0]), np.array([16.0])),
        beta=2.0,
        nearest=1.0,
    )
    assert market.attraction.tolist() == [[2.0, 3.0]]
    assert market.rival.tolist() == [1.0]
    assert market_share(market, 1).sites.tolist() == [1]
    assert market_share(market, 2).value == pytest.approx(5 / 6)


def test_a_larger_market_is_proved():
    """Two hundred points, forty sites: the share is proved, and a limit leaves an honest bound."""
    rng = np.random.default_rng(7)
    points, sites, rivals = (rng.random((size, 2)) for size in (200, 40, 6))
    attractions = rng.uniform(1, 5, 40), rng.uniform(1, 5, 6)
    market = Market.of_points(points, sites, rivals, attractions=attractions, beta=2.0, nearest=0.02)
    best = market_share(market, 5)
    assert best.status is Status.OPTIMAL
    some = market_share(market, 5, effort=Effort(gap=0.0, work_limit=1))
    assert some.value <= best.value * (1 + 1e-9) <= some.bound * (1 + 2e-9)
    reached = target_share(market, best.value / market.total)
    assert reached.value <= 5


def test_misuse():
    """What does not fit together or is no number is named."""
    with pytest.raises(ProblemError) as raised:
        Market(np.array([-1.0]), np.array([[np.nan]]), np.array([1.0, 2.0]))
    assert len(raised.value.faults) == 3
    with pytest.raises(ProblemError, match="nearest"):
        Market.of_points(np.zeros((1, 2)), np.zeros((1, 2)), np.zeros((0, 2)), attractions=(np.ones(1), np.ones(0)),
                         beta=2.0, nearest=0.0)  # fmt: skip
    with pytest.raises(ProblemError, match="share"):
        target_share(Market(np.ones(1), np.ones((1, 1)), np.ones(1)), 2.0)


def test_an_attraction_that_numbers_cannot_hold_is_refused():
    """With a beta of 500 nothing is left of an attraction at 1,000 m, and a share of 0 would be called optimal."""
    places = np.array([[0.0, 0.0]]), np.array([[1_000.0, 0.0]]), np.array([[2_000.0, 0.0]])
    with pytest.raises(ProblemError, match="beta 500: at a distance of 1000 less attracts"):
        Market.of_points(*places, attractions=(np.ones(1), np.ones(1)), beta=500.0, nearest=1.0)
