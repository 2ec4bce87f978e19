"""The side of a covering problem, with the worth covered known only by tangents: Benders' master problem."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse

from solvers.covering.exchange import Aim, Rules, exchange
from solvers.covering.families import Families
from solvers.covering.tangents import Cover, cover_of, tangents
from solvers.linear import LinearModel
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.side import Side

_GROUPS = 100  # tangents per point: one alone learns slowly, many make the program large
_ROUNDING = 1e-7  # of a row's left side, in the model's units
TYPICAL = 1e4  # an objective of this size keeps solver tolerances meaningful


@dataclass(frozen=True, eq=False)
class Master:
    """Maximise an objective over options, their modules and the worth that each group of families may have at most.

    Columns: how far each option is open; modules of those options whose number of modules can be chosen and matters;
    the worth of each group. Modules of all other options are their least.

    Parameters
    ----------
    model
        Columns and limit rows, to be maximised, without any tangent.
    cover
        Families with their worth as shares of `TYPICAL`.
    group_begin
        Families of each group, shape (G + 1,).
    sized
        Options with a column for their modules, shape (N,).
    least_modules
        Shape (O,).
    kept
        Options that must be open, shape (O,).
    rules, aim
        The same for options at their least modules.
    unit, offset
        The objective is `unit` × that of the model plus the offset.
    grain
        Objectives of the model differ by whole multiples of this; 0 when that is not known.
    room
        Part of a limit by which an answer may miss it.
    """

    model: LinearModel
    cover: Cover
    group_begin: Integers
    sized: Integers
    least_modules: Integers
    kept: Booleans
    rules: Rules
    aim: Aim
    unit: float
    offset: float
    grain: float = 0.0
    room: float = _ROUNDING

    @classmethod
    def of(cls, problem: Problem, side: Side, families: Families, total: float) -> Self:
        """Write a problem's side as a master problem.

        Parameters
        ----------
        problem
            The problem.
        side
            Objective and limits; what they say of served demand is that of the families' worth.
        families
            Demand rows taken together, with `total` as the worth of all.
        total
            Unit of worth: its `TYPICAL`-th part is one unit in the model.
        """
        worth_unit = total / TYPICAL
        scaled = replace(families, weight=families.weight / worth_unit)
        group_begin = np.unique(np.linspace(0, len(families), min(_GROUPS, len(families)) + 1).astype(np.int64))
        sums = np.add.reduceat(scaled.weight, group_begin[:-1]) if len(families) else np.zeros(0)
        sized, opened, per_opened = _sized(problem, side)
        price = worth_unit * float(side.per_served.any())
        # An objective over options alone has its own unit.
        size = float(np.abs(per_opened).sum() + np.abs(side.per_module[sized]) @ problem.max_modules[sized])
        unit = worth_unit if price else max(size, 1e-300) / TYPICAL
        n, n_sized = problem.n_options, len(sized)
        counted = (side.served.getnnz(axis=1) > 0).astype(np.float64) * worth_unit
        worth = sparse.csr_matrix(np.repeat(counted[:, None], len(sums), axis=1))
        limits = sparse.hstack([opened, side.modules[:, sized], worth], format="csr")
        links = _links(problem, sized, len(sums))
        matrix = sparse.csr_matrix(sparse.vstack([limits, links], format="csr"))
        lo = np.r_[side.lo - side.constant, np.zeros(n_sized), np.full(n_sized, -np.inf)]
        hi = np.r_[side.hi - side.constant, np.full(n_sized, np.inf), np.zeros(n_sized)]
        largest = abs(matrix).max(axis=1).toarray().ravel() if len(lo) else np.ones(0)
        largest = np.where(largest > 0, largest, 1.0)
        model = LinearModel(
            maximise=True,
            cost=np.r_[per_opened, side.per_module[sized], np.full(len(sums), price)] / unit,
            lo=np.r_[problem.required, np.where(problem.required, problem.min_modules, 0)[sized], np.zeros(len(sums))],
            hi=np.r_[np.ones(n), problem.max_modules[sized], sums],
            integer=np.r_[np.ones(n + n_sized, dtype=bool), np.zeros(len(sums), dtype=bool)],
            matrix=sparse.csr_matrix(sparse.diags_array(1 / largest) @ matrix),
            row_lo=lo / largest,
            row_hi=hi / largest,
            scale=unit,
        )
        floor = np.max((side.lo - side.constant)[counted > 0] / worth_unit, initial=-np.inf)
        return cls(
            model=model,
            cover=cover_of(scaled, n),
            group_begin=group_begin,
            sized=sized,
            least_modules=problem.min_modules,
            kept=problem.required,
            rules=_rules(problem, side, counted == 0),
            aim=Aim(price / unit, _profit(problem, side) / unit, float(floor)),
            unit=unit,
            offset=side.offset,
        )

    @property
    def n_options(self) -> int:
        """Number of options."""
        return len(self.kept)

    def tangents(self, opened: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Rows `worth of the group - slope × opened <= height` that hold for every answer, one per group."""
        slope, height = tangents(opened, self.cover, self.group_begin)
        n = len(height)
        left = sparse.csr_matrix(-slope)
        modules = sparse.csr_matrix((n, len(self.sized)))
        return sparse.csr_matrix(sparse.hstack([left, modules, sparse.identity(n)], format="csr")), height

    def answer(self, modules: Integers) -> Floats | None:
        """All columns of an answer with the given modules per option; `None` when it breaks a limit."""
        model = self.model
        opened = (modules > 0).astype(np.float64)
        values = np.r_[opened, modules[self.sized], self.worth(opened)]
        inside = np.all((values >= model.lo - _ROUNDING) & (values <= model.hi * (1 + _ROUNDING) + _ROUNDING))
        left = model.matrix @ values
        room = self.room * np.maximum(1.0, np.abs(left))
        kept = np.all((left >= model.row_lo - room) & (left <= model.row_hi + room))
        return values if inside and kept else None

    def worth(self, opened: Floats) -> Floats:
        """Worth of each group with options that are open (1) or closed (0), shape (G,)."""
        slope, height = tangents(opened, self.cover, self.group_begin)
        worth: Floats = slope @ opened + height
        return worth

    def near(self, opened: Floats) -> Floats | None:
        """All columns of an answer that exchanges find near partly open options, if they find one."""
        found, fine = exchange(np.round(opened, 2), self.kept, self.cover, self.rules, self.aim)
        return self.answer(np.where(found, self.least_modules, 0)) if fine else None

    def modules(self, values: Floats) -> Integers:
        """Modules per option of whole columns, shape (O,)."""
        opened = np.round(values[: self.n_options]) > 0
        modules = np.where(opened, self.least_modules, 0)
        modules[self.sized] = np.round(values[self.n_options :][: len(self.sized)])
        return modules


