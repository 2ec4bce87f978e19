"""The best ways between two nodes of a graph that pass no node twice, one after the other.

Yen's partition (1971): what is left after a path was found is divided by the node at which another path leaves it. A
part is searched only when nothing better is waiting than the least it could hold, which is known without a search from
the cost to go of every node; for the search itself (A*) these costs are the estimates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from math import inf

Path = tuple[int, ...]


@dataclass(frozen=True)
class Arcs:
    """Directed arcs by the node at which they begin: those of ``i`` are ``first[i]`` up to ``first[i + 1]``.

    Costs are whole numbers above 0, so that sums do not depend on their order and ties are ties.
    """

    first: Sequence[int]
    head: Sequence[int]
    cost: Sequence[int]

    def of(self, node: int) -> Iterator[tuple[int, int]]:
        """Head and cost of the arcs of a node."""
        for arc in range(self.first[node], self.first[node + 1]):
            yield self.head[arc], self.cost[arc]


@dataclass(frozen=True)
class _Part:
    """Paths that begin with some nodes and do not go on to others.

    Parameters
    ----------
    begin
        The nodes up to the one at which the paths leave the path they come from.
    cost
        Cost of the way along them.
    closed
        Nodes that must not follow.
    """

    begin: Path
    cost: int
    closed: frozenset[int]


_Waiting = tuple[float, bool, Path, int, _Part]
"""Least cost, whether it is that of a path, its nodes (those at its begin, for a part), a number, and the part."""


def loopless_paths(arcs: Arcs, origin: int, destination: int, most: int, to_go: Sequence[float]) -> list[Path]:
    """Find the cheapest paths.

    Parameters
    ----------
    arcs
        The graph.
    origin, destination
        Two different nodes.
    most
        Number of paths wanted.
    to_go
        For each node the least cost to the destination, infinite where there is no way.

    Returns
    -------
    paths
        Nodes of each, by cost; fewer when there are no more. Of paths that cost the same, those with the lower numbers
        of nodes come first among the ones waiting; the order depends on the graph alone.

    Notes
    -----
    J. Y. Yen, "Finding the K shortest loopless paths in a network", Management Science 17(11), 1971, 712-716.
    """
    found: list[Path] = []
    # By cost; parts before paths, so that the paths of all parts with a cost are known before one is taken.
    waiting: list[_Waiting] = []
    made = count()
    _wait(waiting, arcs, _Part((origin,), 0, frozenset()), to_go, next(made))
    while waiting and len(found) < most:
        _, is_path, path, _, part = heappop(waiting)
        if is_path:
            found.append(path)
            for left in _parts(arcs, path, part):
                _wait(waiting, arcs, left, to_go, next(made))
            continue
        searched = _searched(arcs, part, destination, to_go)
        if searched is not None:
            heappush(waiting, (searched[0], True, searched[1], next(made), part))
    return found


def _wait(waiting: list[_Waiting], arcs: Arcs, part: _Part, to_go: Sequence[float], number: int) -> None:
    """Let a part wait under the least that a path in it could cost."""
    passed = set(part.begin)
    steps = (
        cost + to_go[head] for head, cost in arcs.of(part.begin[-1]) if head not in passed and head not in part.closed
    )
    least = part.cost + min(steps, default=inf)
    if least < inf:
        heappush(waiting, (least, False, part.begin, number, part))


def _parts(arcs: Arcs, path: Path, part: _Part) -> Iterator[_Part]:
    """What is left of a part without its cheapest path."""
    cost = part.cost
    for last in range(len(part.begin) - 1, len(path) - 1):
        closed = part.closed if last == len(part.begin) - 1 else frozenset()
        yield _Part(path[: last + 1], cost, closed | {path[last + 1]})
        cost += next(step for head, step in arcs.of(path[last]) if head == path[last + 1])


def _searched(arcs: Arcs, part: _Part, destination: int, to_go: Sequence[float]) -> tuple[int, Path] | None:
    """Cost and nodes of the cheapest path of a part."""
    start = part.begin[-1]
    done = set(part.begin[:-1])
    came: dict[int, int] = {}
    best = {start: part.cost}
    open_nodes: list[tuple[float, int]] = [(part.cost + to_go[start], start)]
    while open_nodes:
        _, node = heappop(open_nodes)
        if node == destination:
            return best[node], part.begin[:-1] + _back(came, node)
        if node in done:
            continue
        done.add(node)
        for head, step in arcs.of(node):
            cost = best[node] + step
            skip = head in done or to_go[head] == inf or (node == start and head in part.closed)
            if not skip and cost < best.get(head, inf):
                best[head], came[head] = cost, node
                heappush(open_nodes, (cost + to_go[head], head))
    return None


def _back(came: dict[int, int], node: int) -> Path:
    """The nodes from the start of a search to a node."""
    nodes = [node]
    while node in came:
        node = came[node]
        nodes.append(node)
    return tuple(reversed(nodes))
