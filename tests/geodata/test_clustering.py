"""Points merged into demand points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.clustering import cluster_layer, cluster_points
from geodata.errors import CrsError, LayerError

metre = st.integers(-2_000_000, 2_000_000).map(lambda mm: mm / 1000)
points = st.lists(st.tuples(metre, metre), min_size=1, max_size=60)
distance = st.sampled_from([1.0, 7.5, 100.0, 300.0, 700.0])


def clusters_of(xy, eps_m, size=None):
    """Clusters of a list of points that come in chunks of a size."""
    xy = np.array(xy, dtype=float).reshape(-1, 2)
    size = size or max(len(xy), 1)
    return cluster_points(((part[:, 0], part[:, 1]) for part in np.split(xy, range(size, len(xy), size))), eps_m)


def table(clusters):
    """Clusters as plain rows."""
    return list(zip(clusters.x_m, clusters.y_m, clusters.count, strict=True))


def distances(xy, clusters):
    """From every point to every demand point, metres."""
    xy = np.array(xy, dtype=float).reshape(-1, 2)
    return np.hypot(xy[:, [0]] - clusters.x_m, xy[:, [1]] - clusters.y_m)


def test_points_in_one_place_become_one():
    """Three trips from a door, and one from the next town."""
    found = clusters_of([(10, 10), (10, 10), (10, 10), (9000, 10)], 300)
    assert table(found) == [(10, 10, 3), (9000, 10, 1)]
    assert (found.displacement.mean_m, found.displacement.max_m) == (0, 0)


def test_few_points_go_to_the_many_beside_them():
    """The demand point stands at the mean of the fullest cell, and a point 100 m off is moved there."""
    found = clusters_of([(0, 0), (10, 0), (0, 10), (10, 10), (105, 5)], 300)
    assert table(found) == [(5, 5, 5)]
    assert found.displacement.mean_m == pytest.approx((4 * np.round(np.hypot(5, 5), 3) + 100) / 5)
    assert found.displacement.max_m == 100


@given(points, distance)
def test_no_point_is_moved_farther_than_asked(xy, eps_m):
    """Some demand point is within the distance of every point, to the millimetre to which positions are taken."""
    found = clusters_of(xy, eps_m)
    assert distances(xy, found).min(axis=1).max() <= eps_m + 0.001
    assert found.displacement.max_m <= eps_m


@given(points, distance)
def test_demand_points_keep_their_distance(xy, eps_m):
    """No two are closer than 0.82 of the distance."""
    found = clusters_of(xy, eps_m)
    apart = distances(np.column_stack([found.x_m, found.y_m]), found)[~np.eye(len(found), dtype=bool)]
    assert apart.min(initial=np.inf) > 0.82 * eps_m


@given(points, distance)
def test_no_point_is_lost(xy, eps_m):
    """Counts add up to the points, and none is empty."""
    found = clusters_of(xy, eps_m)
    assert found.count.sum() == len(xy)
    assert found.count.min() >= 1


@given(points, distance, st.integers(1, 10), st.randoms(use_true_random=False))
def test_neither_order_nor_chunks_matter(xy, eps_m, size, random):
    """The same points in any order and in any chunks give exactly the same clusters."""
    first = clusters_of(xy, eps_m)
    random.shuffle(xy)
    again = clusters_of(xy, eps_m, size)
    assert table(again) == table(first)
    assert again.displacement == first.displacement


def brute_force(xy, eps_m):
    """The same rules, point by point: cells, their means, the fullest first, the nearest demand point."""
    side, cells = eps_m / 8, {}
    for x, y in xy:
        cells.setdefault((x // side, y // side), []).append((x, y))
    centre = {cell: np.array([(cell[0] + 0.5) * side, (cell[1] + 0.5) * side]) for cell in cells}
    leaders, covered = [], set()
    for cell in sorted(cells, key=lambda cell: (-len(cells[cell]), cell)):
        if cell not in covered:
            mean = np.mean(cells[cell], axis=0)
            leaders.append(mean)
            reach = eps_m - np.sqrt(2) * side / 2
            covered |= {other for other in cells if np.hypot(*(centre[other] - mean)) <= reach}
    moved = {}
    for cell, inside in cells.items():
        nearest = min(leaders, key=lambda leader: np.hypot(*(centre[cell] - leader)))
        moved.setdefault(tuple(nearest), []).extend(np.hypot(*(np.array(point) - nearest)) for point in inside)
    return moved


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_brute_force(seed):
    """Positions, counts and displacements are those of the rules followed point by point."""
    rng = np.random.default_rng(seed)
    xy = np.round(np.vstack([rng.normal(0, 300, (150, 2)), rng.uniform(-2000, 2000, (150, 2))]), 3)
    expected = brute_force(xy, 400.0)
    found = clusters_of(xy, 400.0, 37)
    rows = sorted((x, y, len(moved)) for (x, y), moved in expected.items())
    np.testing.assert_allclose(sorted(table(found)), rows, atol=1e-6)
    moved = np.sort(np.concatenate([np.array(part) for part in expected.values()]))
    assert found.displacement.mean_m == pytest.approx(moved.mean(), abs=1e-3)
    assert found.displacement.max_m == pytest.approx(moved[-1], abs=1e-3)
    assert found.displacement.p95_m == pytest.approx(moved[int(np.ceil(0.95 * len(moved))) - 1], abs=1e-3)


def test_more_points_than_a_block_holds(monkeypatch):
    """Blocks of 10 points give what one block gives."""
    rng = np.random.default_rng(0)
    xy = rng.uniform(0, 1000, (95, 2))
    whole = clusters_of(xy, 100)
    monkeypatch.setattr("geodata.clustering._BUFFER", 10)
    blocks = clusters_of(xy, 100, 7)
    assert table(blocks) == table(whole)
    assert blocks.displacement == whole.displacement


@pytest.mark.parametrize(
    ("xy", "eps_m", "message"),
    [
        ([], 300, "points to be clustered: there are none"),
        ([(0, 0)], 0.5, r"up to 0\.5 m; give a distance of 1 to 20000 m"),
        ([(0, 0)], float("nan"), "up to nan m"),
        (
            [(0, 0), (np.nan, 1), (1, np.inf)],
            300,
            "not finite, or farther than .* from the origin: points 2, 3; give metres",
        ),
        ([(0, 0), (1e9, 0)], 300, "points 2; give metres"),
    ],
)
def test_what_cannot_be_clustered_is_refused(xy, eps_m, message):
    """The distance, or the points by their number, are named."""
    with pytest.raises(LayerError, match=message):
        clusters_of(xy, eps_m, 2 if xy else None)


@pytest.fixture
def trips(tmp_path):
    """Trip ends in degrees: three at the Canton Tower, one a kilometre east, one without a position."""
    path = tmp_path / "trips.csv"
    rows = ["113.3191,23.1086", "113.3192,23.1086", "113.3191,23.1087", "113.3289,23.1086", ",23.1"]
    path.write_text("\n".join(["lon,lat", *rows]), encoding="utf-8")
    return path


def test_a_file_becomes_a_layer(trips):
    """Rows are counted at their demand points, in the metric CRS; a row without a position is reported."""
    layer, displacement, report = cluster_layer(trips, 300, "EPSG:4547", crs="EPSG:4326")
    assert sorted(layer["count"]) == [1, 3]
    assert list(layer["id"]) == ["cluster0001", "cluster0002"]
    assert layer.crs == "EPSG:4547"
    assert displacement.max_m < 20
    assert (report.rows_in, report.rows_kept) == (5, 4)
    assert sum(map(len, report.rejected.values())) == 1


def test_points_of_one_vehicle_share_its_id(trips):
    """Trip ends of one vehicle are several points, with its id on each of them."""
    header, *rows = trips.read_text(encoding="utf-8").split()
    trips.write_text("\n".join([f"id,{header}", *(f"taxi 7,{row}" for row in rows)]), encoding="utf-8")
    layer, _, report = cluster_layer(trips, 300, "EPSG:4547", crs="EPSG:4326")
    assert sorted(layer["count"]) == [1, 3]
    assert report.duplicates == {}


def test_a_file_is_read_in_pieces(trips, monkeypatch):
    """Pieces of two rows give the layer and the report of one piece."""
    whole, moved, report = cluster_layer(trips, 300, "EPSG:4547", crs="EPSG:4326")
    monkeypatch.setattr("geodata.clustering._ROWS", 2)
    pieces, moved_again, report_again = cluster_layer(trips, 300, "EPSG:4547", crs="EPSG:4326")
    assert pieces.equals(whole)
    assert moved_again == moved
    assert (report_again.rows_in, report_again.rejected) == (report.rows_in, report.rejected)


def test_without_a_crs_the_zone_of_the_points_is_taken(trips):
    """Points at the Canton Tower, 113.3 E, are measured in the zone of 114 E, as if it had been named."""
    found, moved, _ = cluster_layer(trips, 300, crs="EPSG:4326")
    named, moved_named, _ = cluster_layer(trips, 300, "EPSG:4547", crs="EPSG:4326")
    assert found.equals(named)
    assert moved == moved_named


def test_a_crs_of_another_part_of_the_world_is_refused(trips):
    """In the zone of Berlin a metre in Guangzhou is none, so that distances would be wrong without a word."""
    with pytest.raises(CrsError, match=r"EPSG:32633 lengths are wrong by 1\d\d% in the middle of the points"):
        cluster_layer(trips, 300, "EPSG:32633", crs="EPSG:4326")


def test_a_file_without_positions_has_no_zone(tmp_path):
    """Where no row has a position, the reasons are told, and no zone is looked for."""
    path = tmp_path / "trips.csv"
    path.write_text("lon,lat\nx,y\n", encoding="utf-8")
    with pytest.raises(LayerError, match="no row is left"):
        cluster_layer(path, 300, crs="EPSG:4326")


def test_a_file_is_clustered_in_metres_only(trips):
    """Degrees are no distance."""
    with pytest.raises(CrsError, match="demand points: CRS EPSG:4326 is not projected"):
        cluster_layer(trips, 300, "EPSG:4326", crs="EPSG:4326")