def _sized(problem: Problem, side: Side) -> tuple[Integers, sparse.csr_matrix, Floats]:
    """Options that need a column for modules; coefficients of opening with those of the others' modules in them."""
    matters = (side.per_module != 0) | (side.modules.getnnz(axis=0) > 0)
    chosen = matters & (problem.max_modules > problem.min_modules)
    least = np.where(chosen, 0, problem.min_modules).astype(np.float64)
    opened = sparse.csr_matrix(side.opened + side.modules @ sparse.diags_array(least))
    return np.flatnonzero(chosen), opened, side.per_opened + side.per_module * least


def _profit(problem: Problem, side: Side) -> Floats:
    """Objective of each option open at its least modules."""
    return np.asarray(side.per_opened + side.per_module * problem.min_modules, dtype=np.float64)


def _links(problem: Problem, sized: Integers, n_groups: int) -> sparse.csr_matrix:
    """An open option has between its least and its most modules, a closed one none."""
    n, each = len(sized), sparse.identity(len(sized))
    pick = sparse.csr_matrix((np.ones(n), (np.arange(n), sized)), (n, problem.n_options))
    blocks = [
        sparse.hstack(
            [-sparse.diags_array(bound[sized].astype(np.float64)) @ pick, each, sparse.csr_matrix((n, n_groups))]
        )
        for bound in (problem.min_modules, problem.max_modules)
    ]
    return sparse.csr_matrix(sparse.vstack(blocks, format="csr"))


def _rules(problem: Problem, side: Side, of_options: Booleans) -> Rules:
    """Limit rows that speak of options alone, by option, everything open at its least modules."""
    kept = np.flatnonzero(of_options)
    rows = sparse.csc_matrix((side.opened + side.modules @ sparse.diags_array(problem.min_modules.astype(float)))[kept])
    return Rules(
        begin=rows.indptr.astype(np.int64),
        row=rows.indices.astype(np.int64),
        amount=rows.data.astype(np.float64),
        constant=side.constant[kept],
        lo=side.lo[kept],
        hi=side.hi[kept],
    )
