"""A share of demand that must be served."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solvers.form import Form, form
from solvers.problem import Booleans, Floats, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class ServedShare:
    """At least a share of the demand of the given rows is served.

    Parameters
    ----------
    name
        What the planner calls it.
    rows
        Which demand rows it speaks of (of one service, so that units add), shape (I,).
    at_least
        Share, 0 to 1.
    """

    name: str
    rows: Booleans
    at_least: float
    touches_served: ClassVar[bool] = True

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Units served in the rows, shape (1,)."""
        return np.array([solution.served(problem)[self.rows].sum()])

    def form(self, problem: Problem) -> Form:
        """Each served unit of the rows counts one."""
        return form(problem, served=self.rows.astype(np.float64))

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """The share of the rows' demand below, nothing above."""
        return np.array([self.at_least * problem.demand[self.rows].sum()]), np.array([np.inf])

    def label(self, row: int) -> str:
        """Return the name."""
        return self.name
