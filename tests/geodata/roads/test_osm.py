"""OpenStreetMap files become networks; what is not driven on is counted."""

import pytest

from geodata.errors import LayerError
from geodata.roads import CAR, TRUCK, read_overpass, read_roads
from geodata.roads.osm import read_osm

pytest.importorskip("osmium", reason='pyosmium is not installed (extra "roads")')

METRES = "EPSG:32649"

#: Four corners of a block, about 103 x 111 m, and an island; the way of node 99 has a node that the file does not hold.
NODES = {
    1: (113.0, 23.0),
    2: (113.001, 23.0),
    3: (113.001, 23.001),
    4: (113.0, 23.001),
    5: (113.01, 23.0),
    6: (113.02, 23),
}


def osm(path, ways):
    """Write a file of ways: (nodes, tags)."""
    lines = ['<?xml version="1.0"?>', '<osm version="0.6">']
    lines += [f'<node id="{name}" version="1" lon="{lon}" lat="{lat}"/>' for name, (lon, lat) in NODES.items()]
    for number, (nodes, tags) in enumerate(ways, start=1):
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{node}"/>' for node in nodes]
        lines += [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
        lines.append("</way>")
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


BLOCK = [([1, 2, 3, 4, 1], {"highway": "residential", "maxspeed": "36"})]


def arcs_of(network):
    """Arcs by the ids of their ends -> time."""
    ids = network.node_id.tolist()
    return {
        (ids[tail], ids[head]): time_s
        for tail, head, time_s in zip(network.tail, network.head, network.time_s, strict=True)
    }


def test_a_block_both_ways(tmp_path):
    """Four streets, each there and back at 10 m/s; the block is about 430 m around."""
    network = read_roads(osm(tmp_path / "block.osm", BLOCK), crs=METRES)
    arcs = arcs_of(network)
    assert set(arcs) == {(a, b) for a, b in [(1, 2), (2, 3), (3, 4), (4, 1)]} | {(2, 1), (3, 2), (4, 3), (1, 4)}
    assert sum(arcs.values()) == pytest.approx(2 * 42.7, rel=0.01)
    assert arcs[1, 2] == pytest.approx(10.25, rel=0.01)
    assert network.provenance["reader"] == "OpenStreetMap"
    assert network.report.km_by_speed_source["tag"] == pytest.approx(0.853, rel=0.01)


def test_oneway_and_backward(tmp_path):
    """One way around the block; a way against its line continues it."""
    ways = [([1, 2, 3], {"highway": "primary", "oneway": "yes"}), ([1, 4, 3], {"highway": "primary", "oneway": "-1"})]
    network = read_roads(osm(tmp_path / "ring.osm", ways), crs=METRES)
    assert set(arcs_of(network)) == {(1, 2), (2, 3), (3, 4), (4, 1)}


def test_all_ways_are_kept_or_excluded_with_a_reason(tmp_path):
    """Read = kept + excluded."""
    ways = [
        *BLOCK, ([1, 5], {"highway": "footway"}), ([2, 5], {"highway": "primary", "access": "no"}),
        ([5, 6], {"highway": "primary"}), ([3], {"highway": "primary"}), ([1, 2], {"building": "yes"}),
    ]  # fmt: skip
    report = read_roads(osm(tmp_path / "all.osm", ways), crs=METRES).report
    assert report.excluded == {
        "access closed": 1, "class not for motor vehicles": 1, "fewer than two nodes in the file": 1,
    }  # fmt: skip
    assert (report.ways_read, report.ways_kept) == (5, 2)
    assert (report.nodes_outside, report.weak_parts) == (2, 2)


def test_a_ferry_takes_its_duration(tmp_path):
    """Half an hour for the ferry, whatever its length, there and back."""
    ferry = ([2, 5], {"route": "ferry", "motor_vehicle": "yes", "duration": "00:30"})
    arcs = arcs_of(read_roads(osm(tmp_path / "ferry.osm", [*BLOCK, ferry]), crs=METRES))
    assert (arcs[2, 5], arcs[5, 2]) == (1800, 1800)


def test_ways_are_cut_at_nodes_that_are_missing(tmp_path):
    """An extract ends in the middle of ways; what is known of them stays."""
    cut = ([2, 5, 99, 6, 4], {"highway": "residential"})
    network = read_roads(osm(tmp_path / "cut.osm", [*BLOCK, cut]), crs=METRES)
    assert {(2, 5), (5, 2), (6, 4), (4, 6)} <= set(arcs_of(network))
    assert not {(5, 6), (6, 5)} & set(arcs_of(network))
    assert any("1 nodes of ways are not in the file" in remark for remark in network.report.remarks)


def test_a_truck_has_other_roads(tmp_path):
    """A weak bridge carries cars only."""
    path = osm(tmp_path / "truck.osm", [*BLOCK, ([1, 3], {"highway": "primary", "maxweight": "10"})])
    assert (1, 3) in arcs_of(read_roads(path, crs=METRES, profile=CAR))
    assert (1, 3) not in arcs_of(read_roads(path, crs=METRES, profile=TRUCK))


def test_progress_may_end_the_reading(tmp_path, monkeypatch):
    """What the callable raises comes through."""
    monkeypatch.setattr("geodata.roads.osm.TOLD_EVERY", 1)

    def stop(number):
        raise KeyboardInterrupt(number)

    with pytest.raises(KeyboardInterrupt):
        read_osm(osm(tmp_path / "block.osm", BLOCK), crs=METRES, progress=stop)


@pytest.mark.parametrize("content", [b"", b"not xml", b"<osm><node id='1' lat='x' lon='1'/></osm>", b"<osm><way"])
def test_broken_files_are_named(tmp_path, content):
    """One message with the file, no traceback of the library."""
    path = tmp_path / "broken.osm"
    path.write_bytes(content)
    with pytest.raises(LayerError, match=r"broken\.osm"):
        read_roads(path, crs=METRES)


def test_broken_pbf_is_named(tmp_path, real_data):
    """A PBF that is cut off is refused."""
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes((real_data / "roads" / "shenzhen_central_drive.osm.pbf").read_bytes()[:100_000])
    with pytest.raises(LayerError, match=r"cut\.osm\.pbf"):
        read_roads(path, crs=METRES)


def test_a_missing_file_is_named(tmp_path):
    """Before anything is read."""
    with pytest.raises(LayerError, match="cannot be opened: No such file"):
        read_roads(tmp_path / "none.osm.pbf", crs=METRES)


def test_shenzhen(real_data):
    """All 5,344 ways are accounted for, and 85 % of the nodes form one part."""
    report = read_roads(real_data / "roads" / "shenzhen_central_drive.osm.pbf", crs="EPSG:32650").report
    assert report.ways_read == 5344
    assert report.ways_kept + sum(report.excluded.values()) == 5344
    assert report.nodes / (report.nodes + report.nodes_outside) == pytest.approx(0.85, abs=0.01)


def test_recorded_answers_of_overpass(real_data):
    """Of two answers of which one holds the other, the network is that of the larger."""
    answers = [real_data / "overpass" / name for name in ("shenzhen_futian_small.json", "shenzhen_central.json")]
    small, large, joined = (
        read_overpass(paths, crs="EPSG:32650").report for paths in (answers[:1], answers[1:], answers)
    )
    assert (small.ways_read, large.ways_read) == (494, 2321)
    assert small.nodes < large.nodes == joined.nodes


def test_a_broken_answer_is_named(tmp_path):
    """An answer that stopped half-way is no answer."""
    path = tmp_path / "answer.json"
    path.write_text('{"elements": [], "remark": "timed out"}')
    with pytest.raises(LayerError, match=r"answer\.json: the server stopped"):
        read_overpass([path], crs=METRES)
