"""Longest drive along a road without passing a station: the plan's lines as groups of options, and what is achieved."""

import geopandas as gpd
import numpy as np

from siting.area import Area
from siting.assemble import Assembly, Integers
from siting.flow_sets import sites_offering
from siting.flows import road_lines
from siting.plan import GapLine
from siting.roads import Stops, lengths_km, stops_beside
from siting.study import Study


def gap_groups(
    study: Study, area: Area, assembly: Assembly, line: GapLine
) -> tuple[tuple[str, ...], tuple[Integers, ...]]:
    """Return the parts of the line's roads that must each have a station, and the options along each of them."""
    from solvers.refuelling import gap_sets

    roads, length, stops = _stops(study, area, assembly, line)
    gaps = gap_sets(length, np.full(len(roads), line.max_km), stops.road, stops.site, stops.km)
    names = [
        f"{roads['id'].iloc[road]}, km {begin:.1f} to {end:.1f}"
        for road, begin, end in zip(gaps.road, gaps.from_km, gaps.to_km, strict=True)
    ]
    suits = _suits(study, assembly, line)
    site = assembly.options["site"].to_numpy()
    groups = tuple(np.flatnonzero(np.isin(site, group) & suits).astype(np.int64) for group in gaps.groups)
    return tuple(names), groups


def longest_gap_km(study: Study, area: Area, assembly: Assembly, line: GapLine, modules: Integers) -> float:
    """Longest way along any of the line's roads between stations, or between one and an end of the road."""
    roads, length, stops = _stops(study, area, assembly, line)
    stands = assembly.options["site"].to_numpy()[_suits(study, assembly, line) & (modules > 0)]
    there = np.isin(stops.site, stands)
    return max(
        float(np.diff(np.sort(np.r_[0.0, stops.km[there & (stops.road == road)], length[road]])).max())
        for road in range(len(roads))
    )


def gap_faults(key: str, study: Study, area: Area, line: GapLine) -> list[str]:
    """What of a line's layer and ids is not there."""
    layers = area.layers.frames
    if line.roads not in layers:
        return [f'{key}: layer "{line.roads}" is not among [layers] ({", ".join(study.layers) or "none"})']
    unknown = sorted(set(line.ids) - set(layers[line.roads]["id"]))
    return [f'{key}: layer "{line.roads}" has no row "{name}"' for name in unknown]


def _stops(
    study: Study, area: Area, assembly: Assembly, line: GapLine
) -> tuple[gpd.GeoDataFrame, np.ndarray[tuple[int], np.dtype[np.float64]], Stops]:
    """The line's roads by id, their lengths, and the sites beside them where a station of the line may stand."""
    frame = area.layers.frames[line.roads]
    chosen = frame[frame["id"].isin(line.ids)] if line.ids else frame
    roads = road_lines(chosen, source=str(study.path_of(study.layers[line.roads].path)))
    roads = roads.sort_values("id", ignore_index=True)
    _, suited = sites_offering(study, assembly.sites, line.service, line.vehicle)
    beside = stops_beside(
        roads.geometry,
        assembly.sites.frame.geometry.iloc[suited],
        max_detour_km=line.max_detour_km,
        detour_factor=study.travel.detour_factor,
        length_factor=line.length_factor,
    )
    stops = Stops(beside.road, suited[beside.site], beside.km, beside.detour_km)
    return roads, lengths_km(roads.geometry, line.length_factor), stops


def _suits(study: Study, assembly: Assembly, line: GapLine) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Options that open a station of the line by its year."""
    kinds, _ = sites_offering(study, assembly.sites, line.service, line.vehicle)
    options = assembly.options
    return np.asarray(options["type"].isin(kinds) & (options["year"] <= study.year_of(line))) & assembly.opens
