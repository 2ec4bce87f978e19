"""Graphs as OSMnx knows them: made of NetworkX, which comes with OSMnx."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import Transformer

from geodata.crs import CrsInput
from geodata.errors import GeodataError
from geodata.roads.edges import Edges, network_of_edges
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import CAR, Profile
from geodata.roads.speeds import CHINA, SpeedTable

if TYPE_CHECKING:
    import networkx as nx

WGS84 = "EPSG:4326"


def from_osmnx(
    graph: "nx.MultiDiGraph[Any]",
    *,
    crs: CrsInput,
    source: str = "OSMnx graph",
    profile: Profile = CAR,
    speeds: SpeedTable = CHINA,
) -> RoadNetwork:
    """The network of a graph of OSMnx.

    Parameters
    ----------
    graph
        A ``networkx.MultiDiGraph`` with ``crs``, ``x`` and ``y`` of nodes, ``length`` of edges.
    crs
        Metric system of the network.
    source
        Where it comes from, as the user knows it.
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
        With all bad attributes.
    CrsError
        When a system is not known, or `crs` is not metric or does not cover the roads.
    """
    node_id = [str(node) for node in graph.nodes]
    edges = Edges(
        node_id=node_id,
        node=[_texts(data) for _, data in graph.nodes(data=True)],
        tail=[str(tail) for tail, _ in graph.edges()],
        head=[str(head) for _, head in graph.edges()],
        tags=[_texts(data) for _, _, data in graph.edges(data=True)],
        crs=graph.graph.get("crs", WGS84),
        two_way=not graph.is_directed(),
    )
    provenance = {"reader": "OSMnx", "profile": profile.words()}
    return network_of_edges(edges, crs=crs, source=source, provenance=provenance, profile=profile, speeds=speeds)


def to_osmnx(network: RoadNetwork) -> "nx.MultiDiGraph[Any]":
    """The network as a graph of OSMnx, for its statistics, plots and simplification.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    graph
        A ``networkx.MultiDiGraph`` in longitude and latitude; nodes are numbered as in `network` and carry their id as
        ``osmid_original``, edges ``osmid``, ``highway``, ``length`` in metres and ``travel_time`` in seconds.

    Raises
    ------
    GeodataError
        When NetworkX, which comes with OSMnx, is not installed.
    """
    try:
        import networkx as nx
    except ImportError as error:
        raise GeodataError('graphs of OSMnx need NetworkX; install "siting[osm]"') from error
    lon, lat = Transformer.from_crs(network.crs, WGS84, always_xy=True).transform(network.x, network.y)
    graph = nx.MultiDiGraph(crs=WGS84, simplified=False)
    nodes = zip(np.asarray(lon).tolist(), np.asarray(lat).tolist(), network.node_id.tolist(), strict=True)
    graph.add_nodes_from((row, {"x": x, "y": y, "osmid_original": name}) for row, (x, y, name) in enumerate(nodes))
    arcs = zip(
        network.tail.tolist(), network.head.tolist(), network.class_code.tolist(), network.length_m.tolist(),
        network.time_s.tolist(), strict=True,
    )  # fmt: skip
    graph.add_edges_from(
        (tail, head, {"osmid": arc, "highway": network.classes[code], "length": length_m, "travel_time": time_s})
        for arc, (tail, head, code, length_m, time_s) in enumerate(arcs)
    )
    return graph


def _texts(data: Mapping[Any, object]) -> dict[str, str]:
    """Attributes as the text that a file would hold; a geometry becomes its WKT."""
    return {str(key): str(value) for key, value in data.items() if value is not None}
