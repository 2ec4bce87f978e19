"""The compiled loop that walks along chains of nodes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled

Array = npt.NDArray[Any]


@compiled
def fold(
    first: Array, head: Array, time_s: Array, length_m: Array, passed: Array, n_folded: int
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """Walk from every node that stays along each of its arcs until the next node that stays.

    Parameters
    ----------
    first, head, time_s, length_m
        The network.
    passed
        Nodes that do not stay: one way on from wherever one comes.
    n_folded
        Number of arcs that begin at nodes that stay.

    Returns
    -------
    tail, head, time_s, length_m
        The folded arcs, in the order of the nodes at which they begin.
    folded, before_s, before_m
        For each arc of the network the folded arc it belongs to, and time and length of what comes before it there.
    """
    tails, heads = np.empty(n_folded, np.int64), np.empty(n_folded, np.int64)
    times, lengths = np.zeros(n_folded), np.zeros(n_folded)
    folded = np.full(len(head), -1, np.int64)
    before_s, before_m = np.zeros(len(head)), np.zeros(len(head))
    number = 0
    for start in range(len(first) - 1):
        if passed[start]:
            continue
        for begin in range(first[start], first[start + 1]):
            arc, came_from = begin, start
            while True:
                folded[arc], before_s[arc], before_m[arc] = number, times[number], lengths[number]
                times[number] += time_s[arc]
                lengths[number] += length_m[arc]
                at = head[arc]
                if not passed[at]:
                    break
                onward = first[at]
                if head[onward] == came_from:
                    onward += 1
                arc, came_from = onward, at
            tails[number], heads[number] = start, at
            number += 1
    return tails, heads, times, lengths, folded, before_s, before_m
