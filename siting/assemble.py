"""The only bridge between a study's nouns and the solvers' arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import SERVICES, UNITS, VEHICLES, CandidateSites, DemandPoints, TravelTimes, straight_line_times
from siting.area import Area
from siting.errors import StudyError
from siting.facility import Catalogue
from siting.study import ExistingSites, Study
from solvers import Problem

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Assembly:
    """A study as a problem, with the tables that lead back from indices to ids.

    Parameters
    ----------
    rows
        Demand rows: row_id, place, service, vehicle, unit, demand, fleets, kind, district, point.
    options
        Options: facility_id, site (row of `sites`), site_id, type, status, base_modules.
    sites
        The candidate sites.
    travel
        Travel times from `places` to sites.
    places
        Distinct places of demand: place, point.
    row_place
        Place index of each demand row.
    problem
        The arrays.
    pair_distance_m
        Travel distance of each pair, shape (K,).
    """

    rows: gpd.GeoDataFrame
    options: pd.DataFrame
    sites: CandidateSites
    travel: TravelTimes
    places: gpd.GeoDataFrame
    row_place: Integers
    problem: Problem
    pair_distance_m: NDArray[np.float64]


def assemble(study: Study, area: Area, demand: DemandPoints, sites: CandidateSites) -> Assembly:
    """Turn demand, sites and facility types into arrays.

    Demand of several fleets at one place, for one service and vehicle class, becomes one row; a site and a facility
    type allowed there become one option; a pair joins a row with an option that offers its service to its vehicles
    within the type's standard (`<=`).

    Raises
    ------
    StudyError
        When nothing may open anywhere, or a site's grid power cannot feed the least of a type required there.
    """
    rows = _rows(demand)
    places = rows.drop_duplicates("place")[["place", "geometry"]].reset_index(drop=True)
    row_place = pd.Index(places["place"]).get_indexer(rows["place"]).astype(np.int64)
    options = _options(study, sites)
    faults = _unfed_faults(study, sites, options)
    if faults:
        raise StudyError(study.source, faults)
    travel = travel_times(study, area, places.geometry, sites, _longest_standard_s(study.catalogue, options))
    pairs = _pairs(study.catalogue, rows, row_place, options, travel)
    catalogue = [study.catalogue[kind] for kind in options["type"]]
    site_rows = sites.frame.iloc[options["site"]]
    existing = options["base_modules"].to_numpy() > 0
    preparation = site_rows["site_cost_cny"].to_numpy()
    fixed = np.array([kind.fixed_cost_cny for kind in catalogue]) * site_rows["cost_factor"].to_numpy() + preparation
    problem = Problem(
        demand=rows["demand"].to_numpy(),
        value=rows["service"].map(study.value_of).to_numpy(dtype=float),
        row_service=rows["service"].map(SERVICES.index).to_numpy(),
        row_year=rows["year"].to_numpy(),
        site=options["site"].to_numpy(),
        facility_type=options["type"].map(list(study.catalogue.root).index).to_numpy(dtype=np.int64),
        year=np.full(len(options), study.year),
        capacity=_capacity(study.catalogue, options),
        min_modules=options["min_modules"].to_numpy(),
        max_modules=options["max_modules"].to_numpy(),
        base_modules=options["base_modules"].to_numpy(),
        fixed_cost=np.where(existing, 0.0, fixed),
        module_cost=np.array([kind.module_cost_cny for kind in catalogue]),
        required=options["required"].to_numpy(),
        pair_row=pairs["row"].to_numpy(),
        pair_option=pairs["option"].to_numpy(),
        pair_time_s=pairs["time_s"].to_numpy(),
    )
    distance = pairs["distance_m"].to_numpy(dtype=float)
    return Assembly(rows, options, sites, travel, places, row_place, problem, distance)


def travel_times(
    study: Study, area: Area, origins: gpd.GeoSeries, sites: CandidateSites, cutoff_s: float
) -> TravelTimes:
    """Travel times from origins to sites within a cutoff, as the study sets them."""
    return straight_line_times(
        origins,
        sites.frame.geometry,
        cutoff_s=cutoff_s,
        detour_factor=study.travel.detour_factor,
        origin_speed_kmh=area.speeds(origins),
        site_speed_kmh=area.speeds(sites.frame.geometry),
    )


def _rows(demand: DemandPoints) -> gpd.GeoDataFrame:
    """Demand rows: one per place, service, vehicle class and year."""
    frame = demand.frame[demand.frame["demand"] > 0]
    by = ["place", "service", "vehicle", "year"]
    grouped = frame.groupby(by, sort=True)
    rows = grouped.agg(
        demand=("demand", "sum"),
        district=("district", "first"),
        geometry=("geometry", "first"),
        fleets=("fleet", lambda fleets: ", ".join(sorted(set(fleets)))),
        kind=("kind", lambda kinds: "measured" if set(kinds) == {"measured"} else "modelled"),
    ).reset_index()
    row_id = rows["place"] + "|" + rows["service"] + "|" + rows["vehicle"]
    rows = rows.assign(row_id=row_id, unit=rows["service"].map(UNITS))
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=demand.frame.crs)


def _options(study: Study, sites: CandidateSites) -> pd.DataFrame:
    """Options in the order of site and facility type; those a site's grid cannot feed are left out."""
    order = list(study.catalogue.root)
    records = []
    for site, row in enumerate(sites.frame.itertuples(index=False)):
        if row.status == "forbidden":
            continue
        wanted = study.sites.require.get(row.id, "")
        for kind in sorted({*row.types, *([wanted] if wanted else [])}, key=order.index):
            record = _option(study, site, row, kind, wanted)
            if record is not None:
                records.append(record)
    columns = [
        "site",
        "site_id",
        "facility_id",
        "type",
        "status",
        "min_modules",
        "max_modules",
        "base_modules",
        "required",
    ]
    return pd.DataFrame(records, columns=columns)


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


