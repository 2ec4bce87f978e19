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
"""Starts searched between two looks at the progress: some tens of milliseconds in a city."""


class Found(NamedTuple):
    """Some pairs of a start and a goal, in no order."""

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
    known = _prepared(graph, starts, goals, scale)
    roads, _, _ = known
    shift = _shift(roads.cost)
    clean: SimpleQueue[Board] = SimpleQueue()
    for _ in range(work.threads):
        clean.put(board(len(roads.first) - 1, len(goals.access_s), scale.limit, shift))
    order = _together(graph, starts)
    blocks = [order[begin : begin + BLOCK] for begin in range(0, len(order), BLOCK)]

    def run(rows: npt.NDArray[np.int64]) -> Found:
        own = clean.get()
        try:
            return Found(*search(*known, rows, own, scale, shift))
        finally:
            clean.put(own)

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


def _prepared(graph: Graph, starts: Places, goals: Places, scale: Scale) -> tuple[Roads, Starts, Goals]:
    """The graph of the nodes that places need, and the places on it."""
    begin, end = _starts(graph, starts, scale), _goals(graph, goals)
    needed = np.diff(end.first) > 0
    needed[begin.node[begin.node >= 0]] = True
    tail, head, cost = reduced(graph.tail, graph.head, scale.cost(graph.time_s, graph.length_m), needed, scale.limit)
    kept = np.copy(needed)
    kept[tail] = kept[head] = True
    number = np.where(kept, np.cumsum(kept) - 1, NONE)
    counts = np.bincount(number[tail], minlength=int(kept.sum()))
    roads = Roads(np.concatenate([[0], np.cumsum(counts)]), number[head].astype(np.int32), cost.copy())
    # A node that was taken out has no goals, so that what stays begins where it did.
    end = end._replace(first=np.append(end.first[:-1][kept], end.first[-1]))
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
    at_node = np.flatnonzero(places.node >= 0)
    on_arc, side = np.nonzero(places.arc >= 0)
    arc = places.arc[on_arc, side]
    point = np.concatenate([at_node, on_arc])
    before = np.concatenate([places.node[at_node], graph.tail[arc]])
    nothing = np.zeros(len(at_node))
    order = np.argsort(before, kind="stable")
    counts = np.bincount(before, minlength=len(graph.first) - 1)
    return Goals(
        first=np.concatenate([[0], np.cumsum(counts)]),
        point=point[order].astype(np.int32),
        arc=np.concatenate([np.full(len(at_node), NONE, dtype=np.int64), arc])[order],
        along_s=np.concatenate([nothing, places.before_s[on_arc, side]])[order],
        along_m=np.concatenate([nothing, places.before_m[on_arc, side]])[order],
        access_s=places.access_s[point[order]],
        access_m=places.access_m[point[order]],
    )


def _shift(cost: npt.NDArray[np.int64]) -> int:
    """Bits to cut off a cost for its bucket: about half of the middle arc wide, and no more than a million buckets."""
    middle = int(np.median(cost)) if len(cost) else 0
    return max(middle.bit_length() - 2, TIME_BITS + LENGTH_BITS - 20)
