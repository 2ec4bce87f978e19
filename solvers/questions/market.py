"""Who wins how much from competitors, under every limit on options (Huff 1964)."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from scipy import sparse

from solvers.covering.families import Families
from solvers.covering.master import Master
from solvers.problem import Floats, Integers, Problem
from solvers.sums import ratio, sum_by

_LARGER = 1 + 1e-9  # upper bounds of what is won, against rounding
_SURE = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class Rivalry:
    """What attracts each demand row: options over their pairs, and all competitors together.

    Parameters
    ----------
    problem
        The problem; its rows have one cover set each, which draws nothing.
    attraction
        Attraction of each pair's option on its row, at least 0, shape (K,).
    rival
        Attraction of all competitors together on each row, at least 0, shape (I,).
    """

    problem: Problem
    attraction: Floats
    rival: Floats

    def faults(self) -> list[str]:
        """Everything that does not fit."""
        problem, faults = self.problem, []
        if problem.n_sets != problem.n_rows or (problem.set_draw > 0).any():
            faults.append("market share asks for one cover set per demand row, which draws nothing on capacities")
        for name, array, length in (
            ("attraction", self.attraction, problem.n_pairs),
            ("rival", self.rival, problem.n_rows),
        ):
            if array.shape != (length,):
                faults.append(f"{name} has shape {array.shape}, expected {length} numbers")
            elif not np.all(np.isfinite(array) & (array >= 0)):
                wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
                faults.append(f"{name}[{wrong[0]}] is {array[wrong[0]]}: expected a finite number >= 0")
        return faults

    def shares(self, modules: Integers) -> Floats:
        """Share of its row that each pair wins: its attraction among all that is open and all competitors', (K,)."""
        problem = self.problem
        open_to = np.where(modules[problem.pair_option] > 0, self.attraction, 0.0)
        own = sum_by(problem.pair_row, open_to, problem.n_rows)
        return ratio(open_to, (own + self.rival)[problem.pair_row])

    @property
    def worth(self) -> Floats:
        """What all of each row is worth, shape (I,)."""
        return self.problem.demand * self.problem.value

    @property
    def most(self) -> float:
        """What all options together would win."""
        every = np.ones(self.problem.n_options, dtype=np.int64)
        return float(self.worth[self.problem.pair_row] @ self.shares(every))

    def enough(self, least: float, cost: Floats) -> Integers:
        """Modules of options that together win at least so much, if all can: first those that win most for their cost.

        What is won is submodular, so that a gain computed before only ever falls (Minoux 1978). One option is opened
        at a site; other limits are not looked at. Options that are not needed in the end are closed again.
        """
        problem, worth = self.problem, self.worth
        shape = (problem.n_rows, problem.n_options)
        pulls = sparse.csc_matrix((self.attraction, (problem.pair_row, problem.pair_option)), shape)
        opened = problem.required.copy()
        own = pulls @ opened.astype(np.float64)

        def won(own: Floats) -> float:
            return float(worth @ ratio(own, own + self.rival))

        def gain(option: int) -> float:
            part = slice(pulls.indptr[option], pulls.indptr[option + 1])
            rows, before = pulls.indices[part], own[pulls.indices[part]]
            rival, after = self.rival[rows], before + pulls.data[part]
            more = worth[rows] @ (ratio(after, after + rival) - ratio(before, before + rival))
            return float(more / cost[option])

        queue = [(-np.inf, int(option)) for option in np.flatnonzero(~opened)]
        chosen, taken = [], set(problem.site[opened].tolist())
        while queue and won(own) < least:
            _, option = heapq.heappop(queue)
            if problem.site[option] in taken:
                continue
            now = gain(option)
            if queue and now < -queue[0][0]:
                heapq.heappush(queue, (-now, option))
                continue
            chosen.append(option)
            taken.add(problem.site[option])
            own += pulls[:, [option]].toarray().ravel()
        opened[chosen] = True
        for option in sorted(chosen, key=lambda each: -cost[each]):
            less = own - pulls[:, [option]].toarray().ravel()
            if won(less) >= least:
                own, opened[option] = less, False
        modules: Integers = np.where(opened, problem.min_modules, 0)
        return modules

    def families(self) -> Families:
        """A family for each row that can be won, worth what all options together win of it."""
        problem = self.problem
        won = sum_by(problem.pair_row, self.shares(np.ones(problem.n_options, dtype=np.int64)), problem.n_rows)
        weight = self.worth * won * _LARGER
        rows = np.flatnonzero(weight > 0)
        kept = np.flatnonzero((weight > 0)[problem.pair_row] & (self.attraction > 0))
        sizes = np.bincount(problem.pair_row[kept], minlength=problem.n_rows)[rows]
        return Families(
            weight=weight[rows],
            set_begin=np.arange(len(rows) + 1),
            member_begin=np.r_[0, np.cumsum(sizes)],
            member=problem.pair_option[kept],
            origin=rows,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class RivalryMaster(Master):
    """A master problem over rows whose worth is split by attraction.

    What open options win of a row is concave in what they attract, so that tangents bound it (Ljubić & Moreno 2018).
    Where no competitor attracts, one open option wins all.

    Parameters
    ----------
    attraction
        Attraction of each family's options, families × options.
    rival, full
        Attraction of competitors, and what all of the row is worth in units of the model, shape (N,).
    """

    attraction: sparse.csr_matrix
    rival: Floats
    full: Floats

    @classmethod
    def over(cls, master: Master, rivalry: Rivalry, families: Families) -> Self:
        """The same problem with worth that is shared."""
        problem, rows = rivalry.problem, families.origin
        kept = {field.name: getattr(master, field.name) for field in fields(master)}
        pair = np.flatnonzero(np.isin(problem.pair_row, rows) & (rivalry.attraction > 0))
        at = (np.searchsorted(rows, problem.pair_row[pair]), problem.pair_option[pair])
        attraction = sparse.csr_matrix((rivalry.attraction[pair], at), (len(rows), problem.n_options))
        scale = ratio(master.cover.weight, families.weight)
        return cls(**kept, attraction=attraction, rival=rivalry.rival[rows], full=rivalry.worth[rows] * scale)

    def tangents(self, opened: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Rows `worth of the group - slope × opened <= height` that hold for every answer, one per group."""
        own, alone = self.attraction @ opened, self.rival == 0
        both = own + self.rival
        factor = self.full * ratio(self.rival, both**2)
        height = self.full * ratio(own, both) ** 2
        attracts = sparse.csr_matrix((self.attraction > 0).astype(np.float64))
        won = attracts @ opened > _SURE
        height[alone] = np.where(won, self.full, 0.0)[alone]
        covers = np.where(alone & ~won, self.full, 0.0)
        slope = sparse.diags_array(np.where(alone, 0.0, factor)) @ self.attraction
        slope = slope + sparse.diags_array(covers) @ attracts
        groups = self._groups()
        rows = sparse.hstack(
            [-(groups @ slope), sparse.csr_matrix((groups.shape[0], len(self.sized))), sparse.identity(groups.shape[0])]
        )
        return sparse.csr_matrix(rows), groups @ height

    def worth(self, opened: Floats) -> Floats:
        """What options that are open (1) or closed (0) win of each group, shape (G,)."""
        own = self.attraction @ opened
        won: Floats = self._groups() @ (self.full * ratio(own, own + self.rival))
        return won

    def _groups(self) -> sparse.csr_matrix:
        n = len(self.full)
        begin = self.group_begin if n else np.zeros(1, dtype=np.int64)
        return sparse.csr_matrix((np.ones(n), np.arange(n), begin), (len(begin) - 1, n))


def rivalry_of(problem: Problem, attraction: Sequence[float] | Floats, rival: Sequence[float] | Floats) -> Rivalry:
    """Arrays as a rivalry, not yet checked."""
    return Rivalry(problem, np.asarray(attraction, dtype=np.float64), np.asarray(rival, dtype=np.float64))
