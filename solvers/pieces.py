"""Compiled loops over round trips: pieces between stations, and who carries a vehicle over them."""

import numpy as np
from numpy.typing import NDArray

from solvers.compiled import compiled
from solvers.problem import Floats, Integers

Bits = NDArray[np.uint64]


@compiled
def pieces(
    first: Integers,
    start: Floats,
    reach: Floats,
    member: Integers,
    n_members: Integers,
    circle: Floats,
    room: Floats,
    keep_all: bool,
) -> tuple[Integers, Floats, Integers, Integers]:
    """Cut the circle of each flow where stretches begin; the sets of options that carry a vehicle over the pieces.

    Parameters
    ----------
    first
        Stretches of each flow, shape (F + 1,).
    start, reach
        Where stretches begin, ascending within a flow, and how far they go, in km, shape (N,).
    member
        Whose stretch it is, as a number among the flow's members, shape (N,).
    n_members, circle, room
        Members of each flow, length of there and back and what is rounding, in km, shape (F,).
    keep_all
        Whether every different set is kept, or only those that contain no other.

    Returns
    -------
    set_flow, set_draw, set_size
        Flow, share of the circle and number of members of each set, shape (C,).
    pair_member
        Members of the sets, one set after the other.
    """
    # Compiled lists take their type from what they once held.
    set_flow, set_size, set_draw = [0][:0], [0][:0], [0.0][:0]
    pair_member, n_pairs = np.empty(1024, dtype=np.int64), 0
    for f in range(len(circle)):
        here = slice(first[f], first[f + 1])
        cuts, bits = _cut(start[here], reach[here], member[here], n_members[f], circle[f], room[f])
        kept, drawn = _least(cuts, bits, circle[f], keep_all)
        for n in range(len(kept)):
            before = n_pairs
            if n_pairs + n_members[f] > len(pair_member):
                pair_member = np.append(pair_member, np.empty(len(pair_member) + n_members[f], dtype=np.int64))
            for m in range(n_members[f]):
                if bits[kept[n], m >> 6] >> np.uint64(m & 63) & np.uint64(1):
                    pair_member[n_pairs] = m
                    n_pairs += 1
            set_flow.append(f)
            set_size.append(n_pairs - before)
            set_draw.append(drawn[n] / circle[f])
    return (
        np.array(set_flow, dtype=np.int64),
        np.array(set_draw),
        np.array(set_size, dtype=np.int64),
        pair_member[:n_pairs],
    )


@compiled
def _cut(
    start: Floats, reach: Floats, member: Integers, n_members: int, circle: float, room: float
) -> tuple[Floats, Bits]:
    """Cuts of the circle, and for the piece that ends at each cut the members that carry a vehicle over it."""
    cuts = np.empty(max(len(start), 1))
    cuts[0] = 0.0
    at = np.zeros(len(start), dtype=np.int64)
    n_cuts = 0
    for i in range(len(start)):
        # Cuts that differ by rounding alone are one: a sliver of road between them would draw next to nothing.
        if n_cuts == 0 or start[i] > cuts[n_cuts - 1] + room:
            cuts[n_cuts] = start[i]
            n_cuts += 1
        at[i] = n_cuts - 1
    n_cuts = max(n_cuts, 1)
    bits = np.zeros((n_cuts, (n_members >> 6) + 1), dtype=np.uint64)
    for i in range(len(start)):
        for step in range(1, n_cuts + 1):
            cut = at[i] + step
            end = cuts[cut] if cut < n_cuts else cuts[cut - n_cuts] + circle
            if end - start[i] > reach[i] + room:
                break
            bits[cut % n_cuts, member[i] >> 6] |= np.uint64(1) << np.uint64(member[i] & 63)
    return cuts[:n_cuts], bits


@compiled
def _least(cuts: Floats, bits: Bits, circle: float, keep_all: bool) -> tuple[Integers, Floats]:
    """Pieces whose sets are kept, and the length drawn in each; of equal sets the first, with the length of all."""
    n = len(cuts)
    sizes = np.zeros(n, dtype=np.int64)
    for j in range(n):
        for word in bits[j]:
            while word:
                word &= word - np.uint64(1)
                sizes[j] += 1
    order = np.argsort(sizes, kind="mergesort")
    if sizes[order[0]] == 0:
        return order[:1], np.full(1, circle)
    kept, drawn, n_kept = np.empty(n, dtype=np.int64), np.zeros(n), 0
    for j in order:
        length = cuts[j] - cuts[j - 1] if j else cuts[0] + circle - cuts[n - 1]
        same = -1
        for k in range(n_kept - 1, -1, -1):
            if keep_all and sizes[kept[k]] < sizes[j]:
                break
            if _within(bits[kept[k]], bits[j]):
                same = k
                break
        if same < 0:
            same, n_kept = n_kept, n_kept + 1
            kept[same] = j
        drawn[same] += length
    return kept[:n_kept], drawn[:n_kept]


@compiled
def _within(inner: Bits, outer: Bits) -> bool:
    """Whether all members of one set are in another."""
    outside = np.uint64(0)
    for w in range(len(inner)):
        outside |= inner[w] & ~outer[w]
    return bool(outside == 0)
