"""Better sets of sites: exchange some near to each other, then others as long as it pays (Hansen & Mladenovic 1997).

What is exchanged at random lies round one point or two, as do the exchanges that follow, so that a trial costs what
changes and not what there is: sets that no single exchange betters give way to those that several together do.
"""

import numpy as np

from solvers.compiled import compiled
from solvers.locating.books import Agenda, Books, World, all_asleep, exchange, open_books, take
from solvers.locating.interchange import ROUNDING, settle
from solvers.problem import Booleans, Integers

_MOST_MOVES = 3  # sites exchanged at random
_FAR_SHARE = 0.3  # of trials close sites round one point and open some round another
_REACH = 2  # such sites come from among those nearer than so many times as many open ones


@compiled
def shake(world: World, opened: Booleans, rounds: int, rng: np.random.Generator) -> Booleans:
    """Shake a set of sites, and keep what is no worse.

    Parameters
    ----------
    world
        What sites cost.
    opened
        Sites to begin from, shape (J,).
    rounds
        How often to shake.
    rng
        Where chance comes from.
    """
    books, agenda = open_books(world, opened), all_asleep(len(opened))
    least = ROUNDING * books.total[0]
    kept, kept_outs, total = books.opened.copy(), books.outs.copy(), books.total[0]
    for _ in range(rounds):
        near = int(rng.integers(0, len(world.far)))
        into = int(rng.integers(0, len(world.far))) if rng.random() < _FAR_SHARE else near
        if not _disturb(near, into, int(rng.integers(1, _MOST_MOVES + 1)), world, books, agenda, rng):
            continue
        settle(world, books, agenda, least)
        if books.total[0] <= total + least:
            kept[:], kept_outs[:], total = books.opened, books.outs, min(total, books.total[0])
        else:
            _restore(kept, kept_outs, world, books, agenda)
    return kept


@compiled
def _disturb(
    near: int, into: int, most: int, world: World, books: Books, agenda: Agenda, rng: np.random.Generator
) -> int:
    """Exchange the open sites nearest to a point for closed ones round a point at random; how many."""
    lists, begin = world.lists, world.lists.begin[into]
    outs, moved = np.zeros(most, dtype=np.int64), 0
    n_outs, _ = _open_near(near, most, world, books, outs)
    end = begin + _open_near(into, _REACH * most, world, books, outs[:0])[1]
    for n in range(n_outs if end > begin else 0):
        j = lists.site[rng.integers(begin, end)]
        if not books.opened[j] and world.state[j] >= 0:
            exchange(j, outs[n], world, books, agenda)
            moved += 1
    return moved


@compiled
def _open_near(i: int, most: int, world: World, books: Books, outs: Integers) -> tuple[int, int]:
    """Note the open sites nearest to a point that may be closed; how many, and how long its list is up to the last."""
    lists = world.lists
    seen, n_outs, k = 0, 0, lists.begin[i]
    while k < lists.begin[i + 1] and seen < most:
        j = lists.site[k]
        if books.opened[j]:
            seen += 1
            if world.state[j] <= 0 and n_outs < len(outs):
                outs[n_outs] = j
                n_outs += 1
        k += 1
    return n_outs, k - lists.begin[i]


@compiled
def _restore(kept: Booleans, kept_outs: Integers, world: World, books: Books, agenda: Agenda) -> None:
    """Go back to the sites that were open."""
    at = 0
    for s in range(len(kept_outs)):
        if not books.opened[kept_outs[s]]:
            while kept[books.outs[at]]:
                at += 1
            exchange(kept_outs[s], books.outs[at], world, books, agenda)
    books.outs[:] = kept_outs
    for s in range(len(kept_outs)):
        books.place[kept_outs[s]] = s
    while agenda.size[0]:
        take(agenda)
