"""Who goes where, with modules that are given: a linear program over the pairs of open options."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.backend import Backend
from solvers.compact import CompactModel
from solvers.limits import Limit
from solvers.linear import Effort, Outcome
from solvers.problem import Floats, Problem
from solvers.solution import Solution
from solvers.stage import Stage


def reassign(
    problem: Problem,
    stage: Stage,
    limits: Sequence[Limit],
    kept: Sequence[tuple[Stage, float]],
    solution: Solution,
    effort: Effort,
    backend: Backend,
) -> tuple[Solution | None, Outcome]:
    """Optimise an objective over the shares of an answer, its modules kept.

    Parameters
    ----------
    problem, stage, limits
        The problem, what is optimised, and what the answer must keep to.
    kept
        Earlier stages, each with the value it reached.
    solution
        The answer whose modules are kept.
    effort, backend
        What may be used, and the solver.

    Returns
    -------
    found
        The answer with new shares, `None` when the solver found none.
    outcome
        What the solver said; its bound is in the objective's own unit.
    """
    assert solution.modules is not None
    pairs = np.flatnonzero(solution.modules[problem.pair_option] > 0)
    model = CompactModel.build(problem.over(pairs), [limit for limit in limits if limit.touches_served])
    for earlier, value in kept:
        model = model.with_floor(earlier, value)
    n_others = len(model.rows.cost) - 2 * problem.n_options
    decided: Floats = np.r_[(solution.modules > 0).astype(float), solution.modules.astype(float), np.zeros(n_others)]
    model = model.fixed(decided)
    outcome = backend.solve(model.with_objective(stage.objective), effort, stage=stage.objective.name)
    outcome = replace(outcome, bound=model.unscaled(stage.objective, outcome.bound))
    if outcome.values is None:
        return None, outcome
    share = np.zeros(problem.n_pairs)
    share[pairs] = model.decode(outcome.values, effort.seed).share
    return replace(solution, share=share), outcome
