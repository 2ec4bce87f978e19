"""Minimise the travel of served demand."""

from dataclasses import dataclass

import numpy as np

from solvers.form import Form, form
from solvers.problem import Floats, Problem
from solvers.solution import Solution


@dataclass(frozen=True)
class TravelTime:
    """Σ_k time_k × value of the units drawn over pair k, in seconds × value: who goes where, at equal service.

    Weighting by value makes a kilowatt-hour, a swap and a kilogram comparable. A cover set that draws nothing sends
    nobody anywhere.
    """

    name: str = "travel time"
    maximise: bool = False

    def value(self, problem: Problem, solution: Solution) -> float:
        """Value-weighted seconds of all drawn units."""
        assert solution.share is not None
        return float(np.sum(_weight(problem) * solution.share * problem.demand[problem.pair_row]))

    def form(self, problem: Problem) -> Form:
        """Each drawn unit counts its pair's seconds times its value."""
        return form(problem, assigned=_weight(problem))


def _weight(problem: Problem) -> Floats:
    return problem.pair_time_s * problem.value[problem.pair_row] * problem.pair_draw
