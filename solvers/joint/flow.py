"""Flows through open pools: fill, augment, hand over and shed, each step written to the journal."""

import numpy as np

from solvers.compiled import compiled
from solvers.joint.journal import set_modules, shift
from solvers.joint.network import Net

_NOTHING = 1e-9  # share of a set's size or a pool's module below which an amount is nothing
_SEARCHED = 30  # pools that one move looks through for augmenting paths
_PASSES = 100  # of the search for a maximum flow; a dozen are usual


@compiled
def wide(index: int) -> int:
    """An index in 64 bits: of functions called with other widths numba would compile copies."""
    return np.int64(index)  # type: ignore[return-value]


@compiled
def lacks(net: Net, c: int) -> bool:
    """Whether a set lacks something worth the name."""
    lacking: bool = net.sets[c].left > _NOTHING * net.sets[c].size
    return lacking


@compiled
def has_room(net: Net, p: int) -> bool:
    """Whether a pool can give more worth the name."""
    room: bool = net.pools[p].room > _NOTHING * net.pools[p].capacity
    return room


@compiled
def displace(net: Net, p: int) -> None:
    """In a full pool, give sets that are worth more what sets that are worth less have."""
    for at in range(net.pools[p].member, net.pools[p + 1].member):
        c = wide(net.members[at].set)
        while lacks(net, c):
            worst = least_worth(net, p)
            if worst < 0 or net.sets[net.pairs[worst].set].worth >= net.sets[c].worth * (1 - _NOTHING):
                return
            units = min(net.sets[c].left, net.pairs[worst].flow)
            shift(net, worst, -units)
            shift(net, wide(net.members[at].pair), units)


@compiled
def least_worth(net: Net, p: int) -> int:
    """The pair of a pool's flow that is worth least; -1: there is no flow."""
    k = worst = wide(net.pools[p].head)
    while k >= 0 and net.now[0].mixed:
        if net.sets[net.pairs[k].set].worth < net.sets[net.pairs[worst].set].worth:
            worst = k
        k = wide(net.pairs[k].pool_next)
    found: int = worst
    return found


@compiled
def push(net: Net, p: int, k: int) -> float:
    """Serve the set of a pair along the path that leads to its pool; return the units won."""
    units, at = net.sets[net.pairs[k].set].left, p
    while net.pools[at].parent >= 0:
        units = min(units, net.pairs[net.pools[at].lender].flow)
        at = wide(net.pool_of[net.pools[at].parent])
    units = min(units, net.pools[at].room)
    if units <= _NOTHING * min(net.sets[net.pairs[k].set].size, net.pools[p].capacity):
        return 0.0
    shift(net, k, units)
    at = p
    while net.pools[at].parent >= 0:
        shift(net, wide(net.pools[at].lender), -units)
        shift(net, wide(net.pools[at].parent), units)
        at = wide(net.pool_of[net.pools[at].parent])
    return float(units)


@compiled
def seek(net: Net, queued: int, most: int) -> float:
    """Search from the pools in the queue for sets that lack something, by way of sets that others serve already.

    A set that a searched pool `p` reaches and another pool `q` serves can change from `q` to `p`, so what `q` reaches
    and lacks can be had with the room of `p`: augmenting paths, breadth first (Edmonds & Karp 1972). Paths found are
    used at once.

    Parameters
    ----------
    queued
        Pools already in the queue: those with room.
    most
        Pools to search at most.

    Returns
    -------
    gained
        Units won.
    """
    gained, end, searched = 0.0, queued, 0
    while searched < end:
        p = wide(net.queue[searched])
        searched += 1
        for at in range(net.pools[p].member, net.pools[p + 1].member):
            c, k = wide(net.members[at].set), wide(net.members[at].pair)
            if lacks(net, c) and net.now[0].size < net.now[0].full:
                gained += push(net, p, k)
            other = wide(net.sets[c].head)
            while other >= 0 and end < most:
                q = net.pool_of[other]
                if net.pools[q].stamp != net.now[0].stamp:
                    net.pools[q].stamp = net.now[0].stamp
                    net.pools[q].parent, net.pools[q].lender = k, other
                    net.queue[end] = q
                    end += 1
                other = wide(net.pairs[other].set_next)
    return gained


