"""Stations that stood already and were closed, and why."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np

from siting.answer import Answer, Integers
from solvers import Limit, Solution

_ROOM = 1e-6


def closed_table(answer: Answer, limits: Sequence[Limit]) -> gpd.GeoDataFrame:
    """List the closed stations, by id.

    Returns
    -------
    closed
        facility_id, site_id, type, modules (that stood there), district, place_zh, place_en, place_km,
        closing_cost_cny, reason_zh, reason_en, point.
    """
    options = answer.assembly.options
    closed = np.flatnonzero((answer.modules == 0) & options["closable"].to_numpy(dtype=bool))
    chosen = options.iloc[closed].reset_index(drop=True)
    sites = answer.assembly.sites.frame.iloc[chosen["site"]].reset_index(drop=True)
    broken = [_broken(answer, limits, int(option)) for option in closed]
    frame = chosen[["facility_id", "site_id", "type"]].assign(
        modules=chosen["base_modules"],
        **{name: sites[name] for name in ("district", "place_zh", "place_en", "place_km")},
        closing_cost_cny=chosen["closing_cost"],
        reason_zh=[
            f"关闭：保留它会违反 {'、'.join(names)}。" if names else "关闭：没有需求需要它。" for names in broken
        ],
        reason_en=[
            f"Closed: kept, it would break {', '.join(names)}." if names else "Closed: no demand needs it."
            for names in broken
        ],
    )
    located = gpd.GeoDataFrame(frame, geometry=sites.geometry, crs=answer.assembly.sites.frame.crs)
    return located.sort_values("facility_id", ignore_index=True)


def _broken(answer: Answer, limits: Sequence[Limit], option: int) -> list[str]:
    """Names of the limits that the answer would no longer keep to if a closed station stayed open."""
    problem = answer.assembly.problem
    modules: Integers = answer.modules.copy()
    modules[option] = problem.min_modules[option]
    kept = Solution(modules, answer.solution.share, (), "", 0)
    names = []
    for limit in limits:
        value, (low, high) = limit.value(problem, kept), limit.bounds(problem)
        room = _ROOM * np.maximum(1.0, np.abs(value))
        if np.any((value < low - room) | (value > high + room)):
            names.append(limit.name)
    return names
