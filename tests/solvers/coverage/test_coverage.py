"""Points are collapsed to exactly the classes that comparing every pair gives, whatever way they come in."""

import itertools
import subprocess
import sys
from types import FunctionType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from solvers import ProblemError
from solvers.coverage import Coverage, lists
from solvers.coverage import grid as grid_module

SEEDS = st.integers(0, 10**6)


def pairs(points, sites, standard):
    """Points × sites: true within the standard."""
    dx, dy = (points[:, None, axis] - sites[None, :, axis] for axis in range(2))
    return np.sqrt(dx * dx + dy * dy) <= standard


def classes(coverage):
    """Weight and points by set of sites."""
    sets = (tuple(coverage.site[a:b].tolist()) for a, b in itertools.pairwise(coverage.begin))
    return dict(zip(sets, zip(coverage.weight.tolist(), coverage.points.tolist(), strict=True), strict=True))


def expected(covers, weight):
    """The same, pair by pair, and what no site covers."""
    found = {}
    for row, w in zip(covers, weight, strict=True):
        total, count = found.get(key := tuple(np.flatnonzero(row).tolist()), (0.0, 0))
        found[key] = (total + w, count + 1)
    out = found.pop((), (0.0, 0))
    return found, out


def agrees(coverage, covers, weight):
    """Whether classes, weights and counts are those of the pairs."""
    found, out = expected(covers, weight)
    assert classes(coverage) == found
    assert (coverage.out_of_reach, coverage.n_out_of_reach) == out
    assert coverage.total == weight.sum()


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_points(seed):
    """Points on a lattice, so that many lie exactly on the standard, and points anywhere."""
    rng = np.random.default_rng(seed)
    m, n = int(rng.integers(1, 120)), int(rng.integers(1, 30))
    if rng.random() < 0.5:
        points, sites = rng.integers(0, 9, (m, 2)).astype(float), rng.integers(0, 9, (n, 2)).astype(float)
        standard = float(rng.integers(0, 12))
    else:
        scale, shift = 10.0 ** rng.integers(-3, 7), 10.0 ** rng.integers(0, 7)
        points, sites = (shift + scale * rng.random((size, 2)) for size in (m, n))
        standard = float(scale * rng.uniform(0, 1.5))
    weight = rng.integers(0, 4, m).astype(float)
    agrees(Coverage.of_points(points, sites, standard, weight=weight), pairs(points, sites, standard), weight)


def test_chunks():
    """Chunks of an iterator are one coverage, the same as all points at once."""
    rng = np.random.default_rng(1)
    points, sites, weight = rng.random((500, 2)), rng.random((9, 2)), rng.integers(1, 9, 500).astype(float)
    chunks = ((points[cut : cut + 77], weight[cut : cut + 77]) for cut in range(0, 500, 77))
    agrees(Coverage.of_points(chunks, sites, 0.3), pairs(points, sites, 0.3), weight)


def test_more_sites_than_a_word_has_bits(monkeypatch):
    """Two hundred sites side by side, of which a cell of the grid knows nothing, are still told apart."""
    monkeypatch.setattr(grid_module, "_MOST_CELLS", 1)
    rng = np.random.default_rng(2)
    points, sites, weight = rng.random((300, 2)), rng.random((200, 2)), np.ones(300)
    agrees(Coverage.of_points(points, sites, 0.2, weight=weight), pairs(points, sites, 0.2), weight)


def test_a_table_that_grows():
    """More signatures than the first table has room for are all kept."""
    rng = np.random.default_rng(3)
    points, sites, weight = rng.random((3000, 2)), rng.random((60, 2)), np.ones(3000)
    grid = grid_module.grid_of(sites, 0.15, 3000)
    table, _, _ = grid_module.sort_in(points, weight, grid, grid_module.empty_table(grid, 16))
    slots = np.flatnonzero(table.cell >= 0)
    assert len(table.cell) > 16
    assert table.points[slots].sum() == 3000
    begin, member = grid_module.signature_lists(grid, table, slots)
    found = {tuple(member[a:b].tolist()) for a, b in itertools.pairwise(begin)}
    assert found == {tuple(np.flatnonzero(row).tolist()) for row in pairs(points, sites, 0.15)}


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_matrix_and_sets(seed):
    """A sparse matrix and a list of sets give the same classes as the pairs."""
    rng = np.random.default_rng(seed)
    covers = rng.random((int(rng.integers(0, 30)), int(rng.integers(1, 7)))) < 0.4
    weight = rng.integers(0, 5, len(covers)).astype(float)
    agrees(Coverage.of_matrix(sparse.csr_matrix(covers), weight=weight), covers, weight)
    sets = [rng.permutation(np.flatnonzero(row)).tolist() for row in covers]
    agrees(Coverage.of_sets(sets, covers.shape[1], weight=weight), covers, weight)


