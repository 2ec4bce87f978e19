"""Coverage: who is within reach of a station that stands, of how many, and who is served, by district and service."""

from typing import Any, Final

import numpy as np
import pandas as pd

from siting.assemble import Assembly
from siting.diagnosis.nearest import Nearest
from siting.diagnosis.network import Network
from siting.diagnosis.serving import Booleans, Floats

#: Name of the row of all districts together.
WHOLE: Final = ""


def coverage(assembly: Assembly, network: Network, nearest: Nearest, districts: list[str]) -> list[dict[str, Any]]:
    """Figures of a service: a row for all districts together (district empty), then one for each district.

    Demand is counted where it arises, stations and what they give where they stand: a district's stations also serve
    its neighbours.

    Returns
    -------
    rows
        district, service, unit; demand, covered, covered_share, overlap, overlap_share (demand within the standard of
        two stations and more), stations_per_covered (mean number of stations that reach a unit of covered demand),
        served, served_share, unserved, out_of_reach (unserved and covered by nothing), minutes_to_nearest (median over
        the demand of vehicles that something serves; None where half of it is farther than is looked for); stations,
        capacity, given, use.
    """
    of_row = assembly.rows["district"].to_numpy()[network.rows]
    of_facility = assembly.sites.frame["district"].to_numpy()[network.site]
    wholes = np.ones(len(of_row), dtype=bool), np.ones(len(of_facility), dtype=bool)
    rows = [_figures(WHOLE, network, nearest, *wholes)]
    return rows + [_figures(name, network, nearest, of_row == name, of_facility == name) for name in districts]


def _figures(name: str, network: Network, nearest: Nearest, rows: Booleans, facilities: Booleans) -> dict[str, Any]:
    demand, n_stations = network.demand[rows], network.n_stations[rows]
    asked, covered = float(demand.sum()), float(demand[n_stations > 0].sum())
    overlap, served = float(demand[n_stations > 1].sum()), float(network.served[rows].sum())
    capacity, given = float(network.reach.capacity[facilities].sum()), float(network.given[facilities].sum())
    return {
        "district": name,
        "service": network.service,
        "unit": network.unit,
        "demand": asked,
        "covered": covered,
        "covered_share": share(covered, asked),
        "overlap": overlap,
        "overlap_share": share(overlap, asked),
        "stations_per_covered": share(float(demand @ n_stations), covered),
        "served": served,
        "served_share": share(served, asked),
        "unserved": float(network.unserved[rows].sum()),
        "out_of_reach": float(network.unserved[rows][n_stations == 0].sum()),
        "minutes_to_nearest": median(nearest.minutes[rows & nearest.stands], network.demand[rows & nearest.stands]),
        "stations": len(np.unique(network.site[facilities])),
        "capacity": capacity,
        "given": given,
        "use": share(given, capacity),
    }


def share(part: float, whole: float) -> float | None:
    """Part of a whole, None of nothing."""
    return part / whole if whole > 0 else None


def median(minutes: Floats, weight: Floats) -> float | None:
    """Time within which half of the weight lies, boundary included; None where half of it has no time."""
    order = np.argsort(minutes, kind="stable")
    so_far = np.cumsum(weight[order])
    if not len(so_far) or so_far[-1] <= 0:
        return None
    middle = float(minutes[order][np.searchsorted(so_far, so_far[-1] / 2)])
    return None if np.isnan(middle) else middle


def place_table(assembly: Assembly, network: Network, nearest: Nearest) -> pd.DataFrame:
    """Places with unserved demand, the most of it first.

    Returns
    -------
    places
        place, district, service, vehicle, unit; demand, served, unserved; nearest (site id, empty beyond what is looked
        for), minutes (not a number there); stations (within whose standard the place is); why: ``no_station`` where
        nothing that stands serves these vehicles, ``out_of_reach`` where no standard is kept, else ``full``.
    """
    asked = np.flatnonzero(network.unserved > 0)
    rows, stations = assembly.rows.iloc[network.rows[asked]], network.n_stations[asked]
    names = np.append(assembly.sites.frame["id"].to_numpy(dtype=object), "")
    table = pd.DataFrame(
        {
            **{name: rows[name].to_numpy() for name in ("place", "district", "service", "vehicle", "unit")},
            "demand": network.demand[asked],
            "served": network.served[asked],
            "unserved": network.unserved[asked],
            "nearest": names[nearest.site[asked]],
            "minutes": nearest.minutes[asked],
            "stations": stations,
            "why": np.where(stations > 0, "full", np.where(nearest.stands[asked], "out_of_reach", "no_station")),
        }
    )
    order = {"unserved": False, "place": True, "vehicle": True}
    return table.sort_values(list(order), ascending=list(order.values()), ignore_index=True)
