"""Audit of several years: what opened stays, grows by what is added, and is paid for when it is added."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from siting.audit.case import Case
from siting.audit.sentences import unequal

WHERE: Final = "phases.csv"


def wrong_years(case: Case) -> Iterator[str]:
    """Facilities that are not there in every year from their opening to the last, or not in both tables."""
    years, written = case.question.study.horizon, case.written
    if len(years) == 1:
        return
    there, listed = set(written.sites["facility_id"]), set(written.phases["facility_id"])
    for name in sorted(there ^ listed):
        where = WHERE if name in listed else "layer sites"
        yield f"{name}: stands in {where} alone, expected in {WHERE} and in layer sites"
    standing = case.question.options["standing"]
    for key, rows in case.phases.groupby("facility_id"):
        name, found = str(key), [int(year) if year == year else 0 for year in rows["year"]]
        begin = years[0] if standing[name] or found[0] not in years else found[0]
        wanted = [year for year in years if year >= begin]
        if found != wanted:
            yield f"{WHERE}, {name}: stands in {_listed(found)}, expected in {_listed(wanted)} (what opened stays)"


def wrong_additions(case: Case) -> Iterator[str]:
    """Modules and money of a year that do not follow from the years before it and from what was added."""
    if len(case.question.study.horizon) == 1:
        return
    rows = case.phase_costs
    names = rows["facility_id"] + " in " + rows["year"].map("{:.0f}".format)
    before = rows.groupby("facility_id")["modules"].shift()
    added = rows["modules"] - before.fillna(rows["standing"])
    yield from unequal(WHERE, names, "new_modules", rows["new_modules"], added)
    yield from unequal(WHERE, names, "cost_cny", rows["cost_cny"], rows["cost"])
    for name in names[rows["new_modules"] < 0]:
        yield f"{WHERE}, {name}: modules are taken away, expected those of the year before at least"
    least = rows["facility_id"].map(case.question.options["least"])
    first = before.isna() & (rows["modules"] < least)
    for name, modules, wanted in zip(names[first], rows["modules"][first], least[first], strict=True):
        yield f"{WHERE}, {name}: opens with {modules:g} modules, expected at least {wanted}"
    last = rows.groupby("facility_id")["modules"].last()
    known = case.facilities["facility_id"]
    yield from unequal("sites.gpkg, layer sites", known, "modules", case.facilities["modules"], last.reindex(known))


def wrong_reality(case: Case) -> Iterator[str]:
    """Modules of a year that is over which are not those that were built."""
    built = case.question.built
    if built.through is None:
        return
    rows = case.phases[case.phases["year"] <= built.through]
    given = [
        built.modules.get(name, {}).get(int(year), 0)
        for name, year in zip(rows["facility_id"], rows["year"], strict=True)
    ]
    names = rows["facility_id"] + " in " + rows["year"].map("{:.0f}".format)
    yield from unequal(WHERE, names, "new_modules", rows["new_modules"], np.array(given, dtype=float))


def wrong_closed(case: Case) -> Iterator[str]:
    """Closed stations that the study does not let be closed, or with other modules, money or no reason."""
    options, rows = case.question.options, case.written.closed
    for name, reason_zh, reason_en in rows[["facility_id", "reason_zh", "reason_en"]].itertuples(index=False):
        if name not in options.index or not options.loc[name, "closable"]:
            yield f"closed.csv, {name}: is no station that the study lets be closed"
        elif not (reason_zh and reason_en):
            yield f"closed.csv, {name}: no reason is given"
    known = case.closed
    asked = options.loc[known["facility_id"]]
    for column, expected in (("modules", asked["standing"]), ("closing_cost_cny", asked["closing_cost_cny"])):
        yield from unequal("closed.csv", known["facility_id"], column, known[column], expected)


def broken_rules(case: Case) -> Iterator[str]:
    """Bundles, exclusions and precedence that the years in which facilities stand do not keep to."""
    sites, opened = case.question.study.sites, _opened(case)
    for name, bundle in sites.bundles.items():
        years = {facility: _first(opened, facility) for facility in bundle.facilities}
        if len(set(years.values())) > 1:
            yield f"bundle {name}: {_stated(years)}; expected all in the same year, or none"
    for name, exclusion in sites.exclusions.items():
        years = {facility: year for facility in exclusion.facilities if (year := _first(opened, facility)) is not None}
        if len(years) > 1:
            yield f"exclusion {name}: {_stated(years)}; expected one of them at most"
    for name, rule in sites.precedence.items():
        begins = opened[[_means(key, rule.facility) for key in opened.index]]
        for needed in rule.needs:
            first = _first(opened, needed)
            if len(begins) and (first is None or begins.min() < first):
                years = {rule.facility: int(begins.min()), needed: first}
                yield f"precedence {name}: {_stated(years)}; expected {needed} in that year or before"


def _opened(case: Case) -> "pd.Series[float]":
    """First year of each written facility."""
    return case.written.phases.groupby("facility_id")["year"].min()


def _means(facility_id: str, name: str) -> bool:
    """Whether a rule's name, a facility or a site, means a facility."""
    return name in (facility_id, facility_id.rsplit("|", 1)[0])


def _first(opened: "pd.Series[float]", name: str) -> int | None:
    years = opened[[_means(str(key), name) for key in opened.index]]
    return None if years.empty else int(years.min())


def _stated(years: dict[str, int | None]) -> str:
    return ", ".join(f"{name} {'never' if year is None else f'in {year}'}" for name, year in years.items())


def _listed(years: list[int]) -> str:
    return ", ".join(map(str, years))
