"""A model whose limits can be left out, or give way, side by side of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from solvers.compact import CompactModel
from solvers.limits import Limit
from solvers.linear import LinearModel
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.rows import limit_rows
from solvers.verify import TOLERANCE

NO_LIMIT = -1
"""In place of a limit's index: the required options."""


@dataclass(frozen=True)
class Side:
    """The least or the most that a row of a limit asks for; or that a required option is open.

    Parameters
    ----------
    limit
        Index of the limit, `NO_LIMIT` for a required option.
    row
        Row of the limit, or the option.
    upper
        1 for the most, 0 for the least.
    """

    limit: int
    row: int
    upper: int = 0


@dataclass(frozen=True, eq=False)
class Elastic:
    """The compact model of a problem, and one row for each side of its limits.

    Parameters
    ----------
    model
        The compact model without limits.
    sides
        Every finite bound of a limit, in the order of the limits; the required options last.
    matrix, lo, hi
        A row for each side of a limit, with the one bound.
    """

    model: CompactModel
    sides: tuple[Side, ...]
    matrix: sparse.csr_matrix
    lo: Floats
    hi: Floats

    @classmethod
    def build(cls, problem: Problem, limits: Sequence[Limit], *, demand: bool) -> "Elastic":
        """Write the rows of all limits; without demand of those that speak of options alone."""
        model = CompactModel.build(problem if demand else problem.without_demand(), ())
        sides: list[Side] = []
        parts = [sparse.csr_matrix((0, len(model.rows.cost)))]
        bounds: list[tuple[Floats, Floats]] = []
        for index, limit in enumerate(limits):
            if limit.touches_served and not demand:
                continue
            matrix, lo, hi, _ = limit_rows(model.problem, model.columns, limit)
            least, most = (np.flatnonzero(np.isfinite(bound)) for bound in (lo, hi))
            sides += [Side(index, row, upper) for upper, rows in enumerate((least, most)) for row in rows.tolist()]
            parts.append(matrix[np.r_[least, most]])
            bounds.append((np.r_[lo[least], np.full(len(most), -np.inf)], np.r_[np.full(len(least), np.inf), hi[most]]))
        return cls(
            model=model,
            sides=(*sides, *(Side(NO_LIMIT, option) for option in np.flatnonzero(problem.required).tolist())),
            matrix=sparse.vstack(parts, format="csr"),
            lo=np.concatenate([np.zeros(0), *(lo for lo, _ in bounds)]),
            hi=np.concatenate([np.zeros(0), *(hi for _, hi in bounds)]),
        )

    def kept(self, sides: Booleans) -> LinearModel:
        """Return the model with these sides alone, shape (sides,): anything that keeps to them will do."""
        rows, required = np.split(sides, [len(self.lo)])
        lo = np.zeros_like(self.model.rows.lo)
        lo[self._required[required]] = 1.0
        return self._with_rows(self.matrix[rows], self.lo[rows], self.hi[rows], lo)

    def giving(self, sides: Booleans) -> LinearModel:
        """Return the model in which these sides of limits give way: the least sum of slacks relative to the bounds.

        A bound smaller than its row's largest coefficient counts as that coefficient, so that a bound of 0 can give
        way too. The columns of the slacks stand last, in the order of the sides.
        """
        rows = np.flatnonzero(sides[: len(self.lo)])
        upper = np.isfinite(self.hi[rows])
        unit = np.maximum(np.abs(np.where(upper, self.hi[rows], self.lo[rows])), 1.0)
        own = self._with_rows(self.matrix, self.lo, self.hi, self.model.rows.lo)
        n, n_slacks = len(own.cost), len(rows)
        at = (len(self.model.rows.row_lo) + rows, np.arange(n_slacks))
        slack = sparse.csr_matrix((np.where(upper, -unit, unit), at), (len(own.row_lo), n_slacks))
        return replace(
            own,
            maximise=False,
            cost=np.r_[np.zeros(n), np.ones(n_slacks)],
            lo=np.r_[own.lo, np.zeros(n_slacks)],
            hi=np.r_[own.hi, np.full(n_slacks, np.inf)],
            integer=np.r_[own.integer, np.zeros(n_slacks, dtype=bool)],
            matrix=sparse.hstack([own.matrix, slack], format="csr"),
        )

    def met(self, values: Floats) -> Booleans:
        """Which sides an answer keeps to, shape (sides,), by the values of its columns (and of slacks, which are not
        asked).
        """
        columns = values[: self.matrix.shape[1]]
        value = self.matrix @ columns
        within = (value >= self.lo - TOLERANCE) & (value <= self.hi + TOLERANCE)
        return np.concatenate([within, columns[self._required] > 0.5])

    @cached_property
    def _required(self) -> Integers:
        return np.flatnonzero(self.model.problem.required)

    def _with_rows(self, matrix: sparse.csr_matrix, row_lo: Floats, row_hi: Floats, lo: Floats) -> LinearModel:
        own = self.model.rows
        return replace(
            own,
            lo=lo,
            matrix=sparse.vstack([own.matrix, matrix], format="csr"),
            row_lo=np.r_[own.row_lo, row_lo],
            row_hi=np.r_[own.row_hi, row_hi],
        )
