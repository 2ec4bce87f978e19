"""Flows through open pools: fill, augment, hand over and shed, each step written to the journal."""

from typing import cast

import numpy as np

from solvers.compiled import compiled
from solvers.joint.journal import set_modules, shift
from solvers.joint.network import Net, State

_NOTHING = 1e-9  # share of a set's size or a pool's module below which an amount is nothing
_SEARCHED = 30  # pools that one move looks through for augmenting paths
_PASSES = 100  # of the search for a maximum flow; a dozen are usual
# Whole numbers that are no literals: for those numba would compile copies of what they are passed to.
_NONE, _ONE = cast("int", np.int64(0)), cast("int", np.int64(1))


@compiled
def fill(net: Net, state: State, p: int) -> None:
    """Give a pool's room to sets that lack something."""
    nothing = _NOTHING * net.pool_capacity[p]
    for at in range(net.pool_begin[p], net.pool_begin[p + 1]):
        if state.room[p] <= nothing:
            return
        c = net.member_set[at]
        if state.left[c] > _NOTHING * net.set_size[c]:
            shift(net, state, int(net.member_pair[at]), min(state.left[c], state.room[p]))


@compiled
def displace(net: Net, state: State, p: int) -> None:
    """In a full pool, give sets that are worth more what sets that are worth less have."""
    for at in range(net.pool_begin[p], net.pool_begin[p + 1]):
        c = net.member_set[at]
        while state.left[c] > _NOTHING * net.set_size[c]:
            worst, k = -1, int(state.pool_head[p])
            while k >= 0:
                if worst < 0 or net.worth[net.pair_set[k]] < net.worth[net.pair_set[worst]]:
                    worst = k
                k = int(state.pool_next[k])
            if worst < 0 or net.worth[net.pair_set[worst]] >= net.worth[c] * (1 - _NOTHING):
                return
            units = min(state.left[c], state.flow[worst])
            shift(net, state, worst, -units)
            shift(net, state, int(net.member_pair[at]), units)


@compiled
def seek(net: Net, state: State, first: int, most: int) -> float:
    """Search from the pools in the queue for sets that lack something, by way of sets that others serve already.

    A set that a searched pool `p` reaches and another pool `q` serves can change from `q` to `p`, so what `q` reaches
    and lacks can be had with the room of `p`: augmenting paths, breadth first (Edmonds & Karp 1972). Paths found are
    used at once.

    Parameters
    ----------
    first
        Pools already in the queue: those with room.
    most
        Pools to search at most.

    Returns
    -------
    gained
        Units won.
    """
    gained = 0.0
    end = first
    stamp = state.stamp[len(net.pool_option)]
    searched = 0
    while searched < end:
        p = int(state.queue[searched])
        searched += 1
        for at in range(net.pool_begin[p], net.pool_begin[p + 1]):
            c, k = net.member_set[at], int(net.member_pair[at])
            if state.left[c] > _NOTHING * net.set_size[c] and state.size[0] < net.journal:
                gained += push(net, state, p, k)
            if end >= most:
                continue
            other = state.set_head[c]
            while other >= 0:
                q = net.pair_pool[other]
                if state.stamp[q] != stamp:
                    state.stamp[q] = stamp
                    state.parent[q], state.parent_pair[q] = k, other
                    state.queue[end] = q
                    end += 1
                    if end >= most:
                        break
                other = state.set_next[other]
    return gained


@compiled
def push(net: Net, state: State, p: int, k: int) -> float:
    """Serve the set of a pair along the path that leads to its pool; return the units won."""
    c = net.pair_set[k]
    units, at = state.left[c], p
    while state.parent[at] >= 0:
        units = min(units, state.flow[state.parent_pair[at]])
        at = int(net.pair_pool[state.parent[at]])
    units = min(units, state.room[at])
    if units <= _NOTHING * min(net.set_size[c], net.pool_capacity[p]):
        return 0.0
    shift(net, state, k, units)
    at = p
    while state.parent[at] >= 0:
        shift(net, state, int(state.parent_pair[at]), -units)
        shift(net, state, int(state.parent[at]), units)
        at = int(net.pair_pool[state.parent[at]])
    return units


