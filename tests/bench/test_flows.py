"""The generated flow network has the size it says, and stations wherever they may stand carry what they can."""

import numpy as np

from bench.flows import frlm_instance
from solvers import OBJECTIVES, Effort, Stage, solve


def test_same_seed_same_network():
    """The same seed gives the same paths and flows."""
    first, again = frlm_instance(5, nodes=40, paths=60), frlm_instance(5, nodes=40, paths=60)
    assert np.array_equal(first.flow, again.flow)
    assert all(np.array_equal(a, b) for a, b in zip(first.nodes, again.nodes, strict=True))


def test_paths_are_paths():
    """Distances increase from 0 along every path, and no path visits a node twice."""
    network = frlm_instance(0)
    assert len(network.nodes) == 2000
    assert all(far[0] == 0 and np.all(np.diff(far) > 0) for far in network.km)
    assert all(len(set(path.tolist())) == len(path) for path in network.nodes)
    assert all(path.max() < 300 for path in network.nodes)


def test_a_range_beyond_every_trip_needs_one_station_on_the_path():
    """Where a tank is enough for the whole round trip, one station anywhere on a path carries its flow."""
    network = frlm_instance(1, nodes=30, paths=50, range_km=1e5, p=1)
    found = solve(
        network.problem(),
        [Stage(OBJECTIVES["served_value"], gap=0.0)],
        network.limits(),
        method="compact",
        effort=Effort(),
    )
    through = [sum(f for f, path in zip(network.flow, network.nodes, strict=True) if n in path) for n in range(30)]
    assert np.isclose(found.stages[0].value, max(through))
