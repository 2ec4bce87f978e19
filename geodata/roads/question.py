"""Demand and sites on a network, and the pairs between them, whichever side the searches begin from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from geopandas import GeoSeries

from geodata.crs import same_metric
from geodata.points import coordinates_of
from geodata.roads.graph import Graph, junctions_of
from geodata.roads.network import RoadNetwork
from geodata.roads.rules import TravelRules
from geodata.roads.snapping import Places, places_of, snap
from geodata.roads.work import Work


class Pairs(NamedTuple):
    """Pairs of a demand row and a site."""

    demand: npt.NDArray[np.integer]
    site: npt.NDArray[np.integer]
    time_s: npt.NDArray[np.float64]
    distance_m: npt.NDArray[np.float64]

    def rows(self, rows: npt.NDArray[np.integer]) -> "Pairs":
        """Return some of the pairs, in the order of `rows`."""
        return Pairs(self.demand[rows], self.site[rows], self.time_s[rows], self.distance_m[rows])


NO_PAIRS = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0), np.zeros(0))


@dataclass(frozen=True, eq=False, kw_only=True)
class TravelReport:
    """How the points lie to the network, and which of them found nothing.

    Parameters
    ----------
    demand_access_m, site_access_m
        Straight distance from each point to the nearest road, also beyond the reach.
    unreached_demand, unreached_sites
        Rows without any pair within the cutoff, ascending.
    pairs
        Number of pairs.
    """

    demand_access_m: npt.NDArray[np.float64]
    site_access_m: npt.NDArray[np.float64]
    unreached_demand: npt.NDArray[np.int64]
    unreached_sites: npt.NDArray[np.int64]
    pairs: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Question:
    """Demand and sites, brought onto the graph of junctions of a network.

    Parameters
    ----------
    graph
        The graph of junctions, in the direction of travel from demand to site.
    demand, sites
        Places on it.
    rules
        What is asked.
    """

    graph: Graph
    demand: Places
    sites: Places
    rules: TravelRules

    @classmethod
    def of(cls, network: RoadNetwork, demand: GeoSeries, sites: GeoSeries, rules: TravelRules) -> "Question":
        """Bring points onto a network.

        Raises
        ------
        CrsError
            When the systems differ.
        LayerError
            When a geometry is not a single point.
        """
        junctions = junctions_of(network)
        graph = junctions.graph
        xy = []
        for points, what in ((demand, "demand"), (sites, "sites")):
            same_metric(points.crs, network.crs, what=f"{what} and roads")
            xy.append(coordinates_of(points, what=what))
        snapped = snap(network, np.concatenate(xy), reach_m=rules.reach_m)
        sides = [
            places_of(network, junctions, snapped[rows], access_kmh=rules.access_kmh)
            for rows in (slice(None, len(demand)), slice(len(demand), None))
        ]
        if rules.direction == "from_site":
            graph, number = graph.reversed()
            sides = [side.reversed(number) for side in sides]
        return cls(graph=graph, demand=sides[0], sites=sides[1], rules=rules)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of demand points and sites."""
        return len(self.demand.access_s), len(self.sites.access_s)

    @property
    def from_sites(self) -> bool:
        """Whether the searches begin at the sites, because they are fewer."""
        return self.shape[1] < self.shape[0]

    def blocks(self, work: Work) -> Iterator[Pairs]:
        """Find the pairs within the cutoff, block by block in no order, searching from the fewer side."""
        from geodata.roads.matrix import pairs_within  # loads the compiler

        graph, starts, goals = self.graph, self.demand, self.sites
        if self.from_sites:
            graph, number = graph.reversed()
            starts, goals = goals.reversed(number), starts.reversed(number)
        rules = self.rules
        access_mps = rules.access_kmh / 3.6
        for found in pairs_within(graph, starts, goals, cutoff_s=rules.cutoff_s, access_mps=access_mps, work=work):
            ends = (found.goal, found.start) if self.from_sites else (found.start, found.goal)
            yield Pairs(*ends, found.time_s, found.length_m)

    def in_order(self, blocks: Iterable[Pairs]) -> Pairs:
        """Return the pairs of some blocks by demand and site; of each demand point the nearest only, where asked."""
        from geodata.roads.pair_order import counted  # loads the compiler

        pairs = Pairs(*(np.concatenate(parts) for parts in zip(NO_PAIRS, *blocks, strict=True)))
        nearest = self.rules.nearest
        if nearest is not None:
            pairs = pairs.rows(np.lexsort((pairs.site, pairs.time_s, pairs.demand)))
            begin = np.searchsorted(pairs.demand, pairs.demand)
            pairs = pairs.rows(np.flatnonzero(np.arange(len(begin)) - begin < nearest))
        order = np.arange(len(pairs.demand), dtype=np.int32 if len(pairs.demand) < 2**31 else np.int64)
        if self.from_sites or nearest is not None:  # else the sites of a demand point ascend as they are found
            order = counted(pairs.site, order, self.shape[1])
        return pairs.rows(counted(pairs.demand, order, self.shape[0]))

    def report(self, has_site: npt.NDArray[np.bool_], has_demand: npt.NDArray[np.bool_], pairs: int) -> TravelReport:
        """Return the report, from which demand rows and sites have a pair."""
        return TravelReport(
            demand_access_m=self.demand.access_m,
            site_access_m=self.sites.access_m,
            unreached_demand=np.flatnonzero(~has_site),
            unreached_sites=np.flatnonzero(~has_demand),
            pairs=pairs,
        )
