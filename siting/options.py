"""What may open: options of site, facility type and year, those that expand what opened earlier among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata import CandidateSites
from siting.built import Built
from siting.errors import StudyError
from siting.facility import FacilityType
from siting.site_settings import ExistingSites
from siting.study import Study

COLUMNS = [
    *("site", "site_id", "facility_id", "type", "status", "year", "expands", "closable"),
    *("min_modules", "max_modules", "base_modules", "most_modules", "required"),
    *("fixed_cost", "module_cost", "closing_cost"),
]


def build_options(study: Study, sites: CandidateSites, years: tuple[int, ...], built: Built) -> pd.DataFrame:
    """Options in the order of site, facility type and year; those a site's grid cannot feed are left out.

    A facility (a site with a type) opens in one of the years, at its whole cost; in later years modules may be added at
    their own. What stands already is an opening of the first year. What was built is there with its modules; in a year
    that is decided nothing else opens.

    Parameters
    ----------
    study, sites
        The study and its candidate sites.
    years
        Years in which something may open, ascending.
    built
        What was built so far.

    Returns
    -------
    options
        One row per option: `COLUMNS`, and `facility`, the number of its facility. `most_modules` is what all options
        of a facility may have together.

    Raises
    ------
    StudyError
        When nothing may open anywhere, or a site's grid power cannot feed the least of a type required there.
    """
    order = list(study.catalogue.root)
    records: list[dict[str, Any]] = []
    for site, row in enumerate(sites.frame.to_dict("records")):
        if row["status"] == "forbidden":
            continue
        wanted = study.sites.require.get(row["id"], "")
        for kind in sorted({*row["types"], *([wanted] if wanted else [])}, key=order.index):
            records += _Facility.of(study, site, row, kind).options(years, built, study.year)
    options = pd.DataFrame(records, columns=COLUMNS)
    faults = _unfed_faults(study, sites, options)
    if faults:
        raise StudyError(study.source, faults)
    return options.assign(facility=pd.factorize(options["facility_id"])[0])


@dataclass(frozen=True)
class _Facility:
    """A site with a facility type: what its options have in common."""

    identity: dict[str, Any]
    kind: FacilityType
    standing: int
    most: int
    grows: bool
    closable: bool
    required: bool
    opening_cost: float
    closing_cost: float

    @classmethod
    def of(cls, study: Study, site: int, row: dict[Any, Any], type_id: str) -> "_Facility":
        kind = study.catalogue[type_id]
        source = study.sites.sources[row["id"].split(":", 1)[0]]
        existing = source if isinstance(source, ExistingSites) else None
        standing = int(row["modules"].get(type_id, 0))
        wanted = study.sites.require.get(row["id"])
        named = row["status"] == "required" and wanted in ("", None, type_id)
        status = "existing" if standing else "required" if named or type_id == wanted else "new"
        most = kind.max_modules
        if np.isfinite(row["grid_kw"]) and kind.kw_per_module > 0:
            most = min(most, int((row["grid_kw"] + kind.onsite_kw) / kind.kw_per_module + 1e-9))
        grows = not standing or (existing is not None and existing.expand)
        if not study.objective.capacities:  # what has no size to decide opens with the least, and stays as it stands
            grows, most = not standing, kind.min_modules if most >= kind.min_modules else 0
        return cls(
            identity={
                "site": site,
                "site_id": row["id"],
                "facility_id": f"{row['id']}|{type_id}",
                "type": type_id,
                "status": status,
                "module_cost": kind.module_cost_cny,
            },
            kind=kind,
            standing=standing,
            most=max(standing, most) if grows else standing,
            grows=grows,
            closable=bool(standing) and existing is not None and existing.closable,
            required=type_id == wanted,
            opening_cost=kind.fixed_cost_cny * row["cost_factor"] + row["site_cost_cny"],
            closing_cost=row["closing_cost_cny"],
        )

    def options(self, years: tuple[int, ...], built: Built, last: int) -> Iterator[dict[str, Any]]:
        """The facility's options in some years; `last` is the year in which what is required must stand."""
        name = self.identity["facility_id"]
        standing, given = self.standing + built.before(name, years[0]), built.since(name, years[0])
        most = max(self.most, standing + sum(given.values()))
        openings = list(self._openings(years, built, standing, given, most))
        if len(openings) == 1 and self.required and openings[0]["year"] == last:
            openings[0]["required"] = True
        yield from openings
        if openings:
            yield from self._expansions(years, built, openings[0], given)

    def _openings(
        self, years: tuple[int, ...], built: Built, standing: int, given: dict[int, int], most: int
    ) -> Iterator[dict[str, Any]]:
        """What stands, in the first year; what was built, in its year; or an opening in any year to be decided."""
        if standing:
            first = years[0]
            least = standing + given.get(first, 0)
            kept = not self.closable or (built.decides(first) and self.identity["facility_id"] not in built.closed)
            upper = most if self.grows and not built.decides(first) else least
            yield self._option(first, least, upper, most=most, base=standing, required=kept)
        elif given:
            year, modules = next(iter(given.items()))
            yield self._option(year, modules, modules, most=most, required=True)
        elif most >= self.kind.min_modules:
            for year in years:
                if not built.decides(year):
                    yield self._option(year, self.kind.min_modules, most, most=most)

    def _expansions(
        self, years: tuple[int, ...], built: Built, opening: dict[str, Any], given: dict[int, int]
    ) -> Iterator[dict[str, Any]]:
        """What was added, in its year; otherwise what there is room for, in any later year to be decided."""
        least, most = opening["min_modules"], opening["most_modules"]
        for year in years:
            if year <= opening["year"]:
                continue
            if year in given:
                yield self._option(year, given[year], given[year], most=most, expands=True, required=True)
                least += given[year]
            elif self.grows and not built.decides(year) and most > least:
                yield self._option(year, 1, most - least, most=most, expands=True)

    def _option(
        self,
        year: int,
        least: int,
        upper: int,
        *,
        most: int,
        base: int = 0,
        expands: bool = False,
        required: bool = False,
    ) -> dict[str, Any]:
        closable = bool(base) and self.closable
        return {
            **self.identity,
            "status": "existing" if base else self.identity["status"],
            "year": year,
            "expands": expands,
            "closable": closable,
            "min_modules": least,
            "max_modules": upper,
            "base_modules": base,
            "most_modules": most,
            "required": required,
            "fixed_cost": 0.0 if base or expands else self.opening_cost,
            "closing_cost": self.closing_cost if closable else 0.0,
        }


def _unfed_faults(study: Study, sites: CandidateSites, options: pd.DataFrame) -> list[str]:
    """Types required at a site whose grid power is too small for them, or a study without any option."""
    made = set(options["facility_id"])
    grid_kw = dict(zip(sites.frame["id"], sites.frame["grid_kw"], strict=True))
    faults = []
    for site_id, kind in study.sites.require.items():
        if kind and f"{site_id}|{kind}" not in made:
            facility = study.catalogue[kind]
            need = facility.min_modules * facility.kw_per_module - facility.onsite_kw
            faults.append(
                f'sites.require."{site_id}": the least {kind} needs {need:g} kW of grid power, '
                f"the site has {grid_kw[site_id]:g}; raise its grid_kw or require another type"
            )
    if options.empty and not faults:
        faults.append(
            "sites: nothing may open at any site; check sites.types_by_class, sites.forbid and the sites' grid power"
        )
    return faults
