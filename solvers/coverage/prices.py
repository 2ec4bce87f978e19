"""Prices of classes: the Lagrangian bound of maximal covering (Galvão & ReVelle 1996), by deflected subgradients."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.coverage.coverage import Coverage
from solvers.problem import Booleans, Floats, Integers

_KEEP = 0.1  # share of the newest subgradient in the direction (Barahona & Anbil 2000)
_PATIENCE = 12  # rounds without a better bound before steps get shorter
_SHORTER = 0.66
_SHORTEST = 1e-4
_BETTER = 1e-7
_ONCE, _OFTEN = 0.6, 0.1  # first prices of classes that the first answer covers once, and more often
_ROUNDING = 1e-9


class Prices(NamedTuple):
    """State of the search for good prices, and what they prove.

    Parameters
    ----------
    price
        Price of each class in units of its weight, 0 to 1; the best found, shape (C,).
    direction
        Subgradients averaged, shape (C,).
    opened
        How far sites are open on average: near an optimum of the relaxation, shape (J,).
    bound
        No choice of sites within the budget covers more.
    worth
        What opening a site adds to the bound at these prices, its part of the budget paid, shape (J,).
    stride
        Length of steps.
    """

    price: Floats
    direction: Floats
    opened: Floats
    bound: float
    worth: Floats
    stride: float


def first_prices(coverage: Coverage, opened: Booleans) -> Prices:
    """Prices that fit an answer: classes it leaves out are worth their weight, those it covers several times little."""
    often = coverage.matrix @ opened.astype(np.float64)
    price = np.where(often < 0.5, 1.0, np.where(often < 1.5, _ONCE, _OFTEN))
    no_worth = np.zeros(coverage.n_sites)
    return Prices(price, np.zeros(len(coverage)), opened.astype(np.float64), np.inf, no_worth, 1.0)


def better_prices(
    coverage: Coverage, cost: Floats, budget: float, prices: Prices, *, value: float, rounds: int
) -> Prices:
    """Search for prices that prove a lower bound.

    With the price `u_c` of each class, no choice covers more than `sum of (w_c - u_c)` plus the best knapsack of sites
    worth the prices of the classes they cover; the knapsack is taken with a fraction of its last site.

    Parameters
    ----------
    coverage, cost, budget
        The problem; each site takes its cost of the budget.
    prices
        Where to begin.
    value
        Weight that some answer covers.
    rounds
        Most steps.
    """
    price, direction, opened, bound, worth, stride = prices
    now, best, idle = price.copy(), price, 0
    averaged, average = direction.copy(), opened.copy()
    site_price = np.zeros(coverage.n_sites)
    left = step(now, averaged, 0.0, coverage.weight, coverage.begin, coverage.site, site_price)
    for n in range(rounds):
        chosen, ratio = knapsack(site_price, cost, budget)
        here = left + float(np.maximum(site_price - ratio * cost, 0.0).sum()) + (ratio * budget if ratio else 0.0)
        average += _KEEP * (chosen - average)
        if here < bound * (1 - _BETTER) or not np.isfinite(bound):
            bound, best, worth, idle = here, now.copy(), site_price - ratio * cost, 0
        else:
            idle += 1
        if idle >= _PATIENCE:
            stride, idle = _SHORTER * stride, 0
        share = 1.0 if n == 0 and not direction.any() else _KEEP
        size = turn(now, averaged, share, chosen, coverage.weight, coverage.begin, coverage.site)
        if stride < _SHORTEST or here <= value * (1 + _ROUNDING) or size <= 0:
            break
        length = stride * (here - value) / size
        left = step(now, averaged, length, coverage.weight, coverage.begin, coverage.site, site_price)
    return Prices(best, averaged, average, bound, worth, stride)


def knapsack(worth: Floats, cost: Floats, budget: float) -> tuple[Floats, float]:
    """Best sites within a budget, the last one in part, and the worth per cost at which they end."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(worth > 0, worth / cost, 0.0)
    order = np.argsort(-ratio, kind="stable")
    order = order[ratio[order] > 0]
    spent = np.cumsum(cost[order])
    whole = int(np.searchsorted(spent, budget * (1 + 1e-12), side="right"))
    chosen = np.zeros(len(worth))
    chosen[order[:whole]] = 1.0
    if whole == len(order):
        return chosen, 0.0
    before = spent[whole - 1] if whole else 0.0
    chosen[order[whole]] = (budget - before) / cost[order[whole]]
    return chosen, float(ratio[order[whole]])


@compiled
def turn(
    price: Floats, direction: Floats, share: float, chosen: Floats, weight: Floats, begin: Integers, site: Integers
) -> float:
    """Turn the direction towards the subgradient at some open sites; its squared length, weights as the measure."""
    size = 0.0
    for c in range(len(weight)):
        over = -1.0
        for k in range(begin[c], begin[c + 1]):
            over += chosen[site[k]]
        direction[c] = share * over + (1 - share) * direction[c]
        if not ((price[c] <= 0 and direction[c] > 0) or (price[c] >= 1 and direction[c] < 0)):
            size += weight[c] * direction[c] * direction[c]
    return size


@compiled
def step(
    price: Floats,
    direction: Floats,
    length: float,
    weight: Floats,
    begin: Integers,
    site: Integers,
    site_price: Floats,
) -> float:
    """Go a step and add up the prices that each site would earn; return the weight that is left to the classes."""
    site_price[:] = 0.0
    left = 0.0
    for c in range(len(weight)):
        u = min(max(price[c] - length * direction[c], 0.0), 1.0)
        price[c] = u
        left += weight[c] * (1 - u)
        for k in range(begin[c], begin[c + 1]):
            site_price[site[k]] += weight[c] * u
    return left
