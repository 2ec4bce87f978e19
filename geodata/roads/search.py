"""The compiled search: fastest ways from many places at once, each until a cutoff.

Dijkstra's labels, settled bucket by bucket (Dial 1969): a bucket holds the nodes whose time lies within one width. The
nodes of a bucket are expanded in any order, and again when their label improves, so that at the end the labels are the
smallest sums over all ways, whatever the width. A label is a cost: time and length in one whole number (`scale`).

A bucket is a ring: its gate, numbered after the last node, and the nodes in it. A node in no bucket is a ring by
itself.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.compiled import compiled
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
    """Places to be reached, by the node before them: those of ``i`` are ``first[i]`` up to ``first[i + 1]``.

    The row of the place, the arc on which it stands (-1 at the node itself), time and length from the node, and those
    of the access.
    """

    first: Array
    point: Array
    arc: Array
    along_s: Array
    along_m: Array
    access_s: Array
    access_m: Array


class Board(NamedTuple):
    """What a search writes on, wiped after each.

    Costs of nodes (the limit where there is none yet), the next and the last of each node and gate in its ring, times
    and lengths of goals, and the nodes and goals that have any.
    """

    cost: Array
    after: Array
    before: Array
    seen: Array
    goal_s: Array
    goal_m: Array
    met: Array


def board(n_nodes: int, n_goals: int, limit: int, shift: int) -> Board:
    """Return a clean board; the bucket of a cost is what is left of it when `shift` bits are cut off."""
    rings = np.arange(n_nodes + (limit >> shift) + 1, dtype=np.int32)
    return Board(
        cost=np.full(n_nodes, limit), after=rings, before=rings.copy(), seen=np.empty(n_nodes, np.int32),
        goal_s=np.full(n_goals, np.inf), goal_m=np.full(n_goals, np.inf), met=np.empty(n_goals, np.int32),
    )  # fmt: skip


@compiled
def search(
    roads: Roads, starts: Starts, goals: Goals, rows: Array, board: Board, scale: Scale, shift: int
) -> tuple[Array, Array, Array, Array]:
    """Search from some of the starts.

    Parameters
    ----------
    roads, starts, goals
        The graph, and the places on it.
    rows
        Starts to search from.
    board
        A clean board, clean again at the end.
    scale
        What costs mean, and where they end.
    shift
        As of the board; it decides how fast the search is, not what it finds.

    Returns
    -------
    start, goal, time_s, length_m
        The pairs within the cutoff, in no order.
    """
    room = 1024
    pair, far = np.empty((2, room), np.int32), np.empty((2, room))
    n_pairs = 0
    for row in rows:
        n_seen = _spread(roads, starts, row, board, scale.limit, shift)
        n_met = _meet(goals, board, n_seen, scale)
        n_met = _meet_on_the_way(starts, row, goals, board, n_met, scale.cutoff_s)
        if n_pairs + n_met > room:
            room = 2 * (n_pairs + n_met)
            pair, far = _wider(pair, room), _wider(far, room)
        for goal in board.met[:n_met]:
            pair[0, n_pairs], pair[1, n_pairs] = row, goal
            far[0, n_pairs], far[1, n_pairs] = board.goal_s[goal], board.goal_m[goal]
            n_pairs += 1
        _wipe(board, n_seen, n_met, scale.limit)
    return pair[0, :n_pairs], pair[1, :n_pairs], far[0, :n_pairs], far[1, :n_pairs]


@compiled
def _spread(roads: Roads, starts: Starts, row: int, board: Board, limit: int, shift: int) -> int:
    """Label every node within the cutoff; their number."""
    # Taken out of the tuples once: each look into a tuple inside the loops would count a reference, ten times slower.
    first, head, step = roads
    label, after, before, seen = board.cost, board.after, board.before, board.seen
    n_nodes, n_seen = len(label), 0
    for side in range(2):
        node, cost = starts.node[row, side], starts.cost[row, side]
        if node != NONE and cost < label[node]:
            n_seen = _note(seen, n_seen, node, label[node] == limit)
            label[node] = cost
            _move(after, before, node, n_nodes + (cost >> shift))
    for gate in range(n_nodes, len(after)):
        while after[gate] != gate:
            node = after[gate]
            _leave(after, before, node)
            for arc in range(first[node], first[node + 1]):
                there, cost = head[arc], label[node] + step[arc]
                if cost < label[there]:  # a node without a label has the limit
                    n_seen = _note(seen, n_seen, there, label[there] == limit)
                    label[there] = cost
                    _move(after, before, there, n_nodes + (cost >> shift))
    return n_seen


@compiled
def _note(seen: Array, n_seen: int, node: int, is_new: bool) -> int:
    """Remember a node or a goal that has no label yet; the number of those remembered."""
    if is_new:
        seen[n_seen] = node
        n_seen += 1
    return n_seen


@compiled
def _move(after: Array, before: Array, node: int, gate: int) -> None:
    """Move a node from wherever it is into the bucket behind a gate."""
    _leave(after, before, node)
    other = after[gate]
    after[gate], before[node] = node, gate
    after[node], before[other] = other, node


@compiled
def _leave(after: Array, before: Array, node: int) -> None:
    """Take a node out of its ring."""
    last, other = before[node], after[node]
    after[last], before[other] = other, last
    after[node], before[node] = node, node


@compiled
def _meet(goals: Goals, board: Board, n_seen: int, scale: Scale) -> int:
    """Label the goals that are reached from labelled nodes; their number."""
    first, point, _, along_s, along_m, access_s, access_m = goals
    label, goal_s, goal_m, met = board.cost, board.goal_s, board.goal_m, board.met
    n_met = 0
    for node in board.seen[:n_seen]:
        node_s = (label[node] >> LENGTH_BITS) * scale.tick_s
        node_m = (label[node] & LENGTH_MASK) * scale.tick_m
        for at in range(first[node], first[node + 1]):
            goal, time_s, length_m = point[at], node_s + along_s[at] + access_s[at], node_m + along_m[at] + access_m[at]
            known_s = goal_s[goal]
            if time_s <= scale.cutoff_s and (time_s < known_s or (time_s == known_s and length_m < goal_m[goal])):
                n_met = _note(met, n_met, goal, known_s == np.inf)
                goal_s[goal], goal_m[goal] = time_s, length_m
    return n_met


@compiled
def _meet_on_the_way(starts: Starts, row: int, goals: Goals, board: Board, n_met: int, cutoff_s: float) -> int:
    """Label the goals that stand on an arc of the start, not before it; the number of labelled goals."""
    for side in range(2):
        arc, tail = starts.arc[row, side], starts.tail[row, side]
        if arc == NONE or tail == NONE:
            continue
        for at in range(goals.first[tail], goals.first[tail + 1]):
            drive_s = goals.along_s[at] - starts.along_s[row, side]
            if goals.arc[at] == arc and drive_s >= 0.0:
                time_s = starts.access_s[row] + drive_s + goals.access_s[at]
                drive_m = goals.along_m[at] - starts.along_m[row, side]
                length_m = starts.access_m[row] + drive_m + goals.access_m[at]
                goal = goals.point[at]
                known_s = board.goal_s[goal]
                if time_s <= cutoff_s and (time_s < known_s or (time_s == known_s and length_m < board.goal_m[goal])):
                    n_met = _note(board.met, n_met, goal, known_s == np.inf)
                    board.goal_s[goal], board.goal_m[goal] = time_s, length_m
    return n_met


@compiled
def _wider(table: Array, room: int) -> Array:
    """Two rows with room for more."""
    wider = np.empty((2, room), table.dtype)
    wider[:, : table.shape[1]] = table
    return wider


@compiled
def _wipe(board: Board, n_seen: int, n_met: int, limit: int) -> None:
    """Remove all labels."""
    label, goal_s, goal_m = board.cost, board.goal_s, board.goal_m
    for node in board.seen[:n_seen]:
        label[node] = limit
    for goal in board.met[:n_met]:
        goal_s[goal] = np.inf
        goal_m[goal] = np.inf
