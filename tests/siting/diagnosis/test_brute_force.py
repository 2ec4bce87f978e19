"""Losses and gains against serving everything again, for every station and candidate of random small networks."""

import numpy as np
import pytest

from siting.diagnosis.chains import Chains
from siting.diagnosis.losses import losses
from siting.diagnosis.network import Network
from siting.diagnosis.serving import Reach


def random_network(seed):
    """Up to 12 rows and 8 facilities at up to 6 sites; about half of the pairs reach each other."""
    rng = np.random.default_rng(seed)
    n_rows, n_facilities = rng.integers(2, 13), rng.integers(2, 9)
    row, facility = np.nonzero(rng.random((n_rows, n_facilities)) < 0.4)
    reach = Reach(
        demand=rng.integers(1, 60, n_rows) / 2,
        capacity=rng.integers(1, 90, n_facilities) / 2,
        row=row,
        facility=facility,
        time_s=rng.random(len(row)) * 600,
    )
    site = np.sort(rng.integers(0, 6, n_facilities))
    ones = np.ones(n_facilities, dtype=np.int64)
    return Network("charging", np.arange(n_rows), np.arange(n_facilities), site, ones, reach, reach.served_near()), rng


def served(reach, closed=None):
    """As much as can be served, without some facilities."""
    capacity = reach.capacity if closed is None else np.where(closed, 0.0, reach.capacity)
    again = Reach(reach.demand, capacity, reach.row, reach.facility, reach.time_s)
    return again.served_near().sum()


@pytest.mark.parametrize("seed", range(10))
def test_losses_are_those_of_serving_again(seed):
    """What each station's closing loses is what serving everything again without it serves less."""
    network, _ = random_network(seed)
    found = losses(network)
    whole = served(network.reach)
    again = [whole - served(network.reach, network.site == site) for site in found.site]
    assert found.lost == pytest.approx(again, abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_gains_are_those_of_serving_again(seed):
    """What a further facility brings through chains is what serving everything again with it serves more."""
    network, rng = random_network(seed)
    n_rows = len(network.rows)
    for _ in range(4):
        rows = np.flatnonzero(rng.random(n_rows) < 0.4)
        reach, units = network.reach.with_facility(
            float(rng.integers(1, 60)), rows, np.full(len(rows), 60.0), network.units
        )
        gained = Chains.of(reach, units).placed(network.unserved, np.zeros(len(reach.capacity), dtype=bool))
        assert gained == pytest.approx(served(reach) - served(network.reach), abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_nobody_gets_more_than_asked_and_nothing_gives_more_than_it_can(seed):
    """Units over the pairs keep to demand and capacity."""
    network, _ = random_network(seed)
    drawn = np.bincount(network.reach.row, weights=network.units, minlength=len(network.rows))
    assert (drawn <= network.demand * (1 + 1e-6)).all()
    assert (network.given <= network.reach.capacity * (1 + 1e-6)).all()


def test_the_least_driving_is_no_more_than_any_other_way():
    """Of two ways to serve both rows the shorter one is taken."""
    reach = Reach(
        demand=np.array([10.0, 10.0]),
        capacity=np.array([10.0, 10.0]),
        row=np.array([0, 0, 1, 1]),
        facility=np.array([0, 1, 0, 1]),
        time_s=np.array([100.0, 110.0, 100.0, 300.0]),
    )
    assert reach.served_near() == pytest.approx([0, 10, 10, 0])
