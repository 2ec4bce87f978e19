"""Options that need another one first."""

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
class Precedence:
    """An option opens only if at least one option of its list does.

    Parameters
    ----------
    name
        What the planner calls it.
    options
        Options that need another one, one a row.
    after
        Options of which each needs one, in the order of `options`; none: it cannot open.
    names
        What the options are called in messages; without names their indices.
    """

    name: str
    options: Integers
    after: tuple[Integers, ...]
    names: Sequence[str] = ()
    touches_served: ClassVar[bool] = False

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Open options of each list, less one where the option that needs it is open."""
        assert solution.modules is not None
        opened = solution.modules > 0
        first = np.array([float(opened[needed].sum()) for needed in self.after])
        return first - opened[self.options]

    def form(self, problem: Problem) -> Form:
        """One row per option that needs another."""
        needing = membership(self.options.reshape(-1, 1), problem.n_options)
        return form(problem, opened=membership(self.after, problem.n_options) - needing)

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At least as many as need it."""
        n = len(self.after)
        return np.zeros(n), np.full(n, np.inf)

    def label(self, row: int) -> str:
        """Return the option and what it needs."""
        needing = named("option", [int(self.options[row])], self.names)
        needed = named("option", self.after[row], self.names) if len(self.after[row]) else "none"
        return f"{self.name} ({needing} after {needed})"
