"""Points by the sites around them: a grid whose cells know which sites cover all of them, and which a part."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.problem import Floats, Integers

_MOST_CELLS = 1 << 14  # what fits into a cache near the processor
_MOST_ENTRIES = 3e7
_SLACK = 1e-9  # relative: nearer to a boundary than this, a cell leaves the decision to each point
_RIM = 1e-9
_FULL = 0.5  # of the slots of a table
_WORD = 63  # sites per word of a signature


class Grid(NamedTuple):
    """Cells over the plane, row by row, and the sites that cover each wholly or perhaps in part, ascending.

    Parameters
    ----------
    low, step
        Lower corner (x, y) and size of a cell.
    shape
        Cells along x and y.
    all_begin, all_site
        Sites that cover every point of a cell, shape (cells + 1,) and (A,).
    part_begin, part_site
        Sites of which that is not known.
    sites
        x and y of each site, shape (J, 2).
    standard
        Distance within which a site covers, boundary included.
    """

    low: Floats
    step: float
    shape: Integers
    all_begin: Integers
    all_site: Integers
    part_begin: Integers
    part_site: Integers
    sites: Floats
    standard: float


class Table(NamedTuple):
    """Signatures seen so far, by cell and by which of its uncertain sites cover, with their weight and points.

    Open addressing: slot `s` is free while `cell[s] < 0`. `used` holds the number of slots in use.
    """

    cell: Integers
    words: Integers
    weight: Floats
    points: Integers
    used: Integers


def grid_of(sites: Floats, standard: float, n_points: int) -> Grid:
    """Lay a grid over all that the sites cover, fine enough for some number of points."""
    low = sites.min(axis=0) - standard if len(sites) else np.zeros(2)
    high = sites.max(axis=0) + standard if len(sites) else np.ones(2)
    # A rim, so that what lies on the outermost boundary lies inside.
    rim = _RIM * max(float((high - low).max()), float(np.abs([low, high]).max()), 1e-300)
    low, extent = low - rim, high - low + 2 * rim
    covering = max(len(sites) * min((2 * standard) ** 2 / float(extent.prod()), 1.0), 1e-9)  # sites over a place
    most = min(_MOST_CELLS, max(4 * n_points, 1), max(int(_MOST_ENTRIES / covering), 1))
    step = max(float(np.sqrt(extent.prod() / most)), float(extent.max()) / most)
    shape = np.maximum(np.ceil(extent / step), 1).astype(np.int64)
    sizes = _sizes(sites, standard, low, step, shape)
    begin = [np.r_[0, np.cumsum(size)] for size in sizes]
    whole, part = _fill(sites, standard, low, step, shape, begin[0], begin[1])
    return Grid(low, step, shape, begin[0], whole, begin[1], part, sites, standard)


def empty_table(grid: Grid, n_slots: int = 1 << 16) -> Table:
    """A table without signatures."""
    n_words = max(-(-int(np.diff(grid.part_begin).max(initial=0)) // _WORD), 1)
    return Table(
        np.full(n_slots, -1, dtype=np.int64),
        np.zeros((n_slots, n_words), dtype=np.int64),
        np.zeros(n_slots),
        np.zeros(n_slots, dtype=np.int64),
        np.zeros(1, dtype=np.int64),
    )


def sort_in(points: Floats, weight: Floats, grid: Grid, table: Table) -> tuple[Table, float, int]:
    """Add points to a table; return it, or a larger one, and weight and number of points that lie outside the grid."""
    at, outside = 0, np.zeros(2)
    while True:
        at = _sort_in(points, weight, grid, table, at, outside)
        if at == len(points):
            return table, float(outside[0]), int(outside[1])
        larger = empty_table(grid, 4 * len(table.cell))
        _move(table, larger)
        table = larger


@compiled
def _span(at: float, standard: float, low: float, step: float, n: int) -> tuple[int, int]:
    """Cells along one axis that a site may reach."""
    first = int(np.floor((at - standard - low) / step)) - 1
    last = int(np.floor((at + standard - low) / step)) + 1
    return max(first, 0), min(last, n - 1)


@compiled
def _reach(site: Floats, standard: float, low: Floats, step: float, cx: int, cy: int) -> int:
    """How a site covers a cell: 2 wholly, 1 perhaps in part, 0 not at all."""
    near, far = 0.0, 0.0
    for axis in range(2):
        left = low[axis] + (cx if axis == 0 else cy) * step
        room = _SLACK * (step + abs(left))
        left, right = left - room, left + step + room
        beside = max(left - site[axis], site[axis] - right, 0.0)
        across = max(abs(left - site[axis]), abs(right - site[axis]))
        near += beside * beside
        far += across * across
    if np.sqrt(near) > standard * (1 + _SLACK):
        return 0
    return 2 if np.sqrt(far) < standard * (1 - _SLACK) else 1


@compiled
def _sizes(sites: Floats, standard: float, low: Floats, step: float, shape: Integers) -> tuple[Integers, Integers]:
    """Number of sites that cover each cell wholly, and perhaps in part."""
    whole, part = np.zeros(shape[0] * shape[1], dtype=np.int64), np.zeros(shape[0] * shape[1], dtype=np.int64)
    for j in range(len(sites)):
        x0, x1 = _span(sites[j, 0], standard, low[0], step, shape[0])
        y0, y1 = _span(sites[j, 1], standard, low[1], step, shape[1])
        for cy in range(y0, y1 + 1):
            for cx in range(x0, x1 + 1):
                reach = _reach(sites[j], standard, low, step, cx, cy)
                whole[cy * shape[0] + cx] += reach == 2
                part[cy * shape[0] + cx] += reach == 1
    return whole, part


@compiled
def _fill(
    sites: Floats, standard: float, low: Floats, step: float, shape: Integers, all_begin: Integers, part_begin: Integers
) -> tuple[Integers, Integers]:
    """The lists of which `_sizes` says how long they are."""
    whole, part = np.empty(all_begin[-1], dtype=np.int32), np.empty(part_begin[-1], dtype=np.int32)
    all_at, part_at = all_begin[:-1].copy(), part_begin[:-1].copy()
    for j in range(len(sites)):
        x0, x1 = _span(sites[j, 0], standard, low[0], step, shape[0])
        y0, y1 = _span(sites[j, 1], standard, low[1], step, shape[1])
        for cy in range(y0, y1 + 1):
            for cx in range(x0, x1 + 1):
                reach, c = _reach(sites[j], standard, low, step, cx, cy), cy * shape[0] + cx
                if reach == 2:
                    whole[all_at[c]] = j
                    all_at[c] += 1
                elif reach == 1:
                    part[part_at[c]] = j
                    part_at[c] += 1
    return whole, part


@compiled
def _sort_in(points: Floats, weight: Floats, grid: Grid, table: Table, start: int, outside: Floats) -> int:
    """Add points from one on until all are in or the table is full; say how far it came."""
    n_slots, n_words = table.words.shape
    words = np.zeros(n_words, dtype=np.int64)
    for i in range(start, len(points)):
        if table.used[0] > _FULL * n_slots:
            return i
        x, y = points[i, 0], points[i, 1]
        cx, cy = np.floor((x - grid.low[0]) / grid.step), np.floor((y - grid.low[1]) / grid.step)
        if not (0 <= cx < grid.shape[0] and 0 <= cy < grid.shape[1]):
            outside[0] += weight[i]
            outside[1] += 1
            continue
        c = int(cy) * grid.shape[0] + int(cx)
        for w in range(n_words):
            words[w] = 0
        for k in range(grid.part_begin[c], grid.part_begin[c + 1]):
            dx, dy = x - grid.sites[grid.part_site[k], 0], y - grid.sites[grid.part_site[k], 1]
            within = np.sqrt(dx * dx + dy * dy) <= grid.standard
            bit = k - grid.part_begin[c]
            words[bit // _WORD] |= np.int64(within) << (bit % _WORD)
        s = _slot(c, words, table)
        table.weight[s] += weight[i]
        table.points[s] += 1
    return len(points)


@compiled
def _slot(c: int, words: Integers, table: Table) -> np.int64:
    """The slot of a signature, a new one if it was not seen before."""
    n_slots, n_words = table.words.shape
    mark = np.uint64(c) * np.uint64(0x9E3779B97F4A7C15)
    for w in range(n_words):
        mark = (mark ^ np.uint64(words[w])) * np.uint64(0xBF58476D1CE4E5B9)
        mark ^= mark >> np.uint64(31)
    s = np.int64(mark & np.uint64(n_slots - 1))
    while table.cell[s] >= 0:
        if table.cell[s] == c:
            same = True
            for w in range(n_words):
                same = same and table.words[s, w] == words[w]
            if same:
                return s
        s = (s + 1) & (n_slots - 1)
    table.cell[s] = c
    for w in range(n_words):
        table.words[s, w] = words[w]
    table.used[0] += 1
    return s


@compiled
def _move(table: Table, larger: Table) -> None:
    """Move all signatures into a larger table."""
    for s in range(len(table.cell)):
        if table.cell[s] >= 0:
            t = _slot(table.cell[s], table.words[s], larger)
            larger.weight[t], larger.points[t] = table.weight[s], table.points[s]


@compiled
def signature_lists(grid: Grid, table: Table, slots: Integers) -> tuple[Integers, Integers]:
    """The sites that cover the points of each signature, ascending, as lists one after the other."""
    begin = np.zeros(len(slots) + 1, dtype=np.int64)
    for a in range(len(slots)):
        c = table.cell[slots[a]]
        n_part = 0
        for bit in range(grid.part_begin[c + 1] - grid.part_begin[c]):
            n_part += (table.words[slots[a], bit // _WORD] >> (bit % _WORD)) & 1
        begin[a + 1] = begin[a] + grid.all_begin[c + 1] - grid.all_begin[c] + n_part
    member = np.empty(begin[-1], dtype=np.int64)
    for a in range(len(slots)):
        c = table.cell[slots[a]]
        w, k = grid.all_begin[c], begin[a]
        for p in range(grid.part_begin[c], grid.part_begin[c + 1]):
            bit = p - grid.part_begin[c]
            if (table.words[slots[a], bit // _WORD] >> (bit % _WORD)) & 1:
                while w < grid.all_begin[c + 1] and grid.all_site[w] < grid.part_site[p]:
                    member[k] = grid.all_site[w]
                    w, k = w + 1, k + 1
                member[k] = grid.part_site[p]
                k += 1
        while w < grid.all_begin[c + 1]:
            member[k] = grid.all_site[w]
            w, k = w + 1, k + 1
    return begin, member
