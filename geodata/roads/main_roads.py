"""The main roads of a network as lines to draw: the backdrop of a map."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from geodata.roads.network import RoadNetwork

MOST_POINTS: Final = 20_000
"""Points of all lines together: about half a megabyte of a page."""

TOLERANCE_M: Final = 10.0
"""Lines are drawn to this accuracy."""

RANKS: Final = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "road")
"""Classes from the most to the least important; ramps go with their road, and what is not named is not drawn."""


def main_roads(network: RoadNetwork, *, most_points: int = MOST_POINTS) -> gpd.GeoDataFrame:
    """Lines of the most important classes of road, as many classes as there is room for.

    Parameters
    ----------
    network
        The roads.
    most_points
        Points that all lines may have together.

    Returns
    -------
    roads
        One row per class in the order of `RANKS`: road_class, MultiLineString, in the network's CRS. Empty where the
        first class alone is too much.
    """
    named = np.array([name.removesuffix("_link") for name in network.classes], dtype=object)
    # Of the two arcs of a road that is open both ways one is drawn.
    drawn = (network.against < 0) | (network.tail < network.head)
    classes, lines, left = [], [], most_points
    for name in RANKS:
        arcs = np.flatnonzero(drawn & (named == name)[network.class_code])
        if not len(arcs):
            continue
        line = _merged(network, arcs)
        left -= int(shapely.get_num_coordinates(line))
        if left < 0:
            break
        classes.append(name)
        lines.append(line)
    return gpd.GeoDataFrame({"road_class": classes}, geometry=gpd.GeoSeries(lines, crs=network.crs))


def _merged(network: RoadNetwork, arcs: np.ndarray[tuple[int], np.dtype[np.int64]]) -> shapely.MultiLineString:
    """Arcs as lines from one junction of their class to the next."""
    ends = np.stack([network.tail[arcs], network.head[arcs]], axis=1)
    position = np.stack([network.x[ends], network.y[ends]], axis=2)
    merged = shapely.simplify(shapely.line_merge(shapely.MultiLineString(position.tolist())), TOLERANCE_M)
    return shapely.MultiLineString(list(shapely.get_parts(merged)))
