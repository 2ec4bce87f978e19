"""Minimise the travel of served demand."""

from dataclasses import dataclass

import numpy as np

from solvers.form import Form, form
from solvers.problem import Problem
from solvers.solution import Solution


@dataclass(frozen=True)
class TravelTime:
    """Σ_k time_k × value of the units served over pair k, in seconds × value: who goes where, at equal service.

    Weighting by value makes a kilowatt-hour, a swap and a kilogram comparable.
    """

    name: str = "travel time"
    maximise: bool = False

    def value(self, problem: Problem, solution: Solution) -> float:
        """Value-weighted seconds of all served units."""
        assert solution.share is not None
        rows = problem.pair_row
        return float(np.sum(problem.pair_time_s * solution.share * problem.demand[rows] * problem.value[rows]))

    def form(self, problem: Problem) -> Form:
        """Each served unit counts its pair's seconds times its value."""
        return form(problem, served=problem.pair_time_s * problem.value[problem.pair_row])
