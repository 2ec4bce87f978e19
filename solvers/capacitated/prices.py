"""Prices of demand points: the Lagrangian bound of capacitated location, a knapsack for each site."""

from typing import NamedTuple

import numpy as np

from solvers.capacitated.case import Capacitated
from solvers.compiled import compiled
from solvers.problem import Booleans, Floats, Integers

_KEEP = 0.3  # share of the newest subgradient in the direction (Barahona & Anbil 2000)
_PATIENCE = 15  # rounds without a better bound before steps get shorter
_SHORTER = 0.7
_SHORTEST = 1e-5
_BETTER = 1e-7
_AVERAGE = 0.1
_ROUNDING = 1e-9


class Sites(NamedTuple):
    """Sites as bare arrays, for compiled loops, one row for each.

    `cost` is (J, I), `capacity` and `fixed` are (J, M); `allowed` is (J, 1 + M): whether the site may be closed, and
    which sizes it may have; `extra` is the least number of sites open beyond those that may not be closed.
    """

    demand: Floats
    cost: Floats
    capacity: Floats
    fixed: Floats
    allowed: Booleans
    extra: int


class Prices(NamedTuple):
    """State of the search for good prices, and what they prove.

    `price` are the best prices found, shape (I,); `bound` holds for every answer within `allowed`; `worth` is what a
    site in each of its sizes adds to the costs at these prices, shape (J, M); `opened` how often sites were open
    lately, shape (J,); `stride` the length of steps.
    """

    price: Floats
    bound: float
    worth: Floats
    opened: Floats
    stride: float


def sites_of(case: Capacitated, allowed: Booleans) -> Sites:
    """Sites with what they are allowed; the number that must be open follows from the largest capacities."""
    most = np.where(allowed[:, 1:], case.capacity, 0.0).max(axis=1, initial=0.0)
    must, may = ~allowed[:, 0], allowed[:, 0] & allowed[:, 1:].any(axis=1)
    missing = float(case.demand.sum()) * (1 - _ROUNDING) - float(most[must].sum())
    largest = np.r_[0.0, np.cumsum(np.sort(most[may])[::-1])]
    extra = int(np.searchsorted(largest, missing))
    cost = np.ascontiguousarray(case.cost.T)
    return Sites(case.demand, cost, case.capacity, case.fixed_cost, allowed, extra)


def first_prices(case: Capacitated) -> Prices:
    """Prices between the cheapest sites of each point, nothing proved yet."""
    near = np.sort(np.where(np.isfinite(case.cost), case.cost, np.nan), axis=1)[:, :3]
    price = np.nanmean(near, axis=1) if near.size else np.zeros(len(case.demand))
    worth = np.zeros(case.capacity.shape)
    return Prices(price, -np.inf, worth, np.zeros(case.n_sites), 1.0)


def better_prices(sites: Sites, prices: Prices, *, value: float, rounds: int) -> Prices:
    """Search for prices that prove a higher bound.

    With a price `u_i` that each point pays for being served, no answer costs less than all prices together plus the
    cheapest sites, each with the best knapsack of points it can serve for `cost - price`.

    Parameters
    ----------
    sites
        Sites and what they are allowed.
    prices
        Where to begin.
    value
        Cost of an answer, or a guess of it: it only sets the length of steps.
    rounds
        Most steps.
    """
    found = _ascend(sites, prices.price, prices.opened, value, prices.stride, rounds)
    return Prices(*found)


@compiled
def _ascend(
    sites: Sites, first: Floats, opened: Floats, value: float, stride: float, rounds: int
) -> tuple[Floats, float, Floats, Floats, float]:
    """Steps along averaged subgradients."""
    n_sites, n_points = sites.cost.shape
    price, best, bound = first.copy(), first.copy(), -np.inf
    served, worth = np.zeros((n_sites, n_points)), np.zeros(sites.fixed.shape)
    best_worth, average, direction = worth.copy(), opened.copy(), np.zeros(n_points)
    idle = 0
    for n in range(rounds):
        for j in range(n_sites):
            if sites.allowed[j, 1:].any():
                _fill(j, sites, price, worth, served)
        here, chosen = _choose(sites, worth)
        here += price.sum()
        average += _AVERAGE * (chosen - average)
        if here > bound + _BETTER * abs(here) or n == 0:
            idle = 0
        else:
            idle += 1
        if here > bound:
            bound, best[:], best_worth[:] = here, price, worth
        if idle >= _PATIENCE:
            stride, idle = _SHORTER * stride, 0
        size = _turn(direction, served, chosen, 1.0 if n == 0 else _KEEP)
        if size <= _ROUNDING or stride < _SHORTEST or bound >= value:
            break
        price += stride * (value - here) / size * direction
    return best, bound, best_worth, average, stride


