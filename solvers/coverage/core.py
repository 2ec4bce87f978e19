"""What is left to decide when some sites are known to be open and others closed."""

from dataclasses import dataclass

import numpy as np

from solvers.coverage.coverage import Coverage
from solvers.problem import Booleans, Integers


@dataclass(frozen=True, eq=False)
class Core:
    """A smaller coverage over the free sites.

    Parameters
    ----------
    coverage
        Classes that no fixed site covers and some free site does, over the free sites.
    sites
        The number that each free site has outside, shape (J',).
    fixed
        Sites that are open.
    weight
        Weight that these cover.
    """

    coverage: Coverage
    sites: Integers
    fixed: Integers
    weight: float


def core(coverage: Coverage, fixed: Booleans, free: Booleans) -> Core:
    """Open the fixed sites, close what is neither fixed nor free, and collapse what is left.

    Parameters
    ----------
    coverage
        The whole.
    fixed, free
        Sites that are open, and that are left to decide, shape (J,).
    """
    matrix = coverage.matrix
    done = matrix @ fixed.astype(np.float64) > 0
    left = np.flatnonzero(~done)
    sites = np.flatnonzero(free & ~fixed)
    rest = Coverage.of_matrix(matrix[left][:, sites], weight=coverage.weight[left])
    return Core(rest, sites, np.flatnonzero(fixed), float(coverage.weight[done].sum()))
