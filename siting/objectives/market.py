"""Who wins whom: demand split among open stations and competitors by attraction over travel time (Huff 1964)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geodata import as_points
from geodata.columns import number_column
from siting.travel import times_between

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries

    from siting.area import Area
    from siting.assemble import Assembly
    from siting.objectives.settings import Market
    from siting.study import Study

Floats = NDArray[np.float64]


def competitors(study: "Study", area: "Area", objective: "Market") -> tuple["GeoDataFrame", Floats]:
    """Competitors as points, and what attracts to each of them.

    Raises
    ------
    geodata.LayerError
        When a number is missing or negative.
    """
    layer = as_points(area.layers.frames[objective.competitors])
    column = objective.competitor_attraction_column
    if column is None:
        return layer, np.ones(len(layer))
    source = str(study.path_of(study.layers[objective.competitors].path))
    return layer, number_column(layer, column, source=source, minimum=0.0)


def rival_attraction(
    study: "Study", area: "Area", objective: "Market", places: "GeoSeries", row_place: NDArray[np.int64], vehicle: str
) -> Floats:
    """Attraction of all competitors together on each demand row, shape (I,)."""
    layer, pull = competitors(study, area, objective)
    cutoff_s = objective.standard_min * 60.0
    times = times_between(study, area, places, layer.geometry, cutoff_s, [vehicle])[vehicle]
    each = pull[times.site] * objective.pull(times.time_s / 60.0)
    by_place = np.bincount(times.demand, weights=each, minlength=len(places)).astype(np.float64)
    return by_place[row_place]


def pair_attraction(objective: "Market", assembly: "Assembly") -> Floats:
    """Attraction of each pair's option on its row, shape (K,)."""
    own = assembly.options["type"].map(lambda name: objective.attraction.get(name, 1.0)).to_numpy(dtype=np.float64)
    problem = assembly.problem
    found: Floats = own[problem.pair_option] * objective.pull(problem.pair_time_s / 60.0)
    return found


def shares_won(objective: "Market", assembly: "Assembly", modules: NDArray[np.int64]) -> Floats:
    """Share of its row that each pair wins with some options open, shape (K,)."""
    problem = assembly.problem
    drawn = np.where(modules[problem.pair_option] > 0, pair_attraction(objective, assembly), 0.0)
    both = np.bincount(problem.pair_row, weights=drawn, minlength=problem.n_rows) + assembly.rival
    return np.divide(drawn, both[problem.pair_row], out=np.zeros_like(drawn), where=drawn > 0)
