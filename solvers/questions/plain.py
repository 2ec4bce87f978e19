"""Problems whose limits are a number of stations and required options: those that the classic methods know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from solvers.choice import Choice
from solvers.distances import Distances, distances_of
from solvers.limits import Count, Limit, ServedShare
from solvers.problem import Floats, Integers, Problem


@dataclass(frozen=True, eq=False)
class Plain:
    """At least and at most so many stations, among options that all are at sites of their own.

    Parameters
    ----------
    least, most
        Bounds on the number of stations.
    required
        Indices of required options.
    """

    least: int
    most: int
    required: Integers

    @classmethod
    def of(cls, problem: Problem, limits: Sequence[Limit]) -> Self | str:
        """The plain limits of a problem, or why they are not."""
        if len(np.unique(problem.site)) < problem.n_options:
            return "some sites have several options"
        for limit in limits:
            if not isinstance(limit, Count) or limit.of != "stations":
                return f"limit {limit.name!r} is no number of stations"
            if len(limit.options) != problem.n_options or len(np.unique(limit.options)) < problem.n_options:
                return f"limit {limit.name!r} counts some of the options"
        least = max([0.0, *(np.ceil(limit.at_least) for limit in limits if isinstance(limit, Count))])
        most = min([float(problem.n_options), *(np.floor(x.at_most) for x in limits if isinstance(x, Count))])
        if not int(problem.required.sum()) <= most or least > most:
            return "the numbers of stations contradict each other"
        return cls(int(least), int(most), np.flatnonzero(problem.required))

    def choice(self, problem: Problem, p: int) -> Choice:
        """Exactly p of all options."""
        return Choice.of(problem.n_options, p, self.required, (), ())


def serves_everybody(problem: Problem, limits: Sequence[Limit]) -> bool:
    """Whether served shares ask for all that is demanded, and nothing else speaks of served demand."""
    served = np.zeros(problem.n_rows, dtype=bool)
    for limit in limits:
        if isinstance(limit, ServedShare) and limit.at_least == 1:
            served |= limit.rows
    only = all(isinstance(limit, ServedShare) for limit in limits if limit.touches_served)
    return only and bool(served[problem.demand > 0].all())


def sets_asking(problem: Problem) -> Integers:
    """Cover sets of the rows that have demand, ascending."""
    return np.flatnonzero(problem.demand[problem.set_row] > 0)


def distances_to_sets(problem: Problem, values: Floats) -> Distances:
    """A number per pair as distances from the sets that ask to the options; pairs that there are not are too far.

    Parameters
    ----------
    problem
        The problem.
    values
        Number of each pair, at least 0, shape (K,).
    """
    asking = sets_asking(problem)
    kept = np.flatnonzero(np.isin(problem.pair_set, asking))
    sizes = np.bincount(problem.pair_set[kept], minlength=problem.n_sets)[asking]
    begin = np.r_[0, np.cumsum(sizes)]
    shape = (len(asking), problem.n_options)
    return distances_of(sparse.csr_matrix((values[kept], problem.pair_option[kept], begin), shape=shape))


def opened_at_least(problem: Problem, options: Integers) -> Integers:
    """Open options at their least modules, shape (O,)."""
    modules = np.zeros(problem.n_options, dtype=np.int64)
    modules[options] = problem.min_modules[options]
    return modules
