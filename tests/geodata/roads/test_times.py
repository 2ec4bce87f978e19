"""Travel times on roads: equal to every way tried out, whatever the side, the threads and the blocks."""

from itertools import pairwise, product

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.errors import CrsError, LayerError, TravelStoppedError
from geodata.roads import TravelRules, Work, read_edge_list, read_roads, road_times
from geodata.roads.snapping import snap

WALK = 3.6  # km/h: one metre in a second


def table(times, shape):
    """Times as a matrix, infinite where there is no pair."""
    full = np.full(shape, np.inf)
    full[times.demand, times.site] = times.time_s
    return full


def every_way(roads, xy, access_kmh):
    """Times between points by Floyd and Warshall, each point a node that splits its arc."""
    snapped = snap(roads, xy)
    n = roads.n_nodes + len(xy)
    time_s = np.full((n, n), np.inf)
    time_s[np.arange(n), np.arange(n)] = 0.0
    tail = roads.tail
    np.minimum.at(time_s, (tail, roads.head), roads.time_s)
    stops = [[] for _ in range(roads.n_arcs)]
    for row, (arcs, share) in enumerate(zip(snapped.arc, snapped.share, strict=True)):
        for arc, part in zip(arcs, (share, 1 - share), strict=True):
            if arc >= 0:
                stops[arc].append((part, roads.n_nodes + row))
    for arc, on_it in enumerate(stops):
        way = [(0.0, tail[arc]), *sorted(on_it), (1.0, roads.head[arc])]
        for (a, node), (b, other) in pairwise(way):
            time_s[node, other] = min(time_s[node, other], (b - a) * roads.time_s[arc])
            if a == b:
                time_s[other, node] = 0.0
    for k in range(n):
        time_s = np.minimum(time_s, time_s[:, [k]] + time_s[[k], :])
    access_s = snapped.distance_m * 3.6 / access_kmh
    drive = time_s[roads.n_nodes :, roads.n_nodes :]
    return drive + access_s[:, np.newaxis] + access_s


@st.composite
def worlds(draw):
    """Roads on a grid of 10 x 10, and points around them, most on half metres."""
    n = draw(st.integers(2, 6))
    place = st.tuples(st.integers(0, 9), st.integers(0, 9))
    position = draw(st.lists(place, min_size=n, max_size=n, unique=True))
    ends = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1))
    arcs = [(a, b, t) for (a, b), t in draw(st.lists(st.tuples(ends, st.integers(1, 9)), min_size=2, max_size=3 * n))]
    if draw(st.booleans()):
        arcs += [(i, (i + 1) % n, 3) for i in range(n)]
    half = st.integers(-2, 20).map(lambda number: number / 2)
    point = st.tuples(half, half)
    return position, arcs, draw(st.lists(point, min_size=1, max_size=4)), draw(st.lists(point, min_size=1, max_size=4))


@given(worlds(), st.sampled_from([4.0, 12.0, 100.0]), st.sampled_from(["to_site", "from_site"]))
def test_all_ways_tried_out(network, points, world, cutoff_s, direction):
    """On any small roads, times are those of the best of all ways, and pairs exactly those within the cutoff."""
    position, arcs, demand, sites = world
    try:
        roads = network(position, arcs)
    except LayerError:
        assume(False)
    rules = TravelRules(cutoff_s=cutoff_s, direction=direction, access_kmh=WALK)
    times, report = road_times(roads, points(demand), points(sites), rules)
    expected = every_way(roads, np.array(demand + sites, dtype=float), WALK)
    n = len(demand)
    expected = expected[:n, n:] if direction == "to_site" else expected[n:, :n].T
    found = table(times, expected.shape)
    near = np.abs(expected - cutoff_s) < 1e-6
    assert (np.isfinite(found) == (expected <= cutoff_s))[~near].all()
    both = np.isfinite(found)
    assert np.allclose(found[both], expected[both], atol=1e-6)
    assert report.pairs == len(times)
    assert report.unreached_demand.tolist() == times.unreached(n).tolist()


