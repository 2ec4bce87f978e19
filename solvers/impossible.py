"""Limits that arithmetic alone shows to be impossible, named before anything is solved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solvers.limits import Budget, Count, GridPower, Limit, MustServe, ServedShare, Spacing, TypesPerSite
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.sums import ratio, sum_by
from solvers.verify import TOLERANCE

_NAMED = 3  # limits quoted in one message; the others are counted


def impossible(problem: Problem, limits: Sequence[Limit]) -> list[str]:
    """Say which limits cannot be kept, and by how much; what is not named may still be infeasible.

    Every message rests on a bound that holds for all answers, so there is no false alarm: required options are open,
    an option that a required one excludes is closed, and the rest is free.

    Parameters
    ----------
    problem
        The problem.
    limits
        Its limits; their names begin the messages.
    """
    scope = _Scope.build(problem, limits)
    messages = [message for count in scope.counts for message in _count_messages(count, scope)]
    for limit in limits:
        match limit:
            case Budget():
                messages += _budget_messages(limit, scope)
            case MustServe():
                messages += _must_serve_messages(limit, scope)
            case ServedShare():
                messages += _served_share_messages(limit, scope)
            case Spacing():
                messages += _spacing_messages(limit, scope)
            case TypesPerSite() | GridPower():
                messages += _site_messages(limit, scope)
    return messages


@dataclass(frozen=True, eq=False)
class _Scope:
    """What each option may do at most and must do at least, before options are weighed against each other.

    Parameters
    ----------
    most
        Modules that option `o` may have, 0 when it cannot open, shape (O,).
    types
        Facility types that may be open at the site of option `o`, infinite without a limit, shape (O,).
    counts
        The counts among the limits.
    """

    problem: Problem
    most: Integers
    types: Floats
    counts: tuple["_Counted", ...]

    @classmethod
    def build(cls, problem: Problem, limits: Sequence[Limit]) -> "_Scope":
        most = problem.max_modules.copy()
        types = np.full(problem.n_options, np.inf)
        for limit in limits:
            match limit:
                case TypesPerSite() if limit.expansion is None:
                    types = np.minimum(types, limit.bounds(problem)[1][problem.site])
                case GridPower():
                    most = np.minimum(most, _powered_modules(problem, limit))
                case Spacing():
                    one, other = limit.conflicts.reshape(-1, 2).T
                    most[other[problem.required[one]]] = 0
                    most[one[problem.required[other]]] = 0
        full = sum_by(problem.site, problem.required, 0)[problem.site] >= types
        most = np.where(full | (most < problem.min_modules), 0, most)
        # What is required opens whatever stands against it; its own limit says so.
        most = np.where(problem.required, problem.max_modules, most)
        counted = (_Counted.build(problem, limit) for limit in limits if isinstance(limit, Count))
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
        outside = sum_by(self.problem.site, self.problem.required & ~members, 0)[self.problem.site]
        room = np.maximum(self.types - outside, 0.0)
        order = np.lexsort((-amount, self.problem.site))
        order = order[members[order]]
        sites = self.problem.site[order]
        rank = np.arange(len(order)) - np.searchsorted(sites, sites)
        return order[rank < room[order]]


@dataclass(frozen=True, eq=False)
class _Counted:
    """A count in whole stations or modules, its set as a mask."""

    name: str
    of: str
    members: Booleans
    at_least: float
    at_most: float

    @classmethod
    def build(cls, problem: Problem, count: Count) -> "_Counted":
        members = np.zeros(problem.n_options, dtype=bool)
        members[count.options] = True
        at_least, at_most = float(count.at_least), float(count.at_most)
        return cls(
            count.name,
            count.of,
            members,
            float(np.ceil(at_least - _room(at_least))),
            float(np.floor(at_most + _room(at_most))),
        )


def _count_messages(count: _Counted, scope: _Scope) -> list[str]:
    asked = f"{count.name}: at least {count.at_least:.10g} {count.of} are asked for"
    allowed = f"the count allows {count.at_most:.10g}"
    if count.at_least > count.at_most:
        return [f"{asked}, {allowed}"]
    messages = []
    given = scope.required(count.members, count.of)
    least, quotas = _fewest(count, scope)
    if given > count.at_most:
        messages.append(f"{count.name}: {given:.10g} {count.of} are required, {allowed}")
    elif least > count.at_most:
        what = "quotas and required stations" if given else "quotas"
        messages.append(f"{count.name}: {what} add up to {least:.10g} {count.of}, {allowed} ({_names(quotas)})")
    possible = scope.possible(count.members, count.of)
    most, ceilings = _greatest(count, scope)
    if possible < count.at_least:
        messages.append(f"{asked}, the options can give {possible:.10g}")
    elif most < count.at_least:
        messages.append(f"{asked}, other limits allow {most:.10g} ({_names(ceilings)})")
    return messages


def _fewest(count: _Counted, scope: _Scope) -> tuple[float, list[_Counted]]:
    """Stations or modules that required options and quotas of disjoint sets inside a count's set add up to."""
    inside = (
        (other.at_least - scope.required(other.members, other.of), other)
        for other in scope.counts
        if other is not count and other.of == count.of and not np.any(other.members & ~count.members)
    )
    extra, quotas = _disjoint(inside)
    return scope.required(count.members, count.of) + extra, quotas


