"""Combinations with an objective that make no sense, refused before anything is solved."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from siting.assemble import Assembly
    from siting.study import Study

_NAMED = 5  # sites named in a message
#: Models in which no share of a service can be asked for, and why.
_WITHOUT_SHARES: Final = {
    "p_dispersion": "knows stations and no demand",
    "p_median": "serves everyone",
    "p_center": "serves everyone",
    "market_share": "counts what is won",
    "target_share": "counts what is won",
    "backup_cover": "counts what two stations cover",
    "gradual_cover": "counts what comes, not what is covered",
}
#: Models that speak of one service, and why.
_ONE_SERVICE: Final = {
    "p_median": "weighs travel by demand and cannot add up units of several services",
    "market_share": "has competitors of one service",
    "target_share": "has competitors of one service",
    "p_dispersion": "keeps stations apart that serve the same vehicles",
}


def open_ended_faults(study: "Study", assembly: "Assembly") -> list[str]:
    """An objective for which more stations are always better, and nothing that keeps their number down."""
    if not study.objective.is_open_ended or not (free := _held_back_by_nothing(study, assembly)):
        return []
    return [
        f"objective.p: missing, and the plan has neither a budget nor a most of stations for {', '.join(free)}; "
        f"without one of them {study.objective.model} opens everything"
    ]


def objective_site_faults(study: "Study", assembly: "Assembly") -> list[str]:
    """Services and plan lines that do not fit the model, and a number of stations that the sites do not allow."""
    faults = [*_service_faults(study, assembly), *_plan_faults(study)] if study.classic else []
    p = study.objective.stations
    if p is None or faults:
        return faults
    must, room = _must_stand(study, assembly), _room(study, assembly)
    if p > room:
        return [f"objective.p: {p} stations are asked for, and there is room for {room}; lower p or add sites"]
    if study.objective.model == "p_dispersion" and 0 < p <= _staying(assembly):
        return [f"objective.p: {p} stations, and as many stand already, between which no distance counts; raise p"]
    if p < len(must):
        named = ", ".join(must[:_NAMED]) + (", ..." if len(must) > _NAMED else "")
        return [
            f"objective.p: {p} stations are asked for, and {len(must)} must stand in any case ({named}); "
            "p counts them too: raise p, or let stations be closed"
        ]
    return []


def _plan_faults(study: "Study") -> Iterator[str]:
    """Lines of the plan that a model cannot keep to."""
    objective, plan = study.objective, study.chosen_plan
    if not objective.capacities:
        for key, line in plan.targets.items():
            if line.enforce and line.counts == "modules":
                yield (
                    f"plan, targets.{key}: counts modules, and {objective.model} decides no sizes; "
                    "count stations, set enforce = false, or use served_value"
                )
    for key, share in plan.shares.items():
        if share.enforce and objective.model in _WITHOUT_SHARES:
            yield (
                f"plan, shares.{key}: {objective.model} {_WITHOUT_SHARES[objective.model]}; "
                "set enforce = false, or use max_cover"
            )


def _held_back_by_nothing(study: "Study", assembly: "Assembly") -> list[str]:
    """Facility types that reach somebody, and whose number no enforced line of a studied year keeps down."""
    plan = study.chosen_plan
    free = sorted(assembly.options["type"].iloc[np.unique(assembly.problem.pair_option)].unique())
    most = [line for line in plan.targets.values() if any(sense != ">=" for _, sense, _ in line.bounds())]
    holding = [(line, line.types) for line in most] + [(line, line.types) for line in plan.budgets.values()]
    for line, types in holding:
        if line.enforce and study.year_of(line) in study.horizon:
            free = [name for name in free if types and name not in types]
    return free


def _service_faults(study: "Study", assembly: "Assembly") -> Iterator[str]:
    """Services whose units a model would have to add up."""
    services = sorted(assembly.rows["service"].unique())
    if study.objective.model in _ONE_SERVICE and len(services) > 1:
        yield (
            f"demand: {study.objective.model} {_ONE_SERVICE[study.objective.model]}, found {', '.join(services)}; "
            "study each service by itself"
        )


def _room(study: "Study", assembly: "Assembly") -> int:
    """Most stations that the sites can hold."""
    options = assembly.options[assembly.opens]
    standing = (options["base_modules"] > 0).groupby(options["site"]).sum()
    return int(np.maximum(options.groupby("site").size().clip(upper=study.sites.max_types_per_site), standing).sum())


def _staying(assembly: "Assembly") -> int:
    """How many stations stand already and cannot be closed."""
    problem = assembly.problem
    return int((problem.required & (problem.base_modules > 0)).sum())


def _must_stand(study: "Study", assembly: "Assembly") -> list[str]:
    """Facilities that stand or are required, and sites where one of some must be."""
    options, must = assembly.options, assembly.problem.required
    named = list(options.loc[must, "facility_id"])
    there = set(options.loc[must, "site_id"])
    frame = assembly.sites.frame
    required = set(frame.loc[frame["status"] == "required", "id"]) | set(study.sites.require)
    return sorted([*named, *(required - there)])
