"""Limits that arithmetic alone shows to be impossible, named before anything is solved."""

from collections.abc import Sequence

from solvers.impossible.budgets import budget_messages
from solvers.impossible.counts import count_messages
from solvers.impossible.demand import must_serve_messages, served_share_messages
from solvers.impossible.options import site_messages, spacing_messages, tie_messages
from solvers.impossible.scope import Scope
from solvers.limits import (
    Budget,
    Exclusion,
    GridPower,
    Limit,
    MustServe,
    Phasing,
    Precedence,
    ServedShare,
    Spacing,
    TypesPerSite,
)
from solvers.problem import Problem


def impossible(problem: Problem, limits: Sequence[Limit]) -> list[str]:
    """Say which limits cannot be kept, and by how much; what is not named may still be infeasible.

    Every message rests on a bound that holds for all answers, so there is no false alarm: required options are open
    with what they bring, an option that a required one excludes is closed, and the rest is free.

    Parameters
    ----------
    problem
        The problem.
    limits
        Its limits; their names begin the messages.
    """
    scope = Scope.build(problem, limits)
    messages = [message for count in scope.counts for message in count_messages(count, scope)]
    for limit in limits:
        match limit:
            case Budget():
                messages += budget_messages(limit, scope)
            case MustServe():
                messages += must_serve_messages(limit, scope)
            case ServedShare():
                messages += served_share_messages(limit, scope)
            case Spacing():
                messages += spacing_messages(limit, scope)
            case TypesPerSite() | GridPower():
                messages += site_messages(limit, scope)
            case Exclusion() | Precedence() | Phasing():
                messages += tie_messages(limit, scope)
    return messages
