"""Minimise what stations and the way to them cost together: capacitated location."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from solvers.errors import ProblemError
from solvers.form import Form
from solvers.objectives.cost import Cost
from solvers.problem import Floats, Problem
from solvers.solution import Solution


@dataclass(frozen=True, eq=False)
class TotalCost:
    """Cost of options, opened and closed, + Σ_k cost per unit over pair k × demand of its row × share over pair k.

    Serving nobody costs least: ask for a `ServedShare` too. With all served this is capacitated location (Holmberg,
    Rönnqvist & Yuan 1999). Both parts must be money of the same horizon: what a station costs over its years, and
    what a unit a day costs on its way over as many.

    Parameters
    ----------
    per_unit
        Cost of one unit of demand over each pair, the same for all options of a site, shape (K,).

    Raises
    ------
    ProblemError
        From `form` and `value`, when `per_unit` does not fit the problem.
    """

    per_unit: Floats
    name: str = "total cost"
    maximise: bool = False

    def value(self, problem: Problem, solution: Solution) -> float:
        """Cost of what is opened and closed, and of all ways."""
        assert solution.share is not None
        way = np.sum(self._checked(problem) * solution.share * problem.demand[problem.pair_row])
        return Cost().value(problem, solution) + float(way)

    def form(self, problem: Problem) -> Form:
        """That of the cost, and each unit provided for counts its way."""
        per_unit = self._checked(problem)
        by_site = np.lexsort((problem.site[problem.pair_option], problem.pair_set))
        keys = np.stack([problem.pair_set, problem.site[problem.pair_option]])[:, by_site]
        same = (np.diff(keys, axis=1) == 0).all(axis=0)
        differ = np.flatnonzero(same & (np.diff(per_unit[by_site]) != 0))
        if differ.size:
            k, other = sorted(by_site[differ[0] : differ[0] + 2].tolist())
            costs = f"{per_unit[k]} and {per_unit[other]}"
            raise ProblemError([f"per_unit: pairs {k} and {other} join a row with one site and cost {costs} a unit"])
        return replace(Cost().form(problem), assigned=sparse.csr_matrix(per_unit[None, :]))

    def _checked(self, problem: Problem) -> Floats:
        per_unit = np.asarray(self.per_unit, dtype=np.float64)
        if per_unit.shape != (problem.n_pairs,):
            raise ProblemError([f"per_unit has shape {per_unit.shape}, expected {problem.n_pairs} pairs"])
        wrong = np.flatnonzero(~(np.isfinite(per_unit) & (per_unit >= 0)))
        if wrong.size:
            raise ProblemError(
                [f"per_unit[{wrong[0]}] is {per_unit[wrong[0]]}: expected a finite number >= 0 ({wrong.size} such)"]
            )
        return per_unit
