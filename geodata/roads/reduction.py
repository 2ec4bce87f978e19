"""The compiled loops that make a graph smaller without changing any way between the nodes that are needed.

A node that nobody needs is taken out, and its neighbours are joined by direct arcs where no other way is as good, as in
the contraction hierarchies of Geisberger et al. (2008), but only as long as this makes no more arcs than it removes.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled

Array = npt.NDArray[Any]
NONE = -1

MOST_NEIGHBOURS = 10
"""Nodes with more arcs in or out stay: joining their neighbours takes more time than it saves."""


class Links(NamedTuple):
    """Arcs in two lists per node, of those that leave it and of those that arrive."""

    first_out: Array
    next_out: Array
    first_in: Array
    next_in: Array
    tail: Array
    head: Array
    cost: Array


@compiled
def reduced(tail: Array, head: Array, cost: Array, needed: Array, limit: int) -> tuple[Array, Array, Array]:
    """Take out nodes that are not needed.

    Parameters
    ----------
    tail, head, cost
        The arcs.
    needed
        For each node, whether it must stay.
    limit
        An arc that costs so much is of no use.

    Returns
    -------
    tail, head, cost
        Arcs between nodes that stayed, sorted by tail; costs of the best ways between them are as before.
    """
    links = _linked(tail, head, cost, len(needed), limit)
    _drop_detours(links)
    joins = np.empty((3, MOST_NEIGHBOURS * MOST_NEIGHBOURS), np.int64)
    free = np.empty(2 * MOST_NEIGHBOURS, np.int64)
    first_out, next_out, first_in, next_in, _, _, _ = links
    stays, tried = needed.copy(), np.zeros(len(needed), np.int16)
    for most in range(2, MOST_NEIGHBOURS + 1):
        for node in range(len(needed)):
            n_in = 0 if stays[node] else _count(first_in, next_in, node, most)
            n_out = 0 if stays[node] else _count(first_out, next_out, node, most)
            # A node that had to stay is tried again only when its arcs have become more or fewer.
            shape = MOST_NEIGHBOURS * n_in + n_out + 1
            if stays[node] or n_in > most or n_out > most or tried[node] == shape:
                continue
            tried[node] = shape
            stays[node] = _take_out(links, node, n_in + n_out, joins, free, limit)
    _drop_detours(links)
    return _listed(links)


@compiled
def _linked(tail: Array, head: Array, cost: Array, n_nodes: int, limit: int) -> Links:
    """The arcs in lists, without loops, costlier parallels and arcs of no use."""
    n_arcs = len(head)
    links = Links(
        np.full(n_nodes, NONE, np.int32),
        np.full(n_arcs, NONE, np.int32),
        np.full(n_nodes, NONE, np.int32),
        np.full(n_arcs, NONE, np.int32),
        np.empty(n_arcs, np.int32),
        np.empty(n_arcs, np.int32),
        np.empty(n_arcs, np.int64),
    )
    used = 0
    for arc in range(n_arcs):
        if tail[arc] == head[arc] or cost[arc] >= limit:
            continue
        known = _arc(links.first_out, links.next_out, links.head, tail[arc], head[arc])
        if known == NONE:
            _insert(links, used, tail[arc], head[arc], cost[arc])
            used += 1
        elif cost[arc] < links.cost[known]:
            links.cost[known] = cost[arc]
    return links


@compiled
def _take_out(links: Links, node: int, most: int, joins: Array, free: Array, limit: int) -> bool:
    """Take a node out, if no more new arcs are needed instead of its own; whether this was done."""
    n_joins = _joins(links, node, most, joins, limit)
    if n_joins == NONE:
        return False
    n_free = _cut(links, node, free)
    for join in range(n_joins):
        tail, head, cost = joins[0, join], joins[1, join], joins[2, join]
        arc = _arc(links.first_out, links.next_out, links.head, tail, head)
        if arc == NONE:
            n_free -= 1
            _insert(links, free[n_free], tail, head, cost)
        else:
            links.cost[arc] = cost
    return True


@compiled
def _joins(links: Links, node: int, most: int, joins: Array, limit: int) -> int:
    """Write down the arcs that replace a node: their number, or -1 where more than some join what was not joined."""
    first_out, next_out, first_in, next_in, tails, heads, costs = links
    n_joins, n_new = 0, 0
    into = first_in[node]
    while into != NONE:
        onward = first_out[node]
        while onward != NONE:
            tail, head, cost = tails[into], heads[onward], costs[into] + costs[onward]
            if (
                tail != head
                and cost < limit
                and not _has_as_good(first_out, next_out, heads, costs, tail, head, node, cost)
            ):
                joins[0, n_joins], joins[1, n_joins], joins[2, n_joins] = tail, head, cost
                n_joins += 1
                n_new += int(_arc(first_out, next_out, heads, tail, head) == NONE)
                if n_new > most:
                    return NONE
            onward = next_out[onward]
        into = next_in[into]
    return n_joins


@compiled
def _has_as_good(
    first_out: Array, next_out: Array, heads: Array, costs: Array, tail: int, head: int, node: int, cost: int
) -> bool:
    """Whether an arc, or a way of two arcs that is not through the node, costs no more."""
    direct = _arc(first_out, next_out, heads, tail, head)
    if direct != NONE and costs[direct] <= cost:
        return True
    return _has_way_of_two(first_out, next_out, heads, costs, tail, head, node, cost)


@compiled
def _has_way_of_two(
    first_out: Array, next_out: Array, heads: Array, costs: Array, tail: int, head: int, node: int, cost: int
) -> bool:
    """Whether a way of two arcs that is not through the node costs no more."""
    arc = first_out[tail]
    while arc != NONE:
        via = heads[arc]
        if via != node and costs[arc] <= cost:
            onward = _arc(first_out, next_out, heads, via, head)
            if onward != NONE and costs[arc] + costs[onward] <= cost:
                return True
        arc = next_out[arc]
    return False


@compiled
def _drop_detours(links: Links) -> None:
    """Remove arcs beside which a way of two arcs costs no more."""
    first_out, next_out, first_in, next_in, _, heads, costs = links
    for node in range(len(first_out)):
        arc = first_out[node]
        while arc != NONE:
            following, head = next_out[arc], heads[arc]
            if _has_way_of_two(first_out, next_out, heads, costs, node, head, NONE, costs[arc]):
                _drop(first_out, next_out, node, arc)
                _drop(first_in, next_in, head, arc)
            arc = following


@compiled
def _count(first: Array, following: Array, node: int, most: int) -> int:
    """Length of a list, or one more than asked for."""
    count, arc = 0, first[node]
    while arc != NONE and count <= most:
        count += 1
        arc = following[arc]
    return count


@compiled
def _arc(first_out: Array, next_out: Array, heads: Array, tail: int, head: int) -> int:
    """The arc between two nodes, or -1."""
    arc: int = first_out[tail]
    while arc != NONE and heads[arc] != head:
        arc = next_out[arc]
    return arc


@compiled
def _insert(links: Links, arc: int, tail: int, head: int, cost: int) -> None:
    """Put an arc into both lists."""
    links.tail[arc], links.head[arc], links.cost[arc] = tail, head, cost
    links.next_out[arc], links.next_in[arc] = links.first_out[tail], links.first_in[head]
    links.first_out[tail], links.first_in[head] = arc, arc


@compiled
def _cut(links: Links, node: int, free: Array) -> int:
    """Remove all arcs of a node, and write down which are free."""
    n_free = 0
    arc = links.first_in[node]
    while arc != NONE:
        _drop(links.first_out, links.next_out, links.tail[arc], arc)
        free[n_free] = arc
        n_free += 1
        arc = links.next_in[arc]
    arc = links.first_out[node]
    while arc != NONE:
        _drop(links.first_in, links.next_in, links.head[arc], arc)
        free[n_free] = arc
        n_free += 1
        arc = links.next_out[arc]
    links.first_in[node], links.first_out[node] = NONE, NONE
    return n_free


@compiled
def _drop(first: Array, following: Array, node: int, arc: int) -> None:
    """Take an arc out of a list."""
    before = first[node]
    if before == arc:
        first[node] = following[arc]
        return
    while following[before] != arc:
        before = following[before]
    following[before] = following[arc]


@compiled
def _listed(links: Links) -> tuple[Array, Array, Array]:
    """The arcs that are left, by tail."""
    tails, heads, costs = np.empty_like(links.tail), np.empty_like(links.head), np.empty_like(links.cost)
    used = 0
    for node in range(len(links.first_out)):
        arc = links.first_out[node]
        while arc != NONE:
            tails[used], heads[used], costs[used] = node, links.head[arc], links.cost[arc]
            used += 1
            arc = links.next_out[arc]
    return tails[:used], heads[:used], costs[:used]
