"""Travel between demand and sites, as the pairs within a cutoff: a pair that is absent is farther away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from geopandas import GeoSeries
from scipy.spatial import cKDTree

from geodata.crs import same_metric
from geodata.points import coordinates_of

HALF_WAY_S_KMH_PER_M = 1.8
"""Seconds for half of a metre at 1 km/h: 0.5 x 3600 / 1000."""

ROUNDING = 1 + 1e-9
"""A time this much above a limit differs from it by how its product was rounded, and is at the limit."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TravelTimes:
    """Pairs of a demand row and a site, sorted by both, no pair twice.

    Parameters
    ----------
    demand
        Row of the origin, counted from 0.
    site
        Row of the site, counted from 0.
    time_s
        Travel time in seconds, at most the cutoff; 0 is a real value.
    distance_m
        Distance travelled in metres.
    cutoff_s
        Longest time looked for, in seconds. A pair that is absent is farther away.
    method
        How the times were obtained, to be stated with every result.

    Raises
    ------
    ValueError
        When the arrays differ in length, a pair is repeated or out of order, or a value is negative, not finite or
        beyond the cutoff.
    """

    demand: npt.NDArray[np.int64]
    site: npt.NDArray[np.int64]
    time_s: npt.NDArray[np.float64]
    distance_m: npt.NDArray[np.float64]
    cutoff_s: float
    method: str

    def __post_init__(self) -> None:
        for name, kind in (("demand", np.int64), ("site", np.int64), ("time_s", float), ("distance_m", float)):
            object.__setattr__(self, name, _frozen(getattr(self, name), kind))
        if len({array.shape for array in (self.demand, self.site, self.time_s, self.distance_m)}) != 1:
            raise ValueError("Expected demand, site, time_s and distance_m of equal length.")
        if len(self) and min(self.demand.min(), self.site.min()) < 0:
            raise ValueError("Expected row numbers >= 0.")
        farther = self.demand[1:] == self.demand[:-1]
        farther &= self.site[1:] > self.site[:-1]
        farther |= self.demand[1:] > self.demand[:-1]
        if not farther.all():
            raise ValueError("Expected pairs sorted by demand and site, without repeats.")
        if not ((self.time_s >= 0) & (self.time_s <= self.cutoff_s)).all():
            raise ValueError(f"Expected 0 <= time_s <= cutoff_s = {self.cutoff_s}.")
        if not ((self.distance_m >= 0) & np.isfinite(self.distance_m)).all():
            raise ValueError("Expected finite distance_m >= 0.")

    def __len__(self) -> int:
        return len(self.demand)

    def unreached(self, n_demand: int) -> npt.NDArray[np.int64]:
        """Demand rows without any site within the cutoff.

        Parameters
        ----------
        n_demand
            Number of demand rows.

        Returns
        -------
        rows
            Their row numbers, ascending.
        """
        return np.setdiff1d(np.arange(n_demand), self.demand)


def straight_line_times(
    origins: GeoSeries,
    sites: GeoSeries,
    *,
    cutoff_s: float,
    detour_factor: float,
    origin_speed_kmh: npt.ArrayLike,
    site_speed_kmh: npt.ArrayLike,
) -> TravelTimes:
    """Travel times within a cutoff, from the straight line lengthened by a detour factor.

    Half of the way is driven at the speed of the origin and half at that of the site, so both directions are equal:
    ``time_s = distance_m * (1.8 / origin_speed_kmh + 1.8 / site_speed_kmh)``, where 1.8 is 0.5 x 3.6.

    Parameters
    ----------
    origins, sites
        Points in one metric CRS.
    cutoff_s
        Longest time to keep, in seconds, itself included, whatever multiplying rounds it to.
    detour_factor
        Way on roads divided by the straight line, at least 1.
    origin_speed_kmh, site_speed_kmh
        Speed around each point, or one speed for all, in km/h.

    Raises
    ------
    CrsError, LayerError, ValueError
        When the CRS differ or are not metric; a geometry is not a point; a number is out of its range.
    """
    same_metric(origins.crs, sites.crs, what="origins and sites")
    from_xy, to_xy = coordinates_of(origins, what="origins"), coordinates_of(sites, what="sites")
    _require_least(0, cutoff_s=cutoff_s)
    _require_least(1, detour_factor=detour_factor)
    pace_from = HALF_WAY_S_KMH_PER_M / _speeds(origin_speed_kmh, len(from_xy), name="origin_speed_kmh")
    pace_to = HALF_WAY_S_KMH_PER_M / _speeds(site_speed_kmh, len(to_xy), name="site_speed_kmh")
    demand, site, straight_m = _within(from_xy, to_xy, cutoff_s / detour_factor, pace_from, pace_to)
    distance_m = detour_factor * straight_m
    time_s = distance_m * (pace_from[demand] + pace_to[site])
    kept = time_s <= cutoff_s * ROUNDING
    return TravelTimes(
        demand=demand[kept],
        site=site[kept],
        time_s=np.minimum(time_s[kept], cutoff_s),
        distance_m=distance_m[kept],
        cutoff_s=float(cutoff_s),
        method=_method(detour_factor, origin_speed_kmh, site_speed_kmh),
    )


