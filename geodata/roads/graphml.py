"""GraphML files, as OSMnx and NetworkX write them: nodes with ``x`` and ``y``, directed edges with OSM attributes."""

from pathlib import Path

from geodata.crs import CrsInput
from geodata.readers.graphml import DEFAULT_CRS, read_graph
from geodata.roads.edges import Edges, network_of_edges
from geodata.roads.network import RoadNetwork
from geodata.roads.profile import CAR, Profile
from geodata.roads.source import provenance_of
from geodata.roads.speeds import CHINA, SpeedTable


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
    found = read_graph(Path(path), source)
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
