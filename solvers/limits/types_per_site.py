"""How many facility types may stand at one site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from solvers.form import Form, form
from solvers.limits.named import named
from solvers.problem import Booleans, Floats, Problem
from solvers.solution import Solution
from solvers.sums import sum_by


@dataclass(frozen=True, eq=False)
class TypesPerSite:
    """At most so many facility types are open at a site, unless more stand there already.

    Parameters
    ----------
    at_most
        Number of types; a mixed station counts once.
    n_sites
        Number of sites.
    expansion
        Options that expand another one and bring no type of their own, shape (O,); `None` without any.
    names
        What the sites are called in messages; without names their indices.
    """

    at_most: int
    n_sites: int
    name: str = "facility types at a site"
    expansion: Booleans | None = None
    names: Sequence[str] = ()
    touches_served: ClassVar[bool] = False

    def counted(self, problem: Problem) -> Booleans:
        """Options that bring a type to their site, shape (O,)."""
        return np.ones(problem.n_options, dtype=bool) if self.expansion is None else ~self.expansion

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Opened options per site, shape (J,)."""
        assert solution.modules is not None
        return sum_by(problem.site, self.counted(problem) & (solution.modules > 0), self.n_sites)

    def form(self, problem: Problem) -> Form:
        """One row per site."""
        ones = self.counted(problem).astype(np.float64)
        at = (problem.site, np.arange(problem.n_options))
        return form(problem, opened=sparse.csr_matrix((ones, at), (self.n_sites, problem.n_options)))

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """Nothing below; the number above, or what stands already."""
        standing = self.counted(problem) & (problem.base_modules > 0)
        given = sum_by(problem.site, standing, self.n_sites)
        return np.full(self.n_sites, -np.inf), np.maximum(float(self.at_most), given)

    def label(self, row: int) -> str:
        """Return the site."""
        return f"{self.name} ({named('site', [row], self.names)})"
