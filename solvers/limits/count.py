"""A number of stations or modules over a set of options."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from solvers.form import Form, form
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class Count:
    """At least and at most so many stations (or modules) among the options of the set.

    Parameters
    ----------
    name
        What the planner calls it.
    options
        Indices of the options counted; a mixed station stands in the sets of all its services.
    at_least, at_most
        Bounds; equal for an exact count, infinite for none.
    of
        What is counted.
    """

    name: str
    options: Integers
    at_least: float = 0.0
    at_most: float = np.inf
    of: Literal["stations", "modules"] = "stations"
    touches_served: ClassVar[bool] = False

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Stations or modules opened in the set, shape (1,)."""
        assert solution.modules is not None
        chosen = solution.modules[self.options]
        return np.array([float((chosen > 0).sum() if self.of == "stations" else chosen.sum())])

    def form(self, problem: Problem) -> Form:
        """One for each member."""
        member = np.zeros(problem.n_options)
        member[self.options] = 1.0
        return form(problem, opened=member) if self.of == "stations" else form(problem, modules=member)

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At least and at most."""
        return np.array([self.at_least]), np.array([self.at_most])

    def label(self, row: int) -> str:
        """Return the name."""
        return self.name
