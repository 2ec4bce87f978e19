"""Flows from trips: how many vehicles drive between places, and along which paths."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from demand_models import calibrate
from demand_models.trips import Columns, gravity, logit_shares, read_impedances, read_tntp, read_trips
from geodata import LayerError, as_points, number_column, read_table, unique_ids
from geodata.errors import listed
from siting.area import Area
from siting.area_settings import Roads
from siting.errors import StudyError
from siting.flow_settings import DistanceTable, FlowFleet, GravityTrips, Trips, TripTable
from siting.study import Study

Floats = NDArray[np.float64]

_TNTP: Final = (".tntp", ".tntp.gz")
_NONE: Final = 1e-12
"""Share of all trips below which a pair has none: what a gravity model leaves of none."""
_ROUNDED: Final = 0.99
"""Kilometres of road may be less than the straight line by so much, since places are points of towns."""


@dataclass(frozen=True, eq=False)
class Drives:
    """Where the vehicles of a fleet drive.

    Parameters
    ----------
    lines
        id, vehicles (round trips a day in the year of the numbers), and the line of each flow.
    path
        flow (its id), seq, place and km: the places that it passes.
    """

    lines: gpd.GeoDataFrame
    path: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Places:
    """Places between which trips are made, by id; names are those of the tables, rows those of the file."""

    frame: gpd.GeoDataFrame
    names: list[str]
    rows: list[int]
    source: str

    def __len__(self) -> int:
        return len(self.names)

    def pair(self, i: int, j: int) -> str:
        """Return a pair for messages."""
        return f"{self.names[i]} to {self.names[j]}"


def driven_trips(study: Study, area: Area, name: str, trips: Trips) -> Drives:
    """Compute the trips of a fleet, and divide them among the paths between the places.

    Trips of both directions between two places are one flow: half of their sum are round trips. They drive there and
    back on the paths from the place whose id comes first.

    Raises
    ------
    geodata.LayerError, geodata.CrsError, demand_models.DemandError, StudyError
        When a table, a total, the places or the roads do not fit; when places with trips have no path.
    """
    places = _places(study, area, trips)
    km = _distances(study, trips.distances, places) if trips.distances else None
    given = _table(study, trips.table, places) if trips.table else None
    asked = np.ones((len(places), len(places)), dtype=bool) if given is None else given + given.T > 0
    pairs = np.argwhere(np.triu(asked, 1))
    ways = _ways(study, area, name, places, pairs, km)
    if given is None:
        assert trips.gravity is not None
        given = _gravity(trips.gravity, places, _lengths(len(places), ways) if km is None else km)
    round_trips = (given + given.T) / 2.0
    round_trips[round_trips < _NONE * round_trips.sum()] = 0.0
    return _divided(places, ways, round_trips, trips.logit_scale_min)


def _places(study: Study, area: Area, trips: Trips) -> _Places:
    """The places by id, with the names that the tables use."""
    source = str(study.path_of(study.layers[trips.places].path))
    frame = as_points(area.layers.frames[trips.places])
    frame = frame.assign(
        name=unique_ids(frame, trips.key or "id", source=source, prefix=""), row=range(1, len(frame) + 1)
    )
    frame = frame.sort_values("id", ignore_index=True)
    if len(frame) < 2:
        raise LayerError(source, [f"{len(frame)} places; trips are made between at least two"])
    return _Places(frame, list(frame["name"]), list(frame["row"]), source)


def _table(study: Study, table: TripTable, places: _Places) -> Floats:
    path = study.path_of(table.path)
    if path.name.lower().endswith(_TNTP):
        return read_trips(read_tntp(path), places.names, Columns("origin", "destination", "trips"), source=str(path))
    columns = Columns(table.origin, table.destination, table.trips)
    return read_trips(read_table(path), places.names, columns, source=str(path))


def _distances(study: Study, table: DistanceTable, places: _Places) -> Floats:
    path: Path = study.path_of(table.path)
    columns = Columns(table.origin, table.destination, table.km)
    return read_impedances(read_table(path), places.names, columns, source=str(path))


def _gravity(block: GravityTrips, places: _Places, km: Floats) -> Floats:
    """Trips by the gravity model."""
    in_file = places.frame.sort_values("row")
    totals = []
    for column in (block.production, block.attraction or block.production):
        weights = number_column(in_file, column, source=places.source, minimum=0.0)
        by_id = weights[np.array(places.rows) - 1]
        totals.append(calibrate(by_id, block.total, what=f'column "{column}" of {places.source}'))
    production, attraction = totals
    return gravity(
        production,
        attraction,
        km,
        places=places.names,
        deterrence=block.deterrence,
        b=block.b,
        mean=block.mean_km,
    ).trips


def _ways(
    study: Study, area: Area, name: str, places: _Places, pairs: NDArray[np.int64], km: Floats | None
) -> gpd.GeoDataFrame:
    """Paths of every pair: origin, destination, rank, minutes, km, passed and passed_km, with their lines."""
    fleet = study.flows[name]
    roads = fleet.roads or study.travel.on_roads
    if roads is not None:
        key = f"flows.{name}.roads" if fleet.roads else "travel.roads"
        return _on_roads(area, fleet, places, pairs, roads, key)
    if fleet.trips and fleet.trips.paths > 1:
        raise StudyError(
            study.source, [f"trips.paths: {fleet.trips.paths} paths need roads; give [flows.{name}.roads]"]
        )
    return _straight(study, places, pairs, km)


def _on_roads(
    area: Area, fleet: FlowFleet, places: _Places, pairs: NDArray[np.int64], roads: Roads, key: str
) -> gpd.GeoDataFrame:
    """Paths on roads; all pairs must have one."""
    from geodata.roads.paths import road_paths

    assert fleet.trips is not None
    network = area.network(roads, fleet.vehicle, key=key)
    found = road_paths(
        network,
        places.frame.geometry,
        pairs,
        most=fleet.trips.paths,
        access_kmh=roads.access_kmh,
        reach_m=roads.reach_m,
    )
    off = [
        f"{places.names[place]!r} (row {places.rows[place]}, {found.distance_m[place] / 1000.0:.1f} km)"
        for place in np.unique(pairs)
        if found.distance_m[place] > roads.reach_m
    ]
    if off:
        fault = f"farther than {roads.reach_m:g} m from all roads of {roads.path}: {listed(off)}"
        raise LayerError(places.source, [f"{fault}; move them, or raise {key}.reach_m"])
    if len(found.unreachable):
        without = listed(places.pair(i, j) for i, j in found.unreachable)
        raise LayerError(places.source, [f"no path on {roads.path} from {without}; check the roads, or leave them out"])
    factor = fleet.length_factor / 1000.0
    return found.frame.assign(
        minutes=found.frame["time_s"] / 60.0,
        km=found.frame["length_m"] * factor,
        passed_km=[tuple(at * factor for at in row) for row in found.frame["passed_m"]],
    )


def _straight(study: Study, places: _Places, pairs: NDArray[np.int64], km: Floats | None) -> gpd.GeoDataFrame:
    """Straight lines, with the km of the table both ways on average, or as many as the detour factor says."""
    points = places.frame.geometry.to_numpy()
    begin, end = points[pairs[:, 0]], points[pairs[:, 1]]
    straight = shapely.distance(begin, end) / 1000.0
    same = [places.pair(i, j) for (i, j), length in zip(pairs.tolist(), straight, strict=True) if not length > 0]
    if same:
        raise LayerError(places.source, [f"at the same point: {listed(same)}; move one, or leave it out"])
    road = straight * study.travel.detour_factor
    if km is not None:
        road = (km[pairs[:, 0], pairs[:, 1]] + km[pairs[:, 1], pairs[:, 0]]) / 2.0
    short = [places.pair(i, j) for (i, j), less in zip(pairs.tolist(), road < _ROUNDED * straight, strict=True) if less]
    if short:
        fault = f"trips.distances: fewer km than the straight line from {listed(short)}; check the unit and the places"
        raise StudyError(study.source, [fault])
    frame = {
        "origin": pairs[:, 0],
        "destination": pairs[:, 1],
        "rank": 1,
        "minutes": road / study.travel.speed_kmh * 60.0,
        "km": road,
        "passed": [tuple(pair) for pair in pairs.tolist()],
        "passed_km": [(0.0, length) for length in road.tolist()],
    }
    lines = shapely.linestrings(np.stack([shapely.get_coordinates(begin), shapely.get_coordinates(end)], axis=1))
    return gpd.GeoDataFrame(frame, geometry=lines, crs=places.frame.crs)


def _lengths(n: int, ways: gpd.GeoDataFrame) -> Floats:
    """Kilometres of the quickest paths, the same in both directions."""
    first = ways[ways["rank"] == 1]
    km = np.full((n, n), np.inf)
    origin, destination = first["origin"].to_numpy(), first["destination"].to_numpy()
    km[origin, destination] = km[destination, origin] = first["km"].to_numpy()
    return km


def _divided(places: _Places, ways: gpd.GeoDataFrame, round_trips: Floats, scale_min: float | None) -> Drives:
    """Round trips on their paths."""
    ids = list(places.frame["id"])
    vehicles = round_trips[ways["origin"], ways["destination"]]
    if scale_min is not None:
        shares = ways.groupby(["origin", "destination"])["minutes"].transform(
            lambda m: logit_shares(m, scale=scale_min)
        )
        vehicles = vehicles * shares.to_numpy(dtype=np.float64)
    names = [
        f"{ids[i]}-{ids[j]}" + (f":{rank}" if rank > 1 else "")
        for i, j, rank in ways[["origin", "destination", "rank"]].itertuples(index=False)
    ]
    lines = gpd.GeoDataFrame({"id": names, "vehicles": vehicles}, geometry=ways.geometry.to_numpy(), crs=ways.crs)
    path = pd.DataFrame(
        [
            (name, seq, ids[place], at)
            for name, passed, km in zip(names, ways["passed"], ways["passed_km"], strict=True)
            for seq, (place, at) in enumerate(zip(passed, km, strict=True))
        ],
        columns=["flow", "seq", "place", "km"],
    )
    return Drives(lines, path)
