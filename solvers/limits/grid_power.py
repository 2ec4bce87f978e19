"""Grid connection of each site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from solvers.form import Form, form
from solvers.limits.named import named
from solvers.problem import Floats, Problem
from solvers.solution import Solution
from solvers.sums import sum_by


@dataclass(frozen=True, eq=False)
class GridPower:
    """Power drawn by a site's modules, less what its stations make on site, is at most the site's connection.

    Parameters
    ----------
    kw_per_module
        Grid power per module of option `o`, shape (O,).
    onsite_kw
        On-site power of an opened option, shape (O,).
    site_kw
        Connection of each site, infinite where unknown, shape (J,).
    names
        What the sites are called in messages; without names their indices.
    """

    kw_per_module: Floats
    onsite_kw: Floats
    site_kw: Floats
    name: str = "grid power of a site"
    names: Sequence[str] = ()
    touches_served: ClassVar[bool] = False

    def value(self, problem: Problem, solution: Solution) -> Floats:
        """Net power per site, shape (J,)."""
        assert solution.modules is not None
        modules = solution.modules
        drawn = self.kw_per_module * modules - self.onsite_kw * (modules > 0)
        return sum_by(problem.site, drawn, len(self.site_kw))

    def form(self, problem: Problem) -> Form:
        """One row per site."""
        shape = (len(self.site_kw), problem.n_options)
        at = (problem.site, np.arange(problem.n_options))
        return form(
            problem,
            opened=sparse.csr_matrix((-self.onsite_kw, at), shape),
            modules=sparse.csr_matrix((self.kw_per_module, at), shape),
        )

    def bounds(self, problem: Problem) -> tuple[Floats, Floats]:
        """Nothing below, the connection above; what must stand anyway is never refused its own power."""
        standing = np.where(problem.required, problem.base_modules, 0)
        drawn = self.kw_per_module * standing - self.onsite_kw * (standing > 0)
        given = sum_by(problem.site, drawn, len(self.site_kw))
        return np.full(len(self.site_kw), -np.inf), np.maximum(self.site_kw, given)

    def label(self, row: int) -> str:
        """Return the site."""
        return f"{self.name} ({named('site', [row], self.names)})"
