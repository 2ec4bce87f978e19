"""Paths between places: where they join the roads, what they measure, what they pass."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata import CrsError
from geodata.roads import TravelRules, road_times
from geodata.roads.paths import road_paths

# A square of 100 m: along the bottom and up the right takes 20 s, up the left and along the top 30 s.
#
#    2 --- 3
#    |     |
#    0 --- 1
SQUARE = [(0, 0), (100, 0), (0, 100), (100, 100)]
SIDES = [(0, 1, 10, 100), (1, 3, 10, 100), (0, 2, 15, 100), (2, 3, 15, 100)]


def both(arcs):
    return arcs + [(head, tail, *rest) for tail, head, *rest in arcs]


@pytest.fixture
def square(network):
    return network(SQUARE, both(SIDES))


def of(paths):
    """Rank, seconds and metres of all paths."""
    return [tuple(map(float, row)) for row in paths.frame[["rank", "time_s", "length_m"]].to_numpy()]


def test_the_two_ways_round(square, points):
    """Places at two corners have two paths, the quicker first."""
    found = road_paths(square, points([(0, 0), (100, 100)]), np.array([[0, 1]]), most=5)
    assert of(found) == [(1, 20, 200), (2, 30, 200)]
    assert [list(line.coords) for line in found.frame.geometry] == [
        [(0, 0), (100, 0), (100, 100)],
        [(0, 0), (0, 100), (100, 100)],
    ]
    assert found.unreachable.shape == (0, 2)


def test_accesses_are_driven_and_counted(square, points):
    """50 m off the road at 18 km/h are 10 s, at both ends; the line begins and ends at the places."""
    found = road_paths(square, points([(50, -50), (150, 100)]), np.array([[0, 1]]), access_kmh=18)
    assert of(found) == [(1, 15 + 2 * 10, 50 + 150 + 50)]
    assert list(found.frame.geometry[0].coords) == [(50, -50), (50, 0), (100, 0), (100, 100), (150, 100)]


def test_two_places_on_one_road(square, points):
    """Along the road between them, in both directions, by the share of the arc; and the long way round."""
    found = road_paths(square, points([(20, 0), (70, 0)]), np.array([[0, 1], [1, 0]]), most=2)
    assert np.array(of(found)) == pytest.approx(np.array([(1, 5, 50), (2, 45, 350)] * 2))


def test_places_on_the_way_are_named(square, points):
    """A place by the road is passed, with where; one that stands off the path is not."""
    where = [(0, 0), (100, 100), (60, 10), (0, 50), (100, 40)]
    found = road_paths(square, points(where), np.array([[0, 1]]))
    assert found.frame["passed"][0] == (0, 2, 4, 1)
    assert found.frame["passed_m"][0] == pytest.approx((0, 60, 140, 200))


def test_one_way_roads_are_driven_one_way(network, points):
    """On a ring of one-way roads the way back is the rest of the ring."""
    ring = network([(0, 0), (100, 0), (100, 100)], [(0, 1, 10, 100), (1, 2, 10, 100), (2, 0, 20, 142)])
    found = road_paths(ring, points([(20, 0), (70, 0)]), np.array([[0, 1], [1, 0]]), most=3)
    assert np.array(of(found)) == pytest.approx(np.array([(1, 5, 50), (1, 35, 292)]))


def test_what_cannot_be_reached_is_reported(square, points):
    """A place beyond the reach has no paths, nor have two that meet the road at one place."""
    where = points([(0, 0), (50, 0), (50, 20), (500, 500)])
    found = road_paths(square, where, np.array([[0, 1], [1, 2], [0, 3], [3, 0]]), reach_m=100)
    assert found.frame[["origin", "destination"]].to_numpy().tolist() == [[0, 1]]
    assert found.unreachable.tolist() == [[0, 3], [1, 2], [3, 0]]
    assert found.distance_m == pytest.approx([0, 0, 20, np.hypot(400, 400)])


def test_no_path_at_all_is_an_empty_table(square, points):
    """The table has its columns all the same."""
    found = road_paths(square, points([(0, 0), (500, 500)]), np.array([[0, 1]]), reach_m=1)
    assert found.frame.empty
    assert "passed_m" in found.frame


def test_a_path_is_as_long_as_its_line(square, points):
    """Where the network's lengths are those of its arcs, the line measures the same."""
    where = points([(10, -5), (100, 77), (-30, 60), (40, 120)])
    found = road_paths(square, where, np.array([[i, j] for i in range(4) for j in range(4) if i != j]), most=3)
    assert len(found.frame) == 24
    assert shapely.length(found.frame.geometry.to_numpy()) == pytest.approx(found.frame["length_m"].to_numpy())


def test_systems_must_agree(square):
    """Degrees on a network in metres are refused."""
    places = gpd.GeoSeries(gpd.points_from_xy([113.0, 114.0], [23.0, 23.0]), crs=4326)
    with pytest.raises(CrsError, match="one system"):
        road_paths(square, places, np.array([[0, 1]]))


@pytest.mark.parametrize("wrong", [{"most": 0}, {"access_kmh": 0}])
def test_misuse_is_refused(square, points, wrong):
    """At least one path, at a speed above 0."""
    with pytest.raises(ValueError, match="Expected most"):
        road_paths(square, points([(0, 0), (100, 0)]), np.array([[0, 1]]), **wrong)


def test_the_quickest_path_takes_what_road_times_says(network, points):
    """On a grid with random times and one-way streets, between points beside the roads, to a microsecond per arc."""
    rng = np.random.default_rng(7)
    position = [(100 * x, 100 * y) for y in range(8) for x in range(8)]
    steps = [(8 * y + x, 8 * y + x + 1) for y in range(8) for x in range(7)]
    steps += [(8 * y + x, 8 * y + x + 8) for y in range(7) for x in range(8)]
    arcs = [(a, b, float(rng.uniform(5, 20)), 100.0) for a, b in steps]
    arcs += [(b, a, float(rng.uniform(5, 20)), 100.0) for a, b in steps if rng.random() < 0.8]
    roads = network(position, arcs)
    where = points(rng.uniform(0, 700, (6, 2)))
    pairs = np.array([[i, j] for i in range(6) for j in range(6) if i != j])
    found = road_paths(roads, where, pairs, most=3)
    times, _ = road_times(roads, where, where, TravelRules(cutoff_s=36_000))
    expected = {(i, j): time for i, j, time in zip(times.demand, times.site, times.time_s, strict=True)}
    first = found.frame[found.frame["rank"] == 1]
    assert len(first) == 30
    for i, j, time in first[["origin", "destination", "time_s"]].itertuples(index=False):
        assert time == pytest.approx(expected[i, j], abs=1e-3)
    assert (found.frame.groupby(["origin", "destination"])["time_s"].diff().dropna() >= 0).all()
