"""Places and demand that no option reaches."""

import numpy as np

from solvers.impossible.scope import Scope, leeway
from solvers.limits import MustServe, ServedShare
from solvers.sums import ratio, sum_by


def must_serve_messages(limit: MustServe, scope: Scope) -> list[str]:
    """Places without an option within reach that can open."""
    messages = []
    for place, group in enumerate(limit.groups):
        if not group.size:
            messages.append(f"{limit.label(place)}: needs a station, and no option lies within reach")
        elif not np.any(scope.most[group] > 0):
            messages.append(f"{limit.label(place)}: needs a station, and none of the options within reach can open")
    return messages


def served_share_messages(limit: ServedShare, scope: Scope) -> list[str]:
    """A share beyond what all options together can serve."""
    problem = scope.problem
    most = scope.most[problem.pair_option]
    given = ratio(problem.capacity[problem.pair_option, problem.pair_service] * most, problem.pair_draw)
    # Where nothing is drawn, one open option provides for all.
    given = np.where(problem.pair_draw > 0, given, np.where(most > 0, problem.demand[problem.pair_row], 0.0))
    reached = np.minimum(problem.demand, problem.least_of_sets(sum_by(problem.pair_set, given, problem.n_sets)))
    possible = float(reached[limit.rows].sum())
    asked = float(limit.bounds(problem)[0][0])
    if possible >= asked - leeway(asked):
        return []
    return [f"{limit.name}: {asked:.10g} a day are asked for, the options can serve {possible:.10g}"]
