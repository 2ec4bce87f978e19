"""Branch and bound on Lagrangian prices: few sites, and a gap that prices alone do not close."""

from dataclasses import dataclass

import numpy as np

from solvers.linear import Status
from solvers.median.incumbent import Incumbent
from solvers.median.prices import Aim, Pace, ascend, without_closed
from solvers.neighbours import Neighbours
from solvers.problem import Floats, Integers
from solvers.watch import Watch

_PACE = Pace(rounds=200, step=1.0, patience=10, least_step=0.02, shorter=0.5)
_WORTH_SHORTER = 0.7  # lists are shortened when fewer than this share of their sites are left


@dataclass(frozen=True, eq=False)
class Node:
    """Part of the problem: lists, prices, sites that are fixed, and the bound that is known."""

    lists: Neighbours
    price: Floats
    state: Integers
    bound: float
    n_listed: int


def search(incumbent: Incumbent, root: Node, cut: float, watch: Watch, most_work: float) -> tuple[float, bool]:
    """Search all of a node, depth first.

    Parameters
    ----------
    incumbent
        The best answer, which is improved.
    root
        Where to begin.
    cut
        Cost above which nothing is looked for.
    watch
        When to stop.
    most_work
        Visits of pairs of a point and a site, after which to give up.

    Returns
    -------
    bound, finished
        The least bound of what was not searched, infinite when all was; and whether all was.
    """
    waiting, work = [root], 0.0
    while waiting:
        if work > most_work or watch.stopped() is not Status.UNKNOWN:
            return min(node.bound for node in waiting), False
        node = waiting.pop()
        if node.bound > min(cut, incumbent.cut):
            continue
        price, state = node.price.copy(), node.state.copy()
        aim = Aim(incumbent.cost, min(cut, incumbent.cut))
        found = ascend(node.lists, incumbent.far, price, state, incumbent.p, aim, _PACE)
        watch.count(1)
        work += found.rounds * len(node.lists.site)
        bound = max(found.bound, node.bound)
        if bound > aim.cut:
            continue
        incumbent.offer(found.opened)
        free = np.flatnonzero(state == 0)
        if free.size:
            waiting += _halves(node, price, state, bound, int(free[np.argmax(found.lean[free])]))
        else:
            incumbent.offer(state > 0)
    return np.inf, True


def _halves(node: Node, price: Floats, state: Integers, bound: float, site: int) -> list[Node]:
    """Split on a site; the half to be searched first comes last."""
    lists, n_listed = node.lists, int((state >= 0).sum())
    if n_listed < _WORTH_SHORTER * node.n_listed:
        lists = without_closed(lists, state)
    else:
        n_listed = node.n_listed
    halves = []
    for choice in (1, -1):
        half = state.copy()
        half[site] = choice
        halves.append(Node(lists, price.copy(), half, bound, n_listed))
    return halves
