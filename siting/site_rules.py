"""The study's own rules as limits: what a site carries, what keeps its distance, what needs or excludes what."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
from scipy.spatial import cKDTree

from geodata import CandidateSites
from geodata.errors import did_you_mean
from siting.assemble import Assembly, Integers, members
from siting.built import allowed_facilities
from siting.site_settings import SpacingRule
from siting.study import Study
from solvers import Bundle, Count, Exclusion, GridPower, Limit, MustServe, Phasing, Precedence, Spacing, TypesPerSite


def site_rules(study: Study, assembly: Assembly) -> list[Limit]:
    """Limits of sites and of facilities among each other."""
    options, frame, opens = assembly.options, assembly.sites.frame, assembly.opens
    catalogue = [study.catalogue[kind] for kind in options["type"]]
    expansion = None if opens.all() else ~opens
    sites, facilities = tuple(frame["id"]), tuple(options["facility_id"])
    rules: list[Limit] = [TypesPerSite(study.sites.max_types_per_site, len(frame), expansion=expansion, names=sites)]
    grid_kw = frame["grid_kw"].to_numpy(dtype=float)
    if np.isfinite(grid_kw).any():
        drawn = np.array([kind.kw_per_module for kind in catalogue])
        onsite = np.where(opens, [kind.onsite_kw for kind in catalogue], 0.0)
        rules.append(GridPower(drawn, onsite, grid_kw, names=sites))
    for name, rule in study.sites.spacing.items():
        rules.append(Spacing(f"spacing {name}", spacing_conflicts(rule, assembly), facilities))
    rules += _required_sites(study, assembly)
    rules += _phasing(assembly)
    return rules + _facility_rules(study, assembly)


def site_faults(study: Study, assembly: Assembly) -> list[str]:
    """Rules that name what is not there, and required facilities that stand against each other."""
    return _name_faults(study, assembly) or [*_excluded_faults(study, assembly), *_crowded_faults(study, assembly)]


def spacing_conflicts(rule: SpacingRule, assembly: Assembly) -> Integers:
    """Pairs of options closer than a rule allows; two stations that stand already or were built are left alone."""
    spaced = members(assembly.options, rule.types, assembly.opens)
    site = assembly.options["site"].to_numpy()[spaced]
    points = _coordinates(assembly.sites)[site]
    near = (
        cKDTree(points).query_pairs(rule.min_km * 1000.0, output_type="ndarray")
        if len(points)
        else np.zeros((0, 2), int)
    )
    distance = np.hypot(*(points[near[:, 0]] - points[near[:, 1]]).T)
    standing = _given(assembly)[spaced]
    # Exactly at the distance is far enough; two options of one site are at distance 0.
    kept = (distance < rule.min_km * 1000.0) & ~(standing[near[:, 0]] & standing[near[:, 1]])
    return np.asarray(spaced[near[kept]], dtype=np.int64).reshape(-1, 2)


def _required_sites(study: Study, assembly: Assembly) -> list[Limit]:
    """Sites where a facility must stand in the last year, of any type or of one that may open in several years."""
    if assembly.years[-1] != study.year:
        return []
    options, opens, must = assembly.options, assembly.opens, assembly.problem.required
    groups = {}
    for name, status in assembly.sites.frame[["id", "status"]].itertuples(index=False):
        kind = study.sites.require.get(name)
        if status != "required" and not kind:
            continue
        here = opens & (options["site_id"] == name).to_numpy()
        if kind:
            here &= (options["type"] == kind).to_numpy()
        if not (kind and must[here].any()):
            groups[name] = np.flatnonzero(here).astype(np.int64)
    return [MustServe("required sites", tuple(groups), tuple(groups.values()))] if groups else []


def _phasing(assembly: Assembly) -> list[Limit]:
    """Facilities with several options open once, and grow as far as type and grid allow; what was closed stays so."""
    options = assembly.options
    limits: list[Limit] = []
    grouped = [
        np.asarray(rows, dtype=np.int64) for rows in options.groupby("facility").indices.values() if len(rows) > 1
    ]
    if grouped:
        first = [int(rows[0]) for rows in grouped]
        names = tuple(options["facility_id"].iloc[first])
        most = options["most_modules"].to_numpy(dtype=float)[first]
        limits.append(Phasing("years", names, tuple(grouped), ~assembly.opens, most))
    closed = options["facility_id"].isin(assembly.built.closed).to_numpy()
    if closed.any():
        limits.append(
            Count("stations closed before that open again", np.flatnonzero(closed).astype(np.int64), at_most=0.0)
        )
    return limits


def _facility_rules(study: Study, assembly: Assembly) -> list[Limit]:
    """Bundles, exclusions and precedence between facilities, by the options that open them."""
    limits: list[Limit] = []
    called = tuple(assembly.options["facility_id"])
    for name, bundle in study.sites.bundles.items():
        groups = [np.concatenate(_named(assembly, facility)) for facility in bundle.facilities]
        limits.append(_bundle(f"bundle {name}", groups, assembly))
    for name, exclusion in study.sites.exclusions.items():
        each = [_named(assembly, facility) for facility in exclusion.facilities]
        pairs = [pair for one, other in combinations(each, 2) for pair in product(one, other)]
        limits.append(Exclusion(f"exclusion {name}", tuple(np.union1d(one, other) for one, other in pairs), called))
    for name, rule in study.sites.precedence.items():
        needs = [np.concatenate(_named(assembly, facility)) for facility in rule.needs]
        opening = np.concatenate(_named(assembly, rule.facility))
        limits.append(_after(f"precedence {name}", [(opening, needed) for needed in needs], assembly))
    return limits


def _bundle(name: str, groups: Sequence[Integers], assembly: Assembly) -> Limit:
    """Facilities that open in the same year or not at all; each needs the next one where they have several options."""
    years = assembly.problem.year
    if all(np.array_equal(years[group], assembly.years) for group in groups):
        together = tuple(np.array(options) for options in zip(*groups, strict=True))
        return Bundle(name, together, tuple(assembly.options["facility_id"]))
    return _after(name, list(zip(groups, [*groups[1:], groups[0]], strict=True)), assembly)


def _after(name: str, pairs: Sequence[tuple[Integers, Integers]], assembly: Assembly) -> Limit:
    """Options of each pair's first set that open only where one of its second set does, in that year or before."""
    year = assembly.problem.year
    rows = [(option, needed[year[needed] <= year[option]]) for opening, needed in pairs for option in opening]
    opening = np.array([option for option, _ in rows], dtype=np.int64)
    return Precedence(name, opening, tuple(after for _, after in rows), tuple(assembly.options["facility_id"]))


