"""Whether a p-dispersion is what it says: recomputed from the distances, by code that did not build it."""

from itertools import combinations

from solvers.choice import Choice
from solvers.errors import VerificationError
from solvers.located import Located, site_faults
from solvers.problem import Floats


def check_dispersion(apart: Floats, choice: Choice, found: Located) -> None:
    """Recompute value and limits of a p-dispersion.

    Raises
    ------
    VerificationError
        With everything that is not as it is said to be.
    """
    assert found.sites is not None
    wrong = site_faults(choice, found)
    value = min(float(apart[j, k]) for j, k in combinations(found.sites.tolist(), 2))
    if value != found.value:
        wrong.append(f"the value is {value!r} and not {found.value!r}")
    if found.bound is not None and found.bound < value:
        wrong.append(f"the bound {found.bound!r} is below the value {value!r}")
    if wrong:
        raise VerificationError("\n".join(wrong))
