"""A graph made smaller without changing any way between the nodes that are needed.

Nodes that nobody needs are taken out in rounds, and their neighbours are joined by direct arcs where no other way is as
good, as in the contraction hierarchies of Geisberger et al. (2008), but only as long as this makes no more arcs than it
removes. What a round does to a node depends on the graph before it alone, so that threads share the nodes of a round.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.roads.elimination import Links, eliminated, going, linked

Array = npt.NDArray[Any]

FEW_NEIGHBOURS, MOST_NEIGHBOURS = 7, 15
"""In the first round nodes with so many neighbours go, then with one more in each, up to the most."""

WIDEST = 100
"""Neighbours of a node over which a shorter way is looked for; a hub with more would be looked over too often."""

WORTH = 0.1
"""A round that takes out a smaller share of the nodes is the last."""

ALONE = 5000
"""Fewer nodes than this are not shared among threads."""


def reduced(
    tail: Array, head: Array, cost: Array, needed: Array, limit: int, *, threads: int = 1
) -> tuple[Array, Array, Array]:
    """Take out nodes that are not needed.

    Parameters
    ----------
    tail, head, cost
        The arcs.
    needed
        For each node, whether it must stay.
    limit
        An arc that costs so much is of no use.
    threads
        Threads to use; the result does not depend on it.

    Returns
    -------
    tail, head, cost
        Arcs between nodes that stayed, sorted by tail, no more than before; costs of the best ways between them are as
        before.
    """
    links = linked(tail, head, cost, len(needed), limit)
    name = np.arange(len(needed), dtype=np.int32)
    most, worth = FEW_NEIGHBOURS, True
    with ThreadPoolExecutor(threads) as pool:
        while worth:
            goes = going(links.first, links.head, needed[name], most)
            fewer = _without(links, goes, limit, pool, threads)
            if _arcs(fewer, limit) > _arcs(links, limit):
                break
            links, name = fewer, name[~goes]
            most, worth = min(most + 1, MOST_NEIGHBOURS), int(goes.sum()) > WORTH * len(goes)
    there = links.out < limit
    tails = np.repeat(name, np.diff(links.first))
    return tails[there], name[links.head[there]], links.out[there]


def _without(links: Links, goes: Array, limit: int, pool: ThreadPoolExecutor, threads: int) -> Links:
    """The graph without some nodes, the others numbered anew."""
    number = (np.cumsum(~goes) - 1).astype(np.int32)
    cut = np.linspace(0, len(goes), (threads if len(goes) > ALONE else 1) + 1).astype(np.int64)
    rows = list(
        pool.map(lambda begin, end: eliminated(links, goes, number, begin, end, limit, WIDEST), cut[:-1], cut[1:])
    )
    count, head, out, back = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    return Links(np.concatenate([[0], np.cumsum(count[~goes])]), head, out, back)


def _arcs(links: Links, limit: int) -> int:
    """Number of arcs in either direction."""
    return int((links.out < limit).sum())
