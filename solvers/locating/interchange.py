"""Good sets of sites: greedy opening, then exchanges (Teitz & Bart 1968; fast interchange after Whitaker 1983)."""

import numpy as np

from solvers.compiled import compiled
from solvers.locating.books import Agenda, Books, Columns, World, all_asleep, exchange, open_books, take, wake
from solvers.neighbours import Neighbours
from solvers.problem import Booleans, Floats, Integers

ROUNDING = 1e-11  # of the whole cost: an exchange that gains less is noise


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
    world = World(lists, columns, far, state)
    books, agenda = open_books(world, opened), all_asleep(len(state))
    for j in range(len(state)):
        if not len(into) and not opened[j] and state[j] >= 0:
            wake(j, agenda)
    for n in range(len(into)):
        exchange(into[n], out[n], world, books, agenda)
    settle(world, books, agenda, ROUNDING * books.total[0])
    opened[:] = books.opened


@compiled
def settle(world: World, books: Books, agenda: Agenda, least: float) -> None:
    """Exchange as long as a site that is awake gains more than the least."""
    spared, met = np.zeros(len(world.state)), np.zeros(len(world.state), dtype=np.int64)
    cheapest = _cheapest(world.state, books)
    while agenda.size[0]:
        j = take(agenda)
        if books.opened[j] or world.state[j] < 0:
            continue
        gain, n_met = _gain(j, world, books, spared, met)
        best, out = -np.inf, cheapest
        if cheapest >= 0:
            best = gain - books.loss[cheapest]
        for n in range(n_met):
            profit = gain - books.loss[met[n]] + spared[met[n]]
            spared[met[n]] = 0.0
            if world.state[met[n]] <= 0 and profit > best:
                best, out = profit, met[n]
        if best > least:
            exchange(j, out, world, books, agenda)
            wake(out, agenda)
            cheapest = _cheapest(world.state, books)


@compiled
def _cheapest(state: Integers, books: Books) -> int:
    """The open site that is lost at the least cost, of those that may be closed; -1 when there is none."""
    best, cheapest = np.inf, -1
    for out in books.outs:
        if state[out] <= 0 and books.loss[out] < best:
            best, cheapest = books.loss[out], out
    return cheapest


@compiled
def _gain(j: int, world: World, books: Books, spared: Floats, met: Integers) -> tuple[float, int]:
    """What opening a site gains; and what it spares when an open site is closed as well, by those that it meets."""
    gain, n_met = 0.0, 0
    columns = world.columns
    for n in range(columns.begin[j], columns.begin[j + 1]):
        i, cost = columns.point[n], columns.cost[n]
        second = books.second_cost[i]
        if cost < second:
            first, site = books.first_cost[i], books.first[i]
            gain += max(0.0, first - cost)
            if site >= 0 and first < second:
                if spared[site] == 0.0:
                    met[n_met] = site
                    n_met += 1
                spared[site] += second - max(first, cost)
    return gain, n_met


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
