"""Layers out of OpenStreetMap: every object with one of the tags is in its layer, or is named with the reason."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geodata import LayerError
from geodata.osm.features import LICENCE, read_osm_features
from geodata.osm.overpass import write_osm
from geodata.osm.rules import all_rules
from geodata.store import layers, write_layer

objects = pytest.importorskip("geodata.osm.objects", reason="pyosmium is not installed", exc_type=ImportError)


def node(number, x, y, **tags):
    return {"type": "node", "id": number, "lon": 114 + x / 1000, "lat": 22 + y / 1000, "tags": tags}


def way(number, *nodes, **tags):
    return {"type": "way", "id": number, "nodes": list(nodes), "tags": tags}


def relation(number, *members, **tags):
    found = [{"type": "way", "ref": ref, "role": role} for ref, role in members]
    return {"type": "relation", "id": number, "members": found, "tags": tags}


# A square of 10 by 10 with a square hole of 2 by 2 in it, and one object for each thing that can be said of it.
TOWN = [
    node(1, 0, 0),
    node(2, 10, 0),
    node(3, 10, 10),
    node(4, 0, 10),
    node(5, 4, 4),
    node(6, 6, 4),
    node(7, 6, 6),
    node(8, 4, 6),
    node(20, 1, 1, amenity="fuel", name="中石化加油站", **{"name:en": "Sinopec", "fuel:h2": "yes"}),
    node(21, 2, 2, amenity="cafe"),
    node(22, 3, 3, railway="station", public_transport="station", name="Futian"),
    way(100, 1, 2, 3, highway="primary", name="滨河大道", oneway="yes"),
    way(101, 1, 2, 3, 4, 1, amenity="parking", capacity="120"),
    way(102, 1, 2, 3, amenity="parking"),
    way(103, 1, 3, 2, 4, 1, amenity="parking"),
    way(104, 1, 999, 3, highway="service"),
    way(105, 1, 2, 999, 3, 4, highway="service"),
    way(110, 1, 2, 3, 4, 1),
    way(111, 5, 6, 7, 8, 5),
    relation(200, (110, "outer"), (111, "inner"), type="multipolygon", landuse="industrial", industrial="logistics"),
    relation(201, (110, ""), type="site", amenity="parking"),
    relation(202, (100, "outer"), type="multipolygon", amenity="parking"),
]


def answer(*elements, **more):
    stamp = {"timestamp_osm_base": "2024-10-03T02:45:35Z"}
    return {"version": 0.6, "osm3s": stamp, "elements": list(elements), **more}


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.json"
    path.write_text(json.dumps(answer(*TOWN)), encoding="utf-8")
    return path


def test_places_are_points_and_areas(town):
    """A node is a point; a closed way and a relation are areas, holes included; ids say what they are."""
    layers = read_osm_features([town])
    fuel, parking, industrial = (layers[name].frame for name in ("fuel", "parking", "industrial"))
    assert fuel[["id", "kind", "name_zh", "name_en", "fuel:h2"]].to_numpy().tolist() == [
        ["node/20", "amenity=fuel", "中石化加油站", "Sinopec", "yes"]
    ]
    assert parking["id"].tolist() == ["way/101"]
    assert parking.geometry[0].area == pytest.approx(100e-6)
    assert parking["capacity"].tolist() == ["120"]
    assert industrial["id"].tolist() == ["relation/200"]
    assert industrial.geometry[0].area == pytest.approx(96e-6)
    assert all(layer.frame.crs == "EPSG:4326" for layer in layers.values())


def test_an_object_is_in_every_layer_of_its_tags(town):
    """An industrial area for logistics is in both layers; a station tagged twice is one hub."""
    layers = read_osm_features([town])
    assert layers["logistics"].frame["kind"].tolist() == ["industrial=logistics"]
    hubs = layers["hubs"].frame
    assert hubs[["id", "kind", "name_zh", "name_en"]].fillna("").to_numpy().tolist() == [
        ["node/22", "railway=station", "", "Futian"]
    ]


def test_roads_are_lines_cut_where_nodes_are_missing(town):
    """A way keeps the parts whose nodes the file holds; one without such a part is rejected."""
    roads = read_osm_features([town])["roads"]
    assert roads.frame["id"].tolist() == ["way/100", "way/105"]
    assert roads.frame.geom_type.tolist() == ["LineString", "MultiLineString"]
    assert roads.frame["oneway"].isna().tolist() == [False, True]
    assert {reason: len(rows) for reason, rows in roads.report.rejected.items()} == {objects.NO_NODES: 1}
    assert "2 nodes of ways are not in the file" in roads.report.remarks[-1]


def test_what_cannot_be_an_area_is_named(town):
    """An open line, an outline that crosses itself, an unclosed relation and a mere group are rejected with reasons."""
    report = read_osm_features([town])["parking"].report
    assert {row.cells["id"]: row.reason for row in report.problem_rows} == {
        "way/102": objects.OPEN,
        "way/103": objects.UNBUILT,
        "relation/201": objects.NO_OUTLINE,
        "relation/202": objects.UNBUILT,
    }
    assert (report.rows_in, report.rows_kept, report.rows_rejected) == (5, 1, 4)


def test_licence_and_date_are_recorded(town):
    """Whoever draws the layer must name its makers; the date is that of the map, not of the file."""
    provenance = read_osm_features([town], layers=["fuel"], command="siting osm")["fuel"].provenance
    assert provenance.licence == LICENCE
    assert provenance.date == "2024-10-03T02:45:35Z"
    assert len(provenance.sha256) == 64


def test_every_layer_can_be_stored(town, tmp_path):
    """Layers go into a store as they are, empty ones and those of points and areas included."""
    for name, layer in read_osm_features([town]).items():
        write_layer(tmp_path / "study.gpkg", name, layer.frame, layer.report, layer.provenance, kind=name)
    found = {layer.name: layer for layer in layers(tmp_path / "study.gpkg")}
    assert set(found) == set(all_rules())
    assert (found["roads"].rows, found["fuel"].rows, found["charging"].rows) == (2, 1, 0)
    assert {layer.provenance.licence for layer in found.values()} == {LICENCE}


def test_files_and_answers_are_the_same(town, tmp_path):
    """PBF, XML, compressed XML and the JSON answer of one town give the same layers."""
    osmium = pytest.importorskip("osmium")
    pbf, xml = tmp_path / "town.osm.pbf", tmp_path / "town.osm"
    write_osm([("town", answer(*TOWN))], pbf)
    with osmium.SimpleWriter(str(xml)) as writer:
        for thing in osmium.FileProcessor(str(pbf)):
            writer.add(thing)
    (tmp_path / "town.osm.gz").write_bytes(gzip.compress(xml.read_bytes()))
    wanted = read_osm_features([town])
    for path in (pbf, xml, tmp_path / "town.osm.gz"):
        found = read_osm_features([path])
        assert all(found[name].frame.equals(layer.frame) for name, layer in wanted.items())


def test_answers_that_overlap_are_one(town, tmp_path):
    """An object of two answers is there once, with its tags whichever answer has them."""
    bare = [{key: value for key, value in element.items() if key != "tags"} for element in TOWN[:11]]
    for name, elements in (("a", bare), ("b", bare)):
        (tmp_path / f"{name}.json").write_text(json.dumps(answer(*elements)), encoding="utf-8")
    found = read_osm_features([tmp_path / "a.json", town, tmp_path / "b.json"])
    wanted = read_osm_features([town])
    assert all(found[name].frame.equals(layer.frame) for name, layer in wanted.items())


def test_an_area_leaves_out_what_does_not_meet_it(town):
    """Objects outside are counted in a remark, not among the rejected."""
    fuel = read_osm_features([town], layers=["fuel"], area=box(113, 21, 113.5, 21.5))["fuel"]
    assert len(fuel.frame) == 0
    assert fuel.report.rows_in == 0
    assert "1 objects outside" in fuel.report.remarks[1]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "no list of elements"),
        ('{"elements": {}}', "no list of elements"),
        (json.dumps(answer(*TOWN, remark="runtime error: Query timed out")), "stopped before the end .*timed out"),
        (json.dumps(answer({"type": "node", "id": 1})), "element 1 is no node"),
        (json.dumps(answer(node(1, 0, 0), {"type": "node", "id": 2, "lon": 500, "lat": 0})), "element 2"),
        (json.dumps(answer({"type": "way", "id": "1", "nodes": []})), "element 1"),
        (json.dumps(answer({"type": "way", "id": 2**70, "nodes": []})), "element 1"),
        (json.dumps(answer({"type": "way", "id": 1, "nodes": [1], "tags": {"a": 1}})), "element 1"),
        (json.dumps(answer({"type": "relation", "id": 1, "members": [{"type": "x"}]})), "element 1"),
        (json.dumps(answer(7)), "element 1"),
    ],
)
def test_a_bad_answer_is_refused(tmp_path, content, word):
    """What is broken off or no answer at all is said, and nothing comes of it."""
    path = tmp_path / "answer.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LayerError, match=word):
        read_osm_features([path])


def test_a_broken_file_is_refused(tmp_path, town):
    """Truncated, foreign and missing files are one message with the name of the file."""
    pbf = tmp_path / "town.osm.pbf"
    write_osm([("town", answer(*TOWN))], pbf)
    (tmp_path / "half.osm.pbf").write_bytes(pbf.read_bytes()[:-20])
    (tmp_path / "text.osm").write_text("<html>", encoding="utf-8")
    (tmp_path / "table.csv").write_text("a,b", encoding="utf-8")
    for name in ("half.osm.pbf", "text.osm", "table.csv", "missing.osm.pbf"):
        with pytest.raises(LayerError, match=name):
            read_osm_features([tmp_path / name])
    with pytest.raises(LayerError, match="not both at once"):
        read_osm_features([town, pbf])


@given(st.data())
@settings(max_examples=60)
def test_a_mutated_file_is_read_or_refused(tmp_path_factory, data):
    """Whatever happened to a file on its way, it gives layers whose rows add up, or one message."""
    folder = tmp_path_factory.mktemp("osm")
    ending = data.draw(st.sampled_from([".osm.pbf", ".json"]))
    path = folder / f"town{ending}"
    if ending == ".json":
        path.write_text(json.dumps(answer(*TOWN)), encoding="utf-8")
    else:
        write_osm([("town", answer(*TOWN))], path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        gone = data.draw(st.integers(0, 20))
        content[at : at + gone] = data.draw(st.binary(max_size=4))
        content = content or bytearray(b"x")
    path.write_bytes(content)
    try:
        layers = read_osm_features([path])
    except LayerError:
        return
    assert all(layer.report.rows_in == len(layer.frame) + layer.report.rows_rejected for layer in layers.values())


def test_an_unknown_layer_is_named(town):
    """The message lists the layers and the nearest one."""
    with pytest.raises(LayerError, match='did you mean "parking"'):
        read_osm_features([town], layers=["parkin"])


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.layer)
def test_every_rule_is_complete(rule):
    """Tags have values, no column stands twice, and the meaning of the tags is written down somewhere."""
    assert rule.shape in {"line", "place"}
    assert all(values for values in rule.tags.values())
    assert len(set(rule.columns)) == len(rule.columns)
    assert rule.sources
    assert all(source.startswith("https://wiki.openstreetmap.org/wiki/") for source in rule.sources)


def test_recorded_answers_of_shenzhen(real_data):
    """The two recorded answers give all their drivable ways, each once."""
    paths = sorted((real_data / "overpass").glob("*.json"))
    roads = read_osm_features(paths, layers=["roads"])["roads"]
    drivable = set(all_rules()["roads"].tags["highway"])
    ways = {
        f"way/{element['id']}"
        for path in paths
        for element in json.loads(path.read_text(encoding="utf-8"))["elements"]
        if element["type"] == "way" and element["tags"].get("highway") in drivable
    }
    assert set(roads.frame["id"]) == ways
    assert roads.report.rows_rejected == 0
