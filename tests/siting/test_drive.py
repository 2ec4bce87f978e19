"""Small drives that can be followed with a finger."""

import numpy as np
import pytest

from siting.audit.drive import drives, drives_on_purchases


def drive(length, range_km, *stations):
    """Whether open stations (km) or (km, detour) are enough."""
    km, detour = np.array([s if isinstance(s, tuple) else (s, 0) for s in stations], dtype=float).reshape(-1, 2).T
    return drives(length, range_km, km, detour, np.ones(len(km), dtype=bool))


def buy(length, range_km, *purchases):
    """Whether purchases (km, share) or (km, share, detour) are enough."""
    km, share, detour = np.array([(*p, 0)[:3] for p in purchases], dtype=float).reshape(-1, 3).T
    return drives_on_purchases(length, range_km, km, detour, share)


@pytest.mark.parametrize(
    ("length", "range_km", "stations", "expected"),
    [
        (10, 1000, [], False),  # whatever the tank, it is empty one day
        (10, 20, [0], True),  # a full tank at the origin is there and back
        (10, 19, [0], False),
        (10, 20, [10], True),  # half a tank to the destination, half a tank home
        (10, 19, [10], False),
        (10, 20, [5], True),  # 5 km to the station, 10 km from it to the destination and back, 10 km home and out again
        (10, 10, [5], True),
        (10, 9, [5], False),
        (10, 10, [0, 10], True),
        (30, 20, [10, 20], True),
        (30, 20, [10, 21], True),
        (30, 20, [10, 19], False),  # 22 km from the second station to the destination and back
        (30, 20, [11, 20], False),  # half a tank does not reach the first station
        (30, 20, [0, 11, 20], True),
        (10, 12, [(5, 2)], True),  # one km to the pump and one back, each time
        (10, 11, [(5, 2)], False),
        (10, 10, [5, (7, 8)], True),  # nobody has to take a detour
    ],
)
def test_a_vehicle_gets_there_and_back_for_ever(length, range_km, stations, expected):
    """Half a tank to begin with, a full one from every station used."""
    assert drive(length, range_km, *stations) is expected


def test_closed_stations_are_driven_past():
    """Of two stations the one that would help is closed."""
    assert not drives(10, 10, np.array([0.0, 5.0]), np.zeros(2), np.array([True, False]))


def test_a_detour_at_the_origin_is_not_a_full_tank():
    """With a station beside the origin the vehicle starts with half a tank and fills up first."""
    assert drive(10, 22, (0, 2))
    assert not drive(10, 21, (0, 2))


@pytest.mark.parametrize(
    ("length", "range_km", "purchases", "expected"),
    [
        (10, 20, [(0, 1.0)], True),
        (10, 19, [(0, 1.0)], False),  # the tank does not hold the trip
        (10, 20, [(0, 0.5), (10, 0.5)], True),
        (10, 10, [(0, 0.5), (10, 0.5)], True),
        (10, 9, [(0, 0.5), (10, 0.5)], False),
        (10, 12, [(0, 0.7), (10, 0.3)], False),  # 14 km bought at the origin do not fit
        (10, 20, [(0, 0.5), (10, 0.4)], False),  # less than the trip needs
        (10, 20, [(5, 1.0)], True),  # half of it each way
        (10, 10, [(5, 1.0)], True),
        (10, 9, [(5, 1.0)], False),
        (10, 11, [(5, 1.0, 1)], True),
        (10, 10, [(5, 1.0, 1)], False),
        (10, 20, [], False),
    ],
)
def test_purchases_must_fit_the_tank_and_last(length, range_km, purchases, expected):
    """What is bought on a round trip is what it uses, never more than a full tank at once."""
    assert buy(length, range_km, *purchases) is expected
