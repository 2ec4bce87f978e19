"""How far apart stations are, in a straight line."""

import numpy as np
from geopandas import GeoSeries
from numpy.typing import NDArray


def apart_m(points: GeoSeries) -> NDArray[np.float64]:
    """Distance of each point to each, metres, shape (N, N)."""
    x, y = points.x.to_numpy(), points.y.to_numpy()
    distance_m: NDArray[np.float64] = np.hypot(np.subtract.outer(x, x), np.subtract.outer(y, y))
    return distance_m