def _greatest(count: _Counted, scope: _Scope) -> tuple[float, list[_Counted]]:
    """Stations or modules that a count's set can have, given the ceilings of other counts that overlap it."""
    left = count.members.copy()
    total = 0.0
    used = []
    for other in sorted(scope.counts, key=lambda other: other.at_most):
        if other is count or other.of != count.of or not np.any(left & other.members):
            continue
        # Required options that are not in question here use up the ceiling first.
        ceiling = max(other.at_most - scope.required(other.members & ~left, other.of), 0.0)
        if ceiling < scope.possible(left & other.members, count.of):
            total += ceiling
            left &= ~other.members
            used.append(other)
    return total + scope.possible(left, count.of), used


def _disjoint(weighted: Iterable[tuple[float, _Counted]]) -> tuple[float, list[_Counted]]:
    """Disjoint counts of great total weight: the better of heaviest first and smallest set first."""
    useful = [(weight, count) for weight, count in weighted if weight > 0]
    best: tuple[float, list[_Counted]] = (0.0, [])
    for order in (
        sorted(useful, key=lambda pair: -pair[0]),
        sorted(useful, key=lambda pair: int(pair[1].members.sum())),
    ):
        total, chosen = 0.0, list[_Counted]()
        for weight, count in order:
            if not any(np.any(count.members & other.members) for other in chosen):
                total += weight
                chosen.append(count)
        best = max(best, (total, chosen), key=lambda found: found[0])
    return best


def _budget_messages(budget: Budget, scope: _Scope) -> list[str]:
    paid = np.zeros(scope.problem.n_options, dtype=bool)
    paid[budget.options] = True
    required = float(scope.least_cost[paid & scope.problem.required].sum())
    if required > budget.at_most + _room(required):
        return [f"{budget.name}: what is required costs {required:.10g}, the budget is {budget.at_most:.10g}"]
    extra, chosen = _disjoint((_cheapest(count, paid, scope), count) for count in scope.counts)
    cost = required + extra
    if cost <= budget.at_most + _room(cost):
        return []
    return [
        f"{budget.name}: the cheapest way to meet the counts ({_names(chosen)}) costs at least"
        f" {cost:.10g}, the budget is {budget.at_most:.10g}"
    ]


def _cheapest(count: _Counted, paid: Booleans, scope: _Scope) -> float:
    """Cost, at least, of what a count asks for beyond its required options; options not paid for are free."""
    problem = scope.problem
    need = count.at_least - scope.required(count.members, count.of)
    if need <= 0:
        return 0.0
    least_cost = np.where(paid, scope.least_cost, 0.0)
    able = count.members & (scope.most > 0)
    if count.of == "stations":
        first = scope.first_per_site(able & ~problem.required, -least_cost)
        return float(np.sort(least_cost[first])[: int(need)].sum())
    most_cost = np.where(paid, problem.cost(problem.max_modules), 0.0)
    # Cost per module is monotone in the modules, so one of the two ends is the cheapest.
    each = np.minimum(least_cost / problem.min_modules, most_cost / problem.max_modules)
    each = np.where(problem.required, np.where(paid, problem.module_cost, 0.0), each)
    room = np.where(problem.required, scope.most - problem.min_modules, scope.most)
    order = np.flatnonzero(able)[np.argsort(each[able])]
    before = np.cumsum(room[order]) - room[order]
    return float((each[order] * np.clip(need - before, 0, room[order])).sum())


