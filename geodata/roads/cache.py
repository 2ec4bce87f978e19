"""Travel times kept between runs, under a hash of everything that they follow from."""

import hashlib
import json
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from geopandas import GeoSeries

from geodata.crs import same_metric
from geodata.points import coordinates_of
from geodata.roads.network import RoadNetwork
from geodata.roads.question import TravelReport
from geodata.roads.rules import TravelRules
from geodata.roads.times import method_of, road_times
from geodata.roads.work import Work
from geodata.travel import TravelTimes

FORMAT = 1
"""Raised whenever the same question would be answered otherwise."""

_TIMES = ("demand", "site", "time_s", "distance_m")
_REPORT = ("demand_access_m", "site_access_m", "unreached_demand", "unreached_sites")


def cached_road_times(
    folder: str | Path,
    network: RoadNetwork,
    demand: GeoSeries,
    sites: GeoSeries,
    rules: TravelRules,
    *,
    work: Work | None = None,
) -> tuple[TravelTimes, TravelReport]:
    """Travel times as `road_times` finds them, or as it found them before.

    Parameters
    ----------
    folder
        Where answers are kept, one file each, named after the hash of the question; made when it is not there. A file
        that cannot be read is computed anew.
    network, demand, sites, rules, work
        As of `road_times`.

    Returns
    -------
    times, report
        As of `road_times`.

    Raises
    ------
    CrsError, LayerError, TravelStoppedError
        As of `road_times`.
    """
    kept = Path(folder) / f"{question_hash(network, demand, sites, rules)}.npz"
    known = _read(kept, rules, method_of(network, rules))
    if known is not None:
        return known
    times, report = road_times(network, demand, sites, rules, work=work)
    _write(kept, times, report)
    return times, report


def question_hash(network: RoadNetwork, demand: GeoSeries, sites: GeoSeries, rules: TravelRules) -> str:
    """A hash of the roads, the points and the rules, but not of the provenance, from which no time follows.

    Parameters
    ----------
    network, demand, sites, rules
        As of `road_times`.

    Returns
    -------
    digest
        SHA-256 in hexadecimal digits.

    Raises
    ------
    CrsError, LayerError
        As of `road_times`.
    """
    for frame, what in ((demand, "demand"), (sites, "sites")):
        same_metric(frame.crs, network.crs, what=f"{what} and roads")
    digest = hashlib.sha256(json.dumps([FORMAT, asdict(rules), network.crs.to_wkt()]).encode())
    points = [coordinates_of(demand, what="demand"), coordinates_of(sites, what="sites")]
    roads = (network.x, network.y, network.first, network.head, network.length_m, network.time_s)
    arrays: list[npt.NDArray[Any]] = [*roads, *points]
    for array in arrays:
        digest.update(str(array.shape).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _read(kept: Path, rules: TravelRules, method: str) -> tuple[TravelTimes, TravelReport] | None:
    """The answer that is kept, or None."""
    try:
        with kept.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            told: dict[str, Any] = {name: arrays[name] for name in (*_TIMES, *_REPORT)}
        times = TravelTimes(**{name: told[name] for name in _TIMES}, cutoff_s=float(rules.cutoff_s), method=method)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return times, TravelReport(**{name: told[name] for name in _REPORT}, pairs=len(times))


def _write(kept: Path, times: TravelTimes, report: TravelReport) -> None:
    """Write the answer beside its place, then put it there: a file that is there is whole."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(times, name) for name in _TIMES} | {name: getattr(report, name) for name in _REPORT}
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".writing-") as folder:
        beside = Path(folder) / kept.name
        np.savez(beside, **arrays)
        beside.replace(kept)
