"""Capacitated instances of the OR-Library (Beasley 1988)."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from solvers.problem import Floats


class Warehouses(NamedTuple):
    """Demand, shape (I,), cost of serving all of it, shape (I, J), capacity and cost of each site, shape (J,)."""

    demand: Floats
    cost: Floats
    capacity: Floats
    fixed_cost: Floats


def warehouses(path: Path, capacity: str = "") -> Warehouses:
    """Read a file; some have the word `capacity` where a number is to be filled in."""
    words = path.read_text(encoding="ascii").replace("capacity", capacity).split()
    n, m = int(words[0]), int(words[1])
    numbers = np.array(words[2:], dtype=np.float64)
    rows = numbers[2 * n : 2 * n + m * (n + 1)].reshape(m, n + 1)
    return Warehouses(rows[:, 0], rows[:, 1:], numbers[: 2 * n : 2], numbers[1 : 2 * n : 2])
