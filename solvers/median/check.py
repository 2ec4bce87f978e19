"""Whether an answer is what it says: recomputed from the distances, by code that did not build it."""

import math

import numpy as np

from solvers.choice import Choice
from solvers.distances import Distances
from solvers.errors import VerificationError
from solvers.located import Located, site_faults
from solvers.problem import Floats

_ROUNDING = 1e-9


def check_median(distances: Distances, weight: Floats, choice: Choice, standard: float, found: Located) -> None:
    """Recompute value and limits of a p-median.

    Raises
    ------
    VerificationError
        With everything that is not as it is said to be.
    """
    if found.sites is None or found.assigned is None or found.value is None:
        return
    wrong = site_faults(choice, found)
    if not np.isin(found.assigned, found.sites).all():
        wrong.append("a point is assigned to a site that is not open")
    point = np.arange(distances.n_points)
    apart = distances.of_pairs(point, found.assigned)
    if not (np.isfinite(apart) & (apart <= standard)).all():
        wrong.append(f"{int((~(apart <= standard)).sum())} points are assigned farther than the standard")
    for site in found.sites.tolist():
        nearer = distances.of_pairs(point, np.full(len(point), site)) < apart * (1 - _ROUNDING)
        if nearer.any():
            wrong.append(f"site {site} is nearer to {int(nearer.sum())} points than the one they are assigned to")
    value = math.fsum(weight * apart)
    if abs(value - found.value) > _ROUNDING * max(value, abs(found.value)):
        wrong.append(f"the value is {value!r} and not {found.value!r}")
    if found.bound is not None and found.bound > found.value:
        wrong.append(f"the bound {found.bound!r} is above the value {found.value!r}")
    if wrong:
        raise VerificationError("\n".join(wrong))