def test_collisions_are_not_equality(monkeypatch):
    """Lists whose marks are all alike stay apart."""
    loop = lists._group.py_func
    alike = dict(loop.__globals__, _mark=lambda *_: 7, _equal=lists._equal.py_func)
    monkeypatch.setattr(lists, "_group", FunctionType(loop.__code__, alike))
    group, leader = lists.equal_lists(np.array([0, 1, 2, 3, 5]), np.array([4, 7, 4, 4, 7]))
    assert group[0] == group[2]
    assert len(leader) == 3


def test_order_of_points_does_not_matter():
    """Shuffled points give the same arrays."""
    rng = np.random.default_rng(4)
    points, sites = rng.random((400, 2)), rng.random((12, 2))
    order = rng.permutation(400)
    one, other = (Coverage.of_points(some, sites, 0.25) for some in (points, points[order]))
    assert one.site.tolist() == other.site.tolist()
    assert one.weight.tolist() == other.weight.tolist()


def test_misuse():
    """What is not a number, negative, misshapen or unknown is named."""
    sites = np.zeros((1, 2))
    with pytest.raises(ProblemError, match="not numbers"):
        Coverage.of_points(np.array([[0.0, np.nan]]), sites, 1.0)
    with pytest.raises(ProblemError, match="1 are negative"):
        Coverage.of_points(np.zeros((2, 2)), sites, 1.0, weight=np.array([1.0, -1.0]))
    with pytest.raises(ProblemError) as raised:
        Coverage.of_points(np.zeros((2, 2)), np.array([[np.inf, 0.0]]), -1.0)
    assert len(raised.value.faults) == 2
    with pytest.raises(ProblemError, match="point 1 names a site"):
        Coverage.of_sets([[0], [3]], 2)
    with pytest.raises(ProblemError, match="shape"):
        Coverage.of_points(np.zeros((2, 3)), sites, 1.0)
    with pytest.raises(ProblemError, match="ascend"):
        Coverage(np.ones(1), np.array([0, 2]), np.array([1, 0]), 2, 0.0, 0, np.ones(1))
    with pytest.raises(ProblemError, match="standards"):
        Coverage.of_steps(np.zeros((1, 2)), sites, [2.0, 1.0], [1.0, 0.5])
    level = Coverage.of_sets([[0]], 1)
    for shares in ([0.5, 1.0], [1.5, 1.0], [1.0, 0.0], [1.0, 1.0], [np.nan, 0.5], [1.0]):
        with pytest.raises(ProblemError, match="shares: must fall"):
            Coverage.of_levels([level, level], shares)
    with pytest.raises(ProblemError, match="one for each of 0 standards"):
        Coverage.of_levels([], [])


def test_levels_of_any_coverage_decay_in_steps():
    """Within the nearer standard all of a point counts, within the farther one its share, and beyond it nothing."""
    near, far = (Coverage.of_sets(sets, 2, weight=[4.0, 2.0, 1.0]) for sets in ([[0], [], []], [[0, 1], [1], []]))
    coverage = Coverage.of_levels([near, far], [1.0, 0.25])
    covered = [coverage.weight @ (coverage.matrix[:, sites].sum(axis=1) > 0) for sites in ([0], [1], [0, 1])]
    assert covered == [4.0, 1.5, 4.5]
    assert (coverage.total, coverage.n_out_of_reach) == (7.0, 1)


def test_lists_for_arrays():
    """A chunk of plain lists is taken; points that are no chunk are refused."""
    assert Coverage.of_points([([[0.0, 0.0]], [2.0])], np.zeros((1, 2)), 1.0).total == 2.0
    with pytest.raises(ProblemError, match="chunk 0 has the shapes"):
        Coverage.of_points([[0.0, 0.0]], np.zeros((1, 2)), 1.0)


@pytest.mark.slow
def test_ten_million_points_in_little_memory():
    """Ten million points that come in chunks are collapsed, and covered, within half a gigabyte."""
    code = """
import resource, sys
import numpy as np
from solvers import Coverage, max_cover
rng = np.random.default_rng(0)
chunks = ((rng.random((500_000, 2)), np.ones(500_000)) for _ in range(20))
coverage = Coverage.of_points(chunks, rng.random((100, 2)), 0.1)
found = max_cover(coverage, 10)
print(coverage.total, found.status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    total, status, peak_mb = done.stdout.split()
    assert (float(total), status) == (1e7, "optimal")
    assert int(peak_mb) < 512
