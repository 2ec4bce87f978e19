"""The nearest named place, so that people know where a point is."""

from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame, GeoSeries
from scipy.spatial import cKDTree

from geodata.crs import same_metric
from geodata.errors import LayerError, did_you_mean, listed
from geodata.points import coordinates_of

NAMES = ("name_zh", "name_en")


def nearest_places(points: GeoSeries, places: GeoDataFrame) -> pd.DataFrame:
    """Name and distance of the place nearest to each point.

    Of equally near places the first by name is taken. A place without a name in one language lends the other name.

    Parameters
    ----------
    points
        Points in a metric CRS.
    places
        Points in the same CRS with the columns ``name_zh`` and ``name_en``.

    Returns
    -------
    nearest
        Indexed like `points`: ``place_zh``, ``place_en`` and ``place_km`` (straight line, in km). Without places the
        names are empty and the distance is missing.

    Raises
    ------
    CrsError
        When the CRS differ.
    LayerError
        When a name column is missing, a place has no name at all, or a geometry is not a point.
    """
    same_metric(points.crs, places.crs, what="points and places")
    names = _names(places)
    xy = coordinates_of(places.geometry, what="places")
    order = np.array(sorted(range(len(names)), key=lambda place: (names[place], *xy[place])), dtype=np.int64)
    at = coordinates_of(points, what="points")
    if not order.size or not len(at):
        return pd.DataFrame({"place_zh": "", "place_en": "", "place_km": np.nan}, index=points.index)
    place, distance_m = _nearest(at, xy[order])
    chosen = [names[number] for number in order[place]]
    return pd.DataFrame(
        {
            "place_zh": [zh for zh, _ in chosen],
            "place_en": [en for _, en in chosen],
            "place_km": distance_m / 1000,
        },
        index=points.index,
    )


def _names(places: GeoDataFrame) -> list[tuple[str, str]]:
    """Chinese and English name of each place, each replaced by the other where it is blank."""
    columns = [str(column) for column in places.columns]
    missing = [f'column "{name}" is missing{did_you_mean(name, columns)}' for name in NAMES if name not in columns]
    if missing:
        raise LayerError("places", missing)
    pairs = [
        tuple("" if pd.isna(name) else str(name) for name in pair)
        for pair in zip(*(places[name] for name in NAMES), strict=True)
    ]
    nameless = [row for row, pair in enumerate(pairs, start=1) if not any(name.strip() for name in pair)]
    if nameless:
        raise LayerError("places", [f"no name in rows {listed(nameless)}; give name_zh or name_en"])
    return [(zh if zh.strip() else en, en if en.strip() else zh) for zh, en in pairs]


def _nearest(
    points: npt.NDArray[np.float64], places: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Index of the nearest place, the first of equals, and its distance in metres."""
    tree = cKDTree(places)
    reach_m = tree.query(points)[0]
    # The tree says how near the nearest is, but not which of several equals comes first.
    near = np.asarray(tree.query_ball_point(points, reach_m * (1 + 1e-9)), dtype=object)
    point = np.repeat(np.arange(len(points)), list(map(len, near)))
    place = np.fromiter(chain.from_iterable(near), dtype=np.int64, count=len(point))
    distance_m = np.hypot(*(points[point] - places[place]).T)
    order = np.lexsort((place, distance_m, point))
    first = order[np.unique(point[order], return_index=True)[1]]
    return place[first], distance_m[first]