def speeds_kmh(
    districts_of_points: Sequence[str | None] | npt.NDArray[np.object_],
    by_district: Mapping[str, float],
    default: float,
) -> npt.NDArray[np.float64]:
    """Speed at each point from the district in which it lies.

    Parameters
    ----------
    districts_of_points
        Name of the district per point; None or a name without a speed takes the default.
    by_district
        Speed in km/h by name of district.
    default
        Speed in km/h elsewhere.

    Returns
    -------
    speeds
        In km/h, one per point.

    Raises
    ------
    ValueError
        When a speed is not positive.
    """
    for name, speed in [*by_district.items(), ("elsewhere", default)]:
        if not (np.isfinite(speed) and speed > 0):
            raise ValueError(f"Expected a speed > 0 km/h for {name}, found {speed}.")
    return np.array(
        [default if name is None else by_district.get(name, default) for name in districts_of_points], float
    )


def _frozen(values: npt.ArrayLike, kind: npt.DTypeLike) -> npt.NDArray[Any]:
    """A read-only array of a kind; one that owns its memory and cannot be written to is taken as it is."""
    if isinstance(values, np.ndarray) and values.dtype == kind and values.flags.owndata and not values.flags.writeable:
        return values
    array = np.array(values, dtype=kind)
    array.setflags(write=False)
    return array


def _require_least(least: float, **values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value >= least):
            raise ValueError(f"Expected {name} >= {least}, found {value}.")


def _within(
    origins: npt.NDArray[np.float64],
    sites: npt.NDArray[np.float64],
    straight_s: float,
    pace_from: npt.NDArray[np.float64],
    pace_to: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Rows of origins and sites that may be near enough, sorted by both, and their distance in a straight line in m."""
    # Wide enough for the fastest site, and a little wider, so that the boundary is decided once, by the exact time.
    reach_m = straight_s / (pace_from + pace_to.min(initial=np.inf)) * ROUNDING**2
    near = cKDTree(sites).query_ball_point(origins, reach_m, return_sorted=True)
    counts = np.fromiter(map(len, near), dtype=np.int64, count=len(near))
    origin = np.repeat(np.arange(len(origins)), counts)
    site = np.fromiter(chain.from_iterable(near), dtype=np.int64, count=int(counts.sum()))
    return origin, site, np.hypot(*(origins[origin] - sites[site]).T)


def _speeds(speed_kmh: npt.ArrayLike, count: int, *, name: str) -> npt.NDArray[np.float64]:
    speeds = np.broadcast_to(np.asarray(speed_kmh, dtype=float), (count,))
    if not (np.isfinite(speeds) & (speeds > 0)).all():
        raise ValueError(f"Expected {name} > 0 at every point.")
    return speeds


def _method(detour_factor: float, *speeds_kmh: npt.ArrayLike) -> str:
    """The sentence about the method that accompanies the times."""
    all_kmh = np.concatenate([np.ravel(np.asarray(speeds, dtype=float)) for speeds in speeds_kmh])
    if not all_kmh.size:
        return f"straight line x detour factor {detour_factor:g}"
    low, high = float(all_kmh.min()), float(all_kmh.max())
    span = f"{low:g} km/h" if low == high else f"{low:g} to {high:g} km/h"
    return f"straight line x detour factor {detour_factor:g}, half of the way at the speed of each end ({span})"
