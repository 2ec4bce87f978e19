"""Better sets of sites: exchange some near to each other, then others as long as it pays (Hansen & Mladenovic 1997).

What is exchanged at random lies round one point, as do the exchanges that follow, so that a trial costs what changes
and not what there is: sets that no single exchange betters give way to those that several together do.
"""

import numpy as np

from solvers.compiled import compiled
from solvers.median.books import Agenda, Books, World, all_asleep, exchange, open_books, take
from solvers.median.interchange import ROUNDING, settle
from solvers.problem import Booleans, Integers

_MOST_MOVES = 3  # sites exchanged at random
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
        moved = _disturb(
            int(rng.integers(0, len(world.far))), int(rng.integers(1, _MOST_MOVES + 1)), world, books, agenda, rng
        )
        if not moved:
            continue
        settle(world, books, agenda, least)
        if books.total[0] <= total + least:
            kept[:], kept_outs[:], total = books.opened, books.outs, min(total, books.total[0])
        else:
            _restore(kept, kept_outs, world, books, agenda)
    return kept


@compiled
def _disturb(i: int, most: int, world: World, books: Books, agenda: Agenda, rng: np.random.Generator) -> int:
    """Exchange the open sites nearest to a point for closed ones round it at random; how many."""
    lists = world.lists
    outs, end, seen = np.zeros(most, dtype=np.int64), lists.begin[i], 0
    n_outs = 0
    while end < lists.begin[i + 1] and seen < _REACH * most:
        j = lists.site[end]
        if books.opened[j]:
            seen += 1
            if world.state[j] <= 0 and n_outs < most:
                outs[n_outs] = j
                n_outs += 1
        end += 1
    moved = 0
    for n in range(n_outs):
        into = lists.site[rng.integers(lists.begin[i], end)]
        if not books.opened[into] and world.state[into] >= 0:
            exchange(into, outs[n], world, books, agenda)
            moved += 1
    return moved


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
