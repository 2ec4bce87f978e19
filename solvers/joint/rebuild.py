"""Rebuilding: close some options around a place, and open again what promises most."""

from solvers.compiled import compiled
from solvers.joint.flow import close
from solvers.joint.journal import undo
from solvers.joint.moves import NO_OPTION, could_open, fits, grow, pays, promise, settle, trim
from solvers.joint.network import Net
from solvers.problem import Floats, Integers

_CLOSED = 4  # options closed together at most
_BLUR = 0.4  # how far chance lowers promises


@compiled
def most_promising(net: Net, o: int, chance: Floats) -> int:
    """Of an option and those near it, the closed one that promises most, blurred by chance; -1: none promises."""
    best, most_promised = NO_OPTION, 0.0
    begin, end = net.options[o].near, net.options[o + 1].near
    for at in range(begin - 1, end):
        other = net.near[at].option if at >= begin else o
        if net.options[other].modules == 0 and could_open(net, other):
            blur = 1.0 - _BLUR * chance[at - begin] if at >= begin else 1.0
            promised = blur * promise(net, other)
            if promised > most_promised:
                best, most_promised = other, promised
    return best


@compiled
def rebuild(net: Net, o: int, chance: Floats, slack: float) -> bool:
    """Close an option and some near it, open again what promises most, and keep the result unless it is worse by more
    than a slack: ruin and recreate (Schrimpf et al. 2000). Return whether it is better.

    `chance` holds a random number for each near option and, last, one for how many to close.
    """
    size, value = net.now[0].size, net.now[0].value
    begin, end = net.options[o].near, net.options[o + 1].near
    close(net, o)
    closed, most_closed = 1, 1 + int(_CLOSED * chance[-1])
    for at in range(begin, end):
        other = net.near[at].option
        if (
            closed < most_closed
            and net.options[other].modules > 0
            and not net.options[other].required
            and chance[at - begin] < 0.5
        ):
            close(net, other)
            closed += 1
    for _ in range(2 * closed):
        best = most_promising(net, o, chance)
        if best < 0 or not grow(net, best):
            break
    fine = fits(net, o)
    for at in range(begin, end):
        other = net.near[at].option
        if net.options[other].modules > 0:
            trim(net, other)
            grow(net, other)
        fine = fine and fits(net, other)
    if fine and net.now[0].value > value - slack:
        return pays(net, value)
    undo(net, size, value)
    return False


@compiled
def rebuild_each(net: Net, options: Integers, chance: Floats, slack: Floats) -> int:
    """Rebuild around each of some options in turn; return how often it paid."""
    paid = 0
    for n in range(len(options)):
        o = options[n]
        net.now[0].size = 0
        if net.options[o].modules > 0 and not net.options[o].required:
            paid += rebuild(net, o, chance[n], slack[n])
        settle(net)
    return paid
