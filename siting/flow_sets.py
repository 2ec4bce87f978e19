"""Flows as demand rows of a problem: their cover sets, and the options beside the road that are in them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import CandidateSites
from geodata.flows import DemandFlows
from siting.area import Area
from siting.flows import place_of
from siting.roads import Floats, Integers, lengths_km, stops_beside
from siting.study import Study

_STOPS = ("row", "site", "km", "detour_km")
_PAIRS = ("set", "option", "time_s", "distance_m")


@dataclass(frozen=True, eq=False)
class FlowSets:
    """Cover sets of flows.

    Parameters
    ----------
    set_row
        Flow of each set, ascending, at least one per flow, shape (C,).
    set_draw
        Share of the flow's energy that is bought within the set; 0 without capacities, shape (C,).
    pairs
        set, option, time_s and distance_m (of the detour, there and back), sorted by set and option.
    stops
        Sites beside the road of each flow that may offer what it needs: row, site, km, detour_km.
    """

    set_row: Integers
    set_draw: Floats
    pairs: pd.DataFrame
    stops: pd.DataFrame


def flow_rows(study: Study, flows: DemandFlows) -> gpd.GeoDataFrame:
    """Flows with the columns of demand rows; each lies where the middle of its road is."""
    frame = flows.frame
    place = [place_of(study, name, year) for name, year in zip(frame["id"], frame["year"], strict=True)]
    row_id = pd.Series(place, dtype=object) + "|" + frame["service"] + "|" + frame["vehicle"]
    if study.phased:
        row_id += "|" + frame["year"].astype(str)
    rows = frame[["service", "vehicle", "year", "unit", "district"]].assign(
        row_id=row_id,
        place=place,
        demand=flows.demand,
        fleets=frame["fleet"],
        kind=[study.flows[fleet].kind for fleet in frame["fleet"]],
    )
    return gpd.GeoDataFrame(rows, geometry=frame.geometry.interpolate(0.5, normalized=True), crs=frame.crs)


def build_flow_sets(
    study: Study, area: Area, flows: DemandFlows, sites: CandidateSites, options: pd.DataFrame
) -> FlowSets:
    """Build the cover sets of all flows from the sites beside their roads, whatever may open there in which year.

    A station's standard is not asked for: a vehicle that drives for hours stops where its road leads past.
    """
    fleets = [_of_fleet(study, area, flows, name, sites, options) for name in flows.frame["fleet"].unique()]
    set_row, set_draw = (
        np.concatenate([np.zeros(0), *(getattr(fleet, name) for fleet in fleets)]) for name in ("set_row", "set_draw")
    )
    begin = np.cumsum([0, *(len(fleet.set_row) for fleet in fleets)])
    pairs = [fleet.pairs.assign(set=fleet.pairs["set"] + n) for fleet, n in zip(fleets, begin, strict=False)]
    none = pd.DataFrame(dict.fromkeys(_PAIRS, ())), pd.DataFrame(dict.fromkeys(_STOPS, ()))
    return FlowSets(
        set_row.astype(np.int64),
        set_draw,
        pd.concat(pairs, ignore_index=True) if fleets else none[0],
        pd.concat([fleet.stops for fleet in fleets], ignore_index=True) if fleets else none[1],
    )


def sites_offering(study: Study, sites: CandidateSites, service: str, vehicle: str) -> tuple[set[str], Integers]:
    """Facility types that offer a service to a vehicle class, and the sites where one of them may stand."""
    kinds = types_offering(study, service, vehicle)
    wanted = study.sites.require
    frame = sites.frame
    suits = [
        status != "forbidden" and bool(kinds & {*types, wanted.get(site, "")})
        for site, status, types in zip(frame["id"], frame["status"], frame["types"], strict=True)
    ]
    return kinds, np.flatnonzero(suits).astype(np.int64)


def types_offering(study: Study, service: str, vehicle: str) -> set[str]:
    """Facility types that offer a service to a vehicle class."""
    return {name for name, kind in study.catalogue.root.items() if kind.offers(service, vehicle)}


def _of_fleet(
    study: Study, area: Area, flows: DemandFlows, name: str, sites: CandidateSites, options: pd.DataFrame
) -> FlowSets:
    """Cover sets of one fleet."""
    from solvers.refuelling import Trips, cover_sets

    fleet = study.flows[name]
    row = np.flatnonzero(flows.frame["fleet"] == name)
    roads, length_km = flows.frame.geometry.iloc[row], flows.length_km[row]
    kinds, suited = sites_offering(study, sites, fleet.service, fleet.vehicle)
    beside = stops_beside(
        roads,
        sites.frame.geometry.iloc[suited],
        max_detour_km=fleet.max_detour_km,
        detour_factor=study.travel.detour_factor,
        length_factor=length_km / lengths_km(roads, 1.0),
    )
    stop_km = np.minimum(beside.km, length_km[beside.road])  # the factor is rounded
    trips = Trips(
        length_km=length_km,
        range_km=np.full(len(row), fleet.range_km),
        stop_flow=beside.road,
        stop_option=suited[beside.site],
        stop_km=stop_km,
        stop_detour_km=beside.detour_km,
    )
    sets = cover_sets(trips, capacities=fleet.capacity)
    stops = pd.DataFrame(
        dict(zip(_STOPS, (row[beside.road], suited[beside.site], stop_km, beside.detour_km), strict=True))
    )
    members = pd.DataFrame(
        {"set": sets.pair_set, "row": row[sets.set_flow[sets.pair_set]], "site": sets.pair_option}
    ).merge(stops, on=["row", "site"])
    members["until"] = flows.frame["year"].to_numpy()[members["row"]]
    offered = options[options["type"].isin(kinds) & (fleet.capacity | ~options["expands"].astype(bool))]
    return FlowSets(row[sets.set_flow], sets.set_draw, _pairs(area, members, offered, sites), stops)


def _pairs(area: Area, members: pd.DataFrame, offered: pd.DataFrame, sites: CandidateSites) -> pd.DataFrame:
    """Sites that are members of sets, as the options that have opened there by the flow's year."""
    option = offered[["site", "year"]].rename_axis("option").reset_index()
    pairs = members.merge(option, on="site")
    pairs = pairs[pairs["year"] <= pairs["until"]].sort_values(["set", "option"], ignore_index=True)
    speed = area.speeds(sites.frame.geometry)[pairs["site"].to_numpy(dtype=np.int64)]
    return pd.DataFrame(
        {
            "set": pairs["set"],
            "option": pairs["option"],
            "time_s": pairs["detour_km"] / speed * 3600.0,
            "distance_m": pairs["detour_km"] * 1000.0,
        }
    )
