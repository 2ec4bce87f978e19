"""A network on the tiny line: two stations stand and overlap, one district has none.

    km        2   3   4       6   8   |   12   14       19.5
    place     a       b           c   |   d              e
    kWh      100     200         60   |  100             50
    station       old             new |
    kWh           300         100     |

Both stations (5 minutes) reach a, b and c; the candidate at km 14 reaches d, and nothing reaches e.
"""

import pytest

from siting.diagnosis import diagnose


def standing(world):
    """Let the two stations stand, and the candidate at km 14 alone be free."""
    world.sites = {"r": {"km": 14}}
    return world.stand(west={"km": 3, "type": "charger", "modules": 3}, mid={"km": 6, "type": "charger", "modules": 1})


@pytest.fixture
def network_world(world):
    """The tiny world with two stations, to be changed."""
    return standing(world)


@pytest.fixture(scope="session")
def found(new_world):
    """The diagnosis of the two stations."""
    return diagnose(standing(new_world()).read())
