"""The strong linear relaxation, which the best prices attain."""

import numpy as np
import pytest
from scipy.optimize import linprog

from solvers.side import Side


@pytest.fixture(scope="session")
def strong_relaxation():
    """Best value of the linear relaxation with a row per pair, where options have one number of modules only."""

    def solve(problem, objective, limits):
        side = Side.of(problem, objective, limits)
        n, k, i = problem.n_options, problem.n_pairs, problem.n_rows
        rows, most = [], []

        def at_most(opened, pair, served, bound):
            rows.append(np.concatenate([opened, pair, served]))
            most.append(bound)

        none, nobody, nothing = np.zeros(n), np.zeros(k), np.zeros(i)
        for c in range(problem.n_sets):
            at_most(none, -(problem.pair_set == c).astype(float), np.eye(i)[problem.set_row[c]], 0.0)
        for pair, option in enumerate(problem.pair_option):
            at_most(-np.eye(n)[option], np.eye(k)[pair], nothing, 0.0)
        for o in range(n):
            for s, t in {(s, t) for s, t in zip(problem.row_service.tolist(), problem.row_year.tolist(), strict=True)}:
                own = (problem.pair_option == o) & (problem.pair_service == s) & (problem.pair_year == t)
                drawn = own * problem.pair_draw * problem.demand[problem.pair_row]
                at_most(-np.eye(n)[o] * problem.capacity[o, s] * problem.max_modules[o], drawn, nothing, 0.0)
        opened = side.opened.toarray() + side.modules.toarray() * problem.max_modules
        served = side.served.toarray() * problem.demand
        for r in range(side.n_rows):
            at_most(opened[r], nobody, served[r], side.hi[r] - side.constant[r])
            at_most(-opened[r], nobody, -served[r], side.constant[r] - side.lo[r])
        finite = np.isfinite(most)
        goal = [side.per_opened + side.per_module * problem.max_modules, nobody, side.per_served * problem.demand]
        box = [(float(must), 1) for must in problem.required] + [(0, 1)] * (k + i)
        answer = linprog(-np.concatenate(goal), np.array(rows)[finite], np.array(most)[finite], bounds=box)
        return side.sign * (side.offset - answer.fun) if answer.status == 0 else None

    return solve