@compiled
def augment(net: Net, state: State, p: int) -> None:
    """Use a pool's room: sets it reaches first, then by way of other pools."""
    fill(net, state, p)
    if state.room[p] > _NOTHING * net.pool_capacity[p]:
        n_pools = len(net.pool_option)
        state.stamp[n_pools] += 1
        state.stamp[p] = state.stamp[n_pools]
        state.parent[p] = -1
        state.queue[0] = p
        seek(net, state, _ONE, _SEARCHED)
    elif net.mixed:
        displace(net, state, p)


@compiled
def saturate(net: Net, state: State) -> None:
    """Serve as many units as the modules can: a maximum flow, however the state came about; nothing can be undone."""
    n_pools = len(net.pool_option)
    for _ in range(_PASSES):
        state.stamp[n_pools] += 1
        end = _NONE
        for p in range(n_pools):
            if state.room[p] > _NOTHING * net.pool_capacity[p]:
                state.stamp[p] = state.stamp[n_pools]
                state.parent[p] = -1
                state.queue[end] = p
                end += 1
        state.size[0] = 0
        if seek(net, state, end, n_pools) == 0.0:
            break
    if net.mixed:
        for p in range(n_pools):
            state.size[0] = 0
            displace(net, state, p)
    state.size[0] = 0


@compiled
def refill(net: Net, state: State, c: int) -> None:
    """Let open pools with room serve what a set lacks."""
    for k in range(net.set_begin[c], net.set_begin[c + 1]):
        if state.left[c] <= _NOTHING * net.set_size[c]:
            return
        p = net.pair_pool[k]
        if state.room[p] > _NOTHING * net.pool_capacity[p] and state.modules[net.pool_option[p]] > 0:
            shift(net, state, k, min(state.left[c], state.room[p]))


@compiled
def shed(net: Net, state: State, p: int) -> None:
    """Take from a pool the flow that its modules no longer carry: what others can serve first, then the least worth."""
    nothing = _NOTHING * net.pool_capacity[p]
    k = int(state.pool_head[p])
    while k >= 0 and state.room[p] < -nothing:
        following, c = int(state.pool_next[k]), net.pair_set[k]
        for other in range(net.set_begin[c], net.set_begin[c + 1]):
            q = net.pair_pool[other]
            if q != p and state.room[q] > _NOTHING * net.pool_capacity[q] and state.modules[net.pool_option[q]] > 0:
                units = min(state.flow[k], state.room[q], -state.room[p])
                shift(net, state, k, -units)
                shift(net, state, other, units)
                if state.flow[k] == 0.0 or state.room[p] >= -nothing:
                    break
        k = following
    while state.room[p] < -nothing and state.pool_head[p] >= 0:
        worst = int(state.pool_head[p])
        k = int(state.pool_next[worst])
        while k >= 0 and net.mixed:
            if net.worth[net.pair_set[k]] < net.worth[net.pair_set[worst]]:
                worst = k
            k = int(state.pool_next[k])
        shift(net, state, worst, -min(state.flow[worst], -state.room[p]))


@compiled
def close(net: Net, state: State, o: int) -> None:
    """Close an option; pools with room take over what they reach."""
    start = state.size[0]
    for p in range(net.option_begin[o], net.option_begin[o + 1]):
        while state.pool_head[p] >= 0:
            k = int(state.pool_head[p])
            shift(net, state, k, -state.flow[k])
    end = state.size[0]
    set_modules(net, state, o, _NONE)
    for n in range(start, end):
        refill(net, state, int(net.pair_set[state.journal[n]]))


@compiled
def needed(net: Net, state: State, o: int) -> int:
    """Fewest modules that carry what an open option gives."""
    need = net.min_modules[o]
    for p in range(net.option_begin[o], net.option_begin[o + 1]):
        given = net.pool_capacity[p] * state.modules[o] - state.room[p]
        need = max(need, int(np.ceil(given / net.pool_capacity[p] - 1e-7)))
    return min(need, state.modules[o])


@compiled
def change(net: Net, state: State, o: int, modules: int) -> None:
    """Give an option other modules, above 0, and let flows follow."""
    fewer = modules < state.modules[o]
    set_modules(net, state, o, modules)
    for p in range(net.option_begin[o], net.option_begin[o + 1]):
        if fewer:
            shed(net, state, p)
        else:
            augment(net, state, p)
