"""All pairs of places within a cutoff: searches from the fewer side, side by side, in blocks that lie together."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.roads.graph import Graph
from geodata.roads.reduction import reduced
from geodata.roads.scale import LENGTH_BITS, TIME_BITS, Scale, scale_of
from geodata.roads.search import Board, Goals, Roads, Starts, board, search
from geodata.roads.snapping import NONE, Places
from geodata.roads.work import Work

BLOCK = 64
"""Most starts searched between two looks at the progress: some tens of milliseconds in a city."""

BLOCK_PAIRS = 4_000_000
"""Most pairs that a block may find."""


class Found(NamedTuple):
    """Some pairs of a start and a goal: those of one start after those of another, goals ascending."""

    start: npt.NDArray[np.int32]
    goal: npt.NDArray[np.int32]
    time_s: npt.NDArray[np.float64]
    length_m: npt.NDArray[np.float64]


def pairs_within(
    graph: Graph, starts: Places, goals: Places, *, cutoff_s: float, access_mps: float, work: Work
) -> Iterator[Found]:
    """Find all pairs within a cutoff.

    Parameters
    ----------
    graph
        The roads.
    starts, goals
        Places on it.
    cutoff_s
        Longest time in seconds, itself included.
    access_mps
        Speed between points and roads, in metres per second.
    work
        Threads, progress, stop.

    Yields
    ------
    pairs
        Those of some of the starts, no start in two blocks.

    Raises
    ------
    TravelStoppedError
        When `work` says so.
    """
    scale = scale_of(graph, cutoff_s=cutoff_s, access_mps=access_mps)
    known = _prepared(graph, starts, goals, scale, work.threads)
    roads, _, _ = known
    shift = _shift(roads.cost)
    clean: SimpleQueue[Board] = SimpleQueue()
    for _ in range(work.threads):
        clean.put(board(len(roads.first) - 1, len(goals.access_s), scale.limit, shift))
    order = _together(graph, starts)
    size = min(max(BLOCK_PAIRS // max(len(goals.access_s), 1), 1), BLOCK)
    blocks = [order[begin : begin + size] for begin in range(0, len(order), size)]

    def run(rows: npt.NDArray[np.int64]) -> Found:
        own = clean.get()
        try:
            reached = search(*known, rows, own, scale, shift)
        finally:
            clean.put(own)
        return Found(np.repeat(rows.astype(np.int32), reached.counts), *reached[1:])

    done = 0
    with ThreadPoolExecutor(work.threads) as pool:
        for rows, found in zip(blocks, _few_ahead(pool, run, blocks, 2 * work.threads), strict=True):
            done += len(rows)
            yield found
            work.done(done, len(order))


def _few_ahead(
    pool: ThreadPoolExecutor, run: Callable[[Any], Found], blocks: list[npt.NDArray[np.int64]], ahead: int
) -> Iterator[Found]:
    """Results in the order of the blocks; no more blocks are begun than a few ahead of who takes them."""
    waiting: list[Future[Found]] = []
    for block in blocks:
        waiting.append(pool.submit(run, block))
        if len(waiting) > ahead:
            yield waiting.pop(0).result()
    for future in waiting:
        yield future.result()


def _together(graph: Graph, places: Places) -> npt.NDArray[np.int64]:
    """Rows of places on the network, those near to each other together: nodes are numbered in Z-order."""
    first = np.where(places.node >= 0, places.node, graph.tail[np.maximum(places.arc[:, 0], 0)])
    rows = np.flatnonzero(np.isfinite(places.access_s))
    return rows[np.argsort(first[rows], kind="stable")]


def _prepared(graph: Graph, starts: Places, goals: Places, scale: Scale, threads: int) -> tuple[Roads, Starts, Goals]:
    """The graph of the nodes that places need, and the places on it."""
    begin, end = _starts(graph, starts, scale), _goals(graph, goals)
    needed = np.diff(end.first) > 0
    needed[begin.node[begin.node >= 0]] = True
    costs = scale.cost(graph.time_s, graph.length_m)
    tail, head, cost = reduced(graph.tail, graph.head, costs, needed, scale.limit, threads=threads)
    kept = np.copy(needed)
    kept[tail] = kept[head] = True
    number, n_kept = np.where(kept, np.cumsum(kept) - 1, NONE), int(kept.sum())
    counts = np.bincount(number[tail], minlength=n_kept)
    roads = Roads(np.concatenate([[0], np.cumsum(counts)]), number[head].astype(np.int32), cost)
    # A node that was taken out has no goals, so that what stays begins where it did.
    end = end._replace(first=np.append(end.first[:-1][kept], end.first[-1]), node=np.append(number, n_kept)[end.node])
    begin = begin._replace(
        node=np.where(begin.node >= 0, number[begin.node], NONE),
        tail=np.where(begin.tail >= 0, number[begin.tail], NONE),
    )
    return roads, begin, end


def _starts(graph: Graph, places: Places, scale: Scale) -> Starts:
    on_arc = places.arc >= 0
    arc = np.where(on_arc, places.arc, 0)
    node = np.where(on_arc, graph.head[arc], NONE)
    at_node = places.node >= 0
    node[at_node, 0] = places.node[at_node]
    drive_s, drive_m = np.where(on_arc, places.after_s, 0.0), np.where(on_arc, places.after_m, 0.0)
    return Starts(
        node=node,
        cost=scale.cost(places.access_s[:, np.newaxis] + drive_s, places.access_m[:, np.newaxis] + drive_m),
        arc=places.arc,
        tail=np.where(on_arc, graph.tail[arc], NONE),
        along_s=places.before_s,
        along_m=places.before_m,
        access_s=places.access_s,
        access_m=places.access_m,
    )


def _goals(graph: Graph, places: Places) -> Goals:
    n_nodes = len(graph.first) - 1
    on_arc, at_node = places.arc >= 0, places.node >= 0
    node = np.where(on_arc, graph.tail[np.where(on_arc, places.arc, 0)], n_nodes)
    node[at_node, 0] = places.node[at_node]
    place, side = np.nonzero(node < n_nodes)
    before = node[place, side]
    counts = np.bincount(before, minlength=n_nodes)
    return Goals(
        first=np.concatenate([[0], np.cumsum(counts)]),
        place=place[np.argsort(before, kind="stable")].astype(np.int32),
        node=node.astype(np.int32),
        arc=places.arc,
        along_s=np.where(on_arc, places.before_s, 0.0),
        along_m=np.where(on_arc, places.before_m, 0.0),
        access_s=places.access_s,
        access_m=places.access_m,
    )


def _shift(cost: npt.NDArray[np.int64]) -> int:
    """Bits to cut off a cost for its bucket: about half of the middle arc wide, and no more than a million buckets."""
    middle = int(np.median(cost)) if len(cost) else 0
    return max(middle.bit_length() - 2, TIME_BITS + LENGTH_BITS - 20)
