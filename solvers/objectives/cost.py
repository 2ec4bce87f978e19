"""Minimise the cost of what is opened."""

from dataclasses import dataclass

from solvers.form import Form, form
from solvers.problem import Problem
from solvers.solution import Solution


@dataclass(frozen=True)
class Cost:
    """Σ_o fixed cost of opened options + module cost × modules beyond those that stand, + closing cost of the rest."""

    name: str = "cost"
    maximise: bool = False

    def value(self, problem: Problem, solution: Solution) -> float:
        """Cost of what is opened and closed."""
        assert solution.modules is not None
        return float(problem.cost(solution.modules).sum())

    def form(self, problem: Problem) -> Form:
        """Modules that stand already, and the closing, are given back with the opening."""
        return form(
            problem,
            opened=problem.fixed_cost - problem.module_cost * problem.base_modules - problem.closing_cost,
            modules=problem.module_cost,
            constant=float(problem.closing_cost.sum()),
        )
