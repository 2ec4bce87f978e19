"""Travel times are the pairs within the cutoff, no more and no fewer."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata.errors import CrsError, LayerError
from geodata.travel import TravelTimes, speeds_kmh, straight_line_times

UTM = "EPSG:32649"


def points(*coordinates, crs=UTM):
    return gpd.GeoSeries([Point(xy) for xy in coordinates], crs=crs)


def times(origins, sites, *, cutoff_s=100.0, detour_factor=1.0, origin_speed_kmh=36.0, site_speed_kmh=36.0):
    return straight_line_times(
        origins,
        sites,
        cutoff_s=cutoff_s,
        detour_factor=detour_factor,
        origin_speed_kmh=origin_speed_kmh,
        site_speed_kmh=site_speed_kmh,
    )


def pairs(found):
    return list(zip(found.demand, found.site, strict=True))


def test_ten_metres_per_second():
    """At 36 km/h one kilometre takes 100 s, and a point on the site 0 s."""
    found = times(points((0, 0), (5000, 0)), points((1000, 0), (0, 0), (9000, 0)))
    assert pairs(found) == [(0, 0), (0, 1)]
    assert list(found.time_s) == [100.0, 0.0]
    assert list(found.distance_m) == [1000.0, 0.0]
    assert list(found.unreached(2)) == [1]
    assert len(found) == 2


def test_the_cutoff_is_included():
    """A pair exactly at the cutoff is kept, one metre farther is not."""
    assert pairs(times(points((0, 0)), points((1000, 0), (1001, 0)))) == [(0, 0)]
    assert pairs(times(points((0, 0)), points((0, 0), (1, 0)), cutoff_s=0)) == [(0, 0)]


def test_the_cutoff_is_included_however_products_are_rounded():
    """6 km x 1.25 at 30 km/h are 900.0000000000001 s in floating point, and a quarter of an hour all the same."""
    for km, detour, kmh, minutes in ((6, 1.25, 30, 15), (3, 1.4, 28, 9), (7, 1.2, 35, 14.4), (4, 1.35, 45, 7.2)):
        site = points((km * 1000, 0), (km * 1000 + 1, 0))
        found = times(points((0, 0)), site, cutoff_s=minutes * 60.0, detour_factor=detour,
                      origin_speed_kmh=kmh, site_speed_kmh=kmh)  # fmt: skip
        assert pairs(found) == [(0, 0)]
        assert found.time_s[0] <= minutes * 60.0


def test_each_half_is_driven_at_the_speed_of_its_end():
    """500 m at 36 km/h and 500 m at 18 km/h take 50 s and 100 s, in both directions."""
    slow, fast = points((0, 0)), points((1000, 0))
    there = times(slow, fast, cutoff_s=200, origin_speed_kmh=[18], site_speed_kmh=[36])
    back = times(fast, slow, cutoff_s=200, origin_speed_kmh=[36], site_speed_kmh=[18])
    assert there.time_s[0] == pytest.approx(150)
    assert there.time_s[0] == back.time_s[0]


def test_the_detour_factor_lengthens_the_way():
    """A detour factor of 1.3 makes 1,000 m of straight line 1,300 m of way."""
    found = times(points((0, 0)), points((600, 800)), cutoff_s=200, detour_factor=1.3)
    assert found.distance_m[0] == pytest.approx(1300)
    assert found.time_s[0] == pytest.approx(130)


def test_the_method_states_factor_and_speeds():
    """Whoever reads the result learns how the times were made."""
    here = points((0, 0))
    assert times(here, here, detour_factor=1.3).method == (
        "straight line x detour factor 1.3, half of the way at the speed of each end (36 km/h)"
    )
    assert "(20 to 60 km/h)" in times(here, here, origin_speed_kmh=20, site_speed_kmh=60).method


def test_no_points_give_no_pairs():
    """Empty layers are no error here; all demand is then unreached."""
    assert len(times(points(), points((0, 0)))) == 0
    assert len(times(points(), points())) == 0
    assert list(times(points((0, 0), (1, 1)), points()).unreached(2)) == [0, 1]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"cutoff_s": -1}, "cutoff_s >= 0"),
        ({"cutoff_s": np.inf}, "cutoff_s >= 0"),
        ({"detour_factor": 0.9}, "detour_factor >= 1"),
        ({"detour_factor": np.nan}, "detour_factor >= 1"),
        ({"origin_speed_kmh": 0}, "origin_speed_kmh > 0"),
        ({"site_speed_kmh": [np.nan]}, "site_speed_kmh > 0"),
    ],
)
def test_misuse_is_refused(settings, said):
    """Numbers that make no sense are not computed with."""
    with pytest.raises(ValueError, match=said):
        times(points((0, 0)), points((0, 0)), **settings)


def test_degrees_and_areas_are_refused():
    """Straight lines need metres, one CRS, and points."""
    here = points((0, 0))
    with pytest.raises(CrsError, match="origins and sites: CRS EPSG:4326"):
        times(points((113, 23), crs=4326), here)
    with pytest.raises(CrsError, match="the CRS differ"):
        times(here, points((0, 0), crs=32650))
    with pytest.raises(LayerError, match="sites: not a single point"):
        times(here, gpd.GeoSeries([box(0, 0, 1, 1)], crs=UTM))


spot = st.tuples(*[st.integers(-3000, 3000)] * 2)
speed = st.sampled_from([18.0, 30.0, 36.0, 60.0, 90.0])


@given(
    origins=st.lists(st.tuples(spot, speed), max_size=8),
    sites=st.lists(st.tuples(spot, speed), max_size=8),
    cutoff_s=st.sampled_from([0.0, 100.0, 250.0, 1e4]),
    detour_factor=st.sampled_from([1.0, 1.3, 1.5]),
)
def test_pairs_equal_brute_force(origins, sites, cutoff_s, detour_factor):
    """Every pair computed one by one is there if and only if it is within the cutoff."""
    found = times(
        points(*(xy for xy, _ in origins)),
        points(*(xy for xy, _ in sites)),
        cutoff_s=cutoff_s,
        detour_factor=detour_factor,
        origin_speed_kmh=[kmh for _, kmh in origins],
        site_speed_kmh=[kmh for _, kmh in sites],
    )
    expected = {}
    for i, (a, va) in enumerate(origins):
        for j, (b, vb) in enumerate(sites):
            time_s = detour_factor * np.hypot(a[0] - b[0], a[1] - b[1]) * (1.8 / va + 1.8 / vb)
            if time_s <= cutoff_s:
                expected[i, j] = time_s
    assert pairs(found) == sorted(expected)
    np.testing.assert_allclose(found.time_s, list(expected.values()), rtol=1e-12)


def test_reversing_the_input_only_renumbers():
    """The order of the rows does not change any time."""
    rng = np.random.default_rng(3)
    spots = gpd.GeoSeries(gpd.points_from_xy(*rng.uniform(0, 5000, (2, 60))), crs=UTM)
    forward = times(spots, spots)
    backward = times(spots[::-1], spots)
    renumbered = sorted(zip(59 - backward.demand, backward.site, backward.time_s, strict=True))
    assert renumbered == list(zip(forward.demand, forward.site, forward.time_s, strict=True))


def test_speeds_come_from_districts():
    """Points outside, and in districts without a speed, take the default."""
    located = np.array(["a", None, "b", "c"], dtype=object)
    np.testing.assert_array_equal(speeds_kmh(located, {"a": 20, "b": 60}, 40), [20, 40, 60, 40])
    with pytest.raises(ValueError, match="speed > 0 km/h for b, found 0"):
        speeds_kmh(located, {"b": 0}, 40)
    with pytest.raises(ValueError, match="for elsewhere"):
        speeds_kmh(located, {}, np.nan)


GOOD = {
    "demand": [0, 0, 1],
    "site": [0, 2, 1],
    "time_s": [0.0, 5.0, 10.0],
    "distance_m": [0.0, 50.0, 100.0],
    "cutoff_s": 10.0,
    "method": "by hand",
}


def test_travel_times_cannot_be_changed():
    """Arrays are copies and read-only."""
    source = np.array([0.0, 5.0, 10.0])
    table = TravelTimes(**{**GOOD, "time_s": source})
    source[0] = 9
    assert table.time_s[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        table.time_s[0] = 1


def test_what_nobody_can_change_is_not_copied():
    """An array that is read-only and owns its memory is taken as it is, a view of one that is not is copied."""
    source = np.array([0.0, 5.0, 10.0])
    view = source[:]
    for array in (source, view):
        array.setflags(write=False)
    assert TravelTimes(**{**GOOD, "time_s": source}).time_s is source
    assert TravelTimes(**{**GOOD, "time_s": view}).time_s is not view


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"site": [0, 2]}, "equal length"),
        ({"demand": [0, 1, 0]}, "sorted by demand and site"),
        ({"site": [2, 2, 1]}, "without repeats"),
        ({"demand": [-1, 0, 1]}, "row numbers >= 0"),
        ({"time_s": [0.0, 5.0, 11.0]}, "time_s <= cutoff_s"),
        ({"time_s": [0.0, np.nan, 1.0]}, "time_s <= cutoff_s"),
        ({"distance_m": [0.0, np.inf, 1.0]}, "finite distance_m"),
    ],
)
def test_travel_times_are_always_valid(change, said):
    """Pairs that are unsorted, repeated or out of range do not become travel times."""
    with pytest.raises(ValueError, match=said):
        TravelTimes(**{**GOOD, **change})
