"""The nearest and second nearest open site of each point, kept while sites are exchanged (Whitaker 1983)."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.neighbours import Neighbours, Numbers
from solvers.problem import Booleans, Floats, Integers


class Columns(NamedTuple):
    """The lists turned round: points of each site at `begin[j]:begin[j + 1]`, with what the site costs them."""

    begin: Integers
    point: Numbers
    cost: Floats


class World(NamedTuple):
    """What sites cost whom.

    `far` is what a point costs that its list has no open site for; `state` is 1 for sites that must be open, -1 for
    closed ones, else 0.
    """

    lists: Neighbours
    columns: Columns
    far: Floats
    state: Integers


class Books(NamedTuple):
    """The nearest and second nearest open site of each point, -1 where its list has none, and what they cost it.

    `loss` is what closing an open site costs. Users of a site are chained: `user[j]` is its first or -1, `after` and
    `before` are the next and the previous one; user `2 * i` is point `i` with its nearest site, `2 * i + 1` with its
    second.
    Open sites are numbered by `place`, and `outs` is the site at each place. `total[0]` is what all points cost.
    """

    opened: Booleans
    outs: Integers
    place: Integers
    total: Floats
    first: Integers
    second: Integers
    first_cost: Floats
    second_cost: Floats
    loss: Floats
    user: Integers
    after: Integers
    before: Integers


class Agenda(NamedTuple):
    """Sites to be tried, first come first served: `size[0]` of them in a ring from `size[1]` on; `awake` are in it."""

    site: Integers
    size: Integers
    awake: Booleans


@compiled
def open_books(world: World, opened: Booleans) -> Books:
    """Find the two nearest sites of all points."""
    n, m = len(world.far), len(opened)
    outs = np.flatnonzero(opened)
    place = np.full(m, -1)
    for s in range(len(outs)):
        place[outs[s]] = s
    books = Books(
        opened.copy(),
        outs,
        place,
        np.zeros(1),
        np.full(n, -1),
        np.full(n, -1),
        np.zeros(n),
        np.zeros(n),
        np.zeros(m),
        np.full(m, -1),
        np.full(2 * n, -1),
        np.full(2 * n, -1),
    )
    for i in range(n):
        _enter(i, world, books)
    return books


@compiled
def all_asleep(n_sites: int) -> Agenda:
    """Nothing is to be tried."""
    return Agenda(np.zeros(n_sites, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(n_sites, dtype=np.bool_))


@compiled
def wake(j: int, agenda: Agenda) -> None:
    """Have a site tried."""
    if not agenda.awake[j]:
        agenda.awake[j] = True
        agenda.site[(agenda.size[1] + agenda.size[0]) % len(agenda.site)] = j
        agenda.size[0] += 1


@compiled
def take(agenda: Agenda) -> int:
    """The next site to be tried, which is asleep from now on."""
    j = agenda.site[agenda.size[1]]
    agenda.size[0] -= 1
    agenda.size[1] = (agenda.size[1] + 1) % len(agenda.site)
    agenda.awake[j] = False
    return int(j)


@compiled
def exchange(into: int, out: int, world: World, books: Books, agenda: Agenda) -> None:
    """Open a site, close another, keep the books, and wake the sites near to what has changed."""
    books.opened[into], books.opened[out] = True, False
    books.outs[books.place[out]], books.place[into] = into, books.place[out]
    for n in range(world.columns.begin[into], world.columns.begin[into + 1]):
        i = world.columns.point[n]
        if world.columns.cost[n] < books.second_cost[i]:
            _leave(i, books)
            _enter(i, world, books)
            _wake_near(i, world, books, agenda)
    while books.user[out] >= 0:
        i = books.user[out] // 2
        _leave(i, books)
        _enter(i, world, books)
        _wake_near(i, world, books, agenda)


@compiled
def _wake_near(i: int, world: World, books: Books, agenda: Agenda) -> None:
    """Wake the closed sites nearer to a point than its second open site."""
    lists = world.lists
    for k in range(lists.begin[i], lists.begin[i + 1]):
        if lists.cost[k] > books.second_cost[i]:
            break
        if not books.opened[lists.site[k]] and world.state[lists.site[k]] >= 0:
            wake(lists.site[k], agenda)


@compiled
def _enter(i: int, world: World, books: Books) -> None:
    """Find the two nearest open sites of a point."""
    lists = world.lists
    books.first[i] = books.second[i] = -1
    books.first_cost[i] = books.second_cost[i] = world.far[i]
    for k in range(lists.begin[i], lists.begin[i + 1]):
        if books.opened[lists.site[k]]:
            if books.first[i] >= 0:
                books.second[i], books.second_cost[i] = lists.site[k], lists.cost[k]
                _link(2 * i + 1, books.second[i], books)
                break
            books.first[i], books.first_cost[i] = lists.site[k], lists.cost[k]
            _link(2 * i, books.first[i], books)
    books.total[0] += books.first_cost[i]
    if books.first[i] >= 0:
        books.loss[books.first[i]] += books.second_cost[i] - books.first_cost[i]


@compiled
def _leave(i: int, books: Books) -> None:
    """Forget the two nearest open sites of a point."""
    books.total[0] -= books.first_cost[i]
    if books.first[i] >= 0:
        books.loss[books.first[i]] -= books.second_cost[i] - books.first_cost[i]
        _unlink(2 * i, books.first[i], books)
    if books.second[i] >= 0:
        _unlink(2 * i + 1, books.second[i], books)


@compiled
def _link(user: int, j: int, books: Books) -> None:
    """Put a user at the head of a site's users."""
    head = books.user[j]
    books.after[user], books.before[user] = head, -1
    if head >= 0:
        books.before[head] = user
    books.user[j] = user


@compiled
def _unlink(user: int, j: int, books: Books) -> None:
    """Take a user out of a site's users."""
    after, before = books.after[user], books.before[user]
    if before >= 0:
        books.after[before] = after
    else:
        books.user[j] = after
    if after >= 0:
        books.before[after] = before
