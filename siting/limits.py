"""The plan's lines as limits of the problem."""

import numpy as np

from geodata.errors import did_you_mean
from siting.area import Area
from siting.assemble import Assembly, Integers, members
from siting.errors import StudyError
from siting.gaps import flow_faults, gap_faults, gap_groups
from siting.objectives.limits import objective_limits
from siting.objectives.rules import objective_site_faults
from siting.plan import BudgetLine, GapLine, Line, MustServeLine, Plan, ServedShareLine, Target
from siting.site_rules import site_faults, site_rules
from siting.study import Study
from siting.travel import travel_times
from solvers import Budget, Count, Limit, MustServe, ServedShare


def build_limits(study: Study, area: Area, assembly: Assembly) -> list[Limit]:
    """Turn what must hold into limits: plan lines that bind the years of the assembly, and the study's rules.

    Raises
    ------
    StudyError
        With every line that names a type, district or place that is not there, or whose quotas exceed its count; with
        rules that name facilities that are not there, and required sites that the study's own rules exclude.
    """
    plan = study.chosen_plan
    faults = _plan_faults(study, area, assembly, plan)
    if faults:
        raise StudyError(str(study.path_of(study.plan)) if study.plan else study.source, faults)
    faults = site_faults(study, assembly) or objective_site_faults(study, assembly)
    if faults:
        raise StudyError(study.source, faults)

    def binds(line: Line) -> bool:
        return line.enforce and evaluated(study, assembly, line) and not assembly.built.decides(study.year_of(line))

    limits: list[Limit] = []
    for target in filter(binds, plan.targets.values()):
        limits += _target_limits(study, target, assembly)
    for budget in plan.budgets.values():
        if budget.enforce if budget.year is None else binds(budget):
            limits.append(Budget(budget.name, paid_by(budget, assembly), budget.cny))
    for share in filter(binds, plan.shares.values()):
        limits.append(ServedShare(share.name, asked_by(study, share, assembly), share.at_least))
    for places in filter(binds, plan.must_serve.values()):
        limits.append(MustServe(places.name, *options_within(study, area, assembly, places)))
    for gap in filter(binds, plan.gaps.values()):
        limits.append(MustServe(gap.name, *gap_groups(study, area, assembly, gap)))
    return limits + site_rules(study, assembly) + objective_limits(study, assembly)


def evaluated(study: Study, assembly: Assembly, line: Line) -> bool:
    """Whether a line speaks of a year in which the assembly opens something."""
    return study.year_of(line) in assembly.years


def counted_by(study: Study, line: Target, assembly: Assembly, district: str) -> Integers:
    """Options that a count counts: all that stand in its year, those that expand a station as modules only."""
    options = assembly.options
    within = (options["year"] <= study.year_of(line)).to_numpy()
    if line.counts == "stations":
        within = within & assembly.opens
    if district:
        within = within & (assembly.sites.frame["district"].to_numpy()[options["site"]] == district)
    return members(options, line.types, within)


def paid_by(line: BudgetLine, assembly: Assembly) -> Integers:
    """Options that a budget pays for: those of its year, or of all years."""
    return members(
        assembly.options, line.types, None if line.year is None else (assembly.options["year"] == line.year).to_numpy()
    )


def asked_by(study: Study, line: ServedShareLine, assembly: Assembly) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Demand rows that a share speaks of."""
    rows = assembly.rows
    asked = (rows["service"] == line.service) & (rows["year"] == study.year_of(line))
    if line.flows is not None:
        asked &= assembly.is_flow & (rows["fleets"] == line.flows)
    return np.asarray(asked)


def options_within(
    study: Study, area: Area, assembly: Assembly, line: MustServeLine
) -> tuple[tuple[str, ...], tuple[Integers, ...]]:
    """Return the names of a line's places, and the options within its standard of each that may stand in its year."""
    layer = area.layers.frames[line.layer]
    places = layer[layer["id"].isin(line.ids)].sort_values("id").reset_index(drop=True)
    cutoff_s = line.standard_min * 60.0
    travel = travel_times(study, area, places.geometry, assembly.sites, cutoff_s, [line.vehicle])[line.vehicle]
    options = assembly.options
    offers = [kind for kind, facility in study.catalogue.root.items() if facility.offers(line.service, line.vehicle)]
    suits = (options["type"].isin(offers) & (options["year"] <= study.year_of(line))).to_numpy() & assembly.opens
    site = options["site"].to_numpy()
    groups = tuple(
        np.flatnonzero(np.isin(site, travel.site[travel.demand == n]) & suits).astype(np.int64)
        for n in range(len(places))
    )
    return tuple(places["id"]), groups


def _target_limits(study: Study, line: Target, assembly: Assembly) -> list[Limit]:
    limits: list[Limit] = []
    for district, sense, number in line.bounds():
        limits.append(
            Count(
                f"{line.name}, {district}" if district else line.name,
                counted_by(study, line, assembly, district),
                at_least=0.0 if sense == "<=" else float(number),
                at_most=np.inf if sense == ">=" else float(number),
                of=line.counts,
            )
        )
    return limits


def _plan_faults(study: Study, area: Area, assembly: Assembly, plan: Plan) -> list[str]:
    faults = []
    if study.variant is not None and study.variant not in study.full_plan.variants():
        known = ", ".join(sorted(study.full_plan.variants())) or "none"
        faults.append(f'variant "{study.variant}" is not in the plan (it has: {known})')
    districts = set(area.layers.districts.frame["district"])
    for key, line in plan.lines().items():
        unknown = [kind for kind in getattr(line, "types", ()) if kind not in study.catalogue.root]
        faults += [
            f'{key}: "{kind}" is not a facility type of the catalogue{did_you_mean(kind, study.catalogue.root)}'
            for kind in unknown
        ]
        if isinstance(line, Target):
            faults += _quota_faults(key, line, districts)
        if isinstance(line, MustServeLine):
            faults += _place_faults(key, line, area)
        if isinstance(line, GapLine):
            faults += gap_faults(key, study, area, assembly, line)
        if isinstance(line, ServedShareLine):
            faults += flow_faults(key, study, line)
    return faults


def _quota_faults(key: str, line: Target, districts: set[str]) -> list[str]:
    named = {district for district, _, _ in line.bounds() if district}
    faults = [
        f'{key}: "{district}" is not a district of the study{did_you_mean(district, districts)}'
        for district in sorted(named - districts)
    ]
    most = line.exactly if line.exactly is not None else line.at_most
    quota = sum(line.at_least_by_district.values())
    if most is not None and quota > most:
        faults.append(f"{key}: district quotas add up to {quota}, the count allows {most}")
    return faults


def _place_faults(key: str, line: MustServeLine, area: Area) -> list[str]:
    if line.layer not in area.layers.frames:
        return [f'{key}: layer "{line.layer}" is not among [layers]{did_you_mean(line.layer, area.layers.frames)}']
    known = set(area.layers.frames[line.layer]["id"])
    return [
        f'{key}: layer "{line.layer}" has no row "{name}"{did_you_mean(name, known)}'
        for name in sorted(set(line.ids) - known)
    ]