def test_the_way_is_counted_with_both_accesses(network, points):
    """On foot to the street, along 60 of its 90 m at 3 m/s, on foot to the site."""
    street = network([(0, 0), (90, 0)], [(0, 1, 30, 90), (1, 0, 30, 90)])
    rules = TravelRules(cutoff_s=60, access_kmh=WALK)
    times, report = road_times(street, points([(15, 4)]), points([(75, -6)]), rules)
    assert times.time_s.tolist() == pytest.approx([4 + 20 + 6])
    assert times.distance_m.tolist() == pytest.approx([4 + 60 + 6])
    assert (report.demand_access_m.tolist(), report.site_access_m.tolist()) == ([4], [6])
    assert times.method.startswith("fastest way on roads from demand to site, access straight")


def test_the_direction_matters_on_one_way_streets(network, points):
    """Around a ring of 40 s, a quarter there is three quarters back."""
    ring = network([(0, 0), (100, 0), (100, 100), (0, 100)], [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 0, 10)])
    ends = points([(50, 0)]), points([(100, 50)])
    times = [
        road_times(ring, *ends, TravelRules(cutoff_s=60, direction=direction))[0].time_s.tolist()
        for direction in ("to_site", "from_site")
    ]
    assert times == [pytest.approx([10]), pytest.approx([30])]


def test_of_equally_fast_ways_the_shortest(network, points):
    """Two ways of 20 s, one of 150 m and one of 400 m."""
    position = [(0, 0), (100, 0), (50, 10), (50, -90)]
    halves = [(0, 2, 10, 75), (2, 1, 10, 75), (0, 3, 10, 200), (3, 1, 10, 200)]
    roads = network(position, halves + [(b, a, *rest) for a, b, *rest in halves])
    times, _ = road_times(roads, points([(0, 0)]), points([(100, 0)]), TravelRules(cutoff_s=60))
    assert times.distance_m.tolist() == [150]


def test_the_nearest_sites_only(network, points):
    """Of three sites the two quickest, of equally quick ones the first; the site that is farther has no pair."""
    street = network([(0, 0), (100, 0)], [(0, 1, 100), (1, 0, 100)])
    sites = points([(90, 0), (20, 0), (60, 0), (20, 0)])
    times, report = road_times(street, points([(0, 0), (80, 0)]), sites, TravelRules(cutoff_s=200, nearest=2))
    assert list(zip(times.demand.tolist(), times.site.tolist(), strict=True)) == [(0, 1), (0, 3), (1, 0), (1, 2)]
    assert report.unreached_sites.tolist() == []


def test_points_out_of_reach_are_reported_with_their_distance(network, points):
    """A point 500 m from all roads has no pairs, and the report says how far it is."""
    street = network([(0, 0), (100, 0)], [(0, 1, 10), (1, 0, 10)])
    rules = TravelRules(cutoff_s=1e6, reach_m=100)
    times, report = road_times(street, points([(50, 500), (50, 10)]), points([(0, 0)]), rules)
    assert times.demand.tolist() == [1]
    assert report.unreached_demand.tolist() == [0]
    assert report.demand_access_m.tolist() == [500, 10]


def test_no_points_no_pairs(network, points):
    """An empty side is not an error."""
    street = network([(0, 0), (100, 0)], [(0, 1, 10), (1, 0, 10)])
    for demand, sites in (([], [(0, 0)]), ([(0, 0)], []), ([], [])):
        assert not len(road_times(street, points(demand), points(sites), TravelRules(cutoff_s=60))[0])


