"""Facilities that open once and grow later."""

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from solvers.form import Form, form
from solvers.limits.membership import membership
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class Phasing:
    """A facility over the years: it opens in one of them, is expanded only later, and has room for so many modules.

    The options of a facility (a site with a facility type) are its openings, one for each year in question, and its
    expansions. What stands already is the opening of a facility that exists; it may be expanded in any year.

    Parameters
    ----------
    name
        What the planner calls it.
    facilities
        Name of each facility.
    groups
        Options of each facility.
    expansion
        Whether an option expands what an earlier one opened, shape (O,).
    most_modules
        Modules of all options of a facility together, infinite without a limit, shape (facilities,).
    """

    name: str
    facilities: tuple[str, ...]
    groups: tuple[Integers, ...]
    expansion: Booleans
    most_modules: Floats
    touches_served: ClassVar[bool] = False

    @cached_property
    def openings(self) -> tuple[Integers, ...]:
        """Options that open each facility."""
        return tuple(group[~self.expansion[group]] for group in self.groups)

    @cached_property
    def expansions(self) -> tuple[tuple[int, int], ...]:
        """(facility, option) of each expansion."""
        return tuple((f, o) for f, group in enumerate(self.groups) for o in group[self.expansion[group]].tolist())

    def earlier(self, problem: Problem) -> list[Integers]:
        """Openings that each expansion can follow: those of earlier years, and what stands already."""
        before = []
        for facility, option in self.expansions:
            opening = self.openings[facility]
            stands = problem.base_modules[opening] > 0
            before.append(opening[stands | (problem.year[opening] < problem.year[option])])
        return before

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Openings per facility, modules per facility, and for each expansion its earlier openings less itself."""
        assert solution.modules is not None
        opened = (solution.modules > 0).astype(np.float64)
        return np.array(
            [opened[group].sum() for group in self.openings]
            + [float(solution.modules[group].sum()) for group in self.groups]
            + [
                opened[before].sum() - opened[option]
                for before, (_, option) in zip(self.earlier(problem), self.expansions, strict=True)
            ]
        )

    def form(self, problem: Problem) -> Form:
        """A row of openings and one of modules per facility, and a row per expansion."""
        n = problem.n_options
        once, room = membership(self.openings, n), membership(self.groups, n)
        expanded = membership([np.array([option]) for _, option in self.expansions], n)
        after = membership(self.earlier(problem), n) - expanded
        nothing = sparse.csr_matrix(once.shape)
        return form(
            problem,
            opened=sparse.vstack([once, nothing, after], format="csr"),
            modules=sparse.vstack([nothing, room, sparse.csr_matrix(after.shape)], format="csr"),
        )

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """At most one opening, at most so many modules or what stands already, an opening for each expansion."""
        n_facilities, n_expansions = len(self.groups), len(self.expansions)
        standing = np.array([float(problem.base_modules[group].sum()) for group in self.groups])
        lo = np.r_[np.full(2 * n_facilities, -np.inf), np.zeros(n_expansions)]
        room = np.maximum(self.most_modules, standing)
        return lo, np.r_[np.ones(n_facilities), room, np.full(n_expansions, np.inf)]

    def label(self, row: int) -> str:
        """Return the facility, and what is asked of it."""
        n_facilities = len(self.groups)
        if row < n_facilities:
            return f"{self.name}: {self.facilities[row]}: opened once"
        if row < 2 * n_facilities:
            return f"{self.name}: {self.facilities[row - n_facilities]}: modules"
        facility, option = self.expansions[row - 2 * n_facilities]
        number = self.groups[facility][self.expansion[self.groups[facility]]].tolist().index(option) + 1
        return f"{self.name}: {self.facilities[facility]}: expansion {number} after it opened"
