"""Options that come together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

import numpy as np

from solvers.form import Form, form
from solvers.limits.membership import membership
from solvers.limits.named import named
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class Bundle:
    """The options of a group open together or not at all.

    Parameters
    ----------
    name
        What the planner calls it.
    groups
        Options that come together, each group without repetition.
    names
        What the options are called in messages; without names their indices.
    """

    name: str
    groups: tuple[Integers, ...]
    names: Sequence[str] = ()
    touches_served: ClassVar[bool] = False

    @cached_property
    def ties(self) -> Integers:
        """Each option of a group with the next one, shape (rows, 2): as strong as all pairs, and fewer."""
        tied = [pair for group in self.groups for pair in pairwise(group.tolist())]
        return np.array(tied, dtype=np.int64).reshape(-1, 2)

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """How many more of the first than of the second option of each tie are open: -1, 0 or 1."""
        assert solution.modules is not None
        opened = (solution.modules > 0).astype(np.float64)
        return opened[self.ties[:, 0]] - opened[self.ties[:, 1]]

    def form(self, problem: Problem) -> Form:
        """One row per tie."""
        first, second = (membership(end, problem.n_options) for end in np.hsplit(self.ties, 2))
        return form(problem, opened=first - second)

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """As many of the one as of the other."""
        return np.zeros(len(self.ties)), np.zeros(len(self.ties))

    def label(self, row: int) -> str:
        """Return the two options of the tie."""
        return f"{self.name} ({named('options', self.ties[row], self.names)})"
