"""The gravity model: totals, mean, and the form of its trips."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demand_models import DemandError
from demand_models.trips import DETERRENCES, Columns, gravity, read_impedances

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
EXACT = 1e-9


def places(n):
    return [f"p{i}" for i in range(n)]


def apart(positions):
    """Distances between positions, infinite from a place to itself."""
    away = np.abs(np.subtract.outer(positions, positions)).astype(float)
    np.fill_diagonal(away, np.inf)
    return away


@st.composite
def worlds(draw):
    """4 to 8 places on a line, none with more than a third of all trips."""
    n = draw(st.integers(4, 8))
    gaps = draw(st.lists(st.floats(1, 50), min_size=n, max_size=n))
    weights = [np.array(draw(st.lists(st.floats(1, 2), min_size=n, max_size=n))) for _ in range(2)]
    leave, reach = (1000 * weight / weight.sum() for weight in weights)
    return leave, reach, apart(np.cumsum(gaps))


@given(worlds(), st.sampled_from(DETERRENCES), st.floats(0, 2))
def test_totals_hold(world, deterrence, b):
    """Rows and columns add up to the totals, and nobody travels to where he is."""
    leave, reach, away = world
    found = gravity(leave, reach, away, places=places(len(leave)), deterrence=deterrence, b=b)
    assert found.trips.sum(axis=1) == pytest.approx(leave, rel=EXACT)
    assert found.trips.sum(axis=0) == pytest.approx(reach, rel=EXACT)
    assert not np.diag(found.trips).any()


@given(worlds(), st.sampled_from(DETERRENCES), st.floats(0.01, 1))
def test_trips_have_the_form_of_the_model(world, deterrence, b):
    """Cross ratios of four trips are those of the deterrence: what is left when all factors of totals cancel."""
    leave, reach, away = world
    trips = gravity(leave, reach, away, places=places(len(leave)), deterrence=deterrence, b=b).trips
    f = np.exp(-b * away) if deterrence == "exponential" else away**-b
    (i, j), (k, m) = (0, 1), (2, 3)
    own = np.log(trips[i, k]) + np.log(trips[j, m]) - np.log(trips[i, m]) - np.log(trips[j, k])
    expected = np.log(f[i, k]) + np.log(f[j, m]) - np.log(f[i, m]) - np.log(f[j, k])
    assert own == pytest.approx(expected, abs=1e-8)


@given(
    worlds(),
    st.one_of(
        st.tuples(st.just("exponential"), st.floats(0.001, 0.5)),
        st.tuples(st.just("power"), st.sampled_from([2.0**-5, 0.25, 0.5, 1.0])),
    ),
)
@settings(max_examples=25)
def test_a_mean_gives_back_the_deterrence(world, form):
    """Calibrated to the mean that some b gives, the model finds trips with this mean."""
    deterrence, b = form
    leave, reach, away = world
    mean = gravity(leave, reach, away, places=places(len(leave)), deterrence=deterrence, b=b).mean
    found = gravity(leave, reach, away, places=places(len(leave)), deterrence=deterrence, mean=mean)
    assert found.mean == pytest.approx(mean, rel=EXACT)
    assert found.trips.sum(axis=1) == pytest.approx(leave, rel=EXACT)


def test_without_deterrence_three_equal_places_share_equally():
    """Each place sends half of its trips to each other one, however far."""
    found = gravity([6, 6, 6], [6, 6, 6], apart([0, 1, 10]), places=places(3), b=0)
    assert found.trips == pytest.approx(np.array([[0, 3, 3], [3, 0, 3], [3, 3, 0]]))
    assert found.mean == pytest.approx((1 + 9 + 10) / 3)


def test_a_place_without_trips_has_none():
    """Nothing leaves and nothing reaches it."""
    found = gravity([5, 5, 0, 5], [5, 5, 0, 5], apart([0, 1, 2, 3]), places=places(4), b=0.1)
    assert not found.trips[2].any()
    assert not found.trips[:, 2].any()


@pytest.mark.parametrize("b", [100, 1e4])
def test_strong_deterrence_does_not_leave_the_range_of_numbers(b):
    """At exp(-100 000) two pairs of neighbours still trade among themselves."""
    found = gravity([5, 5, 7, 7], [5, 5, 7, 7], apart([0, 10, 1000, 1010]), places=places(4), b=b)
    assert found.trips[0, 1] == pytest.approx(5)
    assert found.trips[3, 2] == pytest.approx(7)


@pytest.mark.parametrize(
    ("leave", "reach", "words"),
    [
        ([9, 1, 1], [9, 1, 1], "9 trips leave 'p0', and all other places that it has trips with take 2"),
        ([1, 1, 1], [1, 1, 2], "production adds up to 3, attraction to 4"),
        ([1, -1, 1], [1, 1, 1], "production: 'p1' (-1.0)"),
        ([0, 0, 0], [1, 1, 1], "production: the totals of all places are 0"),
        ([1, 1], [1, 1, 1], "for each of 3 places"),
    ],
)
def test_totals_that_cannot_be_met_name_the_place(leave, reach, words):
    """Too much of one place, sums that differ, negative or no trips."""
    with pytest.raises(DemandError) as caught:
        gravity(leave, reach, apart([0, 1, 2]), places=places(3), b=0.1)
    assert words in str(caught.value)


def test_a_place_without_ways_is_named():
    """What nothing can reach is refused by name."""
    away = apart([0, 1, 2])
    away[:, 2] = np.inf
    with pytest.raises(DemandError, match="1 trips reach 'p2', and all other places that it has trips with take 0"):
        gravity([1, 1, 1], [1, 1, 1], away, places=places(3), b=0.1)


def test_a_power_needs_distances():
    """Nothing can be divided by a distance of 0."""
    with pytest.raises(DemandError, match="p0 to p1"):
        gravity([1, 1, 1], [1, 1, 1], apart([0, 0, 2]), places=places(3), deterrence="power", b=1)


@pytest.mark.parametrize(("mean", "words"), [(11, "without any deterrence it is"), (0.5, "no deterrence was found")])
def test_a_mean_out_of_reach_is_refused(mean, words):
    """Longer than without deterrence, or shorter than the nearest neighbours."""
    with pytest.raises(DemandError, match=words):
        gravity([5, 5, 5, 5], [5, 5, 5, 5], apart([0, 1, 10, 11]), places=places(4), mean=mean)


@pytest.mark.parametrize("given_", [{}, {"b": 1, "mean": 2}])
def test_one_of_strength_and_mean(given_):
    """Neither is too little, both are too much."""
    with pytest.raises(DemandError, match="one of b and the mean"):
        gravity([1, 1, 1], [1, 1, 1], apart([0, 1, 2]), places=places(3), **given_)


def test_the_cities_of_guangdong():
    """On the 21 cities with their roads and products, both forms reach a mean of 150 km exactly."""
    if not DATA.is_dir():
        pytest.skip(f"the real data are absent: no {DATA}")
    cities = pd.read_csv(DATA / "population" / "guangdong_21_cities_pop_gdp_nev.csv")
    matrix = pd.read_csv(DATA / "roads" / "guangdong_21x21_osrm_matrix.csv")
    columns = Columns("from", "to", "osrm_km")
    km = read_impedances(matrix, list(cities["city"]), columns, source="matrix")
    weight = 10_000 * cities["gdp_2024_100m_cny"] / cities["gdp_2024_100m_cny"].sum()
    for deterrence in DETERRENCES:
        found = gravity(weight, weight, km, places=list(cities["city"]), deterrence=deterrence, mean=150)
        assert found.mean == pytest.approx(150, rel=EXACT)
        assert found.trips.sum(axis=1) == pytest.approx(weight.to_numpy(), rel=EXACT)
        assert found.trips.sum(axis=0) == pytest.approx(weight.to_numpy(), rel=EXACT)
