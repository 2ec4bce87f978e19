"""Moves of the search: trim, grow, swap and open options, each kept only when it pays and all limits are kept."""

from typing import cast

import numpy as np

from solvers.compiled import compiled
from solvers.joint.flow import change, close, needed
from solvers.joint.journal import set_modules, undo
from solvers.joint.network import Net
from solvers.problem import Integers

_PAYS = 1e-9  # least improvement, as a share of the objective
NO_OPTION = cast("int", np.int64(-1))  # no literal: for those numba would compile copies of what they are passed to


@compiled
def pays(net: Net, value: float) -> bool:
    """Whether the objective is better than it was."""
    better: bool = net.now[0].value > value + _PAYS * abs(value)
    return better


@compiled
def off_by(net: Net, t: int) -> float:
    """How far a tracked row is outside its bounds."""
    row = net.tracked[t]
    value = net.limits[row.limit].use + row.total
    return float(max(row.lo - value, value - row.hi, 0.0))


@compiled
def keeps(net: Net, o: int) -> bool:
    """Whether the limit rows of an option are kept."""
    fine = True
    for at in range(net.options[o].rule, net.options[o + 1].rule):
        limit = net.limits[net.rules[at].limit]
        fine = fine and limit.lo <= limit.use <= limit.hi
    return fine


@compiled
def fits(net: Net, o: int) -> bool:
    """Whether the limit rows of an option are kept, and no tracked row is further off than before."""
    fine = keeps(net, o)
    for t in range(len(net.tracked)):
        fine = fine and off_by(net, t) <= net.tracked[t].worst
    return fine


@compiled
def settle(net: Net) -> None:
    """Accept what was done so far: it can no longer be taken back, nor may tracked rows get worse again."""
    net.now[0].size = 0
    for t in range(len(net.tracked)):
        net.tracked[t].worst = min(net.tracked[t].worst, off_by(net, t))


@compiled
def most_modules(net: Net, o: int) -> int:
    """Most modules that the limit rows leave an option, if the rest stays."""
    option = net.options[o]
    most = option.most
    for at in range(option.rule, net.options[o + 1].rule):
        rule = net.rules[at]
        limit = net.limits[rule.limit]
        if rule.module == 0.0:
            continue
        rest = limit.use - option.modules * rule.module + (0.0 if option.modules > 0 else rule.opened)
        room = (limit.hi - rest) / rule.module if rule.module > 0 else (rest - limit.lo) / -rule.module
        if room < most:
            most = int(np.floor(max(room, -1.0)))
    found: int = most
    return found


@compiled
def use(net: Net, o: int, modules: int, sign: float) -> None:
    """Add (or take away) an open option's part of the limit rows."""
    for at in range(net.options[o].rule, net.options[o + 1].rule):
        rule = net.rules[at]
        net.limits[rule.limit].use += sign * (rule.opened + modules * rule.module)


@compiled
def could_open(net: Net, o: int) -> bool:
    """Whether the limit rows let a closed option open at its fewest modules."""
    use(net, o, net.options[o].least, 1.0)
    fine = keeps(net, o)
    use(net, o, net.options[o].least, -1.0)
    return fine


@compiled
def could_swap(net: Net, out: int, o: int) -> bool:
    """Whether the limit rows let a closed option open at its fewest modules when another one closes."""
    use(net, out, net.options[out].modules, -1.0)
    use(net, o, net.options[o].least, 1.0)
    fine = keeps(net, o) and keeps(net, out)
    use(net, o, net.options[o].least, -1.0)
    use(net, out, net.options[out].modules, 1.0)
    return fine


