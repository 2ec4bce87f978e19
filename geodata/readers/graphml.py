"""GraphML, as OSMnx and NetworkX write graphs of roads: a layer of edges and one of nodes, all attributes as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.errors import LayerError, did_you_mean, listed
from geodata.readers.raw import LayerSummary, RawLayer
from geodata.readers.reader import Reader, Reading, Source

NAME = "GraphML"
DEFAULT_CRS = "EPSG:4326"
"""Of graphs that name none: OSMnx writes degrees."""

LAYERS = ("edges", "nodes")
UNPLACED = "no numbers in x and y, so that there is no position; add them"
UNJOINED = "begins or ends at a node without a position, and has no geometry of its own; add the node"


@dataclass
class Graph:
    """A graph as the file has it.

    Parameters
    ----------
    graph
        Attributes of the graph itself.
    nodes
        Attributes of each node by id.
    tail, head, edges
        Ids of the nodes at which each edge begins and ends, and its attributes.
    directed
        Whether an edge leads one way only.
    """

    graph: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    edges: list[dict[str, str]] = field(default_factory=list)
    directed: bool = True


def read_graph(path: Path, source: str) -> Graph:
    """The graph of a file.

    Raises
    ------
    LayerError
        When it cannot be read, declares entities, or has no edges.
    """
    handlers = _Handlers()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = handlers.begin, handlers.end
    parser.CharacterDataHandler = handlers.characters

    def refuse(*_: object) -> None:
        raise LayerError(source, ["declares entities of its own, which may be built to exhaust memory; not read"])

    parser.EntityDeclHandler = refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except (expat.ExpatError, UnicodeError, LookupError) as error:
        raise LayerError(source, [f"cannot be read as GraphML: {error}"]) from error
    if not handlers.found.edges:
        raise LayerError(source, ["no edges; the file is not a GraphML graph of roads"])
    return handlers.found


class _Handlers:
    """What the parser has met so far."""

    def __init__(self) -> None:
        self.found = Graph()
        self._names: dict[str, str] = {}
        self._key: str | None = None
        self._text: list[str] = []
        self._open: list[dict[str, str]] = []

    def begin(self, element: str, attributes: dict[str, str]) -> None:
        """Begin an element."""
        name, found = element.rpartition(":")[2], self.found
        if name == "key":
            self._names[attributes.get("id", "")] = attributes.get("attr.name", "")
        elif name == "graph":
            found.directed = attributes.get("edgedefault") != "undirected"
            self._open.append(found.graph)
        elif name == "node":
            self._open.append(found.nodes.setdefault(attributes.get("id", ""), {}))
        elif name == "edge":
            found.tail.append(attributes.get("source", ""))
            found.head.append(attributes.get("target", ""))
            found.edges.append({})
            self._open.append(found.edges[-1])
        elif name == "data":
            self._key, self._text = self._names.get(attributes.get("key", "")), []

    def characters(self, text: str) -> None:
        """Collect the text of an attribute."""
        if self._key is not None:
            self._text.append(text)

    def end(self, element: str) -> None:
        """End an element."""
        name = element.rpartition(":")[2]
        if name == "data" and self._key is not None:
            if self._open:
                self._open[-1][self._key] = "".join(self._text).strip()
            self._key = None
        elif name in {"graph", "node", "edge"} and self._open:
            self._open.pop()


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The edges and the nodes; this reads the whole file."""
    found = read_graph(Path(source.location), source.name)
    return tuple(_summary(_layer(found, name)) for name in LAYERS)


def read(source: Source, reading: Reading) -> RawLayer:
    """The edges, or the nodes."""
    found = read_graph(Path(source.location), source.name)
    if reading.layer not in LAYERS:
        hint = did_you_mean(reading.layer or "", LAYERS) or "; set layer"
        raise LayerError(source.name, [f'no layer "{reading.layer or ""}"{hint} to one of: {listed(LAYERS)}'])
    return _layer(found, reading.layer)


GRAPHML = Reader(NAME, layers, read, suffixes=(".graphml",))


