"""Prices of classes in set covering: a bound, and greedy answers that they guide (Caprara, Fischetti & Toth 1999)."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.problem import Booleans, Floats, Integers

_KEEP = 0.2  # share of the newest subgradient in the direction
_PATIENCE = 15  # rounds without a better bound before steps get shorter
_SHORTER = 0.7
_SHORTEST = 1e-4
_GREEDY_EVERY = 30  # rounds
_ATTEMPTS, _NOISE = 300, 0.2  # at a better answer, with so much noise on costs
_ROUNDING = 1e-9
_GOAL = 1.15  # of the bound: where steps aim, unless an answer is nearer


class SetPrices(NamedTuple):
    """An answer, shape (J,), a bound on the least cost, and what opening each site adds to it, shape (J,)."""

    opened: Booleans
    bound: float
    reduced: Floats


class _Lists(NamedTuple):
    """Sites of each class, and classes of each site, one list after the other; the cost of each site."""

    begin: Integers
    site: Integers
    at_begin: Integers
    at: Integers
    cost: Floats


def set_prices(covers: sparse.csr_matrix, cost: Floats, *, rounds: int) -> SetPrices:
    """Search for prices of classes that prove a high bound, and for cheap answers on the way.

    No answer costs less than all prices together, plus every site whose cost is below the prices of its classes.

    Parameters
    ----------
    covers
        Classes × sites; each class has a site.
    cost
        Cost of each site, at least 0, shape (J,).
    rounds
        Most steps.
    """
    rows, columns = covers.sorted_indices(), sparse.csc_matrix(covers)
    begin, site, at_begin, at = (
        array.astype(np.int64) for array in (rows.indptr, rows.indices, columns.indptr, columns.indices)
    )
    return SetPrices(*_ascend(_Lists(begin, site, at_begin, at, cost), rounds))


@compiled
def _ascend(lists: _Lists, rounds: int) -> tuple[Booleans, float, Floats]:
    """Steps along averaged subgradients; now and then a greedy answer."""
    n_classes, n_sites = len(lists.begin) - 1, len(lists.cost)
    price = np.full(n_classes, np.inf)
    for j in range(n_sites):
        for k in range(lists.at_begin[j], lists.at_begin[j + 1]):
            c = lists.at[k]
            price[c] = min(price[c], lists.cost[j] / (lists.at_begin[j + 1] - lists.at_begin[j]))
    opened = _greedy(np.zeros(n_classes), lists)
    value = lists.cost[opened].sum()
    reduced, best_reduced = lists.cost.copy(), lists.cost.copy()
    direction, bound, stride, idle = np.zeros(n_classes), 0.0, 1.0, 0
    for n in range(rounds):
        here = _reduce(price, lists, reduced)
        if here > bound:
            idle = 0 if here > bound + 1e-7 * value else idle + 1
            bound, best_reduced[:] = here, reduced
        else:
            idle += 1
        if idle >= _PATIENCE:
            stride, idle = _SHORTER * stride, 0
        if n % _GREEDY_EVERY == 0:
            other = _greedy(price, lists)
            _better(other, price, lists)
            if lists.cost[other].sum() < value:
                opened, value = other, lists.cost[other].sum()
        size = _turn(price, direction, reduced, lists, 1.0 if n == 0 else _KEEP)
        if size <= 0 or stride < _SHORTEST or bound >= value * (1 - _ROUNDING):
            break
        length = stride * (min(value, _GOAL * bound) - here) / size if bound > 0 else stride * value / size
        for c in range(n_classes):
            price[c] = max(price[c] + length * direction[c], 0.0)
    return opened, bound, best_reduced


@compiled
def _reduce(price: Floats, lists: _Lists, reduced: Floats) -> float:
    """What is left of each site's cost; the bound."""
    bound = price.sum()
    for j in range(len(reduced)):
        reduced[j] = lists.cost[j]
        for k in range(lists.at_begin[j], lists.at_begin[j + 1]):
            reduced[j] -= price[lists.at[k]]
        bound += min(reduced[j], 0.0)
    return float(bound)


