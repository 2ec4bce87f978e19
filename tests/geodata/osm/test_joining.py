"""Extracts that border on each other are read as one."""

import pytest

from geodata import LayerError
from geodata.osm.features import read_osm_features
from geodata.osm.overpass import write_osm

osmium = pytest.importorskip("osmium", reason="pyosmium is not installed")

NODES = [{"type": "node", "id": number, "lon": 114 + number / 1000, "lat": 22.5} for number in (1, 2, 3)]


def road(number, *nodes):
    return {"type": "way", "id": number, "nodes": list(nodes), "tags": {"highway": "primary"}}


@pytest.fixture
def halves(tmp_path):
    """Two extracts that both hold the road and the node between them."""
    west, east = tmp_path / "west.osm.pbf", tmp_path / "east.osm.pbf"
    write_osm([("west", {"elements": [*NODES[:2], road(7, 1, 2), road(8, 2, 3)]})], west)
    write_osm([("east", {"elements": [*NODES[1:], road(8, 2, 3), road(9, 3, 2)]})], east)
    return west, east


def test_each_object_is_there_once(halves):
    """The road of both halves is one row, whole, though neither half but the second holds all of its nodes."""
    for files in (halves, halves[::-1]):
        roads = read_osm_features(files, layers=["roads"])["roads"]
        assert roads.frame["id"].tolist() == ["way/7", "way/8", "way/9"]
        assert roads.frame.geometry.map(lambda line: len(line.coords)).tolist() == [2, 2, 2]
        assert len(roads.provenance.sha256.split()) == 2


def test_another_order_is_refused(halves, tmp_path):
    """Files that are not sorted cannot be compared object by object; nothing is read rather than half."""
    mixed = tmp_path / "mixed.osm.pbf"
    with osmium.SimpleWriter(str(mixed)) as writer:
        for number in (3, 1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(114, 22.5)))
    with pytest.raises(LayerError, match="not sorted"):
        read_osm_features([mixed, halves[0]], layers=["roads"])