def _summary(layer: RawLayer) -> LayerSummary:
    west, south, east, north = gpd.GeoSeries(layer.geometry).total_bounds.tolist()
    return LayerSummary(
        name=layer.layer,
        rows=layer.rows_in,
        geometry_type="Point" if layer.layer == "nodes" else "LineString",
        fields=dict.fromkeys(map(str, layer.frame.columns), "str"),
        crs=layer.crs,
        bounds=(west, south, east, north) if len(layer.row) else None,
        encoding=layer.encoding,
        encoding_reason=layer.encoding_reason,
        remarks=layer.remarks,
    )


def _layer(found: Graph, name: str) -> RawLayer:
    """The edges or the nodes with all that is known of them; what has no position is rejected."""
    place = _places(found)
    if name == "nodes":
        frame = _frame({"id": list(found.nodes)}, list(found.nodes.values()), left_out=("x", "y"))
        geometry, reason = _objects([place.get(node) for node in found.nodes]), UNPLACED
    else:
        frame = _frame({"from": found.tail, "to": found.head}, found.edges, left_out=("geometry",))
        geometry, reason = _lines(found, place), UNJOINED
    crs, remark = _crs(found)
    raw = RawLayer(
        frame=frame,
        geometry=geometry,
        row=np.arange(1, len(frame) + 1, dtype=np.int64),
        driver=NAME,
        layer=name,
        encoding="utf-8",
        encoding_reason="as the format prescribes",
        crs=crs,
        remarks=(remark,) if found.directed else (remark, "an edge stands for both directions"),
    )
    return raw.rejecting(np.array([entry is None for entry in geometry], dtype=np.bool_), reason)


def _places(found: Graph) -> dict[str, shapely.Point]:
    """Positions of the nodes that have one."""
    x, y = (
        pd.to_numeric(pd.Series([node.get(axis) for node in found.nodes.values()], dtype=object), errors="coerce")
        for axis in ("x", "y")
    )
    numbers = zip(found.nodes, x.astype(float), y.astype(float), strict=True)
    return {node: shapely.Point(lon, lat) for node, lon, lat in numbers if np.isfinite(lon) and np.isfinite(lat)}


def _lines(found: Graph, place: Mapping[str, shapely.Point]) -> npt.NDArray[np.object_]:
    """Each edge's own geometry, else the straight line between its nodes; None where there is neither."""
    texts = np.array([edge.get("geometry") for edge in found.edges], dtype=object)
    own = shapely.from_wkt(texts, on_invalid="ignore")
    ends = zip(own, found.tail, found.head, strict=True)
    return _objects(
        [
            line or (shapely.LineString([place[tail], place[head]]) if tail in place and head in place else None)
            for line, tail, head in ends
        ]
    )


def _objects(geometries: Sequence[object]) -> npt.NDArray[np.object_]:
    column = np.empty(len(geometries), dtype=object)
    column[:] = geometries
    return column


def _frame(
    ids: Mapping[str, list[str]], attributes: Sequence[Mapping[str, str]], *, left_out: tuple[str, ...]
) -> pd.DataFrame:
    """Ids and attributes as columns of text, None where a row has no such attribute."""
    names = [name for name in dict.fromkeys(key for row in attributes for key in row) if name and name not in left_out]
    columns = {name if name not in ids else f"{name} (data)": [row.get(name) for row in attributes] for name in names}
    return pd.DataFrame({**ids, **columns}, dtype=object)


def _crs(found: Graph) -> tuple[CRS | None, str]:
    """The system that the graph names, and what is to be said of it."""
    named = found.graph.get("crs")
    if named is None:
        return CRS.from_user_input(
            DEFAULT_CRS
        ), "the graph names no CRS; longitude and latitude (EPSG:4326) are what such files hold"
    try:
        return CRS.from_user_input(named), f"the graph says that its CRS is {named[:80]}"
    except CRSError:
        return None, f"the graph names a CRS that is not known: {named[:80]!r}"
