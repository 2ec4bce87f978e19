"""The 25-node network of the flow refuelling literature: every published optimum, and every trip driven."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

from siting.audit.drive import drives
from solvers import OBJECTIVES, Count, Problem, Stage, Status, solve
from solvers.refuelling import Trips, cover_sets

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench" / "frlm"
RANGES = (4.0, 8.0, 12.0)
NODES = 25


def read(name):
    if not BENCH.is_dir():
        pytest.skip(f"benchmark files not found beside the checkout ({BENCH})")
    with (BENCH / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def network():
    """Nodes (from 0) and km along each of the 300 paths, and their flows."""
    length = {}
    for arc in read("25NODE_arcs.csv"):
        length[arc["u"], arc["v"]] = length[arc["v"], arc["u"]] = float(arc["length"])
    rows = read("25NODE_paths.csv")
    ways = [row["path"].split() for row in rows]
    km = [np.cumsum([0.0, *(length[step] for step in itertools.pairwise(way))]) for way in ways]
    return [np.array(way, dtype=int) - 1 for way in ways], km, np.array([float(row["flow"]) for row in rows])


@pytest.fixture(scope="module")
def problem_of(network):
    """The network as a problem without capacities, by range."""
    nodes, km, flow = network
    n_flows, ones, zeros = len(flow), np.ones(NODES), np.zeros(NODES)

    def build(range_km):
        stops = [len(way) for way in nodes]
        trips = Trips(
            length_km=[far[-1] for far in km], range_km=np.full(n_flows, range_km),
            stop_flow=np.repeat(np.arange(n_flows), stops), stop_option=np.concatenate(nodes),
            stop_km=np.concatenate(km), stop_detour_km=np.zeros(sum(stops)),
        )  # fmt: skip
        sets = cover_sets(trips)
        return Problem(
            demand=flow, value=np.ones(n_flows), row_service=np.zeros(n_flows), row_year=np.zeros(n_flows),
            set_row=sets.set_flow, set_draw=sets.set_draw, site=np.arange(NODES), facility_type=zeros, year=zeros,
            capacity=np.zeros((NODES, 1)), min_modules=ones, max_modules=ones, base_modules=zeros, fixed_cost=ones,
            module_cost=zeros, closing_cost=zeros, required=zeros, pair_set=sets.pair_set,
            pair_option=sets.pair_option, pair_time_s=np.zeros(len(sets.pair_set)),
        )  # fmt: skip

    return build


def driven(network, range_km, opened):
    """Which flows a vehicle gets through."""
    nodes, km, _ = network
    return np.array(
        [
            drives(float(far[-1]), range_km, far, np.zeros(len(far)), opened[way])
            for way, far in zip(nodes, km, strict=True)
        ]
    )


@pytest.mark.parametrize("range_km", RANGES)
@pytest.mark.parametrize("method", ["covering", "compact"])
def test_published_optima(network, problem_of, range_km, method):
    """For each number of stations the flow covered is the one published, proved, and exactly what can be driven."""
    problem = problem_of(range_km)
    flow = network[2]
    published = [row for row in read("25NODE_optima.csv") if float(row["range"]) == range_km]
    for row in published:
        limits = [Count("stations", np.arange(NODES), at_most=float(row["p"]))]
        found = solve(problem, [Stage(OBJECTIVES["served_value"], gap=0.0)], limits, method=method)
        assert found.status is Status.OPTIMAL
        assert round(100 * found.stages[0].value / flow.sum(), 3) == float(row["optimal_percent"])
        assert found.stages[0].bound >= found.stages[0].value * (1 - 1e-9)
        covered = found.served(problem) > 0.5 * flow
        assert covered.tolist() == driven(network, range_km, found.modules > 0).tolist()
    assert len(published) == 13


@pytest.mark.parametrize("range_km", RANGES)
def test_no_one_or_two_stations_do_better(network, range_km):
    """Every choice of one and of two stations, driven by the vehicle alone: the best is the published optimum."""
    flow = network[2]
    published = {int(row["p"]): float(row["optimal_percent"]) for row in read("25NODE_optima.csv")
                 if float(row["range"]) == range_km}  # fmt: skip
    for p in (1, 2):
        best = max(
            flow[driven(network, range_km, np.isin(np.arange(NODES), chosen))].sum()
            for chosen in itertools.combinations(range(NODES), p)
        )
        assert round(100 * best / flow.sum(), 3) == published[p]
