"""Locate stations without a study: layers of demand and sites in, chosen sites with proof out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from siting.placement.given import check_layers, refuse_bad_weights, weights_of
from siting.placement.models import Answer, Asked, answer_of
from siting.placement.ways import Cost, Ways
from solvers import Effort


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
        points go there, and how much of the weight, in place of columns of these names. No rows without an answer.
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
        Points (of areas a point inside) in one CRS in metres. Their index labels are the ids.
    objective
        max_cover, set_cover, partial_cover, backup_cover, gradual_cover, market_share, target_share, p_median,
        p_center, p_dispersion or capacitated_cost.
    p
        Number of sites: exactly so many in p_median, p_center and p_dispersion, at most in the others.
    weight
        Column of the demand, or a number for each row; 1 each without. It is no part of the question in p_center,
        where every row counts alike, and in p_dispersion.
    standard_m
        Farthest that counts, boundary included; in the unit of `cost` where that is given.
    cost
        Distances instead of straight lines: a table of demand × sites (infinite, or not stored, where too far), or
        `geodata.TravelTimes`, in seconds.
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
        When numbers make no sense.
    """
    check_layers(demand=demand, sites=sites)
    weights = weights_of(demand, weight)
    refuse_bad_weights(weights, demand.index)
    given = {"p": p, "standard_m": standard_m, **needs}
    ways = Ways.of(demand, sites, cost)
    asked = Asked.of(objective, demand, sites, ways, {key: value for key, value in given.items() if value is not None})
    effort = Effort(gap=float(needs.get("gap") or 0.0), time_limit_s=needs.get("time_limit_s"))
    answer = answer_of(asked, weights, effort)
    table, chosen = _assignment(demand, sites, ways, answer), sites.iloc[[] if answer.sites is None else answer.sites]
    going = weights[demand.index.get_indexer(table["demand"])] * table["share"]
    return Placement(
        objective=objective,
        status=str(answer.status),
        sites=chosen.assign(
            points=table.groupby("site").size().reindex(chosen.index, fill_value=0),
            weight=going.groupby(table["site"]).sum().reindex(chosen.index, fill_value=0.0),
        ),
        assignment=table,
        value=answer.value,
        bound=answer.bound,
        gap=answer.gap,
        words=answer.words,
    )


def _assignment(demand: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, ways: Ways, answer: Answer) -> gpd.GeoDataFrame:
    """Who goes where, with labels and lines, in the order of the demand and then of the sites."""
    point, site = answer.point, answer.site
    distance = ways.distances.of_pairs(point, site) if len(point) else np.zeros(0)
    frame = pd.DataFrame(
        {
            "demand": demand.index.to_numpy()[point],
            "site": sites.index.to_numpy()[site],
            "distance": distance,
            "share": answer.share,
        }
    )
    ends = np.stack([ways.points[point], ways.sites[site]], axis=1)
    return gpd.GeoDataFrame(frame, geometry=shapely.linestrings(ends), crs=demand.crs)
