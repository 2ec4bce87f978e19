"""The models of the textbook and ours agree on what is small enough for both."""

import numpy as np
import pytest

from bench.capacitated_files import Warehouses, warehouses
from bench.compact_models import capacitated_peer, maximal_peer
from bench.covering import CASES, Case, _cover, _line
from bench.generated import plane
from solvers import capacitated_cost


def test_maximal():
    """Maximal covering of two hundred generated points."""
    world = plane(12, 200)
    ours = _cover(Case("maximal", 12, 200, 5.0, 3), world)
    peer = maximal_peer(world, 5.0, 3, 30.0)
    assert peer.words == "proved"
    assert ours.value == pytest.approx(peer.value)


def test_capacitated():
    """Capacitated location of thirty points."""
    rng = np.random.default_rng(1)
    case = Warehouses(
        rng.integers(1, 9, 30).astype(float), 50 * rng.random((30, 6)), np.full(6, 60.0), np.full(6, 40.0)
    )
    ours = capacitated_cost(case.demand, case.cost, case.capacity, case.fixed_cost)
    peer = capacitated_peer(case, 30.0)
    assert peer.words == "proved"
    assert ours.value == pytest.approx(peer.value)


def test_a_file_with_a_blank(tmp_path):
    """The word `capacity` is filled in."""
    path = tmp_path / "cap.txt"
    path.write_text(" 2 1 \n capacity 7.5 \n capacity 8. \n 3 \n 10. 20. \n", encoding="ascii")
    case = warehouses(path, "40")
    assert case.capacity.tolist() == [40, 40]
    assert case.fixed_cost.tolist() == [7.5, 8]
    assert (case.demand.tolist(), case.cost.tolist()) == ([3], [[10, 20]])


def test_a_row_says_when_an_optimum_is_missed():
    """A value that is not the known one is shouted at."""
    ours = {"seconds": 2.0, "peak_mb": 10.0, "value": 1.0, "bound": 1.0, "words": "optimal"}
    assert "NOT EQUAL" in _line(CASES[0], ours, {"words": "not tried"})
    assert "| 30 |" in _line(CASES[0], ours, {"words": "limit", "seconds": 60.0})
    assert "killed" in _line(CASES[0], {"words": "killed"}, {"words": ""})