@compiled
def promise(net: Net, o: int) -> float:
    """What a closed option could gain at once from sets within its reach that lack something."""
    most, option = most_modules(net, o), net.options[o]
    if most < option.least:
        return -np.inf
    gain, need = option.opened, float(option.least)
    for p in range(option.pool, net.options[o + 1].pool):
        units, room = 0.0, net.pools[p].capacity * most
        for at in range(net.pools[p].member, net.pools[p + 1].member):
            member = net.sets[net.members[at].set]
            part = min(member.left, room - units)
            if part > 0.0:
                units += part
                gain += part * member.worth
        need = max(need, units / net.pools[p].capacity)
    for at in range(option.cover, net.options[o + 1].cover):
        c = net.covers[at].set
        row = net.rows[net.spans[c].row]
        if net.sets[c].open == 0 and row.missing == 1:
            gain += row.gain
    return float(gain + option.module * need)


@compiled
def trim(net: Net, o: int) -> bool:
    """Take away modules of an open option as long as it pays."""
    improved = False
    while net.options[o].modules > net.options[o].least:
        size, value = net.now[0].size, net.now[0].value
        change(net, o, min(needed(net, o), net.options[o].modules - 1))
        if not (pays(net, value) and fits(net, o)):
            undo(net, size, value)
            break
        improved = True
    return improved


@compiled
def grow(net: Net, o: int) -> bool:
    """Give an option, open or not, as many more modules as it can use; whether the limit rows leave any."""
    modules = most_modules(net, o)
    if modules <= net.options[o].modules or modules < net.options[o].least:
        return False
    change(net, o, modules)
    need = needed(net, o)
    if need < modules:
        set_modules(net, o, need)
    trim(net, o)
    return True


@compiled
def swap(net: Net, o: int) -> bool:
    """Close an option and open one near it instead, or none, whichever pays first; a required one opens anew."""
    size, value = net.now[0].size, net.now[0].value
    close(net, o)
    net.options[o].loss = value - net.now[0].value
    closed_size, closed_value = net.now[0].size, net.now[0].value
    if not net.options[o].required and pays(net, value) and fits(net, o):
        return True
    first, second = o if net.options[o].required else NO_OPTION, NO_OPTION
    first_promise, second_promise = -np.inf, -np.inf
    for at in range(net.options[o].near, net.options[o + 1].near):
        other = net.near[at].option
        if net.options[o].required or net.options[other].modules > 0 or not could_open(net, other):
            continue
        promised = promise(net, other)
        if promised > first_promise:
            second, second_promise = first, first_promise
            first, first_promise = other, promised
        elif promised > second_promise:
            second, second_promise = other, promised
    for other in (first, second):
        if other >= 0:
            grown = grow(net, other)
            if grown and pays(net, value) and fits(net, o) and fits(net, other):
                return True
            undo(net, closed_size, closed_value)
    undo(net, size, value)
    return False


@compiled
def enter(net: Net, o: int, out: int) -> bool:
    """Open an option, or give it more modules, closing another one elsewhere for it (itself: none), if that pays."""
    size, value = net.now[0].size, net.now[0].value
    if out != o:
        close(net, out)
    if grow(net, o) and pays(net, value) and fits(net, o) and fits(net, out):
        return True
    undo(net, size, value)
    return False


@compiled
def cheapest_out(net: Net, o: int) -> int:
    """The open option whose closing costs least among those that make room for another; -1: there is none."""
    best, least = NO_OPTION, np.inf
    for out in range(len(net.options) - 1):
        worse = net.options[out].modules == 0 or net.options[out].required or net.options[out].loss >= least
        if not worse and could_swap(net, out, o):
            best, least = out, net.options[out].loss
    return best


@compiled
def improve(net: Net, options: Integers) -> int:
    """Try the moves of each of some options in turn; return how many paid."""
    paid = 0
    for o in options:
        net.now[0].size = 0
        if net.options[o].modules > 0:
            paid += trim(net, o)
            paid += swap(net, o)
        out = o
        if net.options[o].modules == 0:
            if promise(net, o) <= 0.0:
                continue
            if not could_open(net, o):
                out = cheapest_out(net, o)
        if out >= 0:
            paid += enter(net, o, out)
        settle(net)
    return paid
