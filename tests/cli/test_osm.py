"""`siting osm`: one source, all layers or none, asked online once and never unless asked for."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from numpy.testing import assert_allclose

from geodata.osm.features import LICENCE
from geodata.osm.overpass import write_osm
from geodata.roads.profile import CAR, TRUCK
from geodata.roads.read import read_roads
from geodata.store import geopackage, layers, read_layer

pytest.importorskip("osmium", reason="pyosmium is not installed")

NODES = [
    *({"type": "node", "id": 10 * x + y, "lon": 114 + x / 1000, "lat": 22.5 + y / 1000} for x, y in [(1, 2), (3, 2)]),
    *({"type": "node", "id": 10 * x + y, "lon": 114 + x / 1000, "lat": 22.5 + y / 1000} for x, y in [(2, 1), (2, 3)]),
    {"type": "node", "id": 22, "lon": 114.002, "lat": 22.502},
    {"type": "node", "id": 50, "lon": 114.005, "lat": 22.505, "tags": {"amenity": "fuel", "name": "加油站"}},
]
ROADS = [
    {"type": "way", "id": 1, "nodes": [12, 22, 32], "tags": {"highway": "primary", "maxspeed": "60"}},
    {"type": "way", "id": 2, "nodes": [21, 22, 23], "tags": {"highway": "residential", "oneway": "yes"}},
]
TOWN = {"osm3s": {"timestamp_osm_base": "2024-10-03T02:45:35Z"}, "elements": [*NODES, *ROADS]}
OUTLINE = {
    "type": "Polygon",
    "coordinates": [[[113.99, 22.49], [114.02, 22.49], [114.02, 22.51], [113.99, 22.51], [113.99, 22.49]]],
}
PLACE = {"geojson": OUTLINE, "boundingbox": ["22.49", "22.51", "113.99", "114.02"], "lat": "22.5", "lon": "114"}
FOUND = [{**PLACE, "place_id": 1, "osm_type": "relation", "osm_id": 5, "importance": 1, "display_name": "福田区"}]


class Stub(BaseHTTPRequestHandler):
    """A server for names and for objects."""

    def do_GET(self):
        slots = "Connected as: 1\nCurrent time: x\nAnnounced\nRate limit: 2\n2 slots available now.\n"
        self.give(slots if self.path.startswith("/api/status") else json.dumps(self.server.places))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.give(self.server.answer)

    def give(self, text):
        self.server.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def stub(monkeypatch):
    """The server, named to the command by the environment."""
    pytest.importorskip("osmnx", reason="osmnx is not installed")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.asked, server.answer, server.places = 0, json.dumps(TOWN), FOUND
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("SITING_OVERPASS_URL", f"{address}/api")
    monkeypatch.setenv("SITING_NOMINATIM_URL", address)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def pbf(tmp_path):
    path = tmp_path / "town.osm.pbf"
    write_osm([("town", TOWN)], path)
    return path


def test_a_file_becomes_layers(siting, pbf, tmp_path):
    """Every layer with objects is there with its report and licence; the command is in the record."""
    store = tmp_path / "layers.gpkg"
    ran = siting("osm", "--pbf", pbf, "--store", store)
    assert ran.code == 0, ran.stderr
    assert "roads      2 of 2 objects kept" in ran.stdout
    assert "ODbL" in ran.stdout
    found = {layer.name: layer for layer in layers(store)}
    assert (found["roads"].rows, found["fuel"].rows) == (2, 1)
    assert "hubs" not in found
    assert {layer.provenance.licence for layer in found.values()} == {LICENCE}
    assert found["roads"].kind == "roads"
    assert found["roads"].report["rows_in"] == 2
    assert found["roads"].provenance.command.startswith("siting osm --pbf")


@pytest.mark.parametrize("profile", [CAR, TRUCK])
def test_stored_roads_are_the_roads_of_the_file(siting, pbf, tmp_path, profile):
    """A network read from the stored layer has the crossing, speeds and directions of one read from the file."""
    store = tmp_path / "layers.gpkg"
    siting("osm", "--pbf", pbf, "--store", store, "--layers", "roads")
    _same_network(pbf, store, profile)


def test_stored_roads_of_a_city(siting, tmp_path, real_data):
    """The same for the centre of Shenzhen, with its 793 crossings that no road ends at."""
    store, extract = tmp_path / "layers.gpkg", real_data / "roads" / "shenzhen_central_drive.osm.pbf"
    ran = siting("osm", "--pbf", extract, "--store", store)
    assert "roads      5,336 of 5,336 objects kept" in ran.stdout
    assert layers(store)[-1].geometry_type == "MultiLineString"
    _same_network(extract, store, CAR)


def _same_network(extract, store, profile):
    drawn = read_roads(extract, crs="EPSG:32650", profile=profile)
    stored = read_roads(store, layer="roads", crs="EPSG:32650", profile=profile)
    for name in ("x", "y", "length_m", "time_s"):
        ours, theirs = (sorted(getattr(network, name)) for network in (stored, drawn))
        assert_allclose(ours, theirs, rtol=1e-9)


def test_recorded_answers_become_layers(siting, tmp_path, real_data):
    """Two answers of the real server that overlap, each road once."""
    store = tmp_path / "layers.gpkg"
    folder = real_data / "overpass"
    several = [word for file in sorted(folder.glob("*.json")) for word in ("--overpass", file)]
    ran = siting("osm", *several, "--store", store, "--layers", "roads", "--json")
    assert ran.code == 0, ran.stderr
    assert ran.json()["layers"]["roads"]["rows_kept"] == len(read_layer(store, "roads")) > 2000
    assert ran.stderr == ""


def test_a_place_is_asked_once(siting, stub, tmp_path):
    """The second time, and offline, the answers in the cache give the same layers; nothing is asked."""
    words = ("osm", "--place", "深圳市福田区", "--layers", "roads,fuel", "--cache", tmp_path / "answers")
    assert siting(*words, "--store", tmp_path / "a.gpkg").code == 0
    asked = stub.asked
    assert asked > 0
    assert siting(*words, "--store", tmp_path / "b.gpkg").code == 0
    assert siting(*words, "--store", tmp_path / "c.gpkg", "--offline").code == 0
    assert stub.asked == asked
    first, *others = (read_layer(tmp_path / f"{name}.gpkg", "fuel") for name in "abc")
    assert first["name"].tolist() == ["加油站"]
    assert all(first.equals(other) for other in others)


def test_a_box_is_asked(siting, stub, tmp_path):
    """What lies outside of the box is left out, and that is said."""
    box = "114.0,22.5,114.0025,22.504"
    ran = siting("osm", "--bbox", box, "--cache", tmp_path / "c", "--store", tmp_path / "s.gpkg", "--layers", "fuel")
    assert ran.code == 0, ran.stderr
    assert "0 of 0 objects kept" in ran.stdout
    assert "1 objects outside of the area were left out" in ran.stdout


def test_a_study_cuts_the_layers(siting, pbf, template, tmp_path):
    """Objects outside of the districts of the study are left out; the template's town is far from here."""
    ran = siting("osm", "--pbf", pbf, "--store", tmp_path / "s.gpkg", "--layers", "roads", "--study", template)
    assert ran.code == 0, ran.stderr
    assert "2 objects outside of the area were left out" in ran.stdout


