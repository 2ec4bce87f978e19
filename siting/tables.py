"""The solution back on ids: facilities, demand, assignment and districts as tables."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import LineString

from geodata import amount_name
from siting.answer import Answer, Floats, Integers
from siting.area import Area
from siting.assemble import Assembly
from siting.closed import closed_table
from siting.flow_table import flow_table
from siting.objectives.reasons import classic_reasons
from siting.reasons import reasons
from siting.study import Study
from solvers import Limit


@dataclass(frozen=True, eq=False)
class Tables:
    """Result tables in the study's metric CRS, each sorted by its id.

    Facilities and districts tell of the last year, demand and assignment of every year; `phases` holds each facility in
    every year in which it stands, `closed` the stations that were closed, `flows` who drives, in every year.
    """

    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    assignment: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    phases: pd.DataFrame
    closed: gpd.GeoDataFrame
    flows: gpd.GeoDataFrame


def build_tables(study: Study, area: Area, answer: Answer, limits: list[Limit] | None = None) -> Tables:
    """Lay an answer out over sites, demand, assignment and districts; `limits` tell why a station was closed."""
    demand = _demand(answer)
    sites = _facilities(study, area, answer)
    phases = answer.phases()
    place = answer.assembly.sites.frame["district"].to_numpy()[phases["site"]]
    return Tables(
        sites=sites,
        demand=demand,
        assignment=_assignment(answer),
        districts=_districts(area, sites, demand[demand["year"] == study.year]),
        places=area.places,
        phases=phases.drop(columns="site").assign(district=place),
        closed=closed_table(answer, limits or []),
        flows=flow_table(study, area, answer),
    )


def _demand(answer: Answer) -> gpd.GeoDataFrame:
    assembly, problem = answer.assembly, answer.assembly.problem
    n_rows, opened = problem.n_rows, answer.modules > 0
    open_in_set = np.bincount(problem.pair_set, weights=opened[problem.pair_option], minlength=problem.n_sets)
    covered = problem.least_of_sets(open_in_set.astype(float)) > 0
    drawn = np.bincount(problem.pair_row, weights=answer.units, minlength=n_rows)
    served = np.where(assembly.is_flow, answer.row_share * problem.demand, drawn)
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
    frame = assembly.rows[columns].assign(
        served=np.minimum(served, problem.demand), covered=covered, reachable=assembly.reachable
    )
    return frame.sort_values("row_id", ignore_index=True)


def _facilities(study: Study, area: Area, answer: Answer) -> gpd.GeoDataFrame:
    options = answer.assembly.options.iloc[answer.opening].reset_index(drop=True)
    sites = answer.assembly.sites.frame.iloc[options["site"]].reset_index(drop=True)
    kinds = [study.catalogue[kind] for kind in options["type"]]
    modules = answer.size
    new_modules = modules - options["base_modules"].to_numpy()
    value = answer.served @ np.array([study.value_of(service) for service in study.services])
    is_new = options["status"].to_numpy() != "existing"
    yearly = np.array([kind.yearly_fixed_cny for kind in kinds]), np.array([kind.yearly_module_cny for kind in kinds])
    power = np.array([kind.kw_per_module for kind in kinds]) * modules - [kind.onsite_kw for kind in kinds]
    standard = np.array([kind.standard_min for kind in kinds])
    frame = options[["facility_id", "site_id", "type", "status"]].assign(
        year=options["year"].astype("Int64").where(is_new),
        modules=modules,
        new_modules=new_modules,
        **{
            name: sites[name]
            for name in ("district", "place_zh", "place_en", "place_km", "site_class", "precision", "grid_kw", "source")
        },
        cost_cny=answer.cost,
        yearly_cost_cny=yearly[0] + yearly[1] * modules,
        power_kw=np.maximum(power, 0.0),
        land_m2=[
            kind.land_m2 + kind.land_m2_per_module * n if new else kind.land_m2_per_module * added
            for kind, n, added, new in zip(kinds, modules, new_modules, is_new, strict=True)
        ],
        standard_min=standard,
        # A circle says nothing of roads, nor of a standard that is no promise.
        reach_km=np.nan
        if study.travel.on_roads or not study.objective.keeps_standard
        else standard / 60.0 * area.speeds(sites.geometry) / study.travel.detour_factor,
        **{amount_name("demand", service): answer.served[:, n] for n, service in enumerate(study.services)},
        # What has no size is not used to a share of it.
        use_share=np.minimum(answer.use, 1.0) if study.objective.capacities else np.nan,
        value_served=value,
        points_served=_points_served(answer),
    )
    # What is to be built comes first, by value, ties by id; what stands needs no place in the queue.
    order = np.lexsort((frame["facility_id"].to_numpy(dtype=str), -np.round(value, 6), ~is_new))
    frame["priority"] = order.argsort() + 1
    frame = frame.join(reasons(study, answer) if study.objective.capacities else classic_reasons(study, answer))
    located = gpd.GeoDataFrame(frame, geometry=sites.geometry, crs=answer.assembly.sites.frame.crs)
    return located.sort_values("facility_id", ignore_index=True)


def _points_served(answer: Answer) -> Integers:
    """Distinct places that each facility serves in the last year, flows left out."""
    assembly, problem = answer.assembly, answer.assembly.problem
    used = (answer.last_units > 0) & ~assembly.is_flow[problem.pair_row]
    facility = assembly.options["facility"].to_numpy(dtype=np.int64)[problem.pair_option[used]]
    pairs = np.unique(np.c_[facility, assembly.row_place[problem.pair_row[used]]], axis=0)
    n_facilities = int(assembly.options["facility"].max()) + 1
    return np.bincount(pairs[:, 0].astype(np.int64), minlength=n_facilities).astype(np.int64)[answer.facility]


def _assignment(answer: Answer) -> gpd.GeoDataFrame:
    """What each facility gives to each row; what opened there and what was added later count together."""
    assembly, problem = answer.assembly, answer.assembly.problem
    used = np.flatnonzero(answer.units > 0)
    facility = assembly.options["facility"].to_numpy(dtype=np.int64)[problem.pair_option[used]]
    keys, first, each = np.unique(
        np.c_[problem.pair_row[used], facility], axis=0, return_index=True, return_inverse=True
    )
    served = np.bincount(each.ravel(), weights=answer.units[used], minlength=len(keys)).astype(np.float64)
    pairs = used[first]
    rows = assembly.rows.iloc[problem.pair_row[pairs]]
    options = assembly.options.iloc[problem.pair_option[pairs]]
    points = assembly.sites.frame.geometry.iloc[options["site"]]
    begin = _begins(assembly, problem.pair_row[pairs], points)
    ends = np.stack([begin, np.stack([points.x, points.y], axis=1)], axis=1)
    frame = pd.DataFrame(
        {
            "row_id": rows["row_id"].to_numpy(),
            "facility_id": options["facility_id"].to_numpy(),
            "service": rows["service"].to_numpy(),
            "served": served,
            "time_min": problem.pair_time_s[pairs] / 60.0,
            "distance_km": assembly.pair_distance_m[pairs] / 1000.0,
        }
    )
    located = gpd.GeoDataFrame(frame, geometry=[LineString(ends_of) for ends_of in ends], crs=assembly.rows.crs)
    return located.sort_values(["row_id", "facility_id"], ignore_index=True)


def _begins(assembly: Assembly, row: Integers, sites: gpd.GeoSeries) -> Floats:
    """Where each way to a site begins: at the place, or where a flow leaves its road, shape (N, 2)."""
    begin: Floats = np.c_[assembly.rows.geometry.x, assembly.rows.geometry.y][row]
    of_flow = np.flatnonzero(assembly.is_flow[row])
    roads = assembly.flows.frame.geometry.to_numpy()[row[of_flow] - (~assembly.is_flow).sum()]
    off = shapely.line_interpolate_point(roads, shapely.line_locate_point(roads, sites.to_numpy()[of_flow]))
    begin[of_flow] = shapely.get_coordinates(off)
    return begin


def _districts(area: Area, sites: gpd.GeoDataFrame, demand: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = area.layers.districts.frame
    population = area.study.population.column if area.study.population else None
    totals = demand.groupby(["service", "district"])[["demand", "served"]].sum()
    shares = {}
    for service in area.study.services:
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
