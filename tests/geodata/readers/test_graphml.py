"""GraphML as layers: two nodes and a lost one, with edges between them."""

import pytest

from geodata import LayerError
from geodata.importing.layers import import_layer

HEAD = '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEYS = "".join(f'<key id="{name}" attr.name="{name}"/>' for name in ("x", "y", "geometry", "道路", "crs", "from"))


def element(kind, attributes, **data):
    """An element with its attributes."""
    inside = "".join(f'<data key="{key}">{text}</data>' for key, text in data.items())
    named = "".join(f' {key}="{text}"' for key, text in attributes.items())
    return f"<{kind}{named}>{inside}</{kind}>"


def graphml(path, *elements, directed="directed", crs=""):
    """A file of the graph."""
    nodes = [element("node", {"id": "1"}, x=114, y=22.5), element("node", {"id": "2"}, x=114.1, y=22.5)]
    nodes.append(element("node", {"id": "3"}, x="east", y=22.5))
    given = f'<data key="crs">{crs}</data>' if crs else ""
    inside = "".join([given, *nodes, *elements])
    path.write_text(f'{HEAD}{KEYS}<graph edgedefault="{directed}">{inside}</graph></graphml>', encoding="utf-8")
    return path


def edge(tail, head, **data):
    """An edge between two nodes."""
    return element("edge", {"source": tail, "target": head}, **data)


def test_edges_are_lines_with_their_attributes(tmp_path):
    """An edge without geometry is straight, one with geometry is as given; both say from where to where."""
    bent = "LINESTRING (114 22.5, 114.05 22.6, 114.1 22.5)"
    path = graphml(tmp_path / "g.graphml", edge("1", "2", 道路="深南大道"), edge("2", "1", geometry=bent))
    layer, report = import_layer(path, layer="edges")
    assert [len(line.coords) for line in layer.geometry] == [2, 3]
    assert layer["道路"].tolist() == ["深南大道", None]
    assert list(zip(layer["from"], layer["to"], strict=True)) == [("1", "2"), ("2", "1")]
    assert layer.crs == "EPSG:4326"
    assert any("names no CRS" in remark for remark in report.remarks)


def test_what_has_no_position_is_rejected(tmp_path):
    """A node whose x is a word, and the edge that leads to it."""
    path = graphml(tmp_path / "g.graphml", edge("1", "2"), edge("2", "3"), edge("2", "absent"))
    nodes, of_nodes = import_layer(path, layer="nodes")
    edges, of_edges = import_layer(path, layer="edges")
    assert nodes["id"].tolist() == ["1", "2"]
    assert list(of_nodes.rejected.values()) == [(3,)]
    assert len(edges) == 1
    assert list(of_edges.rejected.values()) == [(2, 3)]


def test_an_attribute_called_as_an_end_keeps_its_place_beside_it(tmp_path):
    """The ends of an edge are ours, its own attribute "from" stays under another name."""
    layer, _ = import_layer(graphml(tmp_path / "g.graphml", edge("1", "2", **{"from": "A"})), layer="edges")
    assert (layer["from"][0], layer["from (data)"][0]) == ("1", "A")


def test_the_crs_of_the_graph_counts(tmp_path):
    """A graph in CGCS2000 says so; one that names nonsense has none, and asks for it."""
    degrees, _ = import_layer(graphml(tmp_path / "c.graphml", edge("1", "2"), crs="epsg:4490"), layer="edges")
    assert degrees.crs == "EPSG:4490"
    with pytest.raises(LayerError, match="no CRS"):
        import_layer(graphml(tmp_path / "n.graphml", edge("1", "2"), crs="mars"), layer="edges")


def test_a_layer_is_asked_for(tmp_path):
    """Edges and nodes are two layers; the message names both."""
    with pytest.raises(LayerError, match="edges, nodes"):
        import_layer(graphml(tmp_path / "g.graphml", edge("1", "2")))
