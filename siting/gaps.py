"""Longest drive along a road without passing a station: the plan's lines as groups of options, and what is achieved."""

import geopandas as gpd
import numpy as np

from geodata.errors import did_you_mean, listed
from siting.area import Area
from siting.assemble import Assembly, Integers
from siting.flow_sets import sites_offering
from siting.flows import place_of, road_lines
from siting.plan import GapLine, ServedShareLine
from siting.roads import Floats, Stops, lengths_km, stops_beside
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


def gap_faults(key: str, study: Study, area: Area, assembly: Assembly, line: GapLine) -> list[str]:
    """What of a line's layer or fleet and ids is not there."""
    layers = area.layers.frames
    if line.roads is None:
        return flow_faults(key, study, line) or _strange_flows(key, study, assembly, line)
    if line.roads not in layers:
        return [f'{key}: layer "{line.roads}" is not among [layers] ({", ".join(study.layers) or "none"})']
    unknown = sorted(set(line.ids) - set(layers[line.roads]["id"]))
    return [f'{key}: layer "{line.roads}" has no row "{name}"' for name in unknown]


def flow_faults(key: str, study: Study, line: GapLine | ServedShareLine) -> list[str]:
    """Why a line cannot speak of the flows of its fleet."""
    name = line.flows
    if name is None:
        return []
    if name in study.demand:
        return [
            f'{key}: flows "{name}" is a fleet of [demand], whose demand is added to that of others at its '
            "places, so that no line can speak of it alone; name one of [flows]"
        ]
    if name not in study.flows:
        hint = did_you_mean(name, study.flows)
        return [f'{key}: flows "{name}" is not among [flows] ({", ".join(study.flows) or "none"}){hint}']
    asked = study.flows[name].service
    return [] if asked == line.service else [f'{key}: flows "{name}" ask for {asked}, the line for {line.service}']


def _strange_flows(key: str, study: Study, assembly: Assembly, line: GapLine) -> list[str]:
    """Flows that a line names and the fleet does not have, in a year that is studied."""
    if study.year_of(line) not in assembly.years:
        return []
    known = set(_flows_of(study, assembly, line)["id"])
    if not known:
        return [
            f'{key}: fleet "{line.flows}" has no flow in {study.year_of(line)}, so that no drive of it has a length'
        ]
    has = f" (it has {listed(sorted(known))})"
    strange = sorted(set(line.ids) - known)
    return [f'{key}: fleet "{line.flows}" has no flow "{name}"{did_you_mean(name, known) or has}' for name in strange]


def _flows_of(study: Study, assembly: Assembly, line: GapLine) -> gpd.GeoDataFrame:
    """Flows of the line's fleet in its year by id, which has neither fleet nor year, with their length_km."""
    year, frame = study.year_of(line), assembly.flows.frame.assign(length_km=assembly.flows.length_km)
    own = frame[(frame["fleet"] == line.flows) & (frame["year"] == year)]
    names = [place_of(study, name, year).removeprefix(f"{line.flows}:") for name in own["id"]]
    return own.assign(id=names).sort_values("id", ignore_index=True)


def _roads(study: Study, area: Area, assembly: Assembly, line: GapLine) -> tuple[gpd.GeoDataFrame, float | Floats]:
    """The line's roads by id, and the km of road per km of line."""
    if line.roads is None:
        flows = _flows_of(study, assembly, line)
        chosen = flows[flows["id"].isin(line.ids)].reset_index(drop=True) if line.ids else flows
        return chosen, chosen["length_km"].to_numpy() / lengths_km(chosen.geometry, 1.0)
    frame = area.layers.frames[line.roads]
    drawn = frame[frame["id"].isin(line.ids)] if line.ids else frame
    roads = road_lines(drawn, source=str(study.path_of(study.layers[line.roads].path)))
    return roads.sort_values("id", ignore_index=True), line.length_factor


def _stops(study: Study, area: Area, assembly: Assembly, line: GapLine) -> tuple[gpd.GeoDataFrame, Floats, Stops]:
    """The line's roads by id, their lengths, and the sites beside them where a station of the line may stand."""
    roads, factor = _roads(study, area, assembly, line)
    _, suited = sites_offering(study, assembly.sites, line.service, line.vehicle)
    beside = stops_beside(
        roads.geometry,
        assembly.sites.frame.geometry.iloc[suited],
        max_detour_km=line.max_detour_km,
        detour_factor=study.travel.detour_factor,
        length_factor=factor,
    )
    stops = Stops(beside.road, suited[beside.site], beside.km, beside.detour_km)
    return roads, lengths_km(roads.geometry, factor), stops


def _suits(study: Study, assembly: Assembly, line: GapLine) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Options that open a station of the line by its year."""
    kinds, _ = sites_offering(study, assembly.sites, line.service, line.vehicle)
    options = assembly.options
    return np.asarray(options["type"].isin(kinds) & (options["year"] <= study.year_of(line))) & assembly.opens
