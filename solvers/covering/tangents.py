"""Worth covered by options that are partly open: a concave function, and linear functions that touch it from above."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.covering.families import Families
from solvers.problem import Floats, Integers

_ROUNDING = 1e-9


class Cover(NamedTuple):
    """Families as bare arrays, for compiled loops: see `Families`; and the sets of each option.

    `set_family` is the family of each set, `most_hit` the most sets of a family that one option is in; the sets of
    option `o` stand at `at[at_begin[o]:at_begin[o + 1]]`.
    """

    weight: Floats
    set_begin: Integers
    member_begin: Integers
    member: Integers
    set_family: Integers
    most_hit: Integers
    at_begin: Integers
    at: Integers


def cover_of(families: Families, n_options: int) -> Cover:
    """Turn families round, so that options find their sets."""
    sizes = np.diff(families.member_begin)
    order = np.argsort(families.member, kind="stable")
    set_family = np.repeat(np.arange(len(families)), np.diff(families.set_begin))
    pairs, hits = np.unique(np.repeat(set_family, sizes) * n_options + families.member, return_counts=True)
    most_hit = np.zeros(len(families), dtype=np.int64)
    np.maximum.at(most_hit, pairs // n_options, hits)
    return Cover(
        weight=families.weight,
        set_begin=families.set_begin,
        member_begin=families.member_begin,
        member=families.member,
        set_family=set_family,
        most_hit=most_hit,
        at_begin=np.r_[0, np.cumsum(np.bincount(families.member, minlength=n_options))],
        at=np.repeat(np.arange(len(sizes)), sizes)[order],
    )


@compiled
def tangents(opened: Floats, cover: Cover, group_begin: Integers) -> tuple[Floats, Floats]:
    """Linear functions above the worth covered, that touch it at partly open options.

    Partly open options cover a family as far as the least of its sets is open, and at most once. With each family's
    least set as it is here, or none where all are open, the function is linear, and nowhere below.

    Parameters
    ----------
    opened
        How far each option is open, 0 to 1, shape (O,).
    cover
        Families.
    group_begin
        Families of each group: one function for each, shape (G + 1,).

    Returns
    -------
    slope, height
        Slope over the options, shape (G, O), and value where everything is closed, shape (G,).
    """
    n_groups = len(group_begin) - 1
    slope, height = np.zeros((n_groups, len(opened))), np.zeros(n_groups)
    for g in range(n_groups):
        for f in range(group_begin[g], group_begin[g + 1]):
            s = least_set(f, opened, cover)
            if s < 0:
                height[g] += cover.weight[f]
            else:
                for k in range(cover.member_begin[s], cover.member_begin[s + 1]):
                    slope[g, cover.member[k]] += cover.weight[f]
    return slope, height


@compiled
def least_set(f: int, opened: Floats, cover: Cover) -> int:
    """The set of a family that is open least, the first of equals; -1 when all are open."""
    least, at = 1.0 - _ROUNDING, -1
    for s in range(cover.set_begin[f], cover.set_begin[f + 1]):
        total = 0.0
        for k in range(cover.member_begin[s], cover.member_begin[s + 1]):
            total += opened[cover.member[k]]
        if total < least:
            least, at = total - _ROUNDING, s
    return at
