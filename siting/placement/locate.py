"""Locate stations without a study: layers of demand and sites in, chosen sites with proof out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geodata.errors import did_you_mean
from siting.document import validated
from siting.errors import StudyError
from siting.placement.answer import Answer
from siting.placement.models import MODELS
from siting.placement.question import Question
from siting.placement.ways import Cost


@dataclass(frozen=True, eq=False)
class Placement:
    """Chosen sites, who goes where, and how good that is proved to be.

    Parameters
    ----------
    objective
        Name of the model.
    status
        Outcome word: "optimal", "gap reached", "time limit", "infeasible" and so on.
    sites
        The chosen rows of the sites with all their columns and their index; ``points`` and ``weight`` say how many
        points go there, and how much of the weight. No rows without an answer.
    assignment
        ``demand`` and ``site`` (index labels of the layers), ``distance`` (metres, or what the table of distances
        holds), ``share`` of the point's weight, and a line. A point that no chosen site covers is not in it.
    value, bound, gap
        Objective, the best value that is proven possible, and their relative distance; None where there is none.
    words
        How it was found, or why there is no answer.
    """

    objective: str
    status: str
    sites: gpd.GeoDataFrame
    assignment: gpd.GeoDataFrame
    value: float | None
    bound: float | None
    gap: float | None
    words: str


def locate(
    demand: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    objective: str = "p_median",
    *,
    p: int | None = None,
    weight: str | Sequence[float] | None = None,
    standard_m: float | None = None,
    cost: Cost | None = None,
    **needs: Any,  # noqa: ANN401  (checked by model)
) -> Placement:
    """Answer a classic location question about two layers.

    Parameters
    ----------
    demand, sites
        Points (of areas a point inside) in one CRS in metres. Their index labels are the ids. The sites have no columns
        ``points`` and ``weight`` of their own, which the answer adds.
    objective
        max_cover, set_cover, partial_cover, backup_cover, gradual_cover, market_share, target_share, p_median,
        p_center, p_dispersion or capacitated_cost.
    p
        Number of sites: exactly so many in p_median, p_center and p_dispersion, at most in the others.
    weight
        Column of the demand, or a number for each row; 1 each without. p_center and p_dispersion look at places only.
    standard_m
        Farthest that counts, boundary included; in the unit of `cost` where that is given.
    cost
        Distances instead of straight lines: a table of demand × sites (infinite, or not stored, where too far), or
        `geodata.TravelTimes`, in seconds. p_dispersion spreads the sites in straight lines all the same.
    **needs
        What else the model takes. All: ``required`` and ``forbidden`` (labels of sites), ``gap``, ``time_limit_s``.
        Covering and market share: ``site_cost`` (column), with ``budget`` instead of p where the most is asked for.
        partial_cover, target_share: ``share``. backup_cover: ``all_once``. gradual_cover: ``steps``, a list of
        (standard, share). market_share, target_share: ``competitors`` (a layer), ``attraction`` (column of both),
        ``beta``, ``nearest_m``. capacitated_cost: ``capacity`` and ``fixed_cost`` (columns), ``cost_per_m``,
        ``single_source``.

    Raises
    ------
    StudyError
        With all that is wrong with what was asked.
    geodata.CrsError
        When a CRS is missing, not in metres, or not the same.
    solvers.ProblemError
        When numbers make no sense together, such as shares of steps that do not fall.
    """
    if objective not in MODELS:
        hint = did_you_mean(objective, MODELS)
        raise StudyError("objective", [f'"{objective}" is not known{hint}; use one of {", ".join(MODELS)}'])
    wishes = {"p": p, "standard_m": standard_m, **needs}
    given = {"demand": demand, "sites": sites, "weight": weight, "cost": cost}
    given |= {key: value for key, value in wishes.items() if value is not None}
    question = validated(MODELS[objective], given, f"locate {objective}")
    question.require_metres()
    answer = question.answer()
    found = answer.found
    return Placement(
        objective=objective,
        status=str(found.status),
        sites=_chosen(question, answer),
        assignment=_assignment(question, answer),
        value=found.value,
        bound=found.bound,
        gap=found.gap,
        words=found.words,
    )


def _chosen(question: Question, answer: Answer) -> gpd.GeoDataFrame:
    """Chosen sites with the number and the weight of those who go there."""
    chosen = np.zeros(0, dtype=np.int64) if answer.found.sites is None else answer.found.sites
    brought = question.weight[answer.point] * answer.share
    points, weight = (np.bincount(answer.site, what, len(question.sites)) for what in (None, brought))
    return question.sites.frame.iloc[chosen].assign(points=points[chosen], weight=weight[chosen])


def _assignment(question: Question, answer: Answer) -> gpd.GeoDataFrame:
    """Who goes where, with labels and lines, in the order of the demand and then of the sites."""
    demand, sites, point, site = question.demand, question.sites, answer.point, answer.site
    columns = {
        "demand": demand.frame.index.to_numpy()[point],
        "site": sites.frame.index.to_numpy()[site],
        "distance": question.ways.distances.of_pairs(point, site),
        "share": answer.share,
    }
    lines = shapely.linestrings(np.stack([demand.xy[point], sites.xy[site]], axis=1))
    return gpd.GeoDataFrame(columns, geometry=lines, crs=demand.frame.crs)
