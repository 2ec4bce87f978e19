"""Competitors of a market: where they stand, and what attracts to them."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geodata import as_points
from geodata.columns import number_column
from siting.travel import times_between

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from siting.area import Area
    from siting.objectives.settings import Market
    from siting.study import Study

Floats = NDArray[np.float64]


def rival_attraction(
    study: "Study", area: "Area", objective: "Market", places: "GeoSeries", row_place: NDArray[np.int64], vehicle: str
) -> Floats:
    """Attraction of all competitors together on each demand row, shape (I,).

    Raises
    ------
    geodata.LayerError
        When a competitor's number is missing or negative.
    """
    layer, pull = _competitors(study, area, objective)
    cutoff_s = objective.standard_min * 60.0
    times = times_between(study, area, places, layer.geometry, cutoff_s, [vehicle], what="competitor")[vehicle]
    each = pull[times.site] * objective.pull(times.time_s / 60.0)
    by_place = np.bincount(times.demand, weights=each, minlength=len(places)).astype(np.float64)
    return by_place[row_place]


def _competitors(study: "Study", area: "Area", objective: "Market") -> tuple["GeoDataFrame", Floats]:
    """Competitors as points, and what attracts to each of them."""
    layer = as_points(area.layers.frames[objective.competitors])
    column = objective.competitor_attraction_column
    if column is None:
        return layer, np.ones(len(layer))
    source = str(study.path_of(study.layers[objective.competitors].path))
    return layer, number_column(layer, column, source=source, minimum=0.0)
