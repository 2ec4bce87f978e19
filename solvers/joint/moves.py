"""Moves of the search: trim, grow, swap and open options, each kept only when it pays and all limits are kept."""

from typing import cast

import numpy as np

from solvers.compiled import compiled
from solvers.joint.flow import change, close, needed
from solvers.joint.journal import set_modules, undo
from solvers.joint.network import Net, State
from solvers.problem import Floats, Integers

_PAYS = 1e-9  # least improvement, as a share of the objective
NO_OPTION = cast("int", np.int64(-1))  # no literal: for those numba would compile copies of what they are passed to


@compiled
def pays(state: State, totals: Floats) -> bool:
    """Whether the objective is better than it was."""
    return state.totals[0] > totals[0] + _PAYS * abs(totals[0])


@compiled
def off_by(net: Net, state: State, t: int) -> float:
    """How far a tracked row is outside its bounds."""
    value = state.use[net.tracked[t]] + state.totals[1 + t]
    return max(net.tracked_lo[t] - value, value - net.tracked_hi[t], 0.0)


@compiled
def fits(net: Net, state: State, o: int) -> bool:
    """Whether the limit rows of an option are kept, and no tracked row is further off than before."""
    fine = True
    for at in range(net.rule_begin[o], net.rule_begin[o + 1]):
        r = net.rule_row[at]
        fine = fine and net.lo[r] <= state.use[r] <= net.hi[r]
    for t in range(len(net.tracked)):
        fine = fine and off_by(net, state, t) <= state.worst[t]
    return fine


@compiled
def settle(net: Net, state: State) -> None:
    """Accept what was done so far: it can no longer be taken back, nor may tracked rows get worse again."""
    state.size[0] = 0
    for t in range(len(net.tracked)):
        state.worst[t] = min(state.worst[t], off_by(net, state, t))


@compiled
def most_modules(net: Net, state: State, o: int) -> int:
    """Most modules that the limit rows leave an option, if the rest stays."""
    most = net.max_modules[o]
    now = state.modules[o]
    for at in range(net.rule_begin[o], net.rule_begin[o + 1]):
        r, per_module = net.rule_row[at], net.rule_module[at]
        if per_module == 0.0:
            continue
        rest = state.use[r] - now * per_module + (0.0 if now > 0 else net.rule_opened[at])
        room = (net.hi[r] - rest) / per_module if per_module > 0 else (rest - net.lo[r]) / -per_module
        if room < most:
            most = int(np.floor(max(room, -1.0)))
    return most


@compiled
def use(net: Net, state: State, o: int, modules: int, sign: float) -> None:
    """Add (or take away) an open option's part of the limit rows."""
    for at in range(net.rule_begin[o], net.rule_begin[o + 1]):
        state.use[net.rule_row[at]] += sign * (net.rule_opened[at] + modules * net.rule_module[at])


@compiled
def could_open(net: Net, state: State, o: int) -> bool:
    """Whether the limit rows let an option open at its fewest modules."""
    for at in range(net.rule_begin[o], net.rule_begin[o + 1]):
        r = net.rule_row[at]
        now = state.use[r] + net.rule_opened[at] + net.min_modules[o] * net.rule_module[at]
        if now < net.lo[r] or now > net.hi[r]:
            return False
    return True


@compiled
def could_swap(net: Net, state: State, out: int, o: int) -> bool:
    """Whether the limit rows let one option open at its fewest modules when another one closes."""
    modules = state.modules[out]
    use(net, state, out, modules, -1.0)
    fine = could_open(net, state, o)
    if fine:
        use(net, state, o, net.min_modules[o], 1.0)
        for at in range(net.rule_begin[out], net.rule_begin[out + 1]):
            r = net.rule_row[at]
            fine = fine and net.lo[r] <= state.use[r] <= net.hi[r]
        use(net, state, o, net.min_modules[o], -1.0)
    use(net, state, out, modules, 1.0)
    return fine