def test_a_recorded_answer_is_replayed(siting, stub, tmp_path, real_data):
    """A real answer, served by the stub and taken through osmnx, gives the roads that its file gives."""
    recorded = real_data / "overpass" / "shenzhen_futian_small.json"
    stub.answer = recorded.read_text(encoding="utf-8")
    common = ("--layers", "roads", "--json", "--cache", tmp_path / "answers")
    siting("osm", "--bbox", "114,22.5,114.1,22.6", "--store", tmp_path / "a.gpkg", *common)
    siting("osm", "--overpass", recorded, "--store", tmp_path / "b.gpkg", *common)
    asked, read = (read_layer(tmp_path / name, "roads") for name in ("a.gpkg", "b.gpkg"))
    assert len(asked) > 10
    assert asked.equals(read)


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ((), "none is given; give one of --place", 2),
        (("--place", "a", "--pbf", "b"), "several are given; give one of", 2),
        (("--bbox", "113.9,22.5"), "give west, south, east and north", 2),
        (("--bbox", "a,b,c,d"), "give west, south, east and north", 2),
        (("--bbox", "114,22,113,23"), "are no box", 2),
        (("--place", "a", "--layers", "raods"), 'did you mean "roads"', 2),
        (("--place", " "), "the name of the place is blank", 2),
        (("--place", "a", "--offline"), "not asked before", 3),
        (("--pbf", "missing.osm.pbf"), "missing.osm.pbf: the file does not exist", 3),
    ],
)
def test_a_question_that_is_none(siting, tmp_path, monkeypatch, words, said, code):
    """One message, no store; exit code 2 where the options are wrong, 3 where what they name is not there."""
    monkeypatch.chdir(tmp_path)
    ran = siting("osm", *words)
    assert ran.code == code
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / "layers.gpkg").exists()


