"""The compiled search: fastest ways from many places that lie together, each until a cutoff.

Dijkstra's labels, settled bucket by bucket (Dial 1969): a bucket holds the nodes whose time lies within one width. The
nodes of a bucket are expanded in any order, and again when their label improves, so that at the end the labels are the
smallest sums over all ways, whatever the width. A label is a cost: time and length in one whole number (`scale`).

A bucket is a ring: its gate, numbered after the last node, and the nodes in it. A node in no bucket is a ring by
itself.

First all places of a block are searched from at once, which tells the nodes and goals that any of them can reach. Then
each is searched from, and the goals look up the labels at the nodes before them.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled, inlined
from geodata.roads.scale import LENGTH_BITS, Scale

Array = npt.NDArray[Any]
NONE = -1
LENGTH_MASK = (1 << LENGTH_BITS) - 1


class Roads(NamedTuple):
    """Arcs by the node at which they begin: those of ``i`` are ``first[i]`` up to ``first[i + 1]``."""

    first: Array
    head: Array
    cost: Array


class Starts(NamedTuple):
    """Places to search from; all but the access have the shape (n, 2), for at most two ways to leave.

    The node that is reached first (-1 for none), and the cost to it, access included; the arc on which the place stands
    (-1 for none), the node at which that arc begins, and time and length from there to the place.
    """

    node: Array
    cost: Array
    arc: Array
    tail: Array
    along_s: Array
    along_m: Array
    access_s: Array
    access_m: Array


class Goals(NamedTuple):
    """Places to be reached.

    Places by the node before them: those of ``i`` are ``place[first[i]]`` up to ``place[first[i + 1] - 1]``. For each
    place, of shape (n, 2) for at most two ways to arrive, the node before it, the arc on which it stands (-1 for none),
    and time and length from the node; those of the access. A node that is not there is numbered after the last.
    """

    first: Array
    place: Array
    node: Array
    arc: Array
    along_s: Array
    along_m: Array
    access_s: Array
    access_m: Array


class Board(NamedTuple):
    """What a search writes on, wiped after each.

    Costs of nodes, the limit where there is none yet, as for the node after the last; the next and the last of each
    node and gate in its ring; times and lengths to the goals that stand on the same arc as the start.
    """

    cost: Array
    ring: Array
    ahead_s: Array
    ahead_m: Array


class Reached(NamedTuple):
    """How many goals each start reaches, and those of one start after those of another, ascending."""

    counts: Array
    goal: Array
    time_s: Array
    length_m: Array


def board(n_nodes: int, n_goals: int, limit: int, shift: int) -> Board:
    """Return a clean board; the bucket of a cost is what is left of it when `shift` bits are cut off."""
    ring = np.arange(n_nodes + (limit >> shift) + 1, dtype=np.int32)
    return Board(
        cost=np.full(n_nodes + 1, limit), ring=np.column_stack([ring, ring]),
        ahead_s=np.full(n_goals, np.inf), ahead_m=np.full(n_goals, np.inf),
    )  # fmt: skip


@compiled
def search(roads: Roads, starts: Starts, goals: Goals, rows: Array, board: Board, scale: Scale, shift: int) -> Reached:
    """Search from some of the starts.

    Parameters
    ----------
    roads, starts, goals
        The graph, and the places on it.
    rows
        Starts to search from, near to each other if it is to be fast.
    board
        A clean board, clean again at the end.
    scale
        What costs mean, and where they end.
    shift
        As of the board; it decides how fast the search is, not what it finds.

    Returns
    -------
    reached
        The pairs within the cutoff, by start in the order of `rows`, and goal.
    """
    limit = scale.limit
    _spread(roads, starts, rows, board, limit, shift)
    seen = np.flatnonzero(board.cost < limit)
    board.cost[seen] = limit
    near = _near(goals, starts, rows, seen)
    count = np.zeros(len(rows), np.int64)
    room = len(rows) * len(near)
    goal, time_s, length_m = np.empty(room, np.int32), np.empty(room), np.empty(room)
    used = 0
    for at in range(len(rows)):
        _spread(roads, starts, rows[at : at + 1], board, limit, shift)
        _look_ahead(starts, rows[at], goals, board)
        before = used
        used = _meet(goals, near, board, scale, goal, time_s, length_m, used)
        count[at] = used - before
        board.cost[seen] = limit
        _forget_ahead(starts, rows[at], goals, board)
    return Reached(count, goal[:used], time_s[:used], length_m[:used])


@compiled
def _spread(roads: Roads, starts: Starts, rows: Array, board: Board, limit: int, shift: int) -> None:
    """Label every node within the cutoff of any of some starts."""
    # Taken out of the tuples once: each look into a tuple inside the loops would count a reference, ten times slower.
    first, head, step = roads
    label, ring = board.cost, board.ring
    n_nodes = len(label) - 1
    for row in rows:
        for side in range(2):
            node, cost = starts.node[row, side], starts.cost[row, side]
            if node != NONE and cost < label[node]:
                label[node] = cost
                _move(ring, node, n_nodes + (cost >> shift))
    for gate in range(n_nodes, len(ring)):
        while ring[gate, 0] != gate:
            node = ring[gate, 0]
            _leave(ring, node)
            ring[node, 0], ring[node, 1] = node, node
            so_far = label[node]
            for arc in range(first[node], first[node + 1]):
                there, cost = head[arc], so_far + step[arc]
                if cost < label[there]:  # a node without a label has the limit
                    label[there] = cost
                    _move(ring, there, n_nodes + (cost >> shift))


@inlined
def _move(ring: Array, node: int, gate: int) -> None:
    """Move a node from wherever it is into the bucket behind a gate."""
    _leave(ring, node)
    other = ring[gate, 0]
    ring[gate, 0], ring[node, 1] = node, gate
    ring[node, 0], ring[other, 1] = other, node


@inlined
def _leave(ring: Array, node: int) -> None:
    """Join those before and after a node in its ring."""
    other, last = ring[node, 0], ring[node, 1]
    ring[last, 0], ring[other, 1] = other, last


@compiled
def _near(goals: Goals, starts: Starts, rows: Array, seen: Array) -> Array:
    """Goals that some starts may reach: behind a node that was seen, or on the arc on which a start stands."""
    first, place = goals.first, goals.place
    is_near = np.zeros(len(goals.access_s), np.bool_)
    for node in seen:
        for at in range(first[node], first[node + 1]):
            is_near[place[at]] = True
    for row in rows:
        for side in range(2):
            tail = starts.tail[row, side]
            if tail != NONE:
                for at in range(first[tail], first[tail + 1]):
                    is_near[place[at]] = True
    return np.flatnonzero(is_near)


@compiled
def _meet(
    goals: Goals, near: Array, board: Board, scale: Scale, goal: Array, time_s: Array, length_m: Array, used: int
) -> int:
    """Write down the goals within the cutoff; the end of what is written."""
    node, along_s, along_m, access_s, access_m = (
        goals.node,
        goals.along_s,
        goals.along_m,
        goals.access_s,
        goals.access_m,
    )
    label, ahead_s, ahead_m = board.cost, board.ahead_s, board.ahead_m
    limit, tick_s, tick_m, cutoff_s = scale.limit, scale.tick_s, scale.tick_m, scale.cutoff_s
    for there in near:
        best_s, best_m = ahead_s[there], ahead_m[there]
        for side in range(2):
            cost = label[node[there, side]]
            if cost < limit:
                drive_s = (cost >> LENGTH_BITS) * tick_s + along_s[there, side] + access_s[there]
                drive_m = (cost & LENGTH_MASK) * tick_m + along_m[there, side] + access_m[there]
                if drive_s < best_s or (drive_s == best_s and drive_m < best_m):
                    best_s, best_m = drive_s, drive_m
        if best_s <= cutoff_s:
            goal[used], time_s[used], length_m[used] = there, best_s, best_m
            used += 1
    return used


@compiled
def _look_ahead(starts: Starts, row: int, goals: Goals, board: Board) -> None:
    """Label the goals that stand on an arc of the start, not before it."""
    for side in range(2):
        arc, tail = starts.arc[row, side], starts.tail[row, side]
        if tail == NONE:
            continue
        for at in range(goals.first[tail], goals.first[tail + 1]):
            goal = goals.place[at]
            for way in range(2):
                drive_s = goals.along_s[goal, way] - starts.along_s[row, side]
                if goals.arc[goal, way] == arc and drive_s >= 0.0:
                    drive_m = goals.along_m[goal, way] - starts.along_m[row, side]
                    time_s = starts.access_s[row] + drive_s + goals.access_s[goal]
                    length_m = starts.access_m[row] + drive_m + goals.access_m[goal]
                    known_s = board.ahead_s[goal]
                    if time_s < known_s or (time_s == known_s and length_m < board.ahead_m[goal]):
                        board.ahead_s[goal], board.ahead_m[goal] = time_s, length_m


@compiled
def _forget_ahead(starts: Starts, row: int, goals: Goals, board: Board) -> None:
    """Remove the labels of goals that stand on an arc of the start."""
    for side in range(2):
        tail = starts.tail[row, side]
        if tail != NONE:
            for at in range(goals.first[tail], goals.first[tail + 1]):
                board.ahead_s[goals.place[at]], board.ahead_m[goals.place[at]] = np.inf, np.inf
