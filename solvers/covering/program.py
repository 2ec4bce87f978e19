"""The master problem's linear program, sharpened by tangents where it is wrong."""

from dataclasses import dataclass

import numpy as np

from solvers.covering.master import TYPICAL
from solvers.covering.searched import Searched
from solvers.highs import GrowingProgram
from solvers.linear import Effort, dual_bound
from solvers.problem import Booleans, Floats

_BROKEN = 1e-7  # of the worth of a group: a tangent broken by less is kept
_SLACK = 1e-7 * TYPICAL  # a tangent farther away than this does not matter


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum of the program: columns, duals of the rows, and the bound that these duals prove in plain float64."""

    values: Floats
    duals: Floats
    bound: float


class TangentProgram:
    """The linear program of a master problem, with the tangents found so far.

    Parameters
    ----------
    master
        The master problem.
    effort
        Threads and seed.
    """

    def __init__(self, master: Searched, effort: Effort) -> None:
        self.master = master
        self.solved = 0
        self._program = GrowingProgram(master.model, effort)
        self._n_integer = int(master.model.integer.sum())

    @property
    def n_rows(self) -> int:
        """Number of rows, limits included."""
        return len(self._program.model.row_lo)

    def relax(self, lo: Floats, hi: Floats) -> Relaxed | None:
        """Solve within bounds of the integer columns; `None` when there is nothing within."""
        model = self.master.model
        n = self._n_integer
        self._program.bound(np.r_[lo, model.lo[n:]], np.r_[hi, model.hi[n:]])
        self.solved += 1
        found = self._program.solve()
        if found is None:
            return None
        values, duals = found[0], -found[1]  # HiGHS minimises the negative
        return Relaxed(values, duals, dual_bound(self._program.model, duals))

    def reduced_cost(self, relaxed: Relaxed) -> Floats:
        """What the bound gains per unit of each integer column, shape (N,)."""
        model = self._program.model
        reduced: Floats = model.cost - model.matrix.T @ relaxed.duals
        return reduced[: self._n_integer]

    def cut(self, relaxed: Relaxed, core: Floats | None = None) -> Floats | None:
        """Add the tangents that an optimum breaks; where they touch, or `None` when it breaks none.

        Tangents half way to a core point cut deeper than those at the optimum itself, and keep the next one from
        jumping (in-out separation, Ben-Ameur & Neto 2007).
        """
        values = relaxed.values
        at = np.clip(values[: self.master.n_options], 0.0, 1.0)
        worth = self.master.model.hi[self._n_integer :]
        for point in [at] if core is None else [(at + core) / 2, at]:
            rows, height = self.master.tangents(point)
            broken = np.flatnonzero(rows @ values - height > _BROKEN * np.maximum(worth, 1.0))
            if broken.size:
                self._program.add(rows[broken], np.full(len(broken), -np.inf), height[broken])
                return point
        return None

    def touch(self, point: Floats) -> None:
        """Add the tangents at a point, broken or not."""
        rows, height = self.master.tangents(point)
        self._program.add(rows, np.full(len(height), -np.inf), height)

    def forget(self, relaxed: Relaxed) -> None:
        """Take out the tangents that are slack at an optimum."""
        model = self._program.model
        slack: Booleans = model.row_hi - model.matrix @ relaxed.values > _SLACK
        slack[: len(self.master.model.row_lo)] = False
        self._program.drop(np.flatnonzero(slack))