def test_a_place_that_is_not_found(siting, stub, tmp_path, monkeypatch):
    """The message names the place and says what to do."""
    monkeypatch.chdir(tmp_path)
    stub.places = []
    ran = siting("osm", "--place", "亚特兰蒂斯")
    assert ran.code == 3
    assert "亚特兰蒂斯: nothing found" in ran.stderr
    assert "try another name, or bounds" in ran.stderr


def test_no_network(siting, monkeypatch, tmp_path):
    """A server that is not there is one short sentence, without the words of a library."""
    pytest.importorskip("osmnx", reason="osmnx is not installed")
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.chdir(tmp_path)
    ran = siting("osm", "--place", "a", "--nominatim-url", "http://127.0.0.1:9", "--overpass-url", "http://127.0.0.1:9")
    assert ran.code == 3
    assert "the server 127.0.0.1:9 cannot be reached; check the network, or give an extract" in ran.stderr
    assert "Max retries" not in ran.stderr


def test_without_osmnx(siting, monkeypatch, tmp_path):
    """The message names the extra to install; files can be read all the same."""
    monkeypatch.setitem(sys.modules, "osmnx", None)
    monkeypatch.chdir(tmp_path)
    ran = siting("osm", "--place", "a")
    assert ran.code == 3
    assert 'install "siting[osm]"' in ran.stderr


def test_all_layers_or_none(siting, pbf, tmp_path, monkeypatch):
    """When the last layer cannot be written, the store is as it was."""
    store = tmp_path / "layers.gpkg"
    siting("osm", "--pbf", pbf, "--store", store, "--layers", "fuel")
    before = store.read_bytes()

    written = []
    write_records = geopackage._write_records

    def failing(*arguments):
        written.append(arguments)
        if len(written) == 2:
            raise RuntimeError("the disk is full")
        write_records(*arguments)

    monkeypatch.setattr(geopackage, "_write_records", failing)
    ran = siting("osm", "--pbf", pbf, "--store", store)
    assert ran.code == 3
    assert "the disk is full" in ran.stderr
    assert store.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if "draft" in path.name] == []


def test_what_is_not_there_takes_no_place(siting, pbf, tmp_path):
    """An extract without fuel stations leaves the fuel stations that somebody imported."""
    store, table = tmp_path / "layers.gpkg", tmp_path / "own.csv"
    table.write_text("id,lon,lat\nmine,113.3,23.1\n", encoding="utf-8")
    words = ("--as", "existing", "--name", "logistics", "--store", store, "--crs", "EPSG:4326")
    assert siting("import", table, *words).code == 0
    ran = siting("osm", "--pbf", pbf, "--store", store)
    assert ran.code == 0
    assert "nothing is stored" in ran.stdout
    assert read_layer(store, "logistics")["id"].tolist() == ["mine"]