@compiled
def promise(net: Net, state: State, o: int) -> float:
    """What a closed option could gain at once from sets within its reach that lack something."""
    most = most_modules(net, state, o)
    if most < net.min_modules[o]:
        return -np.inf
    gain, need = net.gain_opened[o], float(net.min_modules[o])
    for p in range(net.option_begin[o], net.option_begin[o + 1]):
        units, room = 0.0, net.pool_capacity[p] * most
        for at in range(net.pool_begin[p], net.pool_begin[p + 1]):
            c = net.member_set[at]
            part = min(state.left[c], room - units)
            if part > 0.0:
                units += part
                gain += part * net.worth[c]
        need = max(need, units / net.pool_capacity[p])
    for at in range(net.cover_begin[o], net.cover_begin[o + 1]):
        c = net.cover_set[at]
        if state.covering[c] == 0 and state.missing[net.cover_row[c]] == 1:
            gain += net.cover_gain[net.cover_row[c]]
    return gain + net.gain_module[o] * need


@compiled
def trim(net: Net, state: State, o: int) -> bool:
    """Take away modules of an open option as long as it pays."""
    improved = False
    while state.modules[o] > net.min_modules[o]:
        size, totals = state.size[0], state.totals.copy()
        change(net, state, o, min(needed(net, state, o), state.modules[o] - 1))
        if not (pays(state, totals) and fits(net, state, o)):
            undo(net, state, size, totals)
            break
        improved = True
    return improved


@compiled
def grow(net: Net, state: State, o: int) -> bool:
    """Give an option, open or not, as many more modules as it can use; whether the limit rows leave any."""
    modules = most_modules(net, state, o)
    if modules <= state.modules[o] or modules < net.min_modules[o]:
        return False
    change(net, state, o, modules)
    need = needed(net, state, o)
    if need < modules:
        set_modules(net, state, o, need)
    trim(net, state, o)
    return True


@compiled
def swap(net: Net, state: State, o: int) -> bool:
    """Close an option and open one near it instead, or none, whichever pays first; a required one opens anew."""
    size, totals = state.size[0], state.totals.copy()
    close(net, state, o)
    state.loss[o] = totals[0] - state.totals[0]
    closed_size, closed_totals = state.size[0], state.totals.copy()
    if not net.required[o] and pays(state, totals) and fits(net, state, o):
        return True
    first, second = o if net.required[o] else NO_OPTION, NO_OPTION
    first_promise, second_promise = -np.inf, -np.inf
    for at in range(net.near_begin[o], net.near_begin[o + 1]):
        other = net.near[at]
        if net.required[o] or state.modules[other] > 0 or not could_open(net, state, other):
            continue
        promised = promise(net, state, other)
        if promised > first_promise:
            second, second_promise = first, first_promise
            first, first_promise = other, promised
        elif promised > second_promise:
            second, second_promise = other, promised
    for other in (first, second):
        if other >= 0:
            grown = grow(net, state, other)
            if grown and pays(state, totals) and fits(net, state, o) and fits(net, state, other):
                return True
            undo(net, state, closed_size, closed_totals)
    undo(net, state, size, totals)
    return False


@compiled
def enter(net: Net, state: State, o: int, out: int) -> bool:
    """Open an option, or give it more modules, closing another one elsewhere for it (itself: none), if that pays."""
    size, totals = state.size[0], state.totals.copy()
    if out != o:
        close(net, state, out)
    if grow(net, state, o) and pays(state, totals) and fits(net, state, o) and fits(net, state, out):
        return True
    undo(net, state, size, totals)
    return False


@compiled
def cheapest_out(net: Net, state: State, o: int) -> int:
    """The open option whose closing costs least among those that make room for another; -1: there is none."""
    best, least = NO_OPTION, np.inf
    for out in range(len(state.modules)):
        worse = state.modules[out] == 0 or net.required[out] or state.loss[out] >= least
        if not worse and could_swap(net, state, out, o):
            best, least = out, state.loss[out]
    return best


@compiled
def improve(net: Net, state: State, options: Integers) -> int:
    """Try the moves of each of some options in turn; return how many paid."""
    paid = 0
    for o in options:
        state.size[0] = 0
        if state.modules[o] > 0:
            paid += trim(net, state, o)
            paid += swap(net, state, o)
        out = o
        if state.modules[o] == 0:
            if promise(net, state, o) <= 0.0:
                continue
            if not could_open(net, state, o):
                out = cheapest_out(net, state, o)
        if out >= 0:
            paid += enter(net, state, o, out)
        settle(net, state)
    return paid
