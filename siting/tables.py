"""The solution back on ids: facilities, demand, assignment and districts as tables."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import LineString

from geodata import SERVICES
from siting.area import Area
from siting.assemble import Assembly
from siting.reasons import reasons
from siting.study import Study
from solvers import Solution

SERVED_COLUMNS = {
    "charging": "demand_charging_kwh",
    "swapping": "demand_swapping_swaps",
    "hydrogen": "demand_hydrogen_kg",
}
_LEAST_FLOW = 1e-9  # shares below this are dust of the linear programs

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tables:
    """Result tables in the study's metric CRS, each sorted by its id."""

    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    assignment: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    places: gpd.GeoDataFrame


def build_tables(study: Study, area: Area, assembly: Assembly, solution: Solution) -> Tables:
    """Lay an answer out over sites, demand, assignment and districts."""
    assert solution.modules is not None
    assert solution.share is not None
    units = np.where(solution.share > _LEAST_FLOW, solution.share, 0.0) * _pair_demand(assembly)
    opened = solution.modules > 0
    demand = _demand(assembly, units, opened)
    sites = _facilities(study, area, assembly, solution, units)
    return Tables(
        sites=sites,
        demand=demand,
        assignment=_assignment(assembly, units),
        districts=_districts(area, sites, demand),
        places=area.places,
    )


def _pair_demand(assembly: Assembly) -> Floats:
    return np.asarray(assembly.problem.demand[assembly.problem.pair_row])


def _demand(assembly: Assembly, units: Floats, opened: Booleans) -> gpd.GeoDataFrame:
    problem, n_rows = assembly.problem, assembly.problem.n_rows
    reached = np.bincount(problem.pair_row, minlength=n_rows) > 0
    covered = np.bincount(problem.pair_row, weights=opened[problem.pair_option], minlength=n_rows) > 0
    served = np.bincount(problem.pair_row, weights=units, minlength=n_rows)
    columns = [
        "row_id",
        "place",
        "service",
        "vehicle",
        "year",
        "unit",
        "demand",
        "kind",
        "fleets",
        "district",
        "geometry",
    ]
    frame = assembly.rows[columns].assign(served=np.minimum(served, problem.demand), covered=covered, reachable=reached)
    return frame.sort_values("row_id", ignore_index=True)


def _facilities(study: Study, area: Area, assembly: Assembly, solution: Solution, units: Floats) -> gpd.GeoDataFrame:
    problem = assembly.problem
    assert solution.modules is not None
    chosen = np.flatnonzero(solution.modules > 0)
    options = assembly.options.iloc[chosen].reset_index(drop=True)
    sites = assembly.sites.frame.iloc[options["site"]].reset_index(drop=True)
    kinds = [study.catalogue[kind] for kind in options["type"]]
    modules = solution.modules[chosen]
    new_modules = modules - options["base_modules"].to_numpy()
    served = _served_by_option(assembly, units)[chosen]
    use = _use(served, problem.capacity[chosen] * modules[:, None])
    value = served @ np.array([study.value_of(service) for service in SERVICES])
    is_new = options["status"].to_numpy() != "existing"
    yearly = np.array([kind.yearly_fixed_cny for kind in kinds]), np.array([kind.yearly_module_cny for kind in kinds])
    power = np.array([kind.kw_per_module for kind in kinds]) * modules - [kind.onsite_kw for kind in kinds]
    standard = np.array([kind.standard_min for kind in kinds])
    frame = options[["facility_id", "site_id", "type", "status"]].assign(
        modules=modules,
        new_modules=new_modules,
        **{
            name: sites[name]
            for name in ("district", "place_zh", "place_en", "place_km", "site_class", "precision", "grid_kw", "source")
        },
        cost_cny=problem.cost(solution.modules)[chosen],
        yearly_cost_cny=yearly[0] + yearly[1] * modules,
        power_kw=np.maximum(power, 0.0),
        land_m2=[
            kind.land_m2 + kind.land_m2_per_module * n if new else kind.land_m2_per_module * added
            for kind, n, added, new in zip(kinds, modules, new_modules, is_new, strict=True)
        ],
        standard_min=standard,
        reach_km=standard / 60.0 * area.speeds(sites.geometry) / study.travel.detour_factor,
        **{column: served[:, n] for n, column in enumerate(SERVED_COLUMNS.values())},
        use_share=use,
        value_served=value,
        points_served=_points_served(assembly, units)[chosen],
    )
    # What is to be built comes first, by value, ties by id; what stands needs no place in the queue.
    order = np.lexsort((frame["facility_id"].to_numpy(dtype=str), -np.round(value, 6), ~is_new))
    frame["priority"] = order.argsort() + 1
    frame = frame.join(reasons(study, assembly, solution, units).iloc[chosen].reset_index(drop=True))
    located = gpd.GeoDataFrame(frame, geometry=sites.geometry, crs=assembly.sites.frame.crs)
    return located.sort_values("facility_id", ignore_index=True)


