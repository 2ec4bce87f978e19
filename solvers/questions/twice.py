"""Worth of being covered twice: the sets that it is written as, and tighter tangents."""

from dataclasses import dataclass, fields
from typing import NamedTuple, Self

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.covering.families import Families
from solvers.covering.master import Master
from solvers.covering.method import CoveringMethod
from solvers.covering.tangents import Cover, least_set
from solvers.problem import Floats, Integers, Problem
from solvers.side import Side

_ROUNDING = 1e-9


class Whole(NamedTuple):
    """The sets to be covered twice, by family: sets of family `f` stand at `begin[f]:begin[f + 1]`."""

    begin: Integers
    member_begin: Integers
    member: Integers


@dataclass(frozen=True, eq=False, kw_only=True)
class TwiceMaster(Master):
    """A master problem over sets that need options at two sites.

    Partly open options cover a set twice as far as half of their sum, as far as their sum without any one site, and at
    most once: the least of them is right for options that are open or closed, and never too low.
    """

    whole: Whole

    @classmethod
    def over(cls, master: Master, whole: Whole) -> Self:
        """The same problem with tighter tangents."""
        return cls(**{field.name: getattr(master, field.name) for field in fields(master)}, whole=whole)

    def tangents(self, opened: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Rows `worth of the group - slope × opened <= height` that hold for every answer, one per group."""
        slope, height = _tangents(opened, self.cover, self.whole, self.group_begin)
        n = len(height)
        parts = [sparse.csr_matrix(-slope), sparse.csr_matrix((n, len(self.sized))), sparse.identity(n)]
        return sparse.csr_matrix(sparse.hstack(parts, format="csr")), height


class TwiceMethod(CoveringMethod):
    """The covering method over a `backup_problem`.

    Parameters
    ----------
    once
        The problem it was made of.
    origin
        Cover set there of each cover set here, shape (C,).
    """

    def __init__(self, once: Problem, origin: Integers) -> None:
        self.once, self.origin = once, origin

    def master(self, problem: Problem, side: Side, families: Families, total: float) -> Master:
        """The master problem that is searched."""
        plain = super().master(problem, side, families, total)
        family = np.repeat(np.arange(len(families)), np.diff(families.set_begin))
        asked = np.unique(np.stack([family, self.origin[families.origin]]), axis=1)
        begin = np.searchsorted(self.once.pair_set, np.arange(self.once.n_sets + 1))
        ranges = [np.arange(begin[cover], begin[cover + 1]) for cover in asked[1]]
        members = self.once.pair_option[np.concatenate([np.zeros(0, dtype=np.int64), *ranges])]
        whole = Whole(
            begin=np.searchsorted(asked[0], np.arange(len(families) + 1)),
            member_begin=np.r_[0, np.cumsum([len(pairs) for pairs in ranges], dtype=np.int64)],
            member=members,
        )
        return TwiceMaster.over(plain, whole)


@compiled
def _tangents(opened: Floats, cover: Cover, whole: Whole, group_begin: Integers) -> tuple[Floats, Floats]:
    """Slope over the options, shape (G, O), and value where everything is closed, shape (G,)."""
    n_groups = len(group_begin) - 1
    slope, height = np.zeros((n_groups, len(opened))), np.zeros(n_groups)
    for g in range(n_groups):
        for f in range(group_begin[g], group_begin[g + 1]):
            s, least = least_set(f, opened, cover), 1.0
            if s >= 0:
                least = 0.0
                for k in range(cover.member_begin[s], cover.member_begin[s + 1]):
                    least += opened[cover.member[k]]
            half, least = _least_half(f, opened, whole, least)
            if half >= 0:
                for k in range(whole.member_begin[half], whole.member_begin[half + 1]):
                    slope[g, whole.member[k]] += cover.weight[f] / 2
            elif s >= 0:
                for k in range(cover.member_begin[s], cover.member_begin[s + 1]):
                    slope[g, cover.member[k]] += cover.weight[f]
            else:
                height[g] += cover.weight[f]
    return slope, height


@compiled
def _least_half(f: int, opened: Floats, whole: Whole, least: float) -> tuple[int, float]:
    """The set of a family of which half is open less than `least`, and how far; -1 without one."""
    at = -1
    for p in range(whole.begin[f], whole.begin[f + 1]):
        total = 0.0
        for k in range(whole.member_begin[p], whole.member_begin[p + 1]):
            total += opened[whole.member[k]] / 2
        if total < least - _ROUNDING:
            least, at = total, p
    return at, least
