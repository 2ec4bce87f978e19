"""A Web Feature Service is read to its last page, or the numbers that do not agree are named."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import pytest

from geodata import LayerError
from geodata.importing.layers import import_layer
from geodata.readers.reader import Reading, Source
from geodata.readers.registry import reader_of
from geodata.readers.wfs import SWAPPED, WFS
from geodata.servers import web

CAP = 1000


@dataclass
class World:
    """What the stub serves, and how it misbehaves."""

    rows: int = 2500
    promised: object = None
    output: str = "application/json"
    crs: str = "urn:ogc:def:crs:EPSG::4490"
    names_crs: bool = True
    swapped: bool = False
    scale: float = 1.0
    ids: bool = True
    ignores_start: bool = False
    version: str = "2.0.0"
    types: tuple = ("gz:充电站",)
    asked: list = field(default_factory=list)
    #: Request = what is given instead, as (code, bytes).
    instead: dict = field(default_factory=dict)
    cut: int = 0
    #: What comes at the end of the first page of GML.
    odd: str = ""

    def place(self, number):
        lon, lat = (113 + number / 10000) * self.scale, 23 * self.scale
        return (lat, lon) if self.swapped else (lon, lat)


class Stub(BaseHTTPRequestHandler):
    """A service that gives at most a thousand features at once."""

    def do_GET(self):
        world = self.server.world
        words = {key.lower(): value for key, value in parse_qsl(urlsplit(self.path).query)}
        world.asked.append(words)
        kind = "hits" if words.get("resulttype") == "hits" else words["request"]
        code, body = world.instead.get(kind) or (200, self.answer(world, kind, words).encode())
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) - (world.cut if kind == "GetFeature" else 0)])

    def answer(self, world, kind, words):
        if kind == "GetCapabilities":
            return capabilities(world)
        promised = world.rows if world.promised is None else world.promised
        if kind == "hits":
            word = "numberMatched" if world.version == "2.0.0" else "numberOfFeatures"
            return f'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" {word}="{promised}"/>'
        start = 0 if world.ignores_start else int(words.get("startindex", 0))
        start = min(start, world.rows + bool(world.odd))
        count = min(CAP, int(words.get("count") or words.get("maxfeatures") or CAP))
        numbers = range(start, min(start + count, world.rows))
        return geojson(world, numbers) if words.get("outputformat") == "application/json" else gml(world, numbers)

    def log_message(self, *_):
        pass


def capabilities(world):
    types = "".join(
        f"<FeatureType><Name>{escape(name)}</Name><Title>标题</Title><DefaultCRS>{world.crs}</DefaultCRS>"
        "<ows:WGS84BoundingBox><ows:LowerCorner>113 22.9</ows:LowerCorner><ows:UpperCorner>113.3 23.1</ows:UpperCorner>"
        "</ows:WGS84BoundingBox></FeatureType>"
        for name in world.types
    )
    return (
        f'<WFS_Capabilities version="{world.version}" xmlns="http://www.opengis.net/wfs/2.0" '
        'xmlns:ows="http://www.opengis.net/ows/1.1"><ows:OperationsMetadata><ows:Operation name="GetFeature">'
        '<ows:Parameter name="outputFormat"><ows:AllowedValues><ows:Value>application/gml+xml; version=3.2</ows:Value>'
        f"<ows:Value>{world.output}</ows:Value></ows:AllowedValues></ows:Parameter></ows:Operation>"
        '<ows:Constraint name="CountDefault"><ows:DefaultValue>1000</ows:DefaultValue></ows:Constraint>'
        f"</ows:OperationsMetadata><FeatureTypeList>{types}</FeatureTypeList></WFS_Capabilities>"
    )


def geojson(world, numbers):
    features = [
        {
            "type": "Feature",
            **({"id": f"station.{number}"} if world.ids else {}),
            "properties": {"编号": f"{number:05d}", "名称": "甲"},
            "geometry": {"type": "Point", "coordinates": world.place(number)},
        }
        for number in numbers
    ]
    named = {"crs": {"type": "name", "properties": {"name": world.crs}}} if world.names_crs else {}
    return json.dumps({"type": "FeatureCollection", **named, "features": features})


def gml(world, numbers):
    members = "".join(
        f'<wfs:member><gz:station gml:id="station.{number}"><gz:编号>{number:05d}</gz:编号><gz:geom>'
        f'<gml:Point srsName="{world.crs}" gml:id="p.{number}"><gml:pos>{x} {y}</gml:pos></gml:Point>'
        "</gz:geom></gz:station></wfs:member>"
        for number in numbers
        for x, y in [world.place(number)]
    )
    odd = "" if numbers.start else world.odd
    return (
        '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" '
        'xmlns:gz="http://gz.example/gz" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://gz.example/gz http://127.0.0.1:9/never.xsd">{members}{odd}</wfs:FeatureCollection>'
    )


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def read(server):
    """Read a world, served by the stub."""

    def read(world, *, layer=None, query="", path="/wfs"):
        server.world = world
        address = f"http://127.0.0.1:{server.server_port}{path}{query}"
        return WFS.read(Source(address, address), Reading(layer=layer))

    return read


@pytest.mark.parametrize("output", ["application/json", "text/csv"])
@pytest.mark.parametrize("version", ["2.0.0", "1.1.0"])
def test_every_page_is_read(read, output, version):
    """2,500 features behind a cap of 1,000 are all there, each once and in order, text as text, longitude first."""
    world = World(output=output, version=version, swapped=output == "text/csv")
    raw = read(world)
    assert raw.frame["编号"].tolist() == [f"{number:05d}" for number in range(2500)]
    assert (raw.geometry[1].x, raw.geometry[1].y) == pytest.approx((113.0001, 23))
    assert raw.crs == 4490
    assert (raw.driver, raw.layer, raw.rows_in, raw.repairs) == ("WFS", "gz:充电站", 2500, ())
    assert raw.remarks[-1] == "2500 features in 3 pages, as many as the service said"


@pytest.mark.parametrize(
    ("world", "word"),
    [
        (World(rows=1800, promised=2500), "2500 features match, and gave 1800"),
        (World(rows=2500, promised=1000), "1000 features match, and gave 2500"),
        (World(rows=0, promised=1), "1 features match, and gave 0"),
        (World(promised="many"), "does not say how many features match .*many"),
        (World(ignores_start=True), "gave a feature twice after 1000"),
        (World(ignores_start=True, promised="unknown"), "gave a feature twice after 1000"),
        (World(ignores_start=True, ids=False), "gave a feature twice after 1000"),
        (World(ignores_start=True, output="text/csv"), "gave a feature twice after 1000"),
        (World(cut=10), "broke off after"),
        (
            World(instead={"GetFeature": (200, b'{"type": "FeatureCollection", "features": [')}),
            "no GeoJSON, or was bro",
        ),
        (World(instead={"GetFeature": (200, b"[]")}), "no collection of features"),
        (World(output="x", instead={"GetFeature": (200, b"<a><b>")}), "no GML, or was broken off"),
        (World(instead={"hits": (200, b"<a><b>")}), "no XML, or was broken off"),
        (World(instead={"hits": (200, b"<a/>")}), "does not say how many"),
        (World(instead={"GetCapabilities": (200, b"<html/>")}), 'answers with "html"'),
        (World(instead={"GetCapabilities": (404, b"<html/>")}), r"refused \(404\)"),
        (World(instead={"GetCapabilities": (302, b"")}), r"refused \(302\)"),
        (World(version="9.9"), 'version "9.9" is not known'),
        (World(types=("a", "b")), "2 layers; set layer to one of: a, b"),
        (World(types=()), "0 layers"),
    ],
)
def test_what_does_not_add_up_is_an_error(read, world, word):
    """Numbers that disagree, pages that repeat or break off, and answers of another sort are named."""
    with pytest.raises(LayerError, match=word):
        read(world)


@pytest.mark.parametrize("code", [200, 400])
@pytest.mark.parametrize("kind", ["GetCapabilities", "hits", "GetFeature"])
def test_an_exception_of_the_service_is_repeated(read, code, kind):
    """What the service says is wrong reaches the user, also when it comes as a success."""
    said = (
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception><ows:ExceptionText>图层不存在'
    )
    said += "</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    with pytest.raises(LayerError, match=f"refused .{code}.: 图层不存在"):
        read(World(instead={kind: (code, said.encode())}))


def test_a_service_that_does_not_know_its_number(read):
    """Pages are read until an empty one comes."""
    assert len(read(World(promised="unknown")).frame) == 2500


def test_no_features_are_no_rows(read):
    """An empty layer is no error here; what to do with it is for the import to say."""
    assert len(read(World(rows=0)).frame) == 0


def test_features_that_cannot_be_read_are_counted(read):
    """What GDAL passes over in silence is missed when the features of the pages are counted."""
    with pytest.raises(LayerError, match="3 features came, of which 2 could be read"):
        read(World(rows=2, promised=3, output="x", swapped=True, odd="<wfs:member><x/></wfs:member>"))


def test_latitude_first_is_noticed_and_reported(read):
    """GeoJSON with exchanged axes lies outside of the bounds that the service gives; exchanging is a repair."""
    raw = read(World(rows=3, swapped=True))
    assert (raw.geometry[0].x, raw.geometry[0].y) == (113, 23)
    assert [repair.what for repair in raw.repairs] == [SWAPPED]


def test_metres_without_crs_are_those_of_the_layer(read):
    """A service in a projected system that does not say so in its GeoJSON gives its coordinates in that system."""
    raw = read(World(rows=3, crs="urn:ogc:def:crs:EPSG::4526", names_crs=False, scale=10000))
    assert raw.crs == 4526
    assert "they are in that of the layer" in raw.remarks[0]
    assert read(World(rows=3, crs="urn:ogc:def:crs:EPSG::4526", names_crs=False)).crs == 4326


def test_a_layer_is_named_by_setting_or_by_the_address(read):
    """A whole request for features names its layer; the part before the colon can be left out."""
    types = ("gz:站", "gz:路")
    assert read(World(rows=1, types=types), layer="路").layer == "gz:路"
    world = World(rows=1, types=types)
    query = "?service=WFS&request=GetFeature&typeNames=gz:%E7%AB%99&maxFeatures=5&map=/a.map"
    assert read(world, query=query).layer == "gz:站"
    assert all(words["map"] == "/a.map" for words in world.asked)
    with pytest.raises(LayerError, match="no layer"):
        read(world, layer="a&request=Transaction")


def test_the_layers_of_a_service(server):
    """Name, title and CRS come from its description; no feature is asked for."""
    server.world = World()
    address = f"http://127.0.0.1:{server.server_port}/"
    (layer,) = WFS.layers(Source(address, address))
    assert (layer.name, layer.crs.to_epsg(), layer.bounds) == ("gz:充电站", 4490, (113, 22.9, 113.3, 23.1))
    assert [words["request"] for words in server.world.asked] == ["GetCapabilities"]


def test_a_service_is_imported_like_a_file(server):
    """Rows, CRS and remarks of the pages reach the report of an import."""
    server.world = World(rows=1500)
    layer, report = import_layer(f"http://127.0.0.1:{server.server_port}/wfs?tk=s3cret")
    assert (len(layer), report.rows_in, report.driver, report.layer) == (1500, 1500, "WFS", "gz:充电站")
    assert "s3cret" not in json.dumps(report.to_dict(), ensure_ascii=False)


def test_keys_do_not_reach_messages(server):
    """The key of a service is sent to it and not repeated."""
    server.world = World(promised=7)
    reader, source = reader_of(f"http://127.0.0.1:{server.server_port}/wfs?tk=s3cret")
    assert reader is WFS
    assert "s3cret" not in source.name
    with pytest.raises(LayerError) as caught:
        reader.read(source, Reading())
    assert "s3cret" not in str(caught.value)
    assert all(words["tk"] == "s3cret" for words in server.world.asked)


def test_a_password_in_an_address_is_refused_without_repeating_it():
    """Settings and histories keep addresses; nothing is asked with one that holds a password."""
    reader, source = reader_of("http://me:s3cret@127.0.0.1:9/wfs")
    with pytest.raises(LayerError, match="user and password") as caught:
        reader.layers(source)
    assert "s3cret" not in str(caught.value)


def test_only_the_web_is_opened(tmp_path):
    """Neither files nor other protocols are read through an address, and what is not there is said."""
    (tmp_path / "a.xml").write_text("<WFS_Capabilities/>", encoding="utf-8")
    for address in (f"file://{tmp_path / 'a.xml'}", "ftp://127.0.0.1/a", "http://127.0.0.1:9/", "http://[", "nonsense"):
        with pytest.raises(LayerError):
            WFS.layers(Source(address, address))


def test_an_absurdly_large_answer_is_refused(read, monkeypatch):
    """Reading stops at the limit, whatever the service sends."""
    monkeypatch.setattr(web, "LARGEST_ANSWER", 5000)
    with pytest.raises(LayerError, match="larger than"):
        read(World())