def _must_serve_messages(limit: MustServe, scope: _Scope) -> list[str]:
    messages = []
    for place, group in enumerate(limit.groups):
        known = group[group < scope.problem.n_options]
        if not known.size:
            messages.append(f"{limit.label(place)}: must be served, no option lies within reach")
        elif not np.any(scope.most[known] > 0):
            messages.append(f"{limit.label(place)}: must be served, none of the options within reach can open")
    return messages


def _served_share_messages(limit: ServedShare, scope: _Scope) -> list[str]:
    problem = scope.problem
    most = scope.most[problem.pair_option]
    given = ratio(problem.capacity[problem.pair_option, problem.pair_service] * most, problem.pair_draw)
    # Where nothing is drawn, one open option provides for all.
    given = np.where(problem.pair_draw > 0, given, np.where(most > 0, problem.demand[problem.pair_row], 0.0))
    reached = np.minimum(problem.demand, problem.least_of_sets(sum_by(problem.pair_set, given, problem.n_sets)))
    possible = float(reached[limit.rows].sum())
    asked = float(limit.bounds(problem)[0][0])
    if possible >= asked - _room(asked):
        return []
    return [f"{limit.name}: {asked:.10g} a day are asked for, the options can serve {possible:.10g}"]


def _spacing_messages(limit: Spacing, scope: _Scope) -> list[str]:
    pairs = np.unique(np.sort(limit.conflicts.reshape(-1, 2), axis=1), axis=0)
    both = pairs[scope.problem.required[pairs].all(axis=1)]
    return [f"{limit.name}: options {a} and {b} are both required and too close" for a, b in both]


def _site_messages(limit: TypesPerSite | GridPower, scope: _Scope) -> list[str]:
    problem = scope.problem
    allowed = limit.bounds(problem)[1]
    if isinstance(limit, TypesPerSite):
        counted = problem.required if limit.expansion is None else problem.required & ~limit.expansion
        asked, what = sum_by(problem.site, counted, len(allowed)), "facility types are required"
    else:
        asked, what = sum_by(problem.site, _least_power(problem, limit), len(allowed)), "kW are drawn at least"
    return [
        f"{limit.label(int(site))}: {asked[site]:.10g} {what}, {allowed[site]:.10g} are allowed"
        for site in np.flatnonzero(asked > allowed + _room(asked))
    ]


def _least_power(problem: Problem, limit: GridPower) -> Floats:
    """Net power that each option draws at least; one that need not open may lower the site's draw, shape (O,)."""
    ends = [limit.kw_per_module * modules - limit.onsite_kw for modules in (problem.min_modules, problem.max_modules)]
    least = np.minimum(*ends)
    return np.where(problem.required, least, np.minimum(least, 0.0))


def _powered_modules(problem: Problem, limit: GridPower) -> Integers:
    """Modules that the site's connection allows each option while the site's others draw their least, shape (O,)."""
    least = _least_power(problem, limit)
    allowed = limit.bounds(problem)[1]
    others = sum_by(problem.site, least, len(allowed))[problem.site] - least
    room = (allowed + _room(allowed))[problem.site] - others + limit.onsite_kw
    drawing = limit.kw_per_module > 0
    modules = np.divide(room, limit.kw_per_module, out=np.where(room < 0, 0.0, np.inf), where=drawing)
    return np.clip(np.floor(modules), 0, problem.max_modules).astype(np.int64)


def _room(bound: Floats | float) -> Floats | float:
    """What `verify` lets pass at a bound."""
    return TOLERANCE * np.maximum(1.0, np.abs(bound))


def _names(counts: Sequence[_Counted]) -> str:
    more = f" and {len(counts) - _NAMED} more" if len(counts) > _NAMED else ""
    return ", ".join(count.name for count in counts[:_NAMED]) + more
