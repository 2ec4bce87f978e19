"""Equal lists of integers, found without ever taking a collision of hashes for equality."""

import numpy as np

from solvers.compiled import compiled
from solvers.problem import Integers


def equal_lists(begin: Integers, member: Integers) -> tuple[Integers, Integers]:
    """Group equal lists.

    Parameters
    ----------
    begin
        List `l` is `member[begin[l]:begin[l + 1]]`, shape (L + 1,).
    member
        Integers, at least 0, shape (K,).

    Returns
    -------
    group, leader
        Group of each list, shape (L,), and one list of each group, shape (G,). Groups are sorted by the first member of
        their lists (empty ones first), then by all of it, whatever the order in which the lists come: lists that have
        members in common are near each other.
    """
    n_slots = 1 << max(int(2 * (len(begin) - 1)).bit_length(), 4)
    found, leader, mark = _group(begin, member, n_slots)
    first = np.full(len(leader), -1, dtype=np.int64)
    filled = begin[leader + 1] > begin[leader]
    first[filled] = member[begin[leader[filled]]]
    order = np.lexsort((mark, begin[leader + 1] - begin[leader], first))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[found], leader[order]


@compiled
def _group(begin: Integers, member: Integers, n_slots: int) -> tuple[Integers, Integers, Integers]:
    """Groups in order of appearance, their first lists and the marks of these; open addressing."""
    n_lists = len(begin) - 1
    slots = np.full(n_slots, -1, dtype=np.int64)
    group = np.empty(n_lists, dtype=np.int64)
    leader, marks = np.empty_like(group), np.empty_like(group)
    n_groups = 0
    for a in range(n_lists):
        mark = _mark(begin[a], begin[a + 1], member)
        slot = mark & (n_slots - 1)
        while slots[slot] >= 0:
            g = slots[slot]
            if marks[g] == mark and _equal(begin[a], begin[a + 1], begin[leader[g]], begin[leader[g] + 1], member):
                break
            slot = (slot + 1) & (n_slots - 1)
        if slots[slot] < 0:
            slots[slot], leader[n_groups], marks[n_groups] = n_groups, a, mark
            n_groups += 1
        group[a] = slots[slot]
    return group, leader[:n_groups].copy(), marks[:n_groups].copy()


@compiled
def _mark(start: int, end: int, member: Integers) -> np.int64:
    """A number of 62 bits that different lists seldom share (Steele, Lea & Flood 2014)."""
    mark = np.uint64(end - start)
    for k in range(start, end):
        mark = (mark ^ np.uint64(member[k])) * np.uint64(0xBF58476D1CE4E5B9)
        mark ^= mark >> np.uint64(29)
        mark *= np.uint64(0x94D049BB133111EB)
        mark ^= mark >> np.uint64(32)
    return np.int64(mark >> np.uint64(2))


@compiled
def _equal(start: int, end: int, other: int, other_end: int, member: Integers) -> bool:
    if end - start != other_end - other:
        return False
    same = 0
    while same < end - start and member[start + same] == member[other + same]:
        same += 1
    return same == end - start
