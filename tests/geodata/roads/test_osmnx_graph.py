"""Graphs of OSMnx, there and back."""

import numpy as np
import pytest

from geodata.roads import read_roads
from geodata.roads.osmnx_graph import from_osmnx, to_osmnx

pytest.importorskip("osmnx", reason='OSMnx is not installed (extra "osm")')

SQUARE = [(500_000, 2_500_000), (500_100, 2_500_000), (500_100, 2_500_100), (500_000, 2_500_100)]
RING = [(0, 1, 10), (1, 2, 20), (2, 3, 30), (3, 0, 40), (1, 0, 50)]


def test_there_and_back(network):
    """Nodes, lengths and times come back, positions to a tenth of a millimetre."""
    roads = network(SQUARE, RING, ("residential",))
    graph = to_osmnx(roads)
    again = from_osmnx(graph, crs=roads.crs)
    assert sorted(again.node_id) == [0, 1, 2, 3]
    order = np.argsort(again.node_id)
    assert np.allclose(again.x[order], roads.x, atol=1e-4)
    assert sorted(again.time_s) == sorted(roads.time_s)
    assert sorted(again.length_m) == sorted(roads.length_m)


def test_a_graph_as_osmnx_knows_it(network):
    """It has the attributes that OSMnx asks for, and OSMnx can simplify it."""
    import osmnx

    graph = to_osmnx(network(SQUARE, RING, ("residential",)))
    assert graph.graph["crs"] == "EPSG:4326"
    assert {"x", "y"} <= set(graph.nodes[0])
    assert {"osmid", "length", "highway", "travel_time"} <= set(next(iter(graph.edges(data=True)))[2])
    simple = osmnx.simplify_graph(graph)
    assert len(simple) < len(graph)
    assert from_osmnx(simple, crs="EPSG:32649").length_m.sum() == pytest.approx(1500)


def test_a_file_of_osmnx_and_its_graph_are_one_network(real_data):
    """The GraphML file read by us, and read by OSMnx and handed over, have the same roads."""
    import osmnx

    path = real_data / "roads" / "shenzhen_futian_nanshan_osmnx.graphml"
    ours, theirs = read_roads(path, crs="EPSG:32650"), from_osmnx(osmnx.load_graphml(path), crs="EPSG:32650")
    assert ours.n_nodes == theirs.n_nodes
    assert np.allclose(np.sort(ours.time_s), np.sort(theirs.time_s))
