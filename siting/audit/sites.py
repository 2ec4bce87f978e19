"""Audit of the opened facilities: where they stand, how large they are, what they cost, and site rules."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from siting.audit.case import Case
from siting.audit.sentences import EXACT, elsewhere, repeated, unequal, unlike

WHERE: Final = "sites.gpkg, layer sites"


def strange_facilities(case: Case) -> Iterator[str]:
    """Facilities that stand twice, on no candidate site, on a forbidden one, or are of a type not allowed there."""
    question, sites = case.question, case.written.sites
    yield from repeated(WHERE, sites["facility_id"])
    for name, site, kind in sites[["facility_id", "site_id", "type"]].itertuples(index=False):
        if site not in question.sites.index:
            yield f'{WHERE}, {name}: site "{site}" is not a candidate site of the study'
        elif kind not in question.study.catalogue.root:
            yield f'{WHERE}, {name}: type "{kind}" is not in the catalogue'
        elif name != f"{site}|{kind}":
            yield f'{WHERE}, {name}: site and type are "{site}" and "{kind}", expected those of its id'
        elif question.sites.loc[site, "status"] == "forbidden":
            yield f"{WHERE}, {name}: stands on a forbidden site"
        elif name not in question.options.index:
            allowed = ", ".join(question.options.loc[question.options["site_id"] == site, "type"]) or "none"
            yield f'{WHERE}, {name}: type "{kind}" is not allowed at site "{site}", expected one of: {allowed}'


def missing_facilities(case: Case) -> Iterator[str]:
    """Stations that stand already or are required, and are not there."""
    options, sites = case.question.options, case.question.sites
    opened = set(case.written.sites["facility_id"])
    closed = set(case.closed["facility_id"])
    for name in options.index[options["closable"].astype(bool)]:
        if (name in opened) == (name in closed):
            yield f"{WHERE}: {name} {'is closed, too' if name in closed else 'is missing, and not among the closed'}"
    for name, standing in options.loc[options["required"], "standing"].items():
        if name not in opened:
            why = f"stands already with {standing} modules" if standing else "is required by the study"
            yield f"{WHERE}: {name} is missing, it {why}"
    for site in sorted(set(sites.index[sites["status"] == "required"]) - set(case.written.sites["site_id"])):
        yield f'{WHERE}: nothing stands at site "{site}", where the study requires a facility'


def wrong_modules(case: Case) -> Iterator[str]:
    """Modules outside of what type, grid and existing station allow."""
    known = case.facilities
    columns = known[["facility_id", "modules", "least", "most", "standing"]]
    for name, modules, least, most, standing in columns.itertuples(index=False):
        if not (least <= modules <= most and modules == round(modules)):
            stands = f" ({standing} stand already)" if standing else ""
            yield f"{WHERE}, {name}: {modules:g} modules, expected {least} to {most}{stands}"
    new = known["modules"] - known["standing"]
    yield from unequal(WHERE, known["facility_id"], "new_modules", known["new_modules"], new)


def wrong_positions(case: Case) -> Iterator[str]:
    """Facilities that do not stand where their site is."""
    known = case.facilities
    points = case.written.sites.geometry.loc[case.written.sites["facility_id"].drop_duplicates().index]
    points = points.set_axis(case.written.sites.loc[points.index, "facility_id"])[known["facility_id"]]
    yield from elsewhere(
        WHERE,
        known["facility_id"],
        "its position",
        np.column_stack([points.x, points.y]),
        known[["x", "y"]].to_numpy(dtype=float),
    )


def wrong_attributes(case: Case) -> Iterator[str]:
    """Attributes that are not those of the site."""
    known = case.facilities
    names, sites = known["facility_id"], case.question.sites.loc[known["site_id"]]
    for column in ("district", "place_zh", "place_en", "site_class", "precision", "source"):
        yield from unlike(WHERE, names, column, known[column], sites[column])
    for column in ("place_km", "grid_kw"):
        yield from unequal(WHERE, names, column, known[column], sites[column])
    required = [
        case.question.study.sites.require.get(site, "" if status == "required" else None) in ("", kind)
        for site, kind, status in zip(known["site_id"], known["type"], sites["status"], strict=True)
    ]
    status = np.where(known["standing"] > 0, "existing", np.where(required, "required", "new"))
    yield from unlike(WHERE, names, "status", known["status"], status)
    opened = case.phases.groupby("facility_id")["year"].min().reindex(names).to_numpy(dtype=float)
    yield from unequal(WHERE, names, "year", known["year"], np.where(known["standing"] > 0, np.nan, opened))


def wrong_sizes(case: Case) -> Iterator[str]:
    """Money, power, land and reach that do not follow from type and modules."""
    known, numbers = case.facilities, case.numbers
    modules, standing = known["modules"].to_numpy(dtype=float), known["standing"].to_numpy(dtype=float)
    standard = np.array([max(offer.standard_min for offer in kind.services.values()) for kind in case.kinds])
    speed, travel = known["speed"].to_numpy(dtype=float), case.question.study.travel
    expected = {
        "cost_cny": case.costs,
        "yearly_cost_cny": numbers("yearly_fixed_cny") + numbers("yearly_module_cny") * modules,
        "power_kw": np.maximum(numbers("kw_per_module") * modules - numbers("onsite_kw"), 0.0),
        "land_m2": numbers("land_m2") * (standing == 0) + numbers("land_m2_per_module") * (modules - standing),
        "standard_min": standard,
        "reach_km": np.full(len(speed), np.nan)
        if travel.on_roads or not case.question.study.objective.keeps_standard
        else standard / 60.0 * speed / travel.detour_factor,
    }
    for column, values in expected.items():
        yield from unequal(WHERE, known["facility_id"], column, known[column], values)


def overloaded_sites(case: Case) -> Iterator[str]:
    """Sites with too many types, or whose grid cannot feed them; what stands already is never refused."""
    known = case.facilities
    most_types = case.question.study.sites.max_types_per_site
    per_module, onsite = case.numbers("kw_per_module"), case.numbers("onsite_kw")
    table = known.assign(
        stood=known["standing"] > 0,
        drawn_kw=per_module * known["modules"] - onsite,
        stood_kw=(per_module * known["standing"] - onsite) * (known["standing"] > 0),
    )
    limits = case.question.sites["grid_kw"].astype(float)
    for site, here in table.groupby("site_id"):
        types = max(most_types, int(here["stood"].sum()))
        if len(here) > types:
            found = ", ".join(here["type"])
            yield f"{WHERE}: {len(here)} facility types at site {site} ({found}), expected at most {types}"
        drawn = float(here["drawn_kw"].sum())
        given = max(float(limits.loc[str(site)]), float(here["stood_kw"].sum()))
        if not drawn <= given + EXACT * max(1.0, abs(given)):
            yield f"{WHERE}: facilities at site {site} draw {drawn:g} kW from the grid, expected at most {given:g} kW"


def crowded_facilities(case: Case) -> Iterator[str]:
    """Facilities closer to each other than a spacing rule allows; two that stand already are left alone."""
    for rule_name, rule in case.question.study.sites.spacing.items():
        spaced = case.facilities[case.facilities["type"].isin(rule.types)]
        names, stands = spaced["facility_id"].to_numpy(), spaced["standing"].to_numpy() > 0
        x, y = (spaced[name].to_numpy(dtype=float) for name in ("x", "y"))
        km = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y)) / 1000.0
        near = np.triu(km < rule.min_km * (1 - EXACT), k=1) & ~np.logical_and.outer(stands, stands)
        for one, other in np.argwhere(near):
            yield (
                f"{WHERE}: {names[one]} and {names[other]} are {km[one, other]:.3f} km apart, "
                f"spacing {rule_name} asks for at least {rule.min_km:g} km"
            )
