"""Minimise how far demand is from what serves it, whether or not it draws on capacities: the p-median."""

from dataclasses import dataclass

import numpy as np

from solvers.form import Form, form
from solvers.problem import Problem
from solvers.solution import Solution


@dataclass(frozen=True)
class WeightedTravel:
    """Σ_k time_k × demand of pair k's row × share of it that goes over pair k, in seconds × units (Hakimi 1964).

    Serving nobody is nearest of all: ask for a `ServedShare` too. With all served, one count of stations and no
    capacities this is the p-median. A path counts the times of all its cover sets.
    """

    name: str = "weighted travel"
    maximise: bool = False

    def value(self, problem: Problem, solution: Solution) -> float:
        """Demand-weighted seconds."""
        assert solution.share is not None
        return float(np.sum(problem.pair_time_s * solution.share * problem.demand[problem.pair_row]))

    def form(self, problem: Problem) -> Form:
        """Each unit provided for counts its pair's seconds."""
        return form(problem, assigned=problem.pair_time_s)
