"""An extract of OpenStreetMap is a source like any other, with the layers of the table of tags."""

import pytest

from geodata import LayerError
from geodata.osm.rules import all_rules
from geodata.readers.osm import OSM
from geodata.readers.reader import Reading, Source
from geodata.readers.registry import reader_of

pytest.importorskip("osmium", reason="pyosmium is not installed")

TOWN = """<osm version="0.6">
<node id="1" lon="114" lat="22"><tag k="amenity" v="fuel"/><tag k="name" v="加油站"/></node>
<node id="2" lon="114.1" lat="22"/><node id="3" lon="114.1" lat="22.1"/>
<way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
<way id="6"><nd ref="1"/><nd ref="2"/><tag k="amenity" v="fuel"/></way>
</osm>"""


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "城.osm"
    path.write_text(TOWN, encoding="utf-8")
    return Source(str(path), str(path))


def test_every_layer_is_listed(town):
    """The layers of an extract are those of the table, with the number of their objects."""
    assert reader_of(town.location)[0] is OSM
    found = {layer.name: layer.rows for layer in OSM.layers(town)}
    assert found == {**dict.fromkeys(all_rules(), 0), "roads": 1, "fuel": 2}


def test_one_layer_is_read(town):
    """Objects without a geometry are rejected rows with their id; none is lost."""
    raw = OSM.read(town, Reading(layer="fuel"))
    assert raw.frame["id"].tolist() == ["node/1"]
    assert raw.rows_in == 2
    assert [part.cells[0]["id"] for part in raw.rejected] == ["way/6"]
    assert raw.crs == 4326


@pytest.mark.parametrize("layer", [None, "fules"])
def test_a_layer_must_be_named(town, layer):
    """The message lists the layers of the table."""
    with pytest.raises(LayerError, match="roads, fuel, parking"):
        OSM.read(town, Reading(layer=layer))
