"""Files as road networks: one door for every format that is a single file."""

from pathlib import Path

from geodata.crs import CrsInput
from geodata.read import read_layer
from geodata.roads.graphml import read_graphml
from geodata.roads.lines import network_of_lines
from geodata.roads.network import RoadNetwork
from geodata.roads.osm import read_osm
from geodata.roads.profile import CAR, Profile
from geodata.roads.speeds import CHINA, SpeedTable

OSM = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
GRAPHML = (".graphml",)


def read_roads(
    path: str | Path,
    *,
    crs: CrsInput,
    profile: Profile = CAR,
    speeds: SpeedTable = CHINA,
    layer: str | None = None,
    source_crs: CrsInput = None,
) -> RoadNetwork:
    """The roads of a file.

    Parameters
    ----------
    path
        OpenStreetMap (``.osm.pbf``, ``.osm``), GraphML, or a layer of lines in any format of `read_layer`. An edge list
        is two files: `read_edge_list`.
    crs
        Metric system of the network.
    profile
        Who drives.
    speeds
        Speeds of classes.
    layer
        Name of the layer, where a file of lines has several.
    source_crs
        System of a layer of lines, where the file states none or a wrong one.

    Returns
    -------
    network
        Its largest connected part.

    Raises
    ------
    LayerError, CrsError
        As the reader of the format.
    """
    name = Path(path).name.lower()
    if name.endswith(OSM):
        return read_osm(path, crs=crs, profile=profile, speeds=speeds)
    if name.endswith(GRAPHML):
        return read_graphml(path, crs=crs, profile=profile, speeds=speeds)
    frame = read_layer(path, layer=layer, crs=source_crs)
    return network_of_lines(frame, crs=crs, source=str(path), profile=profile, speeds=speeds)
