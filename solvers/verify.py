"""Check a solution against its problem: plain numpy over the arrays, nothing of what built the model."""

from collections.abc import Sequence

import numpy as np

from solvers.errors import VerificationError
from solvers.limits import Limit
from solvers.problem import Floats, Integers, Problem
from solvers.solution import Solution

TOLERANCE = 1e-6
"""Relative tolerance of every comparison; a bound of b may be missed by `TOLERANCE * max(1, |b|)`."""


def violations(problem: Problem, limits: Sequence[Limit], solution: Solution) -> list[str]:
    """Say what a solution breaks; an empty list means that it keeps to everything.

    Parameters
    ----------
    problem
        The problem.
    limits
        Its limits.
    solution
        An answer with modules and shares.
    """
    if solution.modules is None or solution.share is None:
        return ["there is no answer to check"]
    if solution.modules.shape != (problem.n_options,) or solution.share.shape != (problem.n_pairs,):
        return [f"shapes {solution.modules.shape} and {solution.share.shape} do not fit the problem"]
    faults = _module_faults(problem, solution) + _share_faults(problem, solution) + _capacity_faults(problem, solution)
    for limit in limits:
        value = limit.value(problem, solution)
        lo, hi = limit.bounds(problem)
        faults += [
            f"{limit.label(int(row))}: {value[row]:.10g} is not within {lo[row]:.10g} to {hi[row]:.10g}"
            for row in np.flatnonzero(_below(value, lo) | _below(hi, value))
        ]
    return faults


def broken_by(problem: Problem, limits: Sequence[Limit], modules: Integers) -> list[str]:
    """What modules break, whoever is served; limits on served demand are not asked.

    Parameters
    ----------
    problem
        The problem.
    limits
        Its limits.
    modules
        Modules per option, shape (O,).
    """
    nobody = Solution(modules, np.zeros(problem.n_pairs), (), "", 0)
    return violations(problem, [limit for limit in limits if not limit.touches_served], nobody)


def verify(problem: Problem, limits: Sequence[Limit], solution: Solution) -> None:
    """Raise if a solution breaks anything.

    Raises
    ------
    VerificationError
        When it does; the message lists every violation.
    """
    faults = violations(problem, limits, solution)
    if faults:
        raise VerificationError("\n".join(faults))


def _below(value: Floats, bound: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    finite = np.where(np.isfinite(bound), bound, 0.0)
    room = TOLERANCE * np.maximum(1.0, np.abs(np.where(np.isfinite(value), finite, 0.0)))
    below: np.ndarray[tuple[int], np.dtype[np.bool_]] = value < bound - room
    return below


def _module_faults(problem: Problem, solution: Solution) -> list[str]:
    modules = solution.modules
    assert modules is not None
    opened = modules > 0
    outside = (modules < 0) | opened & ((modules < problem.min_modules) | (modules > problem.max_modules))
    faults = [
        f"option {o}: {modules[o]} modules, expected 0 or {problem.min_modules[o]} to {problem.max_modules[o]}"
        for o in np.flatnonzero(outside)
    ]
    return faults + [f"option {o} is required and closed" for o in np.flatnonzero(problem.required & ~opened)]


def _share_faults(problem: Problem, solution: Solution) -> list[str]:
    share = solution.share
    assert share is not None
    faults = [
        f"pair {k}: share {share[k]:.10g} is not within 0 to 1"
        for k in np.flatnonzero(~((share >= -TOLERANCE) & (share <= 1 + TOLERANCE)))
    ]
    assert solution.modules is not None
    closed = (share > TOLERANCE) & (solution.modules[problem.pair_option] <= 0)
    faults += [f"pair {k}: option {problem.pair_option[k]} serves and is closed" for k in np.flatnonzero(closed)]
    total = np.zeros(problem.n_sets)
    np.add.at(total, problem.pair_set, share)
    return faults + [
        f"demand row {problem.set_row[c]}: served {total[c]:.10g} times" for c in np.flatnonzero(total > 1 + TOLERANCE)
    ]


def _capacity_faults(problem: Problem, solution: Solution) -> list[str]:
    assert solution.modules is not None
    assert solution.share is not None
    units = solution.share * problem.demand[problem.pair_row] * problem.pair_draw
    faults = []
    for year in np.unique(problem.row_year):
        drawn = np.zeros_like(problem.capacity)
        now = problem.pair_year == year
        np.add.at(drawn, (problem.pair_option[now], problem.pair_service[now]), units[now])
        given = problem.capacity * solution.modules[:, None]
        for o, s in zip(*np.nonzero(drawn > given * (1 + TOLERANCE) + TOLERANCE * problem.capacity), strict=True):
            faults.append(f"option {o} gives {drawn[o, s]:.10g} of service {s} in {year}, capacity {given[o, s]:.10g}")
    return faults
