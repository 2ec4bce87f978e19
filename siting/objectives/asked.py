"""What the solvers are given: problem, limits and stages as the objective sees them."""

from dataclasses import dataclass, replace

import numpy as np

from siting.assemble import Assembly
from siting.objectives.settings import PMedian
from siting.objectives.stages import one_each, stages_of
from siting.study import Study
from solvers import GridPower, Limit, Problem, ServedShare, Stage, TypesPerSite


@dataclass(frozen=True, eq=False)
class Asked:
    """A study's question to the solvers."""

    problem: Problem
    limits: list[Limit]
    stages: tuple[Stage, ...]

    @classmethod
    def of(cls, study: Study, assembly: Assembly, limits: list[Limit]) -> "Asked":
        """The question of a study that was assembled, under the limits that it was given."""
        problem = _problem(study, assembly)
        return cls(problem, _limits(study, assembly, problem, limits), stages_of(study, assembly))


def _problem(study: Study, assembly: Assembly) -> Problem:
    """The problem as the objective sees it: where everyone is served, without those whom no candidate reaches."""
    problem = assembly.problem
    if not study.objective.assigns_all or assembly.reachable.all():
        return problem
    kept = assembly.reachable
    row = np.cumsum(kept) - 1
    sets = kept[problem.set_row]
    number = np.cumsum(sets) - 1
    return replace(
        problem,
        **{name: getattr(problem, name)[kept] for name in ("demand", "value", "row_service", "row_year")},
        set_row=row[problem.set_row[sets]],
        set_draw=problem.set_draw[sets],
        pair_set=number[problem.pair_set],
    )


def _limits(study: Study, assembly: Assembly, problem: Problem, limits: list[Limit]) -> list[Limit]:
    """Limits without those that cannot bind where every site has one option of one size, and everyone's service."""
    if not study.classic or study.objective.capacities:
        return limits
    idle = (TypesPerSite, GridPower) if one_each(assembly) else ()
    kept = [limit for limit in limits if not isinstance(limit, idle)]
    if isinstance(study.objective, PMedian):
        kept.append(ServedShare("everyone is served (objective)", np.ones(problem.n_rows, dtype=np.bool_), 1.0))
    return kept
