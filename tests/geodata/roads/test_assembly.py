"""Ways become a network: mended, counted, its largest part kept."""

import numpy as np
import pytest

from geodata.errors import CrsError, LayerError
from geodata.roads.assembly import LEAST_TIME_S

SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
RING = [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 0, 10)]


def test_a_ring_is_one_part(network):
    """Four one-way streets in a ring: everything is kept."""
    report = network(SQUARE, RING).report
    assert (report.nodes, report.arcs, report.strong_parts, report.weak_parts) == (4, 4, 1, 1)
    assert (report.nodes_outside, report.km_outside) == (0, 0.0)


def test_what_falls_outside_is_counted(network):
    """A dead end that one can drive into but not out of, and an island of two nodes."""
    position = [*SQUARE, (200, 0), (900, 900), (950, 900)]
    report = network(position, [*RING, (1, 4, 10, 150), (5, 6, 5, 50), (6, 5, 5, 50)]).report
    assert (report.nodes, report.strong_parts, report.weak_parts, report.nodes_outside) == (4, 3, 2, 3)
    assert report.km_outside == pytest.approx(0.25)


def test_arcs_are_mended_and_counted(network):
    """Loops go, of parallels the quickest stays, and no time is 0."""
    found = network(SQUARE, [*RING, (2, 2, 5), (0, 1, 20), (0, 1, 8), (1, 0, 0.0, 0.0)])
    report = found.report
    assert (report.loops, report.parallel_arcs, report.zero_time_arcs, report.arcs) == (1, 2, 1, 5)
    assert sorted(found.time_s) == [LEAST_TIME_S, 8, 10, 10, 10]


def test_nodes_keep_their_ids_and_places(network):
    """Nodes are renumbered, and still known by id."""
    found = network([(0, 0), (5, 5), (0, 9), (9, 0)], [(0, 3, 1), (3, 2, 2), (2, 1, 3), (1, 0, 4)])
    places = {0: (0, 0), 1: (5, 5), 2: (0, 9), 3: (9, 0)}
    assert {int(name): (x, y) for name, x, y in zip(found.node_id, found.x, found.y, strict=True)} == places
    arcs = {
        (int(found.node_id[a]), int(found.node_id[b]), t)
        for a, b, t in zip(found.tail, found.head, found.time_s, strict=True)
    }
    assert arcs == {(0, 3, 1), (3, 2, 2), (2, 1, 3), (1, 0, 4)}


def test_nothing_to_drive_on_is_an_error(network):
    """A single dead end has no two places that reach each other."""
    with pytest.raises(LayerError, match="drawn: no two places"):
        network(SQUARE, [(0, 1, 10)])
    with pytest.raises(LayerError, match="drawn: no road"):
        network(SQUARE, [(0, 0, 10)])


def test_a_place_off_the_map_is_an_error(network):
    """Coordinates that the metric system cannot hold are named, not kept as infinite."""
    from pyproj import CRS

    from geodata.roads.assembly import _projected

    with pytest.raises(CrsError, match="1 of 2 nodes"):
        _projected(np.array([[113.0, 23.0], [23.0, 113.0]]), CRS.from_epsg(4326), CRS.from_epsg(32649))