@compiled
def _turn(direction: Floats, served: Floats, chosen: Floats, keep: float) -> float:
    """Turn the direction towards what chosen sites leave unserved; its squared length."""
    left = np.ones(len(direction))
    for j in range(len(chosen)):
        if chosen[j] > 0:
            left -= served[j]
    size = 0.0
    for i in range(len(direction)):
        direction[i] = keep * left[i] + (1 - keep) * direction[i]
        size += direction[i] * direction[i]
    return size


@compiled
def _fill(j: int, sites: Sites, price: Floats, worth: Floats, served: Floats) -> None:
    """Worth of a site in each size it may have, and the shares of points that it serves in the best of them."""
    n_points = len(price)
    pays, ratio = np.empty(n_points, dtype=np.int64), np.empty(n_points)
    n, asked = 0, 0.0
    for i in range(n_points):
        served[j, i] = 0.0
        gain = price[i] - sites.cost[j, i]
        if gain > 0:
            pays[n] = i
            ratio[n] = -gain / sites.demand[i] if sites.demand[i] > 0 else -np.inf
            n, asked = n + 1, asked + sites.demand[i]
    order = np.argsort(ratio[:n]) if asked > _least_capacity(j, sites) else np.arange(n)
    best, size = np.inf, -1
    for m in range(sites.fixed.shape[1]):
        worth[j, m] = np.inf
        if sites.allowed[j, 1 + m]:
            left, total = sites.capacity[j, m], sites.fixed[j, m]
            for k in order:
                i = pays[k]
                share = 1.0 if sites.demand[i] <= left else left / sites.demand[i]
                total -= share * (price[i] - sites.cost[j, i])
                left -= share * sites.demand[i]
                if share < 1:
                    break
            worth[j, m] = total
            if total < best:
                best, size = total, m
    left = sites.capacity[j, size]
    for k in order:
        i = pays[k]
        served[j, i] = 1.0 if sites.demand[i] <= left else left / sites.demand[i]
        left -= served[j, i] * sites.demand[i]
        if served[j, i] < 1:
            break


@compiled
def _least_capacity(j: int, sites: Sites) -> float:
    """Capacity of the smallest size that a site may have."""
    least = np.inf
    for m in range(sites.fixed.shape[1]):
        if sites.allowed[j, 1 + m]:
            least = min(least, sites.capacity[j, m])
    return least


@compiled
def _choose(sites: Sites, worth: Floats) -> tuple[float, Floats]:
    """The cheapest sites: those that must, those that pay, and the next ones until there are enough."""
    n_sites = len(worth)
    least, chosen = np.full(n_sites, np.inf), np.zeros(n_sites)
    total, extra = 0.0, sites.extra
    for j in range(n_sites):
        value = worth[j].min() if sites.allowed[j, 1:].any() else np.inf
        if not sites.allowed[j, 0]:
            chosen[j] = 1.0
            total += value
        else:
            least[j] = value
    for j in np.argsort(least):
        if not np.isfinite(least[j]) or (extra <= 0 and least[j] >= 0):
            break
        chosen[j] = 1.0
        total += least[j]
        extra -= 1
    return total, chosen


class Losses(NamedTuple):
    """What the bound gains when a site is closed, shape (J,), or has a size, shape (J, M); infinite: it cannot be."""

    closed: Floats
    sized: Floats
    chosen: Integers


def losses(sites: Sites, worth: Floats) -> Losses:
    """What each decision would add to the bound at given prices."""
    allowed = sites.allowed
    worth = np.where(allowed[:, 1:], worth, np.inf)
    least = worth.min(axis=1)
    must = ~allowed[:, 0]
    order = np.argsort(np.where(must, np.inf, least), kind="stable")
    order = order[np.isfinite(np.where(must, np.inf, least)[order])]
    n_chosen = max(min(sites.extra, len(order)), int((least[order] < 0).sum()))
    chosen, other = order[:n_chosen], order[n_chosen:]
    tight = n_chosen <= sites.extra
    worst = max(float(least[chosen[-1]]), 0.0) if tight and n_chosen else 0.0
    following = float(least[other[0]]) if tight and len(other) else (np.inf if tight else 0.0)
    sized = worth - worst
    inside = np.r_[chosen, np.flatnonzero(must)].astype(np.int64)
    sized[inside] = worth[inside] - least[inside][:, None]
    closed = np.where(must, np.inf, 0.0)
    closed[chosen] = np.maximum(following, 0.0) - least[chosen] if tight else -least[chosen]
    return Losses(closed, sized, np.sort(inside))
