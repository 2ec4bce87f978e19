"""Changes of modules and flows that are written down, so that each can be taken back.

Compiled loops over the records of `network`. Amounts are in units drawn.
"""

from solvers.compiled import compiled
from solvers.joint.network import Net, State
from solvers.joint.pools import Indices
from solvers.problem import Floats


@compiled
def link(head: Indices, following: Indices, last: Indices, group: int, k: int) -> None:
    """Put a pair at the head of its list."""
    first = head[group]
    following[k], last[k] = first, -1
    if first >= 0:
        last[first] = k
    head[group] = k


@compiled
def unlink(head: Indices, following: Indices, last: Indices, group: int, k: int) -> None:
    """Take a pair out of its list."""
    after, ahead = following[k], last[k]
    if ahead >= 0:
        following[ahead] = after
    else:
        head[group] = after
    if after >= 0:
        last[after] = ahead


@compiled
def relist(net: Net, state: State) -> None:
    """Make the lists of pairs with flow anew."""
    state.set_head[:] = -1
    state.pool_head[:] = -1
    for k in range(len(state.flow) - 1, -1, -1):
        if state.flow[k] > 0.0:
            link(state.set_head, state.set_next, state.set_last, int(net.pair_set[k]), k)
            link(state.pool_head, state.pool_next, state.pool_last, int(net.pair_pool[k]), k)
    state.size[0] = 0


@compiled
def shift(net: Net, state: State, k: int, units: float) -> None:
    """Add units to (or take them from) the flow of a pair."""
    c, p = int(net.pair_set[k]), int(net.pair_pool[k])
    n = state.size[0]
    old = state.flow[k]
    state.journal[n] = k
    state.before[n, 0], state.before[n, 1], state.before[n, 2] = old, state.left[c], state.room[p]
    state.size[0] = n + 1
    new = old + units
    state.flow[k] = new
    state.left[c] -= units
    state.room[p] -= units
    state.totals[0] += net.worth[c] * units
    for t in range(net.track_begin[c], net.track_begin[c + 1]):
        state.totals[1 + net.track[t]] += net.track_unit[t] * units
    if old == 0.0 and new > 0.0:
        link(state.set_head, state.set_next, state.set_last, c, k)
        link(state.pool_head, state.pool_next, state.pool_last, p, k)
    elif old > 0.0 and new == 0.0:
        unlink(state.set_head, state.set_next, state.set_last, c, k)
        unlink(state.pool_head, state.pool_next, state.pool_last, p, k)


@compiled
def cover(net: Net, state: State, o: int, change: int) -> None:
    """Count an option in (or out of) the sets that draw nothing."""
    for at in range(net.cover_begin[o], net.cover_begin[o + 1]):
        c = net.cover_set[at]
        i = net.cover_row[c]
        was = state.covering[c] > 0
        state.covering[c] += change
        now = state.covering[c] > 0
        if was == now:
            continue
        met = state.missing[i] == 0
        state.missing[i] += 1 if was else -1
        if met != (state.missing[i] == 0):
            sign = -1.0 if met else 1.0
            state.totals[0] += sign * net.cover_gain[i]
            for t in range(net.track_begin[c], net.track_begin[c + 1]):
                state.totals[1 + net.track[t]] += sign * net.track_unit[t]


@compiled
def set_use(net: Net, state: State, o: int, modules: int) -> None:
    """Set an option's modules in the limit rows."""
    old = state.modules[o]
    opening = (1 if modules > 0 else 0) - (1 if old > 0 else 0)
    for at in range(net.rule_begin[o], net.rule_begin[o + 1]):
        state.use[net.rule_row[at]] += opening * net.rule_opened[at] + (modules - old) * net.rule_module[at]
    state.totals[0] += opening * net.gain_opened[o] + (modules - old) * net.gain_module[o]
    state.modules[o] = modules
    if opening:
        cover(net, state, o, opening)


@compiled
def set_modules(net: Net, state: State, o: int, modules: int) -> None:
    """Set an option's modules; a pool's room may turn negative."""
    old = state.modules[o]
    n = state.size[0]
    for p in range(net.option_begin[o], net.option_begin[o + 1]):
        state.journal[n] = -1 - p
        state.before[n, 0] = state.room[p]
        state.room[p] += net.pool_capacity[p] * (modules - old)
        n += 1
    state.journal[n] = -1 - len(net.pool_option) - o
    state.before[n, 0] = old
    state.size[0] = n + 1
    set_use(net, state, o, modules)


@compiled
def undo(net: Net, state: State, size: int, totals: Floats) -> None:
    """Take back everything since the journal had a size; totals are given as they were."""
    n_pools = len(net.pool_option)
    for n in range(state.size[0] - 1, size - 1, -1):
        k = state.journal[n]
        if k >= 0:
            c, p = int(net.pair_set[k]), int(net.pair_pool[k])
            new, old = state.flow[k], state.before[n, 0]
            state.flow[k], state.left[c], state.room[p] = old, state.before[n, 1], state.before[n, 2]
            if old == 0.0 and new > 0.0:
                unlink(state.pool_head, state.pool_next, state.pool_last, p, k)
                unlink(state.set_head, state.set_next, state.set_last, c, k)
            elif old > 0.0 and new == 0.0:
                link(state.pool_head, state.pool_next, state.pool_last, p, k)
                link(state.set_head, state.set_next, state.set_last, c, k)
        elif k >= -n_pools:
            state.room[-1 - k] = state.before[n, 0]
        else:
            set_use(net, state, -1 - n_pools - k, int(state.before[n, 0]))
    state.size[0] = size
    state.totals[:] = totals
