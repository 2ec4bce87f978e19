"""The compiled loops that take many nodes out of a graph at once, no two of them neighbours.

Costs between the nodes that stay form a product of matrices in which a sum is the smaller number and a product the sum:
what is left is the smaller of the direct arc and the way over a node that goes, as in Gaussian elimination (Carré
1971). An arc is left out where a way of two arcs costs less, as in the contraction hierarchies of Geisberger et al.
(2008).
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled, inlined

Array = npt.NDArray[Any]

DIRECT, OVER_STAYING, OVER_GOING = 0, 2, 4
"""Columns of a row of costs: there, and beside it back."""


class Links(NamedTuple):
    """Neighbours by node: those of ``i`` are ``first[i]`` up to ``first[i + 1]``.

    The neighbour, and the cost to it and back; the limit where there is no arc. Each of two neighbours has the other.
    """

    first: Array
    head: Array
    out: Array
    back: Array


class Rows(NamedTuple):
    """Numbers of neighbours of some nodes, none for those that go, and the neighbours."""

    counts: Array
    head: Array
    out: Array
    back: Array


@compiled
def linked(tail: Array, head: Array, cost: Array, n_nodes: int, limit: int) -> Links:
    """The arcs by neighbours, without loops, costlier parallels and arcs of no use."""
    count = np.zeros(n_nodes + 1, np.int64)
    for arc in range(len(head)):
        if tail[arc] != head[arc] and cost[arc] < limit:
            count[tail[arc] + 1] += 1
            count[head[arc] + 1] += 1
    begin = np.cumsum(count)
    heads = np.empty(begin[-1], np.int32)
    out, back = np.full(begin[-1], limit, np.int64), np.full(begin[-1], limit, np.int64)
    end = begin[:-1].copy()
    for arc in range(len(head)):
        if tail[arc] != head[arc] and cost[arc] < limit:
            _lay(heads, out, begin, end, tail[arc], head[arc], cost[arc])
            _lay(heads, back, begin, end, head[arc], tail[arc], cost[arc])
    first = np.empty(n_nodes + 1, np.int64)
    used = 0
    for node in range(n_nodes):
        first[node] = used
        for at in range(begin[node], end[node]):
            heads[used], out[used], back[used] = heads[at], out[at], back[at]
            used += 1
    first[n_nodes] = used
    return Links(first, heads[:used].copy(), out[:used].copy(), back[:used].copy())


@inlined
def _lay(heads: Array, there: Array, begin: Array, end: Array, node: int, other: int, cost: int) -> None:
    """Lower the cost from a node to a neighbour, written at its end where it is new."""
    at, behind = begin[node], end[node]
    while at < behind and heads[at] != other:
        at += 1
    if at == behind:
        heads[at] = other
        end[node] += 1
    there[at] = min(there[at], cost)


@compiled
def going(first: Array, head: Array, stays: Array, most: int) -> Array:
    """Choose nodes that are not neighbours, with at most some neighbours, those with few first."""
    chosen, taken = np.zeros(len(stays), np.bool_), stays.copy()
    for count in range(most + 1):
        for node in range(len(stays)):
            if not taken[node] and first[node + 1] - first[node] == count:
                chosen[node] = True
                for at in range(first[node], first[node + 1]):
                    taken[head[at]] = True
                taken[node] = True
    return chosen


@compiled
def eliminated(links: Links, goes: Array, number: Array, begin: int, end: int, limit: int, widest: int) -> Rows:
    """Neighbours of some nodes when others have gone.

    Parameters
    ----------
    links
        The graph.
    goes
        The nodes that go, no two of them neighbours.
    number
        New numbers of the others.
    begin, end
        The nodes to look at.
    limit
        A cost from which on an arc is of no use.
    widest
        Ways over nodes that stay and have more neighbours are not looked at.

    Returns
    -------
    rows
        Costs of the best ways between nodes that stay are as before. Nodes whose neighbours all stay keep theirs.
    """
    first, head, _, _ = links
    place = np.zeros(len(goes), np.int32)
    name, costs = np.empty(len(goes) + 1, np.int32), np.empty((len(goes) + 1, 6), np.int64)
    count = np.zeros(end - begin, np.int32)
    room = _room(first, head, goes, begin, end)
    heads, outs, backs = np.empty(room, np.int32), np.empty(room, np.int64), np.empty(room, np.int64)
    used = 0
    for node in range(begin, end):
        if goes[node]:
            continue
        before = used
        n_known = _gather(links, goes, node, place, name, costs, limit, widest)
        for row in range(1, n_known):
            place[name[row]] = 0
            there, to, fro = number[name[row]], _best(costs, row, 0, limit), _best(costs, row, 1, limit)
            heads[used], outs[used], backs[used] = there, to, fro
            used += int((to < limit) | (fro < limit))
        count[node - begin] = used - before
    return Rows(count, heads[:used], outs[:used], backs[:used])


@compiled
def _room(first: Array, head: Array, goes: Array, begin: int, end: int) -> int:
    """Most neighbours that some nodes can have when others have gone, and one."""
    room = 1
    for node in range(begin, end):
        if not goes[node]:
            for at in range(first[node], first[node + 1]):
                there = head[at]
                room += first[there + 1] - first[there] if goes[there] else 1
    return room


@compiled
def _gather(
    links: Links, goes: Array, node: int, place: Array, name: Array, costs: Array, limit: int, widest: int
) -> int:
    """Write down the costs between a node and all that may become its neighbours, from row 1 on; the end of the rows.

    Row 0 takes what is of no interest, so that the loops need not ask.
    """
    first, head, out, back = links
    n_known = 1
    for at in range(first[node], first[node + 1]):
        there = head[at]
        if not goes[there]:
            place[there], name[n_known] = n_known, there
            costs[n_known] = limit
            costs[n_known, DIRECT], costs[n_known, DIRECT + 1] = out[at], back[at]
            n_known += 1
    for at in range(first[node], first[node + 1]):
        over = head[at]
        if goes[over]:
            for onward in range(first[over], first[over + 1]):
                there = head[onward]
                if place[there] == 0 and there != node:
                    place[there], name[n_known] = n_known, there
                    costs[n_known] = limit
                    n_known += 1
            _lower(first, head, out, back, place, costs, at, OVER_GOING)
    for at in range(first[node], first[node + 1]):
        over = head[at]
        if not goes[over] and first[over + 1] - first[over] <= widest:
            _lower(first, head, out, back, place, costs, at, OVER_STAYING)
    return n_known


@inlined
def _lower(
    first: Array, head: Array, out: Array, back: Array, place: Array, costs: Array, at: int, column: int
) -> None:
    """Lower the costs of all ways of two arcs of which one is given."""
    over, to, fro = head[at], out[at], back[at]
    for onward in range(first[over], first[over + 1]):
        row = place[head[onward]]
        costs[row, column] = min(costs[row, column], to + out[onward])
        costs[row, column + 1] = min(costs[row, column + 1], fro + back[onward])


@inlined
def _best(costs: Array, row: int, way: int, limit: int) -> int:
    """Cost of an arc that is left, or the limit.

    A direct arc goes only where a way costs less: of arcs in a circle that make each other dispensable at equal cost,
    all would go. Over nodes that go, a way costs less than any other or is dispensable.
    """
    direct, staying, over = costs[row, DIRECT + way], costs[row, OVER_STAYING + way], costs[row, OVER_GOING + way]
    best: int = min(direct, over)
    return limit if staying < best or (staying == best and over < direct) else best
