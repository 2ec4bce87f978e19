"""Cover sets of round trips say exactly what a vehicle that drives them finds out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.audit.drive import drives, drives_on_purchases
from solvers import ProblemError
from solvers.refuelling import Trips, cover_sets, gap_sets


def trip(length, range_km, *stops):
    """One trip with stops (km) or (km, detour), options in their order."""
    km, detour = np.array([s if isinstance(s, tuple) else (s, 0) for s in stops], dtype=float).reshape(-1, 2).T
    return Trips([length], [range_km], np.zeros(len(km)), np.arange(len(km)), km, detour)


def families(sets):
    """Sets of options per flow."""
    members = [set(sets.pair_option[sets.pair_set == c].tolist()) for c in range(len(sets.set_flow))]
    flows = range(int(sets.set_flow.max()) + 1)
    return [[members[c] for c in np.flatnonzero(sets.set_flow == f)] for f in flows]


@st.composite
def trips(draw, detours=True):
    """A few trips in whole km, some too long for their range, options that stop several of them, some twice."""
    n_flows, n_options = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    lengths = [draw(st.integers(1, 40)) for _ in range(n_flows)]
    ranges = [draw(st.integers(1, 50)) for _ in range(n_flows)]
    stops = [
        (f, draw(st.integers(0, n_options - 1)), draw(st.integers(0, lengths[f])))
        for f in range(n_flows)
        for _ in range(draw(st.integers(0, 7)))
    ]
    detour = [draw(st.integers(0, 6)) if detours else 0 for _ in stops]
    flow, option, km = np.array(stops, dtype=np.int64).reshape(-1, 3).T
    return Trips(lengths, ranges, flow, option, km, detour), n_options


def driven(given_trips, flow, is_open):
    """What the vehicle says about one flow."""
    here = given_trips.stop_flow == flow
    return drives(
        float(given_trips.length_km[flow]),
        float(given_trips.range_km[flow]),
        given_trips.stop_km[here],
        given_trips.stop_detour_km[here],
        is_open[given_trips.stop_option[here]],
    )


@settings(max_examples=400, deadline=None)
@given(case=trips(), seed=st.integers(0, 10**6))
def test_all_sets_are_hit_exactly_when_the_vehicle_gets_through(case, seed):
    """For every choice of open stations, detours and stations between places included."""
    given_trips, n_options = case
    found = families(cover_sets(given_trips))
    rng = np.random.default_rng(seed)
    for chance in (0.3, 0.6, 0.9, 1.0):
        is_open = rng.random(n_options) < chance
        chosen = set(np.flatnonzero(is_open).tolist())
        for flow, family in enumerate(found):
            assert all(members & chosen for members in family) == driven(given_trips, flow, is_open)


@settings(max_examples=200, deadline=None)
@given(case=trips(detours=False), seed=st.integers(0, 10**6))
def test_with_capacities_the_same_trips_can_be_driven(case, seed):
    """Sets kept for their energy are hit by the same stations as the least sets."""
    given_trips, n_options = case
    least, whole = (families(cover_sets(given_trips, capacities=keep)) for keep in (False, True))
    chosen = set(np.flatnonzero(np.random.default_rng(seed).random(n_options) < 0.6).tolist())
    for some, every in zip(least, whole, strict=True):
        assert all(members & chosen for members in some) == all(members & chosen for members in every)


@settings(max_examples=400, deadline=None)
@given(case=trips(), seed=st.integers(0, 10**6))
def test_energy_bought_anywhere_in_its_set_fits_the_tank(case, seed):
    """Each set's energy is bought at any one of its stations, and the vehicle drives on what it bought."""
    given_trips, n_options = case
    sets = cover_sets(given_trips, capacities=True)
    rng = np.random.default_rng(seed)
    for flow, family in enumerate(families(sets)):
        draw = sets.set_draw[sets.set_flow == flow]
        assert draw.sum() == pytest.approx(1)
        assert (draw > 0).all()
        if not all(family):
            assert family == [set()]
            continue
        sold = np.zeros(n_options)
        np.add.at(sold, [rng.choice(sorted(members)) for members in family], draw)
        assert buys(given_trips, flow, sold)


def buys(given_trips, flow, sold):
    """Whether the vehicle can drive one flow on what each option sells it; at the first of an option's stops."""
    here = np.flatnonzero(given_trips.stop_flow == flow)
    options = given_trips.stop_option[here]
    if len(set(options.tolist())) < len(options):
        return True  # which of its stops sells is not known
    return drives_on_purchases(
        float(given_trips.length_km[flow]),
        float(given_trips.range_km[flow]),
        given_trips.stop_km[here],
        given_trips.stop_detour_km[here],
        sold[options],
    )


def test_one_station_half_way():
    """It must carry 10 km there, 10 back and again: a range of 10 is enough, 9 is not."""
    assert families(cover_sets(trip(10, 10, 5))) == [[{0}]]
    assert families(cover_sets(trip(10, 9, 5))) == [[set()]]


