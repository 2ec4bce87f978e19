"""What a classic objective asks to hold, beside the plan and the study's rules."""

import numpy as np

from siting.assemble import Assembly, Integers
from siting.objectives.settings import BackupCover, CapacitatedCost, PartialCover, PDispersion, SetCover
from siting.study import Study
from solvers import Count, Limit, MustServe, ServedShare


def objective_limits(study: Study, assembly: Assembly) -> list[Limit]:
    """Limits of the objective: how many stations, and who must be covered; nothing without a classic objective."""
    objective = study.objective
    limits: list[Limit] = []
    if objective.stations is not None:
        openings = np.flatnonzero(assembly.opens).astype(np.int64)
        p, exactly = float(objective.stations), objective.assigns_all or isinstance(objective, PDispersion)
        limits.append(Count("stations in all (objective.p)", openings, at_least=p if exactly else 0.0, at_most=p))
    if isinstance(objective, SetCover) or (isinstance(objective, BackupCover) and objective.all_once):
        limits.append(_covered(assembly))
    if isinstance(objective, CapacitatedCost):
        for service in study.services:
            rows = (assembly.rows["service"] == service).to_numpy() & assembly.reachable
            if rows.any():
                limits.append(ServedShare(f"all {service} that can be reached (objective)", rows, 1.0))
    if isinstance(objective, PartialCover):
        for service in study.services:
            rows = (assembly.rows["service"] == service).to_numpy()
            if rows.any():
                limits.append(ServedShare(f"share of {service} (objective.share)", rows, objective.share))
    return limits


def _covered(assembly: Assembly) -> Limit:
    """One open option in every cover set of all rows that can be reached; equal sets are asked once."""
    problem = assembly.problem
    wanted = np.flatnonzero(assembly.reachable[problem.pair_row])
    option, of_set = problem.pair_option[wanted], problem.pair_set[wanted]
    numbers, first = np.unique(of_set, return_index=True)
    groups: dict[bytes, tuple[str, Integers]] = {}
    for number, members in zip(numbers, np.split(option, first)[1:], strict=True):
        name = str(assembly.rows["row_id"].iloc[problem.set_row[number]])
        groups.setdefault(members.tobytes(), (name, members))
    names, members_of = zip(*groups.values(), strict=True) if groups else ((), ())
    return MustServe("demand to be covered (objective)", tuple(names), tuple(members_of))
