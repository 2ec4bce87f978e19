"""Stations that serve nobody and stand because a limit asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solvers.limits import Limit
from solvers.problem import Integers, Problem
from solvers.solution import Solution
from solvers.sums import sum_by
from solvers.verify import TOLERANCE


@dataclass(frozen=True)
class Useless:
    """An open option that provides for nobody, and the limits that would be broken without it.

    Parameters
    ----------
    option
        The option.
    limits
        Indices of the limits.
    """

    option: int
    limits: tuple[int, ...]


def useless(problem: Problem, limits: Sequence[Limit], solution: Solution) -> tuple[Useless, ...]:
    """Find the options that are open for the sake of a number: closing any one of them would serve nobody less.

    Required options are not among them, nor those that no limit holds open (closing these would only save money).

    Parameters
    ----------
    problem
        The problem.
    limits
        Its limits.
    solution
        An answer that keeps to them.
    """
    assert solution.modules is not None
    assert solution.share is not None
    served = sum_by(problem.pair_option, solution.share * problem.demand[problem.pair_row], problem.n_options)
    idle = np.flatnonzero((solution.modules > 0) & (served <= TOLERANCE) & ~problem.required)
    held: dict[int, list[int]] = {}
    for index, limit in enumerate(limits):
        if not limit.touches_served:
            for option in _held(problem, limit, solution, idle):
                held.setdefault(option, []).append(index)
    return tuple(Useless(option, tuple(held[option])) for option in sorted(held))


def _held(problem: Problem, limit: Limit, solution: Solution, options: Integers) -> list[int]:
    """Options without any one of which the limit would be broken."""
    assert solution.modules is not None
    form, value = limit.form(problem), limit.value(problem, solution)
    lo, hi = limit.bounds(problem)
    modules = solution.modules[options].astype(np.float64)
    brought = (form.opened[:, options] + form.modules[:, options].multiply(modules)).tocoo()
    left = value[brought.row] - brought.data
    lo, hi = lo[brought.row], hi[brought.row]
    broken = (left < lo - TOLERANCE * np.maximum(1.0, np.abs(lo))) | (
        left > hi + TOLERANCE * np.maximum(1.0, np.abs(hi))
    )
    return [int(option) for option in np.unique(options[brought.col[broken]])]


def useless_words(limits: Sequence[Limit], idle: Sequence[Useless]) -> tuple[str, ...]:
    """Say in one sentence how many options stand for the sake of which limits; nothing where there are none."""
    if not idle:
        return ()
    names = dict.fromkeys(limits[index].name for option in idle for index in option.limits)
    return (f"{len(idle)} stations serve nobody and stand only because of {', '.join(names)}",)
