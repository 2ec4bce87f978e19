"""Where candidate sites lie beside roads: how far along, and how far off."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_DIGITS = 3  # of a kilometre: what is drawn at the road's end stands at its end


@dataclass(frozen=True, eq=False)
class Stops:
    """Sites beside roads, sorted by road and site.

    Parameters
    ----------
    road, site
        Road and site of each stop, shape (N,).
    km
        Position along the road, from 0 to its length, shape (N,).
    detour_km
        Extra way of leaving the road there and coming back to it, shape (N,).
    """

    road: Integers
    site: Integers
    km: Floats
    detour_km: Floats


def lengths_km(roads: gpd.GeoSeries, length_factor: float | Floats) -> Floats:
    """Lengths of roads from their drawn lines, km."""
    return np.asarray(roads.length.to_numpy() / 1000.0 * length_factor, dtype=np.float64)


def stops_beside(
    roads: gpd.GeoSeries,
    sites: gpd.GeoSeries,
    *,
    max_detour_km: float,
    detour_factor: float,
    length_factor: float | Floats,
) -> Stops:
    """Find the sites beside roads; each stands at the point of the road nearest to it.

    Parameters
    ----------
    roads, sites
        Lines and points in the same metric CRS.
    max_detour_km
        Longest detour there and back, boundary included.
    detour_factor
        Kilometres driven to a site per kilometre of straight line.
    length_factor
        Kilometres of road per kilometre of the drawn line, the same for all roads or one for each.
    """
    lines, points = roads.to_numpy(), sites.to_numpy()
    there_m = (max_detour_km + 10.0**-_DIGITS) * 1000.0 / (2.0 * detour_factor)
    found: Integers = shapely.STRtree(points).query(lines, predicate="dwithin", distance=there_m)
    order = np.lexsort(found[::-1])
    road, site = found[0][order], found[1][order]
    straight_m = shapely.distance(lines[road], points[site])
    detour = np.round(2.0 * detour_factor * straight_m / 1000.0, _DIGITS)
    factor = np.broadcast_to(length_factor, len(lines))[road]
    along = np.round(shapely.line_locate_point(lines[road], points[site]) / 1000.0 * factor, _DIGITS)
    near = detour <= max_detour_km
    km = np.minimum(along, lengths_km(roads, length_factor)[road])
    return Stops(road[near], site[near], km[near], detour[near])
