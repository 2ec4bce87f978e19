"""Maximise the value of served demand."""

from dataclasses import dataclass

from solvers.form import Form, form
from solvers.problem import Problem
from solvers.solution import Solution


@dataclass(frozen=True)
class ServedValue:
    """Σ_i value_i × units served of row i: maximal covering with capacities (after Church & ReVelle 1974)."""

    name: str = "served value"
    maximise: bool = True

    def value(self, problem: Problem, solution: Solution) -> float:
        """Value of the units served."""
        return float(problem.value @ solution.served(problem))

    def form(self, problem: Problem) -> Form:
        """Each served unit counts its row's value."""
        return form(problem, served=problem.value)
