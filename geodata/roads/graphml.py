"""GraphML files, as OSMnx and NetworkX write them: nodes with ``x`` and ``y``, directed edges with OSM attributes."""

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from geodata.crs import CrsInput
from geodata.errors import LayerError
from geodata.roads.edges import Edges, network_of_edges
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import CAR, Profile
from geodata.roads.source import provenance_of
from geodata.roads.speeds import CHINA, SpeedTable

DEFAULT_CRS = "EPSG:4326"


def read_graphml(path: str | Path, *, crs: CrsInput, profile: Profile = CAR, speeds: SpeedTable = CHINA) -> RoadNetwork:
    """The roads of a GraphML file.

    Parameters
    ----------
    path
        The file. Every attribute may be a text, and a text may be a list such as ``['60', '40']``.
    crs
        Metric system of the network.
    profile
        Who drives.
    speeds
        Speeds of classes, for edges without ``travel_time`` and ``maxspeed``.

    Returns
    -------
    network
        Curves of edges are nodes in between; each edge keeps its length and time.

    Raises
    ------
    LayerError
        When the file cannot be read, or with all bad attributes.
    CrsError
        When a system is not known, or `crs` is not metric or does not cover the roads.
    """
    source = str(path)
    told = provenance_of(path, reader="GraphML", profile=profile)
    found = _parsed(Path(path), source)
    edges = Edges(
        node_id=list(found.nodes),
        node=list(found.nodes.values()),
        tail=found.tail,
        head=found.head,
        tags=found.edges,
        crs=found.graph.get("crs", DEFAULT_CRS),
        two_way=not found.directed,
    )
    return network_of_edges(edges, crs=crs, source=source, provenance=told, profile=profile, speeds=speeds)


@dataclass
class _Graph:
    """What the handlers of the parser have met so far."""

    names: dict[str, str] = field(default_factory=dict)
    graph: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    edges: list[dict[str, str]] = field(default_factory=list)
    directed: bool = True
    key: str | None = None
    text: list[str] = field(default_factory=list)
    open: list[dict[str, str]] = field(default_factory=list)

    def begin(self, element: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        name = element.rpartition(":")[2]
        if name == "key":
            self.names[attributes.get("id", "")] = attributes.get("attr.name", "")
        elif name == "graph":
            self.directed = attributes.get("edgedefault") != "undirected"
            self.open.append(self.graph)
        elif name == "node":
            self.open.append(self.nodes.setdefault(attributes.get("id", ""), {}))
        elif name == "edge":
            self.tail.append(attributes.get("source", ""))
            self.head.append(attributes.get("target", ""))
            self.edges.append({})
            self.open.append(self.edges[-1])
        elif name == "data":
            self.key, self.text = self.names.get(attributes.get("key", "")), []

    def characters(self, text: str) -> None:
        """Collect the text of an attribute."""
        if self.key is not None:
            self.text.append(text)

    def end(self, element: str) -> None:
        """End an element."""
        name = element.rpartition(":")[2]
        if name == "data" and self.key is not None:
            if self.open:
                self.open[-1][self.key] = "".join(self.text).strip()
            self.key = None
        elif name in {"graph", "node", "edge"} and self.open:
            self.open.pop()


def _parsed(path: Path, source: str) -> _Graph:
    found = _Graph()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.CharacterDataHandler = found.characters

    def refuse(*_: object) -> None:
        raise LayerError(source, ["declares entities of its own, which may be built to exhaust memory; not read"])

    parser.EntityDeclHandler = refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise LayerError(source, [f"cannot be read as GraphML: {error}"]) from error
    if not found.edges:
        raise LayerError(source, ["no edges; the file is not a GraphML graph of roads"])
    return found
