"""Places that must have a station within reach."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.form import Form, form
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

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Open options within the standard of each place."""
        assert solution.modules is not None
        return np.array([float((solution.modules[group] > 0).sum()) for group in self.groups])

    def form(self, problem: Problem) -> Form:
        """One row per place."""
        rows = np.repeat(np.arange(len(self.groups)), [len(group) for group in self.groups])
        members = np.concatenate([*self.groups, np.zeros(0, dtype=np.int64)])
        shape = (len(self.groups), problem.n_options)
        return form(problem, opened=sparse.csr_matrix((np.ones(len(rows)), (rows, members)), shape))

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At least one."""
        n = len(self.groups)
        return np.ones(n), np.full(n, np.inf)

    def label(self, row: int) -> str:
        """Return the place."""
        return f"{self.name}: {self.places[row]}"
