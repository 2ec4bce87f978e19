"""Pairs of demand rows and options within the standard."""

from collections.abc import Mapping
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import TravelTimes
from geodata.travel import ROUNDING
from siting.facility import Catalogue

Integers = NDArray[np.int64]

_COLUMNS = ("row", "option", "time_s", "distance_m")


def build_pairs(
    catalogue: Catalogue,
    rows: gpd.GeoDataFrame,
    row_place: Integers,
    options: pd.DataFrame,
    travel: Mapping[str, TravelTimes],
) -> pd.DataFrame:
    """Join every row with the options that offer its service to its vehicles in its year within their standard (`<=`).

    Parameters
    ----------
    catalogue
        The facility types.
    rows
        Demand rows: service, vehicle, year.
    row_place
        Place of each row, an origin of `travel`.
    options
        Options: site, type, year, expands.
    travel
        Travel times from places to sites by class of vehicle.

    Returns
    -------
    pairs
        row, option, time_s, distance_m; sorted by row and option.
    """
    n_places = int(row_place.max(initial=-1)) + 1
    n_sites = max([*options["site"], *(int(times.site.max(initial=-1)) for times in travel.values())], default=-1) + 1
    row_at = {
        (str(service), str(vehicle), int(year)): _index(row_place, alike.index.to_numpy(), n_places)
        for (service, vehicle, year), alike in rows.groupby(["service", "vehicle", "year"])
    }
    parts = []
    for _, alike in options.groupby(["type", "year", "expands"], sort=False):
        kind, year = catalogue[str(alike["type"].iloc[0])], int(alike["year"].iloc[0])
        option_at = _index(options["site"].to_numpy(), alike.index.to_numpy(), n_sites)
        for (name, offer), (driven, times) in product(kind.services.items(), travel.items()):
            within = times.time_s <= offer.standard_min * 60.0 * ROUNDING
            near = np.flatnonzero(within & (option_at[times.site] >= 0))
            for (service, vehicle, when), rows_there in row_at.items():
                if (service, vehicle) != (name, driven) or vehicle not in kind.vehicles or when < year:
                    continue
                row = rows_there[times.demand[near]]
                hit = near[row >= 0]
                parts.append((row[row >= 0], option_at[times.site[hit]], times.time_s[hit], times.distance_m[hit]))
    joined = [np.concatenate([np.zeros(0), *(part[n] for part in parts)]) for n in range(len(_COLUMNS))]
    frame = pd.DataFrame(dict(zip(_COLUMNS, joined, strict=True))).astype({"row": np.int64, "option": np.int64})
    return frame.sort_values(["row", "option"], ignore_index=True)


def _index(keys: Integers, chosen: Integers, size: int) -> Integers:
    """Position of each chosen item by its key, -1 where there is none."""
    table = np.full(size, -1, dtype=np.int64)
    table[keys[chosen]] = chosen
    return table
