"""Drives of round trips: whether a vehicle gets there and back, again and again, on the stations that are open."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_ROUNDING: Final = 1e-9  # of the range
_SOLVED: Final = 1e-6  # of the range, and of the energy: what a solver leaves

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def drives(length_km: float, range_km: float, station_km: Floats, detour_km: Floats, is_open: Booleans) -> bool:
    """Drive a round trip until the tank repeats itself, and say whether it never ran dry.

    The vehicle starts with half a tank, or a full one where an open station stands at the origin itself. It fills up
    wherever that leaves it with more than driving on, half of the detour being spent before the pump and half after.

    Parameters
    ----------
    length_km
        Length of the path from origin to destination.
    range_km
        What a full tank drives.
    station_km, detour_km, is_open
        Stations beside the path: position from 0 at the origin to the length at the destination, extra distance of
        leaving the path and coming back to it, and whether it is open, shape (N,).
    """
    there = sorted(zip(station_km[is_open].tolist(), detour_km[is_open].tolist(), strict=True))
    at_origin = any(km == 0 and detour == 0 for km, detour in there)
    tank = range_km if at_origin else range_km / 2
    back = [(2 * length_km - km, detour) for km, detour in reversed(there)]
    while True:
        left = _drive(tank, [*there, *back], 2 * length_km, range_km)
        if left is None:
            return False
        # What a loop leaves grows with what it begins with, so a loop that leaves no less is followed by another such.
        if left >= tank - _ROUNDING * range_km:
            return True
        tank = left


def _drive(tank: float, stations: list[tuple[float, float]], end_km: float, range_km: float) -> float | None:
    """Drive past stations (km, detour) to the end; what is left in the tank, in km, or `None` when it ran dry."""
    dry, position = -_ROUNDING * range_km, 0.0
    for km, detour in stations:
        tank -= km - position
        position = km
        if tank < dry:
            return None
        if tank - detour / 2 >= dry:
            tank = max(tank, range_km - detour / 2)
    tank -= end_km - position
    return None if tank < dry else tank


def drives_on_purchases(
    length_km: float, range_km: float, station_km: Floats, detour_km: Floats, bought: Floats
) -> bool:
    """Drive a round trip on given purchases, and say whether the tank can hold them and never runs dry.

    The vehicle passes every station there and back and may divide what it buys there between the two. With `v` in the
    tank at the origin and `u` bought up to a station on the way there, what is in the tank at that station is known
    for both ways: on the way back it has bought the same `u` and all that is sold from that station on. So the amounts
    `v + u` that keep the tank between empty and full at a station, both ways, are an interval; driving there once with
    the interval of what is possible decides the whole round trip, and what is bought in it is what it uses.

    Where stations have detours, half of the longest is kept in reserve to reach the pump, and the other half is
    needed from there; the purchases do not count it.

    Parameters
    ----------
    length_km, range_km, station_km, detour_km
        As for `drives`.
    bought
        Share of the round trip's energy bought at each station per round trip, shape (N,).
    """
    used = bought > 0
    room = _SOLVED * range_km
    full = range_km - float(detour_km[used].max(initial=0.0))
    order = np.argsort(station_km[used], kind="stable")
    km, sold = station_km[used][order], 2 * length_km * bought[used][order]
    if full < 0 or (bought < 0).any() or abs(bought.sum() - 1) > _SOLVED:
        return False
    behind = np.cumsum(sold[::-1])[::-1]  # sold at this station and beyond
    least, most = 0.0, full
    for at, amount, rest in zip(km.tolist(), sold.tolist(), behind.tolist(), strict=True):
        back = 2 * length_km - at - rest
        # Before the pump: not empty on the way there, not overfull behind it on the way back.
        least, most = max(least, at), min(most, full + back)
        if least > most + room:
            return False
        # Behind it: not overfull on the way there, not empty before it on the way back.
        least, most = max(least, back + amount), min(most + amount, full + at)
        if least > most + room:
            return False
    return True