@compiled
def _turn(price: Floats, direction: Floats, reduced: Floats, lists: _Lists, keep: float) -> float:
    """Turn the direction towards the classes that sites worth opening leave uncovered; its squared length."""
    size = 0.0
    for c in range(len(price)):
        missing = 1.0
        for k in range(lists.begin[c], lists.begin[c + 1]):
            missing -= reduced[lists.site[k]] < 0
        direction[c] = keep * missing + (1 - keep) * direction[c]
        if price[c] > 0 or direction[c] > 0:
            size += direction[c] * direction[c]
    return size


@compiled
def _greedy(price: Floats, lists: _Lists) -> Booleans:
    """Open sites one by one until all is covered; close what is not needed."""
    opened = np.zeros(len(lists.cost), dtype=np.bool_)
    times = np.zeros(len(price), dtype=np.int64)
    _complete(opened, times, price, lists.cost, lists)
    return opened


@compiled
def _better(opened: Booleans, price: Floats, lists: _Lists) -> None:
    """Close what overlaps some site and complete the rest, again and again, keeping what is not dearer."""
    times, value, draw = np.zeros(len(price), dtype=np.int64), lists.cost[opened].sum(), 1
    for o in np.flatnonzero(opened):
        for k in range(lists.at_begin[o], lists.at_begin[o + 1]):
            times[lists.at[k]] += 1
    noisy = lists.cost.copy()
    for _ in range(_ATTEMPTS):
        other, often = opened.copy(), times.copy()
        for j in range(len(noisy)):
            draw = (draw * 48271) % 2147483647  # Park & Miller 1988: the same on every machine
            noisy[j] = lists.cost[j] * (1 + _NOISE * draw / 2147483647)
        around = draw % len(noisy)
        for k in range(lists.at_begin[around], lists.at_begin[around + 1]):
            c = lists.at[k]
            for s in range(lists.begin[c], lists.begin[c + 1]):
                _shut(lists.site[s], other, often, lists)
        _complete(other, often, price, noisy, lists)
        if lists.cost[other].sum() <= value:
            opened[:], times[:], value = other, often, lists.cost[other].sum()


@compiled
def _shut(j: int, opened: Booleans, times: Integers, lists: _Lists) -> None:
    """Close a site if it is open."""
    if opened[j]:
        opened[j] = False
        for k in range(lists.at_begin[j], lists.at_begin[j + 1]):
            times[lists.at[k]] -= 1


@compiled
def _complete(opened: Booleans, times: Integers, price: Floats, cost: Floats, lists: _Lists) -> None:
    """Open the site that is cheapest for what it still covers until all is covered; close what is not needed."""
    n_sites = len(opened)
    news, left = np.zeros(n_sites, dtype=np.int64), cost.copy()
    missing = 0
    for c in range(len(times)):
        if times[c] == 0:
            missing += 1
            for s in range(lists.begin[c], lists.begin[c + 1]):
                news[lists.site[s]] += 1
                left[lists.site[s]] -= price[c]
    while missing > 0:
        into = _cheapest(left, news)
        opened[into] = True
        for k in range(lists.at_begin[into], lists.at_begin[into + 1]):
            c = lists.at[k]
            times[c] += 1
            if times[c] == 1:
                missing -= 1
                for s in range(lists.begin[c], lists.begin[c + 1]):
                    news[lists.site[s]] -= 1
                    left[lists.site[s]] += price[c]
    _close(opened, times, lists)


@compiled
def _cheapest(left: Floats, news: Integers) -> int:
    """The site with the least cost, prices of what it covers taken off, per class that it covers anew."""
    best, into = np.inf, -1
    for j in range(len(left)):
        if news[j] > 0:
            score = left[j] / news[j] if left[j] > 0 else left[j] * news[j]
            if score < best:
                best, into = score, j
    return into


@compiled
def _close(opened: Booleans, times: Integers, lists: _Lists) -> None:
    """Close sites whose classes are all covered by others, the dearest first."""
    for j in np.argsort(-lists.cost, kind="mergesort"):
        needed = not opened[j]
        for k in range(lists.at_begin[j], lists.at_begin[j + 1]):
            needed = needed or times[lists.at[k]] < 2
        if not needed:
            _shut(j, opened, times, lists)
