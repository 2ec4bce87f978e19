"""Who can be served by modules that are given: the most value, and nothing else decided."""

from dataclasses import replace

import numpy as np

from solvers.compact import CompactModel
from solvers.highs import Highs
from solvers.linear import Effort
from solvers.objectives import ServedValue
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution


def serve(problem: Problem, modules: Integers) -> Solution:
    """Serve as much value as the given modules can, ignoring what is required and how many modules there must be.

    Parameters
    ----------
    problem
        The problem.
    modules
        Modules per option, shape (O,).

    Returns
    -------
    solution
        The given modules with the served shares of an optimal flow.
    """
    pairs = np.flatnonzero(modules[problem.pair_option] > 0)
    least = np.where(modules > 0, np.minimum(problem.min_modules, modules), problem.min_modules)
    base = np.minimum(problem.base_modules, least)
    model = CompactModel.build(replace(problem.over(pairs), min_modules=least, base_modules=base), ())
    decided: Floats = np.r_[
        (modules > 0).astype(float), modules.astype(float), np.zeros(len(model.rows.cost) - 2 * problem.n_options)
    ]
    outcome = Highs().solve(model.fixed(decided).with_objective(ServedValue()), Effort())
    served = model.decode(decided if outcome.values is None else outcome.values, 0)
    share = np.zeros(problem.n_pairs)
    share[pairs] = served.share
    return replace(served, share=share)
