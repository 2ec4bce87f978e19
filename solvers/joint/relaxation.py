"""Prices to begin from: those of the linear relaxation of the compact model, where it is solved soon."""

from collections.abc import Sequence

from solvers.backend import Backend
from solvers.certificate import Row
from solvers.compact import CompactModel
from solvers.linear import Effort
from solvers.objectives import Objective
from solvers.problem import Problem
from solvers.solution import Certificate

_PAIRS = 300_000  # beyond this the relaxation takes longer than the descent


def relaxed_prices(
    problem: Problem, objective: Objective, limits: Sequence[Row], backend: Backend, effort: Effort
) -> Certificate | None:
    """Row duals of the relaxation as prices; `None` where the problem is too large or time was too short.

    They prove at least what the relaxation does: whole modules count in the bound of prices.

    Parameters
    ----------
    problem, objective, limits
        What is bounded.
    backend, effort
        The solver, and what it may use.
    """
    if problem.n_pairs > _PAIRS:
        return None
    model = CompactModel.build(problem, limits)
    outcome, duals = backend.relax(model.with_objective(objective), effort, stage="relaxation")
    if outcome.values is None or duals is None:
        return None
    return model.prices(objective, limits, duals)