@compiled
def augment(net: Net, p: int) -> None:
    """Use a pool's room: sets it reaches first, then by way of other pools."""
    for at in range(net.pools[p].member, net.pools[p + 1].member):
        if not has_room(net, p):
            break
        c = wide(net.members[at].set)
        if lacks(net, c):
            shift(net, wide(net.members[at].pair), min(net.sets[c].left, net.pools[p].room))
    if has_room(net, p):
        net.now[0].stamp += 1
        net.pools[p].stamp = net.now[0].stamp
        net.pools[p].parent = -1
        net.queue[0] = p
        seek(net, wide(1), min(_SEARCHED, len(net.queue)))
    elif net.now[0].mixed:
        displace(net, p)


@compiled
def saturate(net: Net) -> None:
    """Serve as many units as the modules can: a maximum flow where all are worth the same; nothing can be undone."""
    for _ in range(_PASSES):
        net.now[0].stamp += 1
        net.now[0].size = 0
        end = wide(0)
        for p in range(len(net.queue)):
            if has_room(net, p):
                net.pools[p].stamp = net.now[0].stamp
                net.pools[p].parent = -1
                net.queue[end] = p
                end += 1
        if seek(net, end, len(net.queue)) == 0.0:
            break
    for p in range(len(net.queue)):
        net.now[0].size = 0
        if net.now[0].mixed:
            displace(net, p)
    net.now[0].size = 0


@compiled
def shed(net: Net, p: int) -> None:
    """Take from a pool the flow that its modules no longer carry: what others can serve first, then the least worth."""
    nothing = -_NOTHING * net.pools[p].capacity
    k = wide(net.pools[p].head)
    while k >= 0 and net.pools[p].room < nothing:
        following, c = wide(net.pairs[k].pool_next), wide(net.pairs[k].set)
        for other in range(net.spans[c].pair, net.spans[c + 1].pair):
            q = wide(net.pool_of[other])
            if q != p and has_room(net, q):
                units = min(net.pairs[k].flow, net.pools[q].room, -net.pools[p].room)
                shift(net, k, -units)
                shift(net, other, units)
                if net.pairs[k].flow == 0.0 or net.pools[p].room >= nothing:
                    break
        k = following
    while net.pools[p].room < nothing and net.pools[p].head >= 0:
        worst = least_worth(net, p)
        shift(net, worst, -min(net.pairs[worst].flow, -net.pools[p].room))


@compiled
def close(net: Net, o: int) -> None:
    """Close an option; pools with room take over what they reach."""
    start = net.now[0].size
    for p in range(net.options[o].pool, net.options[o + 1].pool):
        while net.pools[p].head >= 0:
            k = wide(net.pools[p].head)
            shift(net, k, -net.pairs[k].flow)
    end = net.now[0].size
    set_modules(net, o, wide(0))
    for n in range(start, end):
        c = wide(net.pairs[net.journal[n].what].set)
        for k in range(net.spans[c].pair, net.spans[c + 1].pair):
            if not lacks(net, c):
                break
            p = wide(net.pool_of[k])
            if has_room(net, p):
                shift(net, k, min(net.sets[c].left, net.pools[p].room))


@compiled
def needed(net: Net, o: int) -> int:
    """Fewest modules that carry what an open option gives."""
    option = net.options[o]
    need = option.least
    for p in range(option.pool, net.options[o + 1].pool):
        given = option.modules - net.pools[p].room / net.pools[p].capacity
        need = max(need, int(np.ceil(given - 1e-7)))
    carried: int = min(need, option.modules)
    return carried


@compiled
def change(net: Net, o: int, modules: int) -> None:
    """Give an option other modules, above 0, and let flows follow."""
    fewer = modules < net.options[o].modules
    set_modules(net, o, modules)
    for p in range(net.options[o].pool, net.options[o + 1].pool):
        if fewer:
            shed(net, p)
        else:
            augment(net, p)