def _served_by_option(assembly: Assembly, units: Floats) -> Floats:
    problem = assembly.problem
    served = np.zeros_like(problem.capacity)
    np.add.at(served, (problem.pair_option, problem.pair_service), units)
    return served


def _points_served(assembly: Assembly, units: Floats) -> NDArray[np.int64]:
    """Distinct places that each option serves."""
    problem = assembly.problem
    used = units > 0
    pairs = np.unique(np.c_[problem.pair_option[used], assembly.row_place[problem.pair_row[used]]], axis=0)
    return np.bincount(pairs[:, 0].astype(np.int64), minlength=problem.n_options).astype(np.int64)


def _use(served: Floats, given: Floats) -> Floats:
    share: Floats = np.divide(served, given, out=np.zeros_like(served), where=given > 0)
    return np.asarray(np.minimum(share.max(axis=1, initial=0.0), 1.0), dtype=np.float64)


def _assignment(assembly: Assembly, units: Floats) -> gpd.GeoDataFrame:
    problem = assembly.problem
    used = np.flatnonzero(units > 0)
    rows = assembly.rows.iloc[problem.pair_row[used]]
    options = assembly.options.iloc[problem.pair_option[used]]
    begin = np.c_[rows.geometry.x, rows.geometry.y]
    points = assembly.sites.frame.geometry.iloc[options["site"]]
    ends = np.stack([begin, np.stack([points.x, points.y], axis=1)], axis=1)
    frame: dict[str, Any] = {
        "row_id": rows["row_id"].to_numpy(),
        "facility_id": options["facility_id"].to_numpy(),
        "service": rows["service"].to_numpy(),
        "served": units[used],
        "time_min": problem.pair_time_s[used] / 60.0,
        "distance_km": assembly.pair_distance_m[used] / 1000.0,
    }
    located = gpd.GeoDataFrame(
        pd.DataFrame(frame), geometry=[LineString(ends_of) for ends_of in ends], crs=assembly.rows.crs
    )
    return located.sort_values(["row_id", "facility_id"], ignore_index=True)


def _districts(area: Area, sites: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = area.layers.districts.frame
    population = area.study.population.column if area.study.population else None
    totals = demand.groupby(["service", "district"])[["demand", "served"]].sum()
    shares = {}
    for service in SERVICES:
        asked = totals.loc[service] if service in totals.index.get_level_values(0) else totals.iloc[:0].droplevel(0)
        share = (asked["served"] / asked["demand"]).reindex(frame["district"])
        shares[f"share_served_{service}"] = [None if np.isnan(value) else float(value) for value in share]
    stations = sites["district"].value_counts().reindex(frame["district"], fill_value=0)
    return gpd.GeoDataFrame(
        {
            "district": frame["district"],
            "name_en": frame["name_en"],
            "population": frame[population] if population else np.nan,
            **{name: pd.Series(values, dtype=object) for name, values in shares.items()},
            "stations": stations.to_numpy(),
        },
        geometry=frame.geometry,
        crs=frame.crs,
    )
