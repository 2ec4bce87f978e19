"""Places that must have a station within reach."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solvers.form import Form, form
from solvers.limits.membership import membership
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class MustServe:
    """Each place has at least one open option of its group (set covering, Toregas et al. 1971).

    Parameters
    ----------
    name
        What the planner calls it.
    places
        Name of each place.
    groups
        Options within the standard of each place.
    """

    name: str
    places: tuple[str, ...]
    groups: tuple[Integers, ...]
    touches_served: ClassVar[bool] = False

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Open options within the standard of each place."""
        assert solution.modules is not None
        return np.array([float((solution.modules[group] > 0).sum()) for group in self.groups])

    def form(self, problem: Problem) -> Form:
        """One row per place."""
        return form(problem, opened=membership(self.groups, problem.n_options))

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At least one."""
        n = len(self.groups)
        return np.ones(n), np.full(n, np.inf)

    def label(self, row: int) -> str:
        """Return the place."""
        return f"{self.name}: {self.places[row]}"
