"""The plan's lines and the study's rules as limits of the problem."""

import numpy as np
from scipy.spatial import cKDTree

from geodata import CandidateSites
from geodata.errors import did_you_mean
from siting.area import Area
from siting.assemble import Assembly, Integers, members, travel_times
from siting.errors import StudyError
from siting.plan import MustServeLine, Plan, Target
from siting.study import SpacingRule, Study
from solvers import Budget, Count, GridPower, Limit, MustServe, ServedShare, Spacing, TypesPerSite


def build_limits(study: Study, area: Area, assembly: Assembly) -> list[Limit]:
    """Turn what must hold into limits: plan lines that are enforced and of the study's year, and the study's rules.

    Raises
    ------
    StudyError
        With every line that names a type, district or place that is not there, or whose quotas exceed its count; with
        required sites that the study's own rules exclude.
    """
    plan = study.chosen_plan
    faults = _plan_faults(study, area, plan)
    if faults:
        raise StudyError(str(study.path_of(study.plan)) if study.plan else study.source, faults)
    faults = _site_faults(study, assembly)
    if faults:
        raise StudyError(study.source, faults)
    limits: list[Limit] = []
    for line in plan.targets.values():
        if line.enforce and line.year == study.year:
            limits += _target_limits(line, assembly)
    limits += [
        Budget(line.name, members(assembly.options, line.types), line.cny)
        for line in plan.budgets.values()
        if line.enforce
    ]
    limits += [
        ServedShare(line.name, (assembly.rows["service"] == line.service).to_numpy(), line.at_least)
        for line in plan.shares.values()
        if line.enforce and line.year == study.year
    ]
    limits += [_must_serve(study, area, assembly, line) for line in plan.must_serve.values() if line.enforce]
    return limits + _site_rules(study, assembly)


def options_within(
    study: Study, area: Area, assembly: Assembly, line: MustServeLine
) -> tuple[tuple[str, ...], tuple[Integers, ...]]:
    """Return the names of a line's places, and the options within its standard of each."""
    layer = area.layers.frames[line.layer]
    places = layer[layer["id"].isin(line.ids)].sort_values("id").reset_index(drop=True)
    travel = travel_times(study, area, places.geometry, assembly.sites, line.standard_min * 60.0)
    suits = [
        line.service in study.catalogue[kind].services and line.vehicle in study.catalogue[kind].vehicles
        for kind in assembly.options["type"]
    ]
    site = assembly.options["site"].to_numpy()
    groups = tuple(
        np.flatnonzero(np.isin(site, travel.site[travel.demand == n]) & np.array(suits, dtype=bool)).astype(np.int64)
        for n in range(len(places))
    )
    return tuple(places["id"]), groups


def _target_limits(line: Target, assembly: Assembly) -> list[Limit]:
    site_district = assembly.sites.frame["district"].to_numpy()[assembly.options["site"]]
    limits: list[Limit] = []
    for district, sense, number in line.bounds():
        limits.append(
            Count(
                f"{line.name}, {district}" if district else line.name,
                members(assembly.options, line.types, site_district == district if district else None),
                at_least=0.0 if sense == "<=" else float(number),
                at_most=np.inf if sense == ">=" else float(number),
                of=line.counts,
            )
        )
    return limits


def _must_serve(study: Study, area: Area, assembly: Assembly, line: MustServeLine) -> MustServe:
    names, groups = options_within(study, area, assembly, line)
    return MustServe(line.name, names, groups)


def _site_rules(study: Study, assembly: Assembly) -> list[Limit]:
    options, frame = assembly.options, assembly.sites.frame
    catalogue = [study.catalogue[kind] for kind in options["type"]]
    rules: list[Limit] = [TypesPerSite(study.sites.max_types_per_site, len(frame))]
    grid_kw = frame["grid_kw"].to_numpy(dtype=float)
    if np.isfinite(grid_kw).any():
        drawn = np.array([kind.kw_per_module for kind in catalogue])
        rules.append(GridPower(drawn, np.array([kind.onsite_kw for kind in catalogue]), grid_kw))
    for name, rule in study.sites.spacing.items():
        rules.append(Spacing(f"spacing {name}", spacing_conflicts(rule, assembly)))
    of_any_type = np.array([not study.sites.require.get(name) for name in frame["id"]], dtype=bool)
    required = frame.index[(frame["status"] == "required") & of_any_type]
    if len(required):
        site = options["site"].to_numpy()
        groups = tuple(np.flatnonzero(site == row).astype(np.int64) for row in required)
        rules.append(MustServe("required sites", tuple(frame["id"][required]), groups))
    return rules


def spacing_conflicts(rule: SpacingRule, assembly: Assembly) -> Integers:
    """Pairs of options closer than a rule allows; two stations that stand already are left alone."""
    spaced = members(assembly.options, rule.types)
    site = assembly.options["site"].to_numpy()[spaced]
    points = _coordinates(assembly.sites)[site]
    near = (
        cKDTree(points).query_pairs(rule.min_km * 1000.0, output_type="ndarray")
        if len(points)
        else np.zeros((0, 2), int)
    )
    distance = np.hypot(*(points[near[:, 0]] - points[near[:, 1]]).T)
    standing = assembly.problem.base_modules[spaced] > 0
    # Exactly at the distance is far enough; two options of one site are at distance 0.
    kept = (distance < rule.min_km * 1000.0) & ~(standing[near[:, 0]] & standing[near[:, 1]])
    return np.asarray(spaced[near[kept]], dtype=np.int64).reshape(-1, 2)


def _coordinates(sites: CandidateSites) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.stack([sites.frame.geometry.x, sites.frame.geometry.y], axis=1).astype(np.float64)


def _site_faults(study: Study, assembly: Assembly) -> list[str]:
    """Required facilities too near to each other, or too many at a site."""
    options, standing = assembly.options, assembly.problem.base_modules > 0
    must = assembly.problem.required
    points = _coordinates(assembly.sites)[options["site"].to_numpy()]
    facility = options["facility_id"].to_numpy()
    faults = []
    for name, rule in study.sites.spacing.items():
        for one, other in spacing_conflicts(rule, assembly):
            if must[one] and must[other]:
                apart_km = np.hypot(*(points[one] - points[other])) / 1000.0
                faults.append(
                    f'sites.spacing.{name}: "{facility[one]}" and "{facility[other]}" must both stand, '
                    f"{apart_km:.3g} km apart; the least is {rule.min_km:g} km"
                )
    most = study.sites.max_types_per_site
    for site_id, group in options[must].groupby("site_id", sort=True):
        if len(group) > most and not standing[group.index].all():
            kinds = ", ".join(group["type"])
            faults.append(f'sites.require."{site_id}": {kinds} would stand there, max_types_per_site is {most}')
    return faults


def _plan_faults(study: Study, area: Area, plan: Plan) -> list[str]:
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
