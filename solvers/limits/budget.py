"""Money over a set of options."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solvers.form import Form, form
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class Budget:
    """Cost of the options of the set is at most an amount; modules that stand already cost nothing.

    Parameters
    ----------
    name
        What the planner calls it.
    options
        Indices of the options it pays for.
    at_most
        Amount, in the unit of the problem's costs.
    """

    name: str
    options: Integers
    at_most: float
    touches_served: ClassVar[bool] = False

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Money spent in the set, shape (1,)."""
        assert solution.modules is not None
        return np.array([problem.cost(solution.modules)[self.options].sum()])

    def form(self, problem: Problem) -> Form:
        """Fixed cost with the opening, module cost with the modules; opening gives back the cost of closing."""
        member = np.zeros(problem.n_options)
        member[self.options] = 1.0
        return form(
            problem,
            opened=member * (problem.fixed_cost - problem.module_cost * problem.base_modules - problem.closing_cost),
            modules=member * problem.module_cost,
            constant=float(member @ problem.closing_cost),
        )

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """Nothing below, the amount above."""
        return np.array([-np.inf]), np.array([self.at_most])

    def label(self, row: int) -> str:
        """Return the name."""
        return self.name
