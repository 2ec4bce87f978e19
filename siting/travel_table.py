"""Travel times between two layers on roads, as a table for other programs and a report for people."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import LayerError, TravelTimes, as_points, read_layer, unique_ids
from geodata.crs import CrsInput, metric_crs_for
from geodata.errors import listed
from geodata.roads import (
    PROFILES,
    SPEEDS,
    RoadNetwork,
    TravelReport,
    TravelRules,
    Work,
    cached_road_times,
    read_roads,
    road_times,
)

FORMATS: Final = (".csv", ".parquet")
"""Kinds of file that a table can be written to."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FAR_DEG: Final = 3.0  # from the middle of all points: farther than any study is wide
_NEAR_M: Final = 200.0  # between points closer than this the way to the road decides, and not the road


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file of points or roads: its layer where it has several, its CRS where it states none, its column of ids."""

    path: Path
    layer: str | None = None
    crs: str | None = None
    id_column: str | None = None


@dataclass(frozen=True, kw_only=True)
class Driving:
    """Who drives, and how fast: class of vehicle, country of the speeds, share of the free speed."""

    vehicle: str = "car"
    speeds: str = "CN"
    speed_share: float = 1.0


@dataclass(frozen=True, eq=False, kw_only=True)
class TravelTable:
    """Travel times between the rows of two layers.

    Parameters
    ----------
    table
        demand, site (ids), time_s, distance_m; sorted as the rows of the files.
    times, report
        As `road_times` gives them.
    network
        The roads.
    demand, sites
        Points with ids, in the network's CRS.
    astray
        Ids of points that are far from all others, and have no say in the choice of the CRS.
    crs_reason
        Why that CRS was chosen.
    """

    table: pd.DataFrame
    times: TravelTimes
    report: TravelReport
    network: RoadNetwork
    demand: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    astray: tuple[str, ...]
    crs_reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        straight_m = _apart_m(self.demand, self.times.demand, self.sites, self.times.site)
        far = straight_m >= _NEAR_M
        detour, kmh = self.times.distance_m[far] / straight_m[far], 3.6 * self.times.distance_m[far]
        return {
            "method": self.times.method,
            "crs": self.network.crs.to_string(),
            "crs_reason": self.crs_reason,
            "roads": self.network.report.to_dict(),
            "pairs": len(self.times),
            "astray": list(self.astray),
            "advice": list(self._advice()),
            "demand": _points(self.demand, self.report.demand_access_m, self.report.unreached_demand),
            "sites": _points(self.sites, self.report.site_access_m, self.report.unreached_sites),
            "median_detour_factor": _median(detour),
            "median_speed_kmh": _median(kmh / self.times.time_s[far]),
        }

    def _advice(self) -> Iterator[str]:
        """What should be looked at before the table is used."""
        if self.astray:
            yield f"points more than {_FAR_DEG:g} degrees from the others, likely wrong: {listed(self.astray)}"
        lost = self.report.unreached_demand, self.report.unreached_sites
        for name, frame, unreached in (("demand", self.demand, lost[0]), ("sites", self.sites, lost[1])):
            if 2 * len(unreached) > len(frame):
                yield f"most {name} have no pair: check their CRS and datum, the roads' area, --minutes and --reach-m"


def travel_table(
    roads: Source,
    demand: Source,
    sites: Source,
    *,
    driving: Driving,
    rules: TravelRules,
    crs: CrsInput = None,
    cache: Path | None = None,
    work: Work,
) -> TravelTable:
    """Travel times between the rows of two layers.

    Parameters
    ----------
    roads, demand, sites
        Where roads, and the points at both ends, are read from; polygons stand for a point in them.
    driving, rules, work
        Who drives, what is asked, and how the search goes about it.
    crs
        Metric system to compute in; by default the zone that suits the points.
    cache
        Folder in which times are kept under a hash of roads, points and rules.

    Raises
    ------
    LayerError, CrsError, TravelStoppedError
        When a file does not fit, or `work` says stop.
    """
    ends = [_read(source) for source in (demand, sites)]
    together = _together(ends)
    near = _near(together)
    metric, reason = (crs, f"{crs}, as asked") if crs is not None else metric_crs_for(together[near])
    starts, goals = (frame.to_crs(metric) for frame in ends)
    network = read_roads(
        roads.path, crs=metric, profile=PROFILES[driving.vehicle], speeds=SPEEDS[driving.speeds], layer=roads.layer,
        source_crs=roads.crs,
    )  # fmt: skip
    if driving.speed_share != 1.0:
        network = network.with_speeds({}, period="asked for", otherwise=driving.speed_share)
    question = network, starts.geometry, goals.geometry
    if cache is None:
        times, report = road_times(*question, rules, work=work)
    else:
        times, report = cached_road_times(cache, *question, rules, work=work)
    table = pd.DataFrame(
        {
            "demand": starts["id"].to_numpy()[times.demand],
            "site": goals["id"].to_numpy()[times.site],
            "time_s": times.time_s,
            "distance_m": times.distance_m,
        }
    )
    ids = np.concatenate([frame["id"].to_numpy() for frame in ends])
    return TravelTable(
        table=table, times=times, report=report, network=network, demand=starts, sites=goals,
        astray=tuple(ids[~near].tolist()), crs_reason=reason,
    )  # fmt: skip


def check_target(path: Path) -> None:
    """Refuse a file that a table cannot be written to, before anything is computed.

    Raises
    ------
    LayerError
        When the name says neither CSV nor Parquet, the folder does not exist, or Parquet needs a package.
    """
    if path.suffix.lower() not in FORMATS:
        raise LayerError(str(path), [f"cannot write this kind of file; end the name with {' or '.join(FORMATS)}"])
    if not path.parent.is_dir():
        raise LayerError(str(path), ["the folder does not exist; make it first"])
    if path.suffix.lower() == ".parquet" and find_spec("pyarrow") is None:
        raise LayerError(str(path), ['Parquet files need pyarrow; install "siting[parquet]"'])


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet, beside its place first."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        beside = Path(folder) / path.name
        if path.suffix.lower() == ".csv":
            table.round({"time_s": 3, "distance_m": 3}).to_csv(beside, index=False)
        else:
            table.to_parquet(beside, index=False)
        beside.replace(path)


def travel_text(told: TravelTable, where: str) -> str:
    """The story of a table, for people."""
    return "\n".join(_lines(told, where))


def _lines(told: TravelTable, where: str) -> Iterator[str]:
    facts, roads = told.to_dict(), told.network.report
    yield f"{facts['pairs']:,} pairs in {where}"
    yield f"  method: {facts['method']}"
    yield f"  CRS: {facts['crs_reason']}"
    left = ", ".join(f"{reason}: {count:,}" for reason, count in roads.excluded.items())
    yield f"  roads: {roads.ways_kept:,} of {roads.ways_read:,} ways" + (f" (not driven on: {left})" if left else "")
    yield f"  network: {roads.nodes:,} nodes; {roads.km_outside:,.1f} km are not joined to it and were left out"
    yield from _end_lines("demand", facts["demand"], told.demand, told.report.unreached_demand)
    yield from _end_lines("sites", facts["sites"], told.sites, told.report.unreached_sites)
    if facts["median_detour_factor"] is not None:
        factor, kmh = facts["median_detour_factor"], facts["median_speed_kmh"]
        yield f"  median of the pairs: {factor:.2f} times the straight line, {kmh:.0f} km/h door to door"
    yield from (f"  to do: {advice}" for advice in facts["advice"])


def _end_lines(name: str, facts: dict[str, Any], frame: gpd.GeoDataFrame, unreached: Integers) -> Iterator[str]:
    """How the points of one end lie to the roads, and which of them found nothing."""
    yield (
        f"  {name}: {facts['points']:,} points, from the nearest road {facts['median_access_m']:,.0f} m (median), "
        f"{facts['longest_access_m']:,.0f} m (most)"
    )
    if len(unreached):
        yield f"    {len(unreached):,} without any pair: {listed(frame['id'].to_numpy()[unreached])}"


def _read(source: Source) -> gpd.GeoDataFrame:
    """Points with ids."""
    frame = as_points(read_layer(source.path, layer=source.layer, crs=source.crs))
    column = source.id_column or ("id" if "id" in frame.columns else None)
    return frame.assign(id=unique_ids(frame, column, source=str(source.path), prefix="row"))[["id", "geometry"]]


def _together(frames: list[gpd.GeoDataFrame]) -> gpd.GeoSeries:
    degrees = [frame.geometry.to_crs("EPSG:4326") for frame in frames]
    return gpd.GeoSeries(pd.concat(degrees, ignore_index=True), crs="EPSG:4326")


def _near(points: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Points that are not far from the middle one: a single wrong position must not choose the system for all."""
    near = np.ones(len(points), dtype=np.bool_)
    for axis in (points.x.to_numpy(), points.y.to_numpy()):
        near &= np.abs(axis - np.median(axis)) <= _FAR_DEG
    return near


def _points(frame: gpd.GeoDataFrame, access_m: Floats, unreached: Integers) -> dict[str, Any]:
    return {
        "points": len(frame),
        "median_access_m": round(float(np.median(access_m)), 1),
        "longest_access_m": round(float(np.max(access_m)), 1),
        "unreached": len(unreached),
    }


def _apart_m(begin: gpd.GeoDataFrame, row: Integers, end: gpd.GeoDataFrame, other: Integers) -> Floats:
    """Straight distances of pairs of rows, shape (K,)."""
    here, there = begin.geometry, end.geometry
    apart: Floats = np.hypot(
        here.x.to_numpy()[row] - there.x.to_numpy()[other], here.y.to_numpy()[row] - there.y.to_numpy()[other]
    )
    return apart


def _median(values: Floats) -> float | None:
    return round(float(np.median(values)), 3) if len(values) else None