def test_a_stretch_that_nothing_carries_leaves_one_empty_set():
    """Stations stand at both ends, too far apart: no choice of them helps, whatever else must be met."""
    for capacities in (False, True):
        sets = cover_sets(trip(30, 20, 0, 30), capacities=capacities)
        assert families(sets) == [[set()]]
        assert sets.set_draw.tolist() == [float(capacities)]


def test_a_flow_without_stops_has_one_empty_set():
    """Nobody refuels where there is nothing, however far a tank reaches."""
    sets = cover_sets(Trips([10, 10], [999, 999], [1], [4], [0], [0]))
    assert families(sets) == [[set()], [{4}]]


def test_least_sets_only():
    """With every place in reach of every other any station will do; the sets of single pieces say nothing more."""
    assert families(cover_sets(trip(10, 40, 0, 5, 10))) == [[{0, 1, 2}]]


def test_energy_is_drawn_by_length():
    """Of 16 km both stations can sell the first 5, and only the second what is driven after it."""
    sets = cover_sets(trip(8, 10, 0, 5), capacities=True)
    (family,) = families(sets)
    assert dict(zip(map(tuple, family), sets.set_draw.tolist(), strict=True)) == {(0, 1): 5 / 16, (1,): 11 / 16}


def test_ranges_differ_by_flow():
    """On the same path a truck of 40 km range needs one station, a car of 20 km both."""
    sets = cover_sets(Trips([20, 20], [40, 20], [0, 0, 1, 1], [0, 1, 0, 1], [0, 20, 0, 20], [0, 0, 0, 0]))
    assert [sorted(map(sorted, family)) for family in families(sets)] == [[[0, 1]], [[0], [1]]]


def test_rounding_does_not_strand_a_vehicle():
    """Three times a tenth is a range of three tenths, although not to the last digit."""
    assert all(families(cover_sets(trip(0.1 + 0.1 + 0.1, 0.3, 0, 0.1 + 0.1 + 0.1)))[0])


def test_rounding_leaves_no_sliver_of_road():
    """Where there and back begin at the same km but for rounding, no set draws next to nothing."""
    sets = cover_sets(trip(147.1, 150, 0, 49.033, 147.1 - 1e-12), capacities=True)
    assert sets.set_draw.sum() == pytest.approx(1)
    assert sets.set_draw.min() > 1e-6


def test_more_members_than_a_word_has_bits():
    """A hundred stations in reach of each other are one set."""
    assert families(cover_sets(trip(10, 40, *np.linspace(0, 10, 100)))) == [[set(range(100))]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length_km": [0.0]}, "length_km"),
        ({"range_km": [np.nan]}, "range_km"),
        ({"stop_km": [-1.0, 2.0]}, "stop_km"),
        ({"stop_km": [1.0, 11.0]}, "stop_km"),
        ({"stop_detour_km": [np.inf, 0.0]}, "stop_detour_km"),
        ({"stop_option": [0, -1]}, "stop_option"),
        ({"stop_flow": [0, 1]}, "stop_flow"),
        ({"stop_km": [1.0]}, "stop_km has shape"),
    ],
)
def test_arrays_that_are_no_trips_are_refused(changes, words):
    """A wrong number is named."""
    arrays = {
        "length_km": [10.0], "range_km": [5.0], "stop_flow": [0, 0], "stop_option": [0, 1], "stop_km": [1.0, 2.0],
        "stop_detour_km": [0.0, 0.0],
    }  # fmt: skip
    with pytest.raises(ProblemError, match=words.split()[0]):
        Trips(**arrays | changes)


def longest_gap(length, km):
    """Longest drive along a road without passing a station."""
    return max(np.diff([0, *sorted(km), length]))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_gap_sets_are_hit_exactly_when_no_gap_is_too_long(data):
    """On one road, for every choice of open stations."""
    length, gap = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 45))
    km = np.array(data.draw(st.lists(st.integers(0, length), max_size=7)), dtype=float)
    option = np.array([data.draw(st.integers(0, 4)) for _ in km], dtype=np.int64)
    sets = gap_sets(np.array([float(length)]), np.array([float(gap)]), np.zeros(len(km), dtype=np.int64), option, km)
    for mask in range(32):
        chosen = np.array([o for o in range(5) if mask >> o & 1])
        hit = all(np.isin(group, chosen).any() for group in sets.groups)
        assert hit == (longest_gap(length, km[np.isin(option, chosen)]) <= gap)


def test_gap_sets_of_several_roads():
    """Every 50 km of 120: two groups on the first road, none on a road shorter than the gap."""
    sets = gap_sets(
        np.array([120.0, 30.0]), np.array([50.0, 50.0]), np.array([0, 0, 0, 1]), np.array([3, 1, 2, 9]),
        np.array([40.0, 45.0, 85.0, 10.0]),
    )  # fmt: skip
    assert sets.road.tolist() == [0, 0]
    assert [group.tolist() for group in sets.groups] == [[1, 3], [2]]
    assert sets.to_km.tolist() == [85.0, 120.0]
