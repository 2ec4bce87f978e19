"""The noun: what is always true of it, and speeds of another period."""

from dataclasses import replace

import numpy as np
import pytest

from geodata.errors import CrsError


@pytest.fixture
def pair(network):
    """Two nodes, there on a primary road and back on a residential one."""
    arcs = [(0, 1, 60.0, 1000.0, "primary"), (1, 0, 120.0, 1000.0, "residential")]
    return network([(0, 0), (1000, 0)], arcs, ("primary", "residential"))


@pytest.mark.parametrize(
    "change",
    [
        {"time_s": [0.0, 1.0]},
        {"time_s": [np.inf, 1.0]},
        {"length_m": [-1.0, 1.0]},
        {"x": [np.nan, 0.0]},
        {"head": [1, 2]},
        {"head": [0, 1]},
        {"class_code": [0, 2]},
        {"first": [0, 1, 3]},
        {"first": [1, 1, 2]},
        {"first": [0, 2]},
    ],
)
def test_what_is_not_a_network_is_refused(pair, change):
    """Times are positive, numbers finite, ends nodes, no arc leads to its own node."""
    with pytest.raises(ValueError, match="Expected"):
        replace(pair, **change)


def test_degrees_are_refused(pair):
    """A network has metres."""
    with pytest.raises(CrsError, match="not projected"):
        replace(pair, crs="EPSG:4326")


def test_arrays_are_read_only(pair):
    """Nobody changes a network."""
    with pytest.raises(ValueError, match="read-only"):
        pair.time_s[0] = 1.0


def test_another_period(pair):
    """At half the speed the time is double; classes that are not named take the other share."""
    peak = pair.with_speeds({"primary": 0.5}, period="morning", otherwise=0.8)
    assert sorted(peak.time_s) == [120.0, 150.0]
    assert peak.provenance["period"] == "morning: primary x 0.5; others x 0.8"
    assert sorted(pair.time_s) == [60.0, 120.0]


@pytest.mark.parametrize("factors", [{"primery": 0.5}, {"primary": 0.0}, {"primary": np.nan}])
def test_bad_factors_are_named(pair, factors):
    """A class that is not there, or a share that is no speed."""
    with pytest.raises(ValueError, match="prim"):
        pair.with_speeds(factors, period="morning")
