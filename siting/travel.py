"""Travel times between demand and sites as a study sets them: along straight lines, or on roads."""

from collections.abc import Iterable, Mapping

import numpy as np
from geopandas import GeoSeries
from numpy.typing import NDArray

from geodata import CandidateSites, TravelTimes, straight_line_times
from geodata.roads import TravelRules, Work, cached_road_times, road_times
from siting.area import Area
from siting.area_settings import Roads
from siting.errors import StudyError
from siting.study import Study

Floats = NDArray[np.float64]


def travel_times(
    study: Study, area: Area, origins: GeoSeries, sites: CandidateSites, cutoff_s: float, vehicles: Iterable[str]
) -> Mapping[str, TravelTimes]:
    """Travel times of each class of vehicle from origins to sites within a cutoff.

    Parameters
    ----------
    study, area
        The study and its area.
    origins
        Points in the study's CRS.
    sites
        Candidate sites.
    cutoff_s
        Longest time, itself included, in seconds.
    vehicles
        Classes of vehicle.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError
        When the roads cannot be read, or are nowhere near any origin or any site.
    """
    return times_between(study, area, origins, sites.frame.geometry, cutoff_s, vehicles)


def times_between(
    study: Study,
    area: Area,
    origins: GeoSeries,
    goals: GeoSeries,
    cutoff_s: float,
    vehicles: Iterable[str],
    *,
    what: str = "site",
) -> Mapping[str, TravelTimes]:
    """Travel times of each class of vehicle from origins to any points, as `travel_times` has them to sites.

    `what` is the word for one of the points, for messages.
    """
    chosen = tuple(vehicles)
    if study.travel.on_roads is None:
        return dict.fromkeys(chosen, _straight(study, area, origins, goals, cutoff_s))
    return {
        vehicle: _on_roads(study, area, {"place of demand": origins, what: goals}, cutoff_s, vehicle)
        for vehicle in chosen
    }


def _straight(study: Study, area: Area, origins: GeoSeries, sites: GeoSeries, cutoff_s: float) -> TravelTimes:
    return straight_line_times(
        origins,
        sites,
        cutoff_s=cutoff_s,
        detour_factor=study.travel.detour_factor,
        origin_speed_kmh=area.speeds(origins),
        site_speed_kmh=area.speeds(sites),
    )


def _on_roads(study: Study, area: Area, ends: Mapping[str, GeoSeries], cutoff_s: float, vehicle: str) -> TravelTimes:
    roads = study.travel.on_roads
    assert roads is not None
    origins, goals = ends.values()
    question = area.roads(vehicle), origins, goals
    rules = TravelRules(cutoff_s=cutoff_s, access_kmh=roads.access_kmh, reach_m=roads.reach_m)
    work = Work(threads=study.solver.threads)
    if roads.cache is None:
        times, report = road_times(*question, rules, work=work)
    else:
        times, report = cached_road_times(study.path_of(roads.cache), *question, rules, work=work)
    away_m = report.demand_access_m, report.site_access_m
    _require_near(study, roads, dict(zip(ends, away_m, strict=True)))
    return times


def _require_near(study: Study, roads: Roads, access_m: Mapping[str, Floats]) -> None:
    """Refuse roads of another area: everything would be unreachable, without a word.

    Raises
    ------
    StudyError
        When the way to the roads is longer than their reach from every point of a kind.
    """
    faults = [
        f"travel.roads: no {what} lies within {roads.reach_m:,g} m (reach_m) of the roads, the nearest is "
        f"{np.min(away_m) / 1000:,.1f} km away; give the roads of the study area, or their true CRS"
        for what, away_m in access_m.items()
        if len(away_m) and np.min(away_m) > roads.reach_m
    ]
    if faults:
        raise StudyError(study.source, faults)
