"""Demand rows that ask for the same cover sets, taken together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solvers.problem import Floats, Integers, Problem
from solvers.sums import sum_by

Marks = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Families:
    """Families of cover sets, each asked for by one or many demand rows; what nobody can cover is left out.

    Parameters
    ----------
    weight
        Worth of covering a family: that of all its demand rows, shape (N,).
    set_begin
        Cover sets of each family, shape (N + 1,).
    member_begin
        Options of each cover set, shape (M + 1,).
    member
        Options, ascending within a set, shape (K,).
    origin
        The problem's cover set that each one was taken from, shape (M,).
    """

    weight: Floats
    set_begin: Integers
    member_begin: Integers
    member: Integers
    origin: Integers

    @classmethod
    def of(cls, problem: Problem, worth: Floats) -> Self:
        """Collapse the demand rows of a problem that have the same cover sets.

        Rows are told apart by two 64-bit sums of random marks of their sets, which in turn are sums of marks of their
        options; among 10⁷ rows the chance that any two different ones are taken for the same is below 10⁻²⁴.

        Parameters
        ----------
        problem
            The problem; what its sets draw is ignored.
        worth
            Worth of covering each demand row, shape (I,).
        """
        sizes = np.bincount(problem.pair_set, minlength=problem.n_sets)
        first = np.searchsorted(problem.set_row, np.arange(problem.n_rows + 1))
        asked = (worth > 0) & (problem.least_of_sets(sizes.astype(np.float64)) > 0)
        rows = np.flatnonzero(asked)
        mark = _row_marks(problem, sizes, first)[:, rows]
        order = np.lexsort((rows, *mark))
        new = np.ones(len(order), dtype=bool)
        new[1:] = np.any(mark[:, order[1:]] != mark[:, order[:-1]], axis=0)
        family = np.cumsum(new) - 1
        weight = sum_by(family, worth[rows[order]], int(new.sum()))
        leader = rows[order[new]]
        begin = np.searchsorted(problem.pair_set, np.arange(problem.n_sets + 1))
        # Neighbours in this order share options, so that cuts over ranges of families are short.
        nearby = np.lexsort((leader, problem.pair_option[begin[first[leader]]] if len(leader) else leader))
        origin = _ranges(first, leader[nearby])
        return cls(
            weight=weight[nearby],
            set_begin=np.r_[0, np.cumsum(np.diff(first)[leader[nearby]])],
            member_begin=np.r_[0, np.cumsum(sizes[origin])],
            member=problem.pair_option[_ranges(begin, origin)],
            origin=origin,
        )

    def __len__(self) -> int:
        return len(self.weight)


def _ranges(begin: Integers, chosen: Integers) -> Integers:
    """All indices of some ranges, one after the other."""
    length = np.diff(begin)[chosen]
    shift = np.repeat(begin[chosen] - np.r_[0, np.cumsum(length)[:-1]][: len(chosen)], length)
    return shift + np.arange(length.sum())


def _row_marks(problem: Problem, sizes: Integers, first: Integers) -> Marks:
    """Two marks per demand row, the same for rows with the same cover sets, shape (2, I)."""
    rng = np.random.default_rng(0)
    marks = np.zeros((2, problem.n_rows), dtype=np.uint64)
    for half in range(2):
        of_option = rng.integers(1, 2**63, problem.n_options, dtype=np.uint64)
        of_set = _sums(of_option[problem.pair_option], np.r_[0, np.cumsum(sizes)])
        of_set ^= of_set >> np.uint64(29)
        of_set *= np.uint64(0xBF58476D1CE4E5B9)
        of_set ^= of_set >> np.uint64(32)
        marks[half] = _sums(of_set, first)
    return marks


def _sums(marks: Marks, begin: Integers) -> Marks:
    """Sums of ranges, round the clock of 64 bits."""
    total = np.zeros(len(marks) + 1, dtype=np.uint64)
    np.cumsum(marks, out=total[1:])
    sums: Marks = total[begin[1:]] - total[begin[:-1]]
    return sums
