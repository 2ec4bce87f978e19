"""Options that stand in each other's place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from solvers.form import Form, form
from solvers.limits.membership import membership
from solvers.limits.named import named
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class Exclusion:
    """Of each group at most one option is open.

    Parameters
    ----------
    name
        What the planner calls it.
    groups
        Options that exclude each other, each group without repetition.
    names
        What the options are called in messages; without names their indices.
    """

    name: str
    groups: tuple[Integers, ...]
    names: Sequence[str] = ()
    touches_served: ClassVar[bool] = False

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Open options per group."""
        assert solution.modules is not None
        opened = solution.modules > 0
        return np.array([float(opened[group].sum()) for group in self.groups])

    def form(self, problem: Problem) -> Form:
        """One row per group."""
        return form(problem, opened=membership(self.groups, problem.n_options))

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At most one."""
        n = len(self.groups)
        return np.full(n, -np.inf), np.ones(n)

    def label(self, row: int) -> str:
        """Return the options of the group."""
        return f"{self.name} ({named('options', self.groups[row], self.names)})"
