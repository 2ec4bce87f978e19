"""Who wins whom: demand split among open stations and competitors by attraction over travel time (Huff 1964)."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from siting.assemble import Assembly
    from siting.objectives.settings import Market

Floats = NDArray[np.float64]


def pair_attraction(objective: "Market", assembly: "Assembly") -> Floats:
    """Attraction of each pair's option on its row, shape (K,)."""
    own = assembly.options["type"].map(lambda name: objective.attraction.get(name, 1.0)).to_numpy(dtype=np.float64)
    problem = assembly.problem
    found: Floats = own[problem.pair_option] * objective.pull(problem.pair_time_s / 60.0)
    return found


def shares_won(objective: "Market", assembly: "Assembly", modules: NDArray[np.int64]) -> Floats:
    """Share of its row that each pair wins with some options open, shape (K,)."""
    problem = assembly.problem
    drawn = np.where(modules[problem.pair_option] > 0, pair_attraction(objective, assembly), 0.0)
    both = np.bincount(problem.pair_row, weights=drawn, minlength=problem.n_rows) + assembly.rival
    return np.divide(drawn, both[problem.pair_row], out=np.zeros_like(drawn), where=drawn > 0)
