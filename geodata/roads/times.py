"""Travel times between demand and sites on a road network."""

import numpy as np
from geopandas import GeoSeries

from geodata.roads.network import RoadNetwork
from geodata.roads.question import Question, TravelReport
from geodata.roads.rules import TravelRules
from geodata.roads.work import Work
from geodata.travel import TravelTimes


def road_times(
    network: RoadNetwork, demand: GeoSeries, sites: GeoSeries, rules: TravelRules, *, work: Work | None = None
) -> tuple[TravelTimes, TravelReport]:
    """Travel times within a cutoff, on the fastest way.

    A point joins the network at the nearest place of the nearest road, and leaves in the directions open there. Times
    are sums of the arcs' times in double precision, as Dijkstra's algorithm (1959) finds them.

    Parameters
    ----------
    network
        The roads.
    demand, sites
        Points in the network's CRS.
    rules
        Cutoff, direction, number of sites, access.
    work
        Threads, progress, stop; the result does not depend on it.

    Returns
    -------
    times
        Pairs sorted by demand and site; ``distance_m`` is that of the fastest way, of several the shortest.
    report
        Distances to the roads, and points that found nothing.

    Raises
    ------
    CrsError
        When the systems differ.
    LayerError
        When a geometry is not a single point.
    TravelStoppedError
        When `work` says so.
    """
    question = Question.of(network, demand, sites, rules)
    pairs = question.in_order(question.blocks(work or Work()))
    has_site, has_demand = np.zeros(len(demand), dtype=np.bool_), np.zeros(len(sites), dtype=np.bool_)
    has_site[pairs.demand], has_demand[pairs.site] = True, True
    columns = pairs._replace(demand=pairs.demand.astype(np.int64), site=pairs.site.astype(np.int64))
    for column in columns:
        column.setflags(write=False)  # so that it need not be copied
    times = TravelTimes(
        **columns._asdict(),
        cutoff_s=float(rules.cutoff_s),
        method=method_of(network, rules),
    )
    return times, question.report(has_site, has_demand, len(pairs.demand))


def method_of(network: RoadNetwork, rules: TravelRules) -> str:
    """Say how the times were obtained.

    Parameters
    ----------
    network
        The roads.
    rules
        What was asked.

    Returns
    -------
    method
        One line.
    """
    known = network.provenance
    told = [f"{name}: {known[name]}" for name in ("source", "profile", "period") if name in known]
    return "; ".join([rules.words(), *told])
