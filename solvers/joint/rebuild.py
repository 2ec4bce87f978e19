"""Rebuilding: close some options around a place, and open again what promises most."""

from solvers.compiled import compiled
from solvers.joint.flow import close
from solvers.joint.journal import undo
from solvers.joint.moves import NO_OPTION, could_open, fits, grow, pays, promise, settle, trim
from solvers.joint.network import Net, State
from solvers.problem import Floats, Integers

_CLOSED = 4  # options closed together at most
_BLUR = 0.4  # how far chance lowers promises


@compiled
def most_promising(net: Net, state: State, o: int, chance: Floats) -> int:
    """Of an option and those near it, the closed one that promises most, blurred by chance; -1: none promises."""
    best, most_promised = NO_OPTION, 0.0
    begin, end = net.near_begin[o], net.near_begin[o + 1]
    for at in range(begin - 1, end):
        other = net.near[at] if at >= begin else o
        if state.modules[other] == 0 and could_open(net, state, other):
            blur = 1.0 - _BLUR * chance[at - begin] if at >= begin else 1.0
            promised = blur * promise(net, state, other)
            if promised > most_promised:
                best, most_promised = other, promised
    return best


@compiled
def rebuild(net: Net, state: State, o: int, chance: Floats, slack: float) -> bool:
    """Close an option and some near it, open again what promises most, and keep the result unless it is worse by more
    than a slack: ruin and recreate (Schrimpf et al. 2000). Return whether it is better.

    `chance` holds a random number for each near option and, last, one for how many to close.
    """
    size, totals = state.size[0], state.totals.copy()
    begin, end = net.near_begin[o], net.near_begin[o + 1]
    close(net, state, o)
    closed, most_closed = 1, 1 + int(_CLOSED * chance[-1])
    for at in range(begin, end):
        other = net.near[at]
        if closed < most_closed and state.modules[other] > 0 and not net.required[other] and chance[at - begin] < 0.5:
            close(net, state, other)
            closed += 1
    for _ in range(2 * closed):
        best = most_promising(net, state, o, chance)
        if best < 0 or not grow(net, state, best):
            break
    fine = fits(net, state, o)
    for at in range(begin, end):
        other = net.near[at]
        if state.modules[other] > 0:
            trim(net, state, other)
            grow(net, state, other)
        fine = fine and fits(net, state, other)
    if fine and state.totals[0] > totals[0] - slack:
        return pays(state, totals)
    undo(net, state, size, totals)
    return False


@compiled
def rebuild_each(net: Net, state: State, options: Integers, chance: Floats, slack: Floats) -> int:
    """Rebuild around each of some options in turn; return how often it paid."""
    paid = 0
    for n in range(len(options)):
        o = options[n]
        state.size[0] = 0
        if state.modules[o] > 0 and not net.required[o]:
            paid += rebuild(net, state, o, chance[n], slack[n])
        settle(net, state)
    return paid