def test_threads_change_nothing(network, points):
    """The same bytes with one thread and with three, over several blocks."""
    rng = np.random.default_rng(0)
    side = 12
    position = [(100 * i, 100 * j) for i, j in product(range(side), repeat=2)]
    arcs = [(a, b, int(rng.integers(1, 20))) for a in range(side**2) for b in (a + 1, a + side) if b < side**2]
    roads = network(position, arcs + [(b, a, t) for a, b, t in arcs])
    ends = points(rng.uniform(0, 1100, (200, 2))), points(rng.uniform(0, 1100, (300, 2)))
    told = []
    results = [
        road_times(
            roads, *ends, TravelRules(cutoff_s=90), work=Work(threads=threads, progress=lambda *n: told.append(n))
        )
        for threads in (1, 3)
    ]
    for name in ("demand", "site", "time_s", "distance_m"):
        assert np.array_equal(*(getattr(times, name) for times, _ in results))
    assert told[-1] == (200, 200)
    assert len(told) == 8


def test_a_search_can_be_stopped(network, points):
    """What says stop is asked after every block, and nothing is returned."""
    street = network([(0, 0), (100, 0)], [(0, 1, 10), (1, 0, 10)])
    with pytest.raises(TravelStoppedError, match="stopped after 1 of 1"):
        road_times(
            street, points([(0, 0)]), points([(0, 0)]), TravelRules(cutoff_s=60), work=Work(should_stop=lambda: True)
        )


def test_points_in_another_system_are_refused(network, points):
    """Degrees, or another zone."""
    street = network([(0, 0), (100, 0)], [(0, 1, 10), (1, 0, 10)])
    other = gpd.GeoSeries(gpd.points_from_xy([0], [0]), crs="EPSG:32650")
    with pytest.raises(CrsError, match="sites and roads: the CRS differ"):
        road_times(street, points([(0, 0)]), other, TravelRules(cutoff_s=60))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cutoff_s": 0}, {"cutoff_s": np.inf}, {"direction": "there"}, {"nearest": 0}, {"access_kmh": 0},
        {"access_kmh": np.nan}, {"reach_m": 0},
    ],
)  # fmt: skip
def test_rules_out_of_range_are_refused(wrong):
    """Each number has its range."""
    with pytest.raises(ValueError, match="Expected"):
        TravelRules(**{"cutoff_s": 60, **wrong})


def hong_kong(folder):
    return read_edge_list(folder / "hongkong_nodes.parquet", folder / "hongkong_edges.parquet", crs="EPSG:32650")


def shenzhen(name):
    return lambda folder: read_roads(folder / name, crs="EPSG:32650")


REAL = {
    "Hong Kong": hong_kong,
    "Shenzhen PBF": shenzhen("shenzhen_central_drive.osm.pbf"),
    "Shenzhen GraphML": shenzhen("shenzhen_futian_nanshan_osmnx.graphml"),
}


@pytest.mark.parametrize("name", REAL)
def test_real_roads_equal_scipy(real_data, points, name):
    """Between 60 + 90 nodes drawn at random, all times within 10 minutes equal Dijkstra of scipy to a microsecond."""
    roads = REAL[name](real_data / "roads")
    rng = np.random.default_rng(7)
    demand, sites = rng.choice(roads.n_nodes, 60, replace=False), rng.choice(roads.n_nodes, 90, replace=False)
    ends = (
        points(np.column_stack([roads.x[rows], roads.y[rows]])).set_crs(roads.crs, allow_override=True)
        for rows in (demand, sites)
    )
    times, report = road_times(roads, *ends, TravelRules(cutoff_s=600), work=Work(threads=2))
    graph = csr_array((roads.time_s, roads.head, roads.first), shape=(roads.n_nodes,) * 2)
    expected = dijkstra(graph, indices=demand, limit=600.0)[:, sites]
    found = table(times, expected.shape)
    assert (np.isfinite(found) == np.isfinite(expected)).all()
    assert len(times) > 500
    assert np.abs(times.time_s - expected[times.demand, times.site]).max() < 1e-4
    assert report.demand_access_m.max() == 0
