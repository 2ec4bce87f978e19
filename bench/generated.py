"""Generated maximal covering, as in Cordeau, Furini & Ljubić (2019), with the C library's random numbers."""

from typing import NamedTuple

import numpy as np

from solvers.compiled import compiled
from solvers.problem import Floats, Integers

SIDE = 30.0
_LARGEST = 2147483647  # RAND_MAX of glibc


class Plane(NamedTuple):
    """Sites and points of a square, shapes (J, 2) and (I, 2), and the weight of each point, shape (I,)."""

    sites: Floats
    points: Floats
    weight: Floats


def plane(n_sites: int, n_points: int, seed: int = 1) -> Plane:
    """Sites, then points, uniform in a square of side 30 with six decimals; weights from 1 to 100."""
    numbers = c_random(seed, 3 * (n_sites + n_points))
    n = 2 * (n_sites + n_points)
    places = np.round(numbers[:n] / _LARGEST * SIDE, 6).reshape(-1, 2)
    return Plane(places[:n_sites], places[n_sites:], (numbers[n + n_sites :] % 100 + 1).astype(np.float64))


@compiled
def c_random(seed: int, count: int) -> Integers:
    """What `srand(seed)` and `rand()` of glibc give: an additive feedback generator over 31 numbers."""
    ring = np.zeros(34, dtype=np.int64)
    ring[0] = seed
    for k in range(1, 31):
        ring[k] = (16807 * ring[k - 1]) % _LARGEST
    ring[31:34] = ring[0:3]
    last = ring[3:34].astype(np.uint32)  # number k of the sequence is at (k - 3) % 31
    numbers = np.empty(count, dtype=np.int64)
    for k in range(34, 344 + count):
        new = np.uint32(last[(k - 6) % 31] + last[(k - 3) % 31])
        last[(k - 3) % 31] = new
        if k >= 344:
            numbers[k - 344] = new >> np.uint32(1)
    return numbers
