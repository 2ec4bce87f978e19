"""GraphML files, all of whose attributes are texts, become networks."""

import pytest

from geodata.errors import CrsError, LayerError
from geodata.roads import read_roads

METRES = "EPSG:32649"
KEYS = ("x", "y", "length", "highway", "maxspeed", "travel_time", "geometry", "oneway", "crs")
NODES = {"1": {"x": "113.0", "y": "23.0"}, "2": {"x": "113.001", "y": "23.0"}, "3": {"x": "113.001", "y": "23.001"}}


def graphml(path, edges, *, nodes=None, directed="directed", head="", crs="epsg:4326"):
    """Write a file of edges: (from, to, attributes)."""
    data = lambda values: "".join(f'<data key="{key}">{value}</data>' for key, value in values.items())  # noqa: E731
    keys = "".join(f'<key id="{key}" for="all" attr.name="{key}" attr.type="string"/>' for key in KEYS)
    inside = data({"crs": crs} if crs else {})
    inside += "".join(f'<node id="{name}">{data(values)}</node>' for name, values in (nodes or NODES).items())
    inside += "".join(f'<edge source="{a}" target="{b}">{data(values)}</edge>' for a, b, values in edges)
    path.write_text(
        f'<?xml version="1.0"?>{head}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}'
        f'<graph edgedefault="{directed}">{inside}</graph></graphml>',
        encoding="utf-8",
    )
    return path


def ring(**attributes):
    """Around three nodes, each edge with the same attributes."""
    return [
        (a, b, {"highway": "primary", "length": "100", **attributes}) for a, b in (("1", "2"), ("2", "3"), ("3", "1"))
    ]


@pytest.mark.parametrize(
    ("attributes", "time_s"),
    [
        ({}, 6), ({"maxspeed": "36"}, 10), ({"maxspeed": "['36', '60']"}, 10),
        ({"highway": "['secondary', 'primary']"}, 7.2),
        ({"travel_time": "12.5"}, 12.5), ({"maxspeed": "30 mph"}, 7.456), ({"oneway": "True"}, 6),
    ],
)  # fmt: skip
def test_times_from_texts(tmp_path, attributes, time_s):
    """A given time, else a given speed, of a list the least, else that of the class, of a list the first."""
    network = read_roads(graphml(tmp_path / "ring.graphml", ring(**attributes)), crs=METRES)
    assert network.time_s == pytest.approx([time_s] * 3, rel=1e-3)
    assert network.length_m.tolist() == [100, 100, 100]
    assert sorted(network.node_id.tolist()) == [1, 2, 3]


def test_an_undirected_graph_is_open_both_ways(tmp_path):
    """Each edge counts twice."""
    assert read_roads(graphml(tmp_path / "u.graphml", ring(), directed="undirected"), crs=METRES).n_arcs == 6


def test_curves_become_nodes_and_keep_the_length(tmp_path):
    """A street with a bend, told in both directions, is one street with one node more; its 300 m stay 300 m."""
    bend = {"highway": "primary", "length": "300"}
    there = {**bend, "geometry": "LINESTRING (113 23, 113.0005 23.001, 113.001 23)"}
    back = {**bend, "geometry": "LINESTRING (113.001 23, 113.0005 23.001, 113 23)"}
    network = read_roads(graphml(tmp_path / "bend.graphml", [("1", "2", there), ("2", "1", back)]), crs=METRES)
    assert (network.n_nodes, network.n_arcs) == (3, 4)
    assert network.length_m.tolist() == pytest.approx([150] * 4, rel=1e-3)
    assert sorted(network.node_id.tolist()) == [-1, 1, 2]


def test_a_curve_drawn_backwards_is_turned(tmp_path):
    """A geometry that begins at the end of its edge leads to the same nodes."""
    back = {"highway": "primary", "length": "300", "geometry": "LINESTRING (113.001 23, 113.0009 23.001, 113 23)"}
    edges = [("1", "2", back), ("2", "1", {"highway": "primary", "length": "300"})]
    network = read_roads(graphml(tmp_path / "back.graphml", edges), crs=METRES)
    bend = int(network.node_id.tolist().index(-1))
    first = network.length_m[(network.head == bend)]
    assert first[0] > 150


def test_an_unreadable_curve_is_straight(tmp_path):
    """Text that is no line is hostile at worst, and never more than a straight edge."""
    network = read_roads(graphml(tmp_path / "x.graphml", ring(geometry="__import__('os')")), crs=METRES)
    assert network.n_nodes == 3


def test_all_bad_attributes_are_named_at_once(tmp_path):
    """Coordinates, lengths and ends."""
    nodes = {**NODES, "4": {"x": "east", "y": "23"}}
    edges = [*ring(), ("1", "9", {"length": "1"}), ("1", "3", {"length": "-5"})]
    with pytest.raises(LayerError) as caught:
        read_roads(graphml(tmp_path / "bad.graphml", edges, nodes=nodes), crs=METRES)
    faults = "\n".join(caught.value.faults)
    assert "4 ('east')" in faults
    assert "1 to 3 ('-5')" in faults
    assert "4 ('1' to '9')" in faults


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ('<!DOCTYPE graphml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', "declares entities"),
        ("<graphml><", "cannot be read as GraphML"),
    ],
)
def test_hostile_and_broken_files_are_refused(tmp_path, head, reason):
    """Entities could grow without end; broken markup is named."""
    with pytest.raises(LayerError, match=reason):
        read_roads(graphml(tmp_path / "h.graphml", ring(), head=head), crs=METRES)


def test_another_xml_file_is_refused(tmp_path):
    """A file without edges is not a graph of roads."""
    path = tmp_path / "other.graphml"
    path.write_text("<kml/>")
    with pytest.raises(LayerError, match="no edges"):
        read_roads(path, crs=METRES)


def test_swapped_coordinates_and_unknown_systems_are_refused(tmp_path):
    """A latitude of 113 is named; so is a system that nobody knows."""
    swapped = {name: {"x": node["y"], "y": node["x"]} for name, node in NODES.items()}
    with pytest.raises(LayerError, match="swapped"):
        read_roads(graphml(tmp_path / "s.graphml", ring(), nodes=swapped), crs=METRES)
    with pytest.raises(CrsError, match="not known"):
        read_roads(graphml(tmp_path / "c.graphml", ring(), crs="nowhere"), crs=METRES)
