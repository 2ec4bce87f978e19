"""Least distance between stations of a kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from solvers.errors import ProblemError
from solvers.form import Form, form
from solvers.limits.membership import membership
from solvers.limits.named import named
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class Spacing:
    """Of two options in conflict at most one is open (p-dispersion as a limit, after Kuby 1987).

    Parameters
    ----------
    name
        What the planner calls it.
    conflicts
        Pairs of options too close to each other, shape (C, 2). Pairs that both stand already are left out by the
        caller: a limit for new stations does not close old ones.
    names
        What the options are called in messages; without names their indices.
    """

    name: str
    conflicts: Integers
    names: Sequence[str] = ()
    touches_served: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse an option in conflict with itself."""
        alone = np.flatnonzero(self.conflicts[:, 0] == self.conflicts[:, 1])
        if alone.size:
            raise ProblemError([f"{self.name}: option {self.conflicts[alone[0], 0]} is in conflict with itself"])

    @cached_property
    def cliques(self) -> list[tuple[int, ...]]:
        """Sets of options in mutual conflict that cover every conflict; one row each is stronger than one per pair."""
        return _clique_cover(self.conflicts)

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Opened options per clique."""
        assert solution.modules is not None
        opened = solution.modules > 0
        return np.array([float(opened[list(clique)].sum()) for clique in self.cliques])

    def form(self, problem: Problem) -> Form:
        """One row per clique."""
        cliques = [np.array(clique) for clique in self.cliques]
        return form(problem, opened=membership(cliques, problem.n_options))

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At most one."""
        n = len(self.cliques)
        return np.full(n, -np.inf), np.ones(n)

    def label(self, row: int) -> str:
        """Return the options of the clique."""
        return f"{self.name} ({named('options', self.cliques[row], self.names)})"


def _clique_cover(conflicts: Integers) -> list[tuple[int, ...]]:
    """Cover every edge by greedily grown cliques, in index order."""
    neighbours: dict[int, set[int]] = {}
    for a, b in conflicts.tolist():
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    covered: set[tuple[int, int]] = set()
    cliques = []
    for a, b in sorted((min(pair), max(pair)) for pair in conflicts.tolist()):
        if (a, b) in covered:
            continue
        clique, common = [a, b], neighbours[a] & neighbours[b]
        while common:
            extra = min(common)
            clique.append(extra)
            common &= neighbours[extra]
        clique.sort()
        covered.update((u, v) for n, u in enumerate(clique) for v in clique[n + 1 :])
        cliques.append(tuple(clique))
    return cliques
