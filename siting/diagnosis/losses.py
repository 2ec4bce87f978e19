"""Which stations nobody would miss: what would go unserved if one of them closed and all others stayed."""

from dataclasses import dataclass

import numpy as np

from siting.diagnosis.chains import Chains
from siting.diagnosis.network import Network
from siting.diagnosis.serving import DUST, Floats, Integers
from solvers.sums import sum_by


@dataclass(frozen=True, eq=False)
class Losses:
    """What of the served demand would be lost if one station closed, in units a day; each station by itself.

    Parameters
    ----------
    site
        Sites of the stations, ascending, shape (N,).
    given
        What the station gives, shape (N,).
    lost
        What would go unserved without it, others taking over what they can, shape (N,).
    """

    site: Integers
    given: Floats
    lost: Floats


def losses(network: Network) -> Losses:
    """What would be lost without each station: what it gives, less what finds a place with the others."""
    reach, chains = network.reach, Chains.of(network.reach, network.units)
    site, station = np.unique(network.site, return_inverse=True)
    given = sum_by(station, network.given, len(site))
    lost = np.zeros(len(site))
    for number in np.flatnonzero(given > 0):
        closed = station == number
        looks = sum_by(reach.row, np.where(closed[reach.facility], network.units, 0.0), len(reach.demand))
        lost[number] = given[number] - chains.placed(looks, closed)
    return Losses(site.astype(np.int64), given, np.where(lost > DUST * given, lost, 0.0))
