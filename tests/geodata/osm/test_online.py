"""OpenStreetMap is asked once, slowly, and only when asked for; answers that are not whole are none."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from shapely.geometry import box

from geodata import LayerError
from geodata.osm.features import read_osm_features
from geodata.osm.online import OsmServers, ask_osm

osmnx = pytest.importorskip("osmnx", reason="osmnx is not installed")
pytest.importorskip("osmium", reason="pyosmium is not installed")

NODES = [
    {"type": "node", "id": 1, "lon": 114.0, "lat": 22.5},
    {"type": "node", "id": 2, "lon": 114.01, "lat": 22.5},
    {"type": "node", "id": 3, "lon": 114.005, "lat": 22.505, "tags": {"amenity": "fuel", "name": "加油站"}},
]
TOWN = {"elements": [*NODES, {"type": "way", "id": 9, "nodes": [1, 2], "tags": {"highway": "primary"}}]}
HERE = (113.99, 22.49, 114.02, 22.51)
OUTLINE = {"type": "Polygon", "coordinates": [[list(xy) for xy in box(*HERE).exterior.coords]]}
FOUND = [
    {
        "place_id": 1,
        "lat": "22.5",
        "lon": "114",
        "display_name": "福田区",
        "geojson": OUTLINE,
        "importance": 1,
        "boundingbox": ["22.49", "22.51", "113.99", "114.02"],
        "class": "boundary",
        "type": "administrative",
        "osm_type": "relation",
        "osm_id": 5,
        "place_rank": 1,
        "addresstype": "city",
        "name": "福田区",
        "licence": "",
    }
]


class Stub(BaseHTTPRequestHandler):
    """A server for names and for objects that keeps a list of what it was asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/api/status"):
            self.give(200, "Connected as: 1\nCurrent time: x\nAnnounced\nRate limit: 2\n2 slots available now.\n")
        else:
            self.give(200, json.dumps(self.server.places))

    def do_POST(self):
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
        self.server.asked.append(query)
        self.give(self.server.status, self.server.answer)

    def give(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.asked, server.status, server.answer, server.places = [], 200, json.dumps(TOWN), FOUND
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def servers(stub):
    address = f"http://127.0.0.1:{stub.server_port}"
    return OsmServers(overpass=f"{address}/api", nominatim=address, patience_s=5)


def test_a_box_becomes_layers(stub, servers, tmp_path):
    """The answers of a box are read as layers; the server was asked for its slots first, then for the tags."""
    answers = ask_osm(cache=tmp_path, bounds=HERE, layers=["fuel", "roads"], servers=servers)
    layers = read_osm_features(answers.files, layers=["fuel", "roads"], area=answers.area)
    assert layers["roads"].frame["id"].tolist() == ["way/9"]
    assert layers["fuel"].frame["name_zh"].tolist() == ["加油站"]
    assert stub.asked[0] == "/api/status"
    queries = [text for text in stub.asked if text.startswith("[out:json]")]
    assert ["highway" in text for text in queries] == [True, False]
    assert "'amenity'='fuel'" in queries[1]
    assert answers.area.equals(box(*HERE))


def test_a_place_is_found_by_its_name(stub, servers, tmp_path):
    """The outline of the place is asked first, and is the area of the answers."""
    answers = ask_osm(cache=tmp_path, place="深圳市福田区", layers=["fuel"], servers=servers)
    assert answers.area.equals(box(*HERE))
    assert stub.asked[0].startswith("/search?")
    layers = read_osm_features(answers.files, layers=["fuel"], area=answers.area, source=answers.source)
    assert layers["fuel"].provenance.source == "OpenStreetMap, 深圳市福田区"


def test_a_question_is_asked_once(stub, servers, tmp_path):
    """The second time nothing is asked, with a network or without; another question is asked."""
    first = ask_osm(cache=tmp_path, place="深圳市福田区", layers=["fuel"], servers=servers)
    asked = len(stub.asked)
    again = ask_osm(cache=tmp_path, place="深圳市福田区", layers=["fuel"], servers=servers)
    offline = ask_osm(cache=tmp_path, place="深圳市福田区", layers=["fuel"], offline=True)
    assert first == again == offline
    assert len(stub.asked) == asked
    ask_osm(cache=tmp_path, place="深圳市福田区", layers=["parking"], servers=servers)
    assert len(stub.asked) > asked


def test_offline_asks_nothing(monkeypatch, tmp_path):
    """Without a network a new question is refused before any connection is tried."""
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a connection was opened"))
    with pytest.raises(LayerError, match="not asked before"):
        ask_osm(cache=tmp_path, bounds=HERE, offline=True)


@pytest.mark.parametrize(
    ("status", "answer", "word"),
    [
        (200, json.dumps({**TOWN, "remark": "runtime error: Query timed out"}), "stopped before the end .*timed out"),
        (200, "<html>busy</html>", "no JSON"),
        (200, "[]", "no elements"),
        (400, "{}", "the server refused: 400"),
        (500, "{}", "the server refused: 500"),
        (429, "{}", "the server is busy"),
        (504, "{}", "the server is busy"),
    ],
)
def test_what_is_not_whole_is_no_answer(stub, servers, tmp_path, status, answer, word):
    """A query that timed out, an error page or a busy server is an error, and is asked again the next time."""
    stub.status, stub.answer = status, answer
    with pytest.raises(LayerError, match=word):
        ask_osm(cache=tmp_path, bounds=HERE, layers=["fuel"], servers=servers)
    stub.status, stub.answer = 200, json.dumps(TOWN)
    answers = ask_osm(cache=tmp_path, bounds=HERE, layers=["fuel"], servers=servers)
    assert len(answers.files) == 1


def test_a_place_that_is_not_found_is_said(stub, servers, tmp_path):
    """The message names the place; nothing stays behind that looks like an answer."""
    stub.places = []
    with pytest.raises(LayerError, match=r"亚特兰蒂斯.*nothing found"):
        ask_osm(cache=tmp_path, place="亚特兰蒂斯", servers=servers)
    with pytest.raises(LayerError, match="not asked before"):
        ask_osm(cache=tmp_path, place="亚特兰蒂斯", offline=True)


def test_a_server_that_is_not_there_is_said(tmp_path, monkeypatch):
    """The message is one line for the user, not a chain of exceptions of a library."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(LayerError, match="cannot be reached"):
        ask_osm(cache=tmp_path, bounds=HERE, servers=OsmServers(overpass=address, nominatim=address, patience_s=2))


def test_settings_of_osmnx_are_left_as_they_were(stub, servers, tmp_path):
    """Whoever uses osmnx in the same program keeps the settings, and names of hosts are found as before."""
    names = ("cache_folder", "cache_only_mode", "overpass_url", "nominatim_url", "requests_kwargs", "doh_url_template")
    before, find = [getattr(osmnx.settings, name) for name in names], socket.getaddrinfo
    ask_osm(cache=tmp_path, bounds=HERE, layers=["fuel"], servers=servers)
    assert [getattr(osmnx.settings, name) for name in names] == before
    assert socket.getaddrinfo is find


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ({}, "give the name of a place, or bounds"),
        ({"place": "a", "bounds": HERE}, "give the name of a place, or bounds"),
        ({"place": " "}, "blank"),
        ({"bounds": (114, 22, 113, 23)}, "are no box"),
        ({"bounds": (22, 113, 23, 114)}, "are no box"),
        ({"bounds": (float("nan"), 0, 1, 1)}, "are no box"),
        ({"place": "a", "layers": ["rodas"]}, 'did you mean "roads"'),
    ],
)
def test_a_question_that_is_none(tmp_path, question, word):
    """Neither place nor box, both, or a box with swapped axes is refused before anything is asked."""
    with pytest.raises(LayerError, match=word):
        ask_osm(cache=tmp_path, **question)


def test_a_spoilt_folder_is_said(stub, servers, tmp_path):
    """A record of a question that was changed by hand is not trusted."""
    ask_osm(cache=tmp_path, bounds=HERE, layers=["fuel"], servers=servers)
    next(tmp_path.glob("*/question.json")).write_text("{}", encoding="utf-8")
    with pytest.raises(LayerError, match="remove the folder"):
        ask_osm(cache=tmp_path, bounds=HERE, layers=["fuel"], offline=True)


def test_a_recorded_answer_is_replayed(stub, servers, tmp_path, real_data):
    """An answer of the real server gives the same roads through osmnx as read from its file."""
    recorded = real_data / "overpass" / "shenzhen_futian_small.json"
    stub.answer = recorded.read_text(encoding="utf-8")
    answers = ask_osm(cache=tmp_path, bounds=(114.0, 22.5, 114.1, 22.6), layers=["roads"], servers=servers)
    found = read_osm_features(answers.files, layers=["roads"])["roads"]
    assert found.frame.equals(read_osm_features([recorded], layers=["roads"])["roads"].frame)
    assert found.provenance.date == "2024-10-03T02:45:35Z"
