"""Whether a p-center is what it says: recomputed from the distances, by code that did not build it."""

import numpy as np

from solvers.choice import Choice
from solvers.distances import Distances
from solvers.errors import VerificationError
from solvers.located import Located, site_faults
from solvers.problem import Floats

_ROUNDING = 1e-9


def check_center(distances: Distances, weight: Floats, choice: Choice, standard: float, found: Located) -> None:
    """Recompute value and limits of a p-center.

    Raises
    ------
    VerificationError
        With everything that is not as it is said to be.
    """
    assert found.sites is not None
    assert found.assigned is not None
    assert found.value is not None
    wrong = site_faults(choice, found)
    if not np.isin(found.assigned, found.sites).all():
        wrong.append("a point is assigned to a site that is not open")
    apart = distances.of_pairs(np.arange(distances.n_points), found.assigned)
    if not (apart <= standard).all() or not np.isfinite(apart).all():
        wrong.append("a point is assigned farther than the standard")
    worst = max((w * d for w, d in zip(weight.tolist(), apart.tolist(), strict=True)), default=0.0)
    if abs(worst - found.value) > _ROUNDING * max(worst, found.value):
        wrong.append(f"the value is {worst!r} and not {found.value!r}")
    if found.bound is not None and found.bound > found.value:
        wrong.append(f"the bound {found.bound!r} is above the value {found.value!r}")
    if wrong:
        raise VerificationError("\n".join(wrong))
