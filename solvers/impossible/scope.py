"""What each option may do at most and must do at least, before options are weighed against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from solvers.impossible.ties import Ties
from solvers.limits import Count, GridPower, Limit, Spacing, TypesPerSite
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.sums import sum_by
from solvers.verify import TOLERANCE


@dataclass(frozen=True, eq=False)
class Scope:
    """What each option may do at most and must do at least.

    Parameters
    ----------
    problem
        The problem; what required options bring with them is required too.
    most
        Modules that option `o` may have, 0 when it cannot open, shape (O,).
    types
        Facility types that may be open at the site of option `o`, infinite without a limit and for an option that
        brings no type, shape (O,).
    counts
        The counts among the limits.
    """

    problem: Problem
    most: Integers
    types: Floats
    counts: tuple["Counted", ...]

    @classmethod
    def build(cls, problem: Problem, limits: Sequence[Limit]) -> "Scope":
        """Follow from what is required to what must and cannot open."""
        ties = Ties.of(problem, limits)
        required = ties.brought(problem.required)
        if np.any(required != problem.required):
            problem = replace(problem, required=required)
        most = problem.max_modules.copy()
        for limit in limits:
            match limit:
                case GridPower():
                    most = np.minimum(most, powered_modules(problem, limit))
                case Spacing():
                    one, other = limit.conflicts.reshape(-1, 2).T
                    most[other[required[one]]] = 0
                    most[one[required[other]]] = 0
        types = _types(problem, [limit for limit in limits if isinstance(limit, TypesPerSite)])
        full = sum_by(problem.site, required & np.isfinite(types), 0)[problem.site] >= types
        closed = ties.closed(required, full | (most < problem.min_modules))
        # What is required opens whatever stands against it; its own limit says so.
        most = np.where(required, problem.max_modules, np.where(closed, 0, most))
        counted = (Counted.build(problem, limit) for limit in limits if isinstance(limit, Count))
        return cls(problem, most, types, tuple(counted))

    @cached_property
    def least_cost(self) -> Floats:
        """Cost of each option at its least modules, shape (O,)."""
        return self.problem.cost(self.problem.min_modules)

    def required(self, members: Booleans, of: str) -> float:
        """Stations or modules that required options bring to a set."""
        chosen = members & self.problem.required
        return float(chosen.sum() if of == "stations" else self.problem.min_modules[chosen].sum())

    def possible(self, members: Booleans, of: str) -> float:
        """Most stations or modules that a set can have together, given the facility types at a site."""
        amount = (self.most > 0).astype(np.float64) if of == "stations" else self.most.astype(np.float64)
        return float(amount[self.first_per_site(members, amount)].sum())

    def first_per_site(self, members: Booleans, amount: Floats) -> Integers:
        """Options of a set with the largest amounts at each site, as many as may be open there."""
        typed = np.isfinite(self.types)
        outside = sum_by(self.problem.site, self.problem.required & typed & ~members, 0)[self.problem.site]
        left = np.maximum(self.types - outside, 0.0)
        order = np.lexsort((-amount, self.problem.site))
        order = order[(members & typed)[order]]
        sites = self.problem.site[order]
        rank = np.arange(len(order)) - np.searchsorted(sites, sites)
        return np.concatenate([order[rank < left[order]], np.flatnonzero(members & ~typed)])


def _types(problem: Problem, limits: Sequence[TypesPerSite]) -> Floats:
    """Facility types that all limits together allow at the site of an option that all of them count, shape (O,)."""
    types = np.full(problem.n_options, np.inf)
    for limit in limits:
        types = np.minimum(types, limit.bounds(problem)[1][problem.site])
    for limit in limits:
        types[~limit.counted(problem)] = np.inf
    return types


@dataclass(frozen=True, eq=False)
class Counted:
    """A count in whole stations or modules, its set as a mask."""

    name: str
    of: str
    members: Booleans
    at_least: float
    at_most: float

    @classmethod
    def build(cls, problem: Problem, count: Count) -> "Counted":
        """Round the bounds of a count to whole stations or modules."""
        members = np.zeros(problem.n_options, dtype=bool)
        members[count.options] = True
        at_least, at_most = float(count.at_least), float(count.at_most)
        return cls(
            count.name,
            count.of,
            members,
            float(np.ceil(at_least - leeway(at_least))),
            float(np.floor(at_most + leeway(at_most))),
        )


def least_power(problem: Problem, limit: GridPower) -> Floats:
    """Net power that each option draws at least; one that need not open may lower the site's draw, shape (O,)."""
    ends = [limit.kw_per_module * modules - limit.onsite_kw for modules in (problem.min_modules, problem.max_modules)]
    least = np.minimum(*ends)
    return np.where(problem.required, least, np.minimum(least, 0.0))


def powered_modules(problem: Problem, limit: GridPower) -> Integers:
    """Modules that the site's connection allows each option while the site's others draw their least, shape (O,)."""
    least = least_power(problem, limit)
    allowed = limit.bounds(problem)[1]
    others = sum_by(problem.site, least, len(allowed))[problem.site] - least
    room = (allowed + leeway(allowed))[problem.site] - others + limit.onsite_kw
    drawing = limit.kw_per_module > 0
    modules = np.divide(room, limit.kw_per_module, out=np.where(room < 0, 0.0, np.inf), where=drawing)
    return np.clip(np.floor(modules), 0, problem.max_modules).astype(np.int64)


def leeway(bound: Floats | float) -> Floats | float:
    """What `verify` lets pass at a bound."""
    return TOLERANCE * np.maximum(1.0, np.abs(bound))
