"""Whole studies at random: what the diagnosis says of a station is what a study with or without it serves."""

import random

import pytest

from siting.diagnosis import diagnose


def random_world(world, seed):
    """Six places, four stations of one to three chargers, and two candidates, anywhere on the line."""
    rng = random.Random(seed)
    world.demand = {f"d{n}": {"km": rng.uniform(0, 19), "kwh": rng.randint(5, 30) * 10} for n in range(6)}
    world.sites = {f"s{n}": {"km": rng.uniform(0, 19)} for n in range(2)}
    return world.stand(
        **{f"o{n}": {"km": rng.uniform(0, 19), "type": "charger", "modules": rng.randint(1, 3)} for n in range(4)}
    )


def served(world):
    """Units a day that the network serves."""
    return diagnose(world.read()).services["charging"]["served"]


@pytest.mark.parametrize("seed", range(3))
def test_a_station_less(new_world, seed):
    """What is said to be lost without a station is lost in a study where it does not stand."""
    world = random_world(new_world(), seed)
    found = diagnose(world.read())
    stations = dict(world.existing)
    for name, lost in zip(found.stations["station"], found.stations["lost"], strict=True):
        world.existing = {key: row for key, row in stations.items() if name != f"old:{key}"}
        assert served(world) == pytest.approx(found.services["charging"]["served"] - lost, abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_station_more(new_world, seed):
    """What a candidate is said to bring is served in a study where it stands with these modules."""
    world = random_world(new_world(), seed)
    found = diagnose(world.read())
    stations, candidates = dict(world.existing), found.candidates
    for name, modules, gain in zip(
        candidates["candidate"], candidates["modules"], candidates["gain_charging_kwh"], strict=True
    ):
        new = {"km": world.sites[name.removeprefix("site:")]["km"], "type": "charger", "modules": int(modules)}
        world.existing = {**stations, "new": new}
        assert served(world) == pytest.approx(found.services["charging"]["served"] + gain, abs=1e-3)
