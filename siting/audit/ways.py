"""Minutes and kilometres between places, computed apart from the travel times that a study was solved with."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from siting.area import Area
from siting.area_settings import Roads
from siting.audit.chart import Chart, Integers, Search, chart_of
from siting.audit.sentences import EXACT, Floats


class Ways(Protocol):
    """How far places are from each other; places are tables with x, y (m) and speed (km/h)."""

    exact: ClassVar[float]
    """Relative tolerance within which two computations agree, of minutes and kilometres."""

    def between(self, places: pd.DataFrame, sites: pd.DataFrame, vehicle: str) -> Floats:
        """Minutes from every place to every site, shape (places, sites); infinite beyond all standards."""

    def each(self, begin: pd.DataFrame, end: pd.DataFrame, vehicle: str) -> tuple[Floats, Floats]:
        """Minutes and kilometres from the places of a table to those of another, row by row."""


def ways_of(area: Area) -> Ways:
    """Return the ways of a study, as it sets them."""
    roads = area.study.travel.on_roads
    if roads is None:
        return StraightWays(area.study.travel.detour_factor)
    offers = (offer for kind in area.study.catalogue.root.values() for offer in kind.services.values())
    lines = area.study.chosen_plan.must_serve.values()
    longest = max([*(offer.standard_min for offer in offers), *(line.standard_min for line in lines)])
    # What is at the longest standard to the digit must be found.
    return RoadWays(area, roads, longest * (1 + RoadWays.exact))


@dataclass(frozen=True)
class StraightWays:
    """Straight lines × detour factor; half of the way at the speed of each end."""

    detour_factor: float
    exact: ClassVar[float] = EXACT

    def between(self, places: pd.DataFrame, sites: pd.DataFrame, vehicle: str) -> Floats:
        """Minutes from every place to every site."""
        apart = [np.subtract.outer(_column(places, name), _column(sites, name)) for name in ("x", "y")]
        return self._minutes(np.hypot(*apart), _column(places, "speed")[:, None], _column(sites, "speed")[None, :])[0]

    def each(self, begin: pd.DataFrame, end: pd.DataFrame, vehicle: str) -> tuple[Floats, Floats]:
        """Minutes and kilometres, row by row."""
        straight = np.hypot(_column(begin, "x") - _column(end, "x"), _column(begin, "y") - _column(end, "y"))
        return self._minutes(straight, _column(begin, "speed"), _column(end, "speed"))

    def _minutes(self, straight_m: Floats, begin_kmh: Floats, end_kmh: Floats) -> tuple[Floats, Floats]:
        km = straight_m / 1000.0 * self.detour_factor
        return 60.0 * (km / 2.0 / begin_kmh + km / 2.0 / end_kmh), km


@dataclass(frozen=True, eq=False)
class RoadWays:
    """Fastest ways on roads, by Dijkstra's algorithm (1959) in scipy over every node and every point.

    Parameters
    ----------
    area
        Gives the roads of a class of vehicle.
    roads
        How points come to them.
    longest_min
        Ways that take longer are not looked for.
    """

    area: Area
    roads: Roads
    longest_min: float
    # Times that were solved with are sums of whole numbers of half microseconds: a thousand arcs are off by a quarter
    # of a millisecond, 4e-6 of a minute.
    exact: ClassVar[float] = 1e-5

    def between(self, places: pd.DataFrame, sites: pd.DataFrame, vehicle: str) -> Floats:
        """Minutes from every place to every site."""
        chart, begin, end = self._chart(places, sites, vehicle)
        if len(places) < len(sites):
            return _minutes(chart.turned(), end, begin, self.longest_min).T
        return _minutes(chart, begin, end, self.longest_min)

    def each(self, begin: pd.DataFrame, end: pd.DataFrame, vehicle: str) -> tuple[Floats, Floats]:
        """Minutes and kilometres, row by row."""
        chart, starts, goals = self._chart(begin, end, vehicle)
        search = Search.of(chart, self.longest_min)
        minutes, km = np.full(len(begin), np.inf), np.full(len(begin), np.inf)
        for goal in np.unique(goals):
            rows = np.flatnonzero(goals == goal)
            seconds, metres = search.to(int(goal))
            minutes[rows] = (seconds[starts[rows]] + chart.access_s[starts[rows]] + chart.access_s[goal]) / 60
            km[rows] = (metres[starts[rows]] + chart.access_m[starts[rows]] + chart.access_m[goal]) / 1000
        return minutes, km

    def _chart(self, begin: pd.DataFrame, end: pd.DataFrame, vehicle: str) -> tuple[Chart, Integers, Integers]:
        """The roads with the distinct positions of both tables, and the point of each row."""
        xy = np.concatenate([table[["x", "y"]].to_numpy(dtype=np.float64) for table in (begin, end)])
        distinct, point = np.unique(xy, axis=0, return_inverse=True)
        chart = chart_of(self.area.roads(vehicle), distinct, self.roads)
        starts, goals = np.split(point.reshape(-1).astype(np.int64), [len(begin)])
        return chart, starts, goals


def _minutes(chart: Chart, starts: Integers, goals: Integers, longest_min: float) -> Floats:
    """Minutes from every start to every goal."""
    search = Search.of(chart, longest_min)
    minutes = np.empty((len(starts), len(goals)))
    for goal in np.unique(goals):
        seconds = search.to(int(goal))[0][starts] + chart.access_s[starts] + chart.access_s[goal]
        minutes[:, goals == goal] = seconds[:, None] / 60
    return minutes


def _column(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=np.float64)
