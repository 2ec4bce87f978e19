"""Minimise how many stations are open: set covering by number."""

from dataclasses import dataclass

import numpy as np

from solvers.form import Form, form
from solvers.problem import Problem
from solvers.solution import Solution


@dataclass(frozen=True)
class Stations:
    """Σ_o 1 for each open option, those that stand already included.

    With a `ServedShare` of 1 this is set covering by number (Toregas et al. 1971), with a smaller one partial covering
    (Daskin & Owen 1999).
    """

    name: str = "stations"
    maximise: bool = False

    def value(self, problem: Problem, solution: Solution) -> float:
        """Open options."""
        assert solution.modules is not None
        return float(np.count_nonzero(solution.modules > 0))

    def form(self, problem: Problem) -> Form:
        """One for each open option."""
        return form(problem, opened=np.ones(problem.n_options))
