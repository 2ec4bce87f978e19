"""Maximise the value of served demand, which falls with the travel time: gradual covering."""

from dataclasses import dataclass

import numpy as np

from solvers.form import Form, form
from solvers.objectives.decay import Decay
from solvers.problem import Floats, Problem
from solvers.solution import Solution
from solvers.sums import ratio


@dataclass(frozen=True)
class GradualValue:
    """Σ_k value_i × demand_i × decay(time_k) × share of row i that goes over pair k (Church & Roberts 1983).

    A path counts the mean over its cover sets.

    Parameters
    ----------
    decay
        Share of the value that is left at a travel time.
    """

    decay: Decay
    name: str = "gradual value"
    maximise: bool = True

    def value(self, problem: Problem, solution: Solution) -> float:
        """Value left of the units served."""
        assert solution.share is not None
        return float(np.sum(self._worth(problem) * solution.share * problem.demand[problem.pair_row]))

    def form(self, problem: Problem) -> Form:
        """Each unit provided for counts what is left of its value."""
        return form(problem, assigned=self._worth(problem))

    def _worth(self, problem: Problem) -> Floats:
        n_sets = np.bincount(problem.set_row, minlength=problem.n_rows).astype(np.float64)
        return ratio(problem.value, n_sets)[problem.pair_row] * self.decay.share(problem.pair_time_s)