def _named(assembly: Assembly, name: str) -> list[Integers]:
    """Options that open a facility "SITE|TYPE", or each of those at a "SITE"."""
    options = assembly.options
    here = options[((options["facility_id"] == name) | (options["site_id"] == name)) & assembly.opens]
    found = [np.asarray(rows.index, dtype=np.int64) for _, rows in here.groupby("facility")]
    return found or [np.zeros(0, dtype=np.int64)]


def _given(assembly: Assembly) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Options of facilities that stand already or were built."""
    built = assembly.options["facility_id"].isin(list(assembly.built.modules)).to_numpy()
    return np.asarray(built | (assembly.problem.base_modules > 0))


def _coordinates(sites: CandidateSites) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.stack([sites.frame.geometry.x, sites.frame.geometry.y], axis=1).astype(np.float64)


def _name_faults(study: Study, assembly: Assembly) -> list[str]:
    """Facilities that a rule names and that are not there."""
    sites = study.sites
    named = [(f"sites.bundles.{key}", name) for key, bundle in sites.bundles.items() for name in bundle.facilities]
    named += [(f"sites.exclusions.{key}", name) for key, rule in sites.exclusions.items() for name in rule.facilities]
    for key, rule in sites.precedence.items():
        named += [(f"sites.precedence.{key}", name) for name in (rule.facility, *rule.needs)]
    if not named:
        return []
    facilities = allowed_facilities(study, assembly.sites)
    known = facilities | {name.rsplit("|", 1)[0] for name in facilities}
    there = set(assembly.sites.frame["id"])
    closed = there | {f"{site}|{kind}" for site in there for kind in study.catalogue.root}
    return [
        f'{key}: "{name}" can never open: its site is forbidden, or does not allow it; take it out of the rule'
        if name in closed
        else f'{key}: "{name}" is neither a facility nor a site of the study{did_you_mean(name, known)}'
        for key, name in named
        if name not in known
    ]


def _excluded_faults(study: Study, assembly: Assembly) -> list[str]:
    """Facilities that must both stand and exclude each other."""
    must = assembly.problem.required
    return [
        f'sites.exclusions.{key}: "{one}" and "{other}" must both stand; take one out of the rule'
        for key, rule in study.sites.exclusions.items()
        for one, other in combinations(rule.facilities, 2)
        if all(must[np.concatenate(_named(assembly, name))].any() for name in (one, other))
    ]


def _crowded_faults(study: Study, assembly: Assembly) -> list[str]:
    """Required facilities too near to each other, or too many at a site."""
    options, standing = assembly.options, _given(assembly)
    must = assembly.problem.required & assembly.opens
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
