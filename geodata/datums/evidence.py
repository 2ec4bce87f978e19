"""What positions lie on under each reading of their datum, and what they would lie on by chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoSeries
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geodata.crs import metric_crs_for
from geodata.datums.shifts import to_wgs84

READINGS: Final = ("wgs84", "gcj02", "bd09")
"""The datums to tell apart. CGCS2000 is read as WGS84: they differ by centimetres."""

REACH_M: Final = 300.0
"""Points that are farther than this from every reference under some reading are left out: the reference ends there."""

LINE_NEAR_M: Final = 8.0
"""On the carriageway: half of the width of a large road, drawn as its middle line."""

POINT_NEAR_M: Final = 20.0
"""The same place in two sources that are exact to the building."""

NAMESAKE_NEAR_M: Final = 100.0
"""The same landmark in two sources: as far apart as people may point at one building, less than the usual shift."""

MOST_ROWS: Final = 100_000
"""Of a longer table, so many rows spread evenly over it are compared."""

_CHANCE_ROWS: Final = 1500
_CHANCE_MOVES: Final = 40
_TURN: Final = (np.sqrt(5) - 1) / 2
"""The golden ratio: multiples of it fill circles and intervals evenly."""

Places = npt.NDArray[np.float64]
Distances = Callable[[Places, npt.NDArray[np.int64]], npt.NDArray[np.float64]]
"""From positions in metres of shape (n, 2) and their rows to the distance of each from its reference, in metres."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Evidence:
    """How positions fit to a reference under each reading, in the order of `READINGS`.

    Parameters
    ----------
    rows
        Rows that were compared, counted from 0.
    fits
        Shape (rows, 3): whether a row lies on its reference.
    median_m
        Median distance to the reference.
    chance
        Share of rows that would lie on the reference by chance.
    spread
        Standard deviation of that share.
    """

    rows: npt.NDArray[np.int64]
    fits: npt.NDArray[np.bool_]
    median_m: npt.NDArray[np.float64]
    chance: float
    spread: float

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """Share of rows that lie on their reference, by reading."""
        shares: npt.NDArray[np.float64] = self.fits.sum(axis=0) / max(len(self.rows), 1)
        return shares

    @property
    def surprise(self) -> npt.NDArray[np.float64]:
        """Standard deviations by which the share exceeds that by chance, by reading."""
        surprise: npt.NDArray[np.float64] = (self.shares - self.chance) / self.spread
        return surprise

    def only(self) -> Mapping[str, npt.NDArray[np.int64]]:
        """Rows that lie on their reference under one reading only, by this reading."""
        alone = self.fits.sum(axis=1) == 1
        return {name: self.rows[alone & self.fits[:, at]] for at, name in enumerate(READINGS)}


def readings_of(lon: npt.ArrayLike, lat: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Longitudes and latitudes in WGS84 under each reading, shape (readings, 2, n)."""
    return np.array([to_wgs84(lon, lat, name) for name in READINGS])


def in_metres(readings: npt.NDArray[np.float64], reference: GeoSeries) -> tuple[list[Places], GeoSeries]:
    """Positions under each reading, shape (n, 2) each, and the reference, all in one metric CRS of their own."""
    crs, _ = metric_crs_for(GeoSeries([shapely.multipoints(readings[0].T)], crs="EPSG:4326"))
    to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return [np.column_stack(to_metres.transform(*reading)) for reading in readings], reference.to_crs(crs)


def by_distance(places: list[Places], distances: Distances, *, near_m: float, reach_m: float | None = None) -> Evidence:
    """Evidence from distances: the share of rows on their reference, against the share of rows moved at random.

    A wrong reading moves positions by hundreds of metres, so that they lie on roads or other places as chance has it;
    under the right one they lie there more often than by chance (stops, trips) or less (buildings keep off
    carriageways). Chance is what the same rows show when all are moved by 600 to 1000 m, in 40 directions; this keeps
    their clusters and repeats, so that these do not pass for evidence.

    Parameters
    ----------
    places
        Positions in metres under each reading, shape (n, 2) each.
    distances
        Distance of positions from their reference.
    near_m
        Largest distance at which a position lies on its reference.
    reach_m
        Rows farther than this under some reading are left out; None keeps all.
    """
    all_rows = _spread_rows(len(places[0]), MOST_ROWS)
    distance_m = np.column_stack([distances(place[all_rows], all_rows) for place in places])
    kept = np.ones(len(all_rows), bool) if reach_m is None else (distance_m <= reach_m).all(axis=1)
    rows, distance_m = all_rows[kept], distance_m[kept]
    chance, spread = _chance(places[0], rows, distances, near_m=near_m, reach_m=reach_m)
    median_m = np.median(distance_m, axis=0) if len(rows) else np.full(len(READINGS), np.nan)
    return Evidence(rows=rows, fits=distance_m <= near_m, median_m=median_m, chance=chance, spread=spread)


def nearest(reference: GeoSeries, *, reach_m: float | None = None) -> Distances:
    """Distance to the nearest geometry, infinite beyond the reach."""
    tree = shapely.STRtree(reference.to_numpy())

    def distances(places: Places, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        found = np.full(len(rows), np.inf)
        (point, _), distance_m = tree.query_nearest(
            shapely.points(places), max_distance=reach_m, return_distance=True, all_matches=False
        )
        found[point] = distance_m
        return found

    return distances


def namesake(shapes: npt.NDArray[np.object_]) -> Distances:
    """Distance of each row to its own geometry."""

    def distances(places: Places, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return np.asarray(shapely.distance(shapely.points(places), shapes[rows]), dtype=np.float64)

    return distances


def inside(places: list[Places], areas: npt.NDArray[np.object_] | BaseGeometry) -> npt.NDArray[np.bool_]:
    """Whether positions lie in an area, or each in its own, borders included: shape (n, readings)."""
    shapely.prepare(areas)
    return np.column_stack([shapely.intersects(areas, shapely.points(place)) for place in places])


def _chance(
    places: Places, rows: npt.NDArray[np.int64], distances: Distances, *, near_m: float, reach_m: float | None
) -> tuple[float, float]:
    """Share of rows on their reference after a random move, and its standard deviation."""
    rows = rows[_spread_rows(len(rows), _CHANCE_ROWS)]
    shares = []
    for move in range(1, _CHANCE_MOVES + 1):
        angle, length_m = 2 * np.pi * move * _TURN, 600 + 400 * (move * np.sqrt(2) % 1)
        distance_m = distances(places[rows] + length_m * np.array([np.cos(angle), np.sin(angle)]), rows)
        kept = distance_m if reach_m is None else distance_m[distance_m <= reach_m]
        if len(kept):
            shares.append(float((kept <= near_m).mean()))
    chance = float(np.mean(shares)) if shares else 0.0
    # Few rows vary more than the moves show: never less than a count of rows that are independent of each other.
    count = len(rows)
    likely = min(max(chance, 1 / (count + 2)), 1 - 1 / (count + 2))
    return chance, float(max(np.std(shares) if shares else 0.0, np.sqrt(likely * (1 - likely) / max(count, 1))))


def _spread_rows(count: int, most: int) -> npt.NDArray[np.int64]:
    """Rows spread evenly over all, at most so many."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64)) if count else np.zeros(0, np.int64)
