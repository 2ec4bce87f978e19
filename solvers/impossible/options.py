"""Required options that stand against each other, and sites that cannot take them."""

import numpy as np

from solvers.impossible.scope import Scope, least_power, leeway
from solvers.limits import Exclusion, GridPower, Phasing, Precedence, Spacing, TypesPerSite
from solvers.limits.named import named
from solvers.sums import sum_by


def spacing_messages(limit: Spacing, scope: Scope) -> list[str]:
    """Required options too close to each other, by cliques."""
    pairs = np.unique(np.sort(limit.conflicts.reshape(-1, 2), axis=1), axis=0)
    both = Spacing(limit.name, pairs[scope.problem.required[pairs].all(axis=1)])
    return [
        f"{limit.name}: {named('options', clique, limit.names)} are required and too close to each other"
        for clique in both.cliques
    ]


def site_messages(limit: TypesPerSite | GridPower, scope: Scope) -> list[str]:
    """Sites with more types required, or more power drawn at least, than they allow."""
    problem = scope.problem
    allowed = limit.bounds(problem)[1]
    if isinstance(limit, TypesPerSite):
        counted = problem.required & limit.counted(problem)
        asked, what = sum_by(problem.site, counted, len(allowed)), "facility types are required"
    else:
        asked, what = sum_by(problem.site, least_power(problem, limit), len(allowed)), "kW are drawn at least"
    return [
        f"{limit.label(int(site))}: {asked[site]:.10g} {what}, {allowed[site]:.10g} are allowed"
        for site in np.flatnonzero(asked > allowed + leeway(asked))
    ]


def tie_messages(limit: Exclusion | Precedence | Phasing, scope: Scope) -> list[str]:
    """Rows that exceed their most by what is required alone, or fall short of their least with all that can open."""
    problem, form = scope.problem, limit.form(scope.problem)
    lo, hi = limit.bounds(problem)
    least, most = np.zeros(len(lo)), np.zeros(len(lo))
    for matrix, fewest, greatest in (
        (form.opened, problem.required.astype(np.float64), (scope.most > 0).astype(np.float64)),
        (form.modules, problem.required * problem.min_modules.astype(np.float64), scope.most.astype(np.float64)),
    ):
        least += matrix.maximum(0) @ fewest + matrix.minimum(0) @ greatest
        most += matrix.maximum(0) @ greatest + matrix.minimum(0) @ fewest
    return [
        *(
            f"{limit.label(int(row))}: {least[row]:.10g} are required, {hi[row]:.10g} may be"
            for row in np.flatnonzero(least > hi)
        ),
        *(f"{limit.label(int(row))}: required, and what it needs cannot open" for row in np.flatnonzero(most < lo)),
    ]
