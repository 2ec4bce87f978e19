"""Budgets below what required options and counts cost."""

import numpy as np

from solvers.impossible.counts import disjoint, names
from solvers.impossible.scope import Counted, Scope, leeway
from solvers.limits import Budget
from solvers.problem import Booleans


def budget_messages(budget: Budget, scope: Scope) -> list[str]:
    """A budget below what required options cost, or below the cheapest way to meet the counts."""
    paid = np.zeros(scope.problem.n_options, dtype=bool)
    paid[budget.options] = True
    required = float(scope.least_cost[paid & scope.problem.required].sum())
    if required > budget.at_most + leeway(required):
        return [f"{budget.name}: what is required costs {required:.10g}, the budget is {budget.at_most:.10g}"]
    extra, chosen = disjoint((_cheapest(count, paid, scope), count) for count in scope.counts)
    cost = required + extra
    if cost <= budget.at_most + leeway(cost):
        return []
    return [
        f"{budget.name}: the cheapest way to meet the counts ({names(chosen)}) costs at least"
        f" {cost:.10g}, the budget is {budget.at_most:.10g}"
    ]


def _cheapest(count: Counted, paid: Booleans, scope: Scope) -> float:
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
