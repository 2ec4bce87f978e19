"""Good sets of sites: greedy opening, then exchanges (Teitz & Bart 1968; fast interchange after Whitaker 1983)."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.neighbours import Neighbours, Numbers
from solvers.problem import Booleans, Floats, Integers

_ROUNDING = 1e-11  # of the whole cost: an exchange that gains less is noise


class Columns(NamedTuple):
    """The lists turned round: points of each site at `begin[j]:begin[j + 1]`, with what the site costs them."""

    begin: Integers
    point: Numbers
    cost: Floats


class Books(NamedTuple):
    """The nearest and second nearest open site of each point, -1 where its list has none, and what they cost it.

    `loss` is what closing an open site costs.
    """

    first: Integers
    second: Integers
    first_cost: Floats
    second_cost: Floats
    loss: Floats


@compiled
def columns_of(lists: Neighbours, n_sites: int, length: int) -> Columns:
    """Turn round the first `length` places of each list."""
    begin = np.zeros(n_sites + 1, dtype=np.int64)
    for i in range(len(lists.begin) - 1):
        for k in range(lists.begin[i], min(lists.begin[i] + length, lists.begin[i + 1])):
            begin[lists.site[k] + 1] += 1
    begin = np.cumsum(begin)
    at = begin[:-1].copy()
    point, cost = np.empty(begin[-1], dtype=np.int32), np.empty(begin[-1])
    for i in range(len(lists.begin) - 1):
        for k in range(lists.begin[i], min(lists.begin[i] + length, lists.begin[i + 1])):
            n = at[lists.site[k]]
            point[n], cost[n] = i, lists.cost[k]
            at[lists.site[k]] += 1
    return Columns(begin, point, cost)


@compiled
def greedy(lists: Neighbours, far: Floats, columns: Columns, state: Integers, p: int) -> Booleans:
    """Open the site that gains most, until p are open; `state` is 1 for sites that must be open, -1 for closed ones."""
    opened = state > 0
    now = far.copy()
    for i in range(len(far)):
        for k in range(lists.begin[i], lists.begin[i + 1]):
            if opened[lists.site[k]]:
                now[i] = lists.cost[k]
                break
    gain = np.zeros(len(state))
    for j in range(len(state)):
        for n in range(columns.begin[j], columns.begin[j + 1]):
            gain[j] += max(0.0, now[columns.point[n]] - columns.cost[n])
    for _ in range(p - opened.sum()):
        best = np.argmax(np.where(opened | (state < 0), -np.inf, gain))
        opened[best] = True
        for n in range(columns.begin[best], columns.begin[best + 1]):
            if columns.cost[n] < now[columns.point[n]]:
                _serve(columns.point[n], columns.cost[n], lists, now, gain)
    return opened


@compiled
def _serve(i: int, cost: float, lists: Neighbours, now: Floats, gain: Floats) -> None:
    """Serve a point at a lower cost than now, and lower what sites gain by serving it."""
    for k in range(lists.begin[i], lists.begin[i + 1]):
        if lists.cost[k] >= now[i]:
            break
        gain[lists.site[k]] -= now[i] - max(cost, lists.cost[k])
    now[i] = cost


@compiled
def interchange(
    lists: Neighbours, far: Floats, columns: Columns, state: Integers, opened: Booleans, into: Integers, out: Integers
) -> None:
    """Exchange an open for a closed site as long as it pays, in place; each closed site is tried against the best.

    A site is tried again when the nearest two open sites of a point near to it have changed.

    Parameters
    ----------
    lists, far, columns
        What sites cost.
    state
        1 for sites that must stay open, -1 for those that must not be opened, else 0, shape (J,).
    opened
        Open sites, changed in place.
    into, out
        Exchanges made first whatever they cost, shape (N,); with them only sites near to what they change are tried.
    """
    nowhere = np.full(len(far), -1)
    books = Books(nowhere, nowhere.copy(), np.zeros(len(far)), np.zeros(len(far)), np.zeros(len(state)))
    for i in range(len(far)):
        _enter(i, lists, far, opened, books)
    least = _ROUNDING * books.first_cost.sum()
    awake = np.full(len(state), len(into) == 0)
    for n in range(len(into)):
        _exchange(into[n], out[n], lists, far, columns, opened, books, awake)
    spared = np.zeros(len(state))
    outs = np.flatnonzero(opened)
    idle, j = 0, -1
    while idle < len(state):
        j = (j + 1) % len(state)
        idle += 1
        if not awake[j] or opened[j] or state[j] < 0:
            continue
        awake[j] = False
        gain = _gain(j, columns, books, spared)
        best, at = -np.inf, -1
        for n in range(len(outs)):
            profit = gain - books.loss[outs[n]] + spared[outs[n]]
            spared[outs[n]] = 0.0
            if state[outs[n]] <= 0 and profit > best:
                best, at = profit, n
        if best > least:
            _exchange(j, outs[at], lists, far, columns, opened, books, awake)
            outs[at] = j
            idle = 0


@compiled
def _gain(j: int, columns: Columns, books: Books, spared: Floats) -> float:
    """What opening a site gains; and what it spares, when an open site is closed as well, by open site."""
    gain = 0.0
    for n in range(columns.begin[j], columns.begin[j + 1]):
        i, cost = columns.point[n], columns.cost[n]
        second = books.second_cost[i]
        if cost < second:
            first = books.first_cost[i]
            gain += max(0.0, first - cost)
            if books.first[i] >= 0:
                spared[books.first[i]] += second - max(first, cost)
    return gain


@compiled
def _exchange(
    into: int,
    out: int,
    lists: Neighbours,
    far: Floats,
    columns: Columns,
    opened: Booleans,
    books: Books,
    awake: Booleans,
) -> None:
    """Open a site, close another, keep the books, and wake the sites near to what has changed."""
    opened[into], opened[out] = True, False
    awake[out] = True
    for n in range(columns.begin[into], columns.begin[into + 1]):
        i = columns.point[n]
        if columns.cost[n] < books.second_cost[i]:
            _renew(i, lists, far, opened, books, awake)
    for i in range(len(far)):
        if books.first[i] == out or books.second[i] == out:
            _renew(i, lists, far, opened, books, awake)


@compiled
def _renew(i: int, lists: Neighbours, far: Floats, opened: Booleans, books: Books, awake: Booleans) -> None:
    """Find the two nearest open sites of a point again, and wake the sites up to the second."""
    if books.first[i] >= 0:
        books.loss[books.first[i]] -= books.second_cost[i] - books.first_cost[i]
    _enter(i, lists, far, opened, books)
    for k in range(lists.begin[i], lists.begin[i + 1]):
        if lists.cost[k] > books.second_cost[i]:
            break
        awake[lists.site[k]] = True


@compiled
def _enter(i: int, lists: Neighbours, far: Floats, opened: Booleans, books: Books) -> None:
    """Find the two nearest open sites of a point."""
    books.first[i] = books.second[i] = -1
    books.first_cost[i] = books.second_cost[i] = far[i]
    for k in range(lists.begin[i], lists.begin[i + 1]):
        if opened[lists.site[k]]:
            if books.first[i] >= 0:
                books.second[i], books.second_cost[i] = lists.site[k], lists.cost[k]
                break
            books.first[i], books.first_cost[i] = lists.site[k], lists.cost[k]
    if books.first[i] >= 0:
        books.loss[books.first[i]] += books.second_cost[i] - books.first_cost[i]


@compiled
def cost_of(lists: Neighbours, far: Floats, opened: Booleans) -> tuple[float, int]:
    """Cost of a set of sites, and the number of points whose lists have none of them."""
    cost, missing = 0.0, len(far)
    for i in range(len(far)):
        now = far[i]
        for k in range(lists.begin[i], lists.begin[i + 1]):
            if opened[lists.site[k]]:
                now = lists.cost[k]
                missing -= 1
                break
        cost += now
    return cost, missing
