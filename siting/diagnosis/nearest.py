"""The nearest station that stands, however far: of every place that asks for a service."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata import CandidateSites
from siting.area import Area
from siting.assemble import Assembly
from siting.diagnosis.network import Network
from siting.diagnosis.serving import Booleans, Floats, Integers
from siting.study import Study
from siting.travel import travel_times

#: Circles in which the nearest station is looked for, one after the other, in minutes.
CIRCLES_MIN: Final = (7.5, 15.0, 30.0, 60.0, 120.0)


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest station that offers a service to the vehicles of a row, whatever its standard.

    Parameters
    ----------
    site
        Site of the station, -1 where none is within the last of `CIRCLES_MIN`, shape (I,).
    minutes
        Travel time to it, not a number there, shape (I,).
    stands
        Whether any such station stands at all, shape (I,).
    """

    site: Integers
    minutes: Floats
    stands: Booleans


def nearest_stations(study: Study, area: Area, assembly: Assembly, network: Network) -> Nearest:
    """Find the nearest station of each row of a network."""
    site, minutes = np.full(len(network.rows), -1, dtype=np.int64), np.full(len(network.rows), np.nan)
    stands = np.zeros(len(network.rows), dtype=bool)
    vehicles = assembly.rows["vehicle"].to_numpy()[network.rows]
    place = assembly.row_place[network.rows]
    for vehicle in sorted(set(vehicles)):
        stations = _stations(study, assembly, network, vehicle)
        sites = CandidateSites(assembly.sites.frame.iloc[stations])
        looking = np.flatnonzero(vehicles == vehicle)
        stands[looking] = len(stations) > 0
        for circle in CIRCLES_MIN if len(stations) else ():
            origins = assembly.places.geometry.iloc[place[looking]].reset_index(drop=True)
            times = travel_times(study, area, origins, sites, circle * 60.0, [vehicle])[vehicle]
            soonest = np.lexsort((times.site, times.time_s, times.demand))
            row, first = np.unique(times.demand[soonest], return_index=True)
            site[looking[row]] = stations[times.site[soonest][first]]
            minutes[looking[row]] = times.time_s[soonest][first] / 60.0
            looking = np.delete(looking, row)
            if not len(looking):
                break
    return Nearest(site, minutes, stands)


def _stations(study: Study, assembly: Assembly, network: Network, vehicle: str) -> Integers:
    """Sites, ascending, at which something stands that serves a class of vehicle."""
    kinds = assembly.options["type"].to_numpy()[network.options]
    serves = np.array([vehicle in study.catalogue[kind].vehicles for kind in kinds], dtype=bool)
    return np.unique(network.site[serves]).astype(np.int64)