def _option(study: Study, site: int, row: object, kind: str, wanted: str) -> dict[str, object] | None:
    """Option of a facility type at a site; `wanted` is the type that the study requires there, "" for any."""
    facility = study.catalogue[kind]
    required = row.status == "required" and wanted in ("", kind)  # type: ignore[attr-defined]
    standing = int(row.modules.get(kind, 0))  # type: ignore[attr-defined]
    most = facility.max_modules
    grid_kw = row.grid_kw  # type: ignore[attr-defined]
    if np.isfinite(grid_kw) and facility.kw_per_module > 0:
        most = min(most, int((grid_kw + facility.onsite_kw) / facility.kw_per_module + 1e-9))
    if standing:
        most = max(standing, most) if _expands(study, row.id) else standing  # type: ignore[attr-defined]
    least = standing or facility.min_modules
    if most < least:
        return None
    return {
        "site": site,
        "site_id": row.id,  # type: ignore[attr-defined]
        "facility_id": f"{row.id}|{kind}",  # type: ignore[attr-defined]
        "type": kind,
        "status": "existing" if standing else "required" if required or kind == wanted else "new",
        "min_modules": least,
        "max_modules": most,
        "base_modules": standing,
        "required": bool(standing) or kind == wanted,
    }


def _expands(study: Study, site_id: str) -> bool:
    source = study.sites.sources[site_id.split(":", 1)[0]]
    return isinstance(source, ExistingSites) and source.expand


def _longest_standard_s(catalogue: Catalogue, options: pd.DataFrame) -> float:
    return max((catalogue[kind].standard_min for kind in options["type"].unique()), default=0.0) * 60.0


def _capacity(catalogue: Catalogue, options: pd.DataFrame) -> NDArray[np.float64]:
    capacity = np.zeros((len(options), len(SERVICES)))
    for index, kind in enumerate(options["type"]):
        for service, offer in catalogue[kind].services.items():
            capacity[index, SERVICES.index(service)] = offer.capacity_per_module
    return capacity


def _pairs(
    catalogue: Catalogue, rows: gpd.GeoDataFrame, row_place: Integers, options: pd.DataFrame, travel: TravelTimes
) -> pd.DataFrame:
    """Pairs of demand rows and options within the standard, sorted by row and option."""
    n_places, n_sites = int(row_place.max(initial=-1)) + 1, int(options["site"].max()) + 1 if len(options) else 0
    service, vehicle = rows["service"].to_numpy(), rows["vehicle"].to_numpy()
    row_at = {
        (s, v): _index(row_place, np.flatnonzero((service == s) & (vehicle == v)), n_places)
        for s in SERVICES
        for v in VEHICLES
    }
    parts = []
    for kind in options["type"].unique():
        chosen = np.flatnonzero((options["type"] == kind).to_numpy())
        option_at = _index(options["site"].to_numpy(), chosen, max(n_sites, int(travel.site.max(initial=-1)) + 1))
        for name, offer in catalogue[kind].services.items():
            near = np.flatnonzero((travel.time_s <= offer.standard_min * 60.0) & (option_at[travel.site] >= 0))
            for v in catalogue[kind].vehicles:
                row = row_at[name, v][travel.demand[near]]
                hit = near[row >= 0]
                parts.append((row[row >= 0], option_at[travel.site[hit]], travel.time_s[hit], travel.distance_m[hit]))
    columns = ("row", "option", "time_s", "distance_m")
    joined = [np.concatenate([np.zeros(0), *(part[n] for part in parts)]) for n in range(4)]
    frame = pd.DataFrame(dict(zip(columns, joined, strict=True))).astype({"row": np.int64, "option": np.int64})
    return frame.sort_values(["row", "option"], ignore_index=True)


def _index(keys: Integers, chosen: Integers, size: int) -> Integers:
    """Position of each chosen item by its key, -1 where there is none."""
    table = np.full(size, -1, dtype=np.int64)
    table[keys[chosen]] = chosen
    return table


def members(options: pd.DataFrame, types: Sequence[str], district: NDArray[np.bool_] | None = None) -> Integers:
    """Indices of the options of some types (all when none are named), within a mask of options."""
    chosen = np.ones(len(options), dtype=bool) if not types else options["type"].isin(types).to_numpy()
    return np.flatnonzero(chosen if district is None else chosen & district).astype(np.int64)
