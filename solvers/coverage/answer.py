"""What a covering model answers, checked against the classes it was asked about."""

from dataclasses import dataclass

import numpy as np

from solvers.coverage.coverage import Coverage
from solvers.errors import VerificationError
from solvers.linear import Status, relative_gap
from solvers.problem import Booleans, Floats, Integers

_TOLERANCE = 1e-9
_NOISE = 1e-12  # of all weight: sums in another order differ by as much


@dataclass(frozen=True, eq=False)
class CoverageAnswer:
    """Open sites, what they cover, and how good that is proved to be.

    Parameters
    ----------
    status
        How the search ended.
    sites
        Open sites, ascending; `None` when there are none that keep to the limits, or none were found.
    covered_weight
        Weight covered: at least once, or twice in backup covering; in market share the weight won.
    value
        The objective: weight, number of sites or their costs.
    bound
        No answer has a better value than this; `None` when nothing was proved.
    words
        How the answer was found, or why there is none.
    runtime_s
        Seconds of the search.
    """

    status: Status
    sites: Integers | None
    covered_weight: float | None
    value: float | None
    bound: float | None
    words: str
    runtime_s: float

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound; `None` when one of them is missing."""
        return None if self.value is None or self.bound is None else relative_gap(self.value, self.bound)


def is_tight(value: float, bound: float, total: float) -> bool:
    """Whether nothing but rounding lies between a weight and its bound, where `total` is all there is."""
    return relative_gap(value, bound) <= _TOLERANCE or bound - value <= _NOISE * total


def covered(coverage: Coverage, sites: Integers, *, times: int = 1) -> Booleans:
    """Which classes have at least some number of open sites, shape (C,)."""
    opened = np.zeros(coverage.n_sites)
    opened[sites] = 1.0
    reached: Booleans = coverage.matrix @ opened > times - 0.5
    return reached


def weight_covered(coverage: Coverage, sites: Integers, *, times: int = 1) -> float:
    """Weight of the classes that have at least some number of open sites."""
    return float(coverage.weight[covered(coverage, sites, times=times)].sum())


def verified_covering(
    answer: CoverageAnswer,
    coverage: Coverage,
    *,
    times: int = 1,
    most: tuple[Floats, float] | None = None,
    least: float | None = 0.0,
    opens: tuple[Integers, Integers],
) -> CoverageAnswer:
    """Return an answer that keeps what it says, counted anew from the classes.

    Parameters
    ----------
    answer
        The answer.
    coverage
        What was asked about.
    times
        How often a class must be covered to count.
    most
        What each site takes of a budget, shape (J,), and the budget.
    least
        Weight that must be covered; `None`: every class.
    opens
        Sites that must be open, and sites that must not.

    Raises
    ------
    VerificationError
        When the answer breaks a limit or miscounts.
    """
    if answer.sites is None:
        return answer
    required, forbidden = opens
    faults = []
    weight = weight_covered(coverage, answer.sites, times=times)
    if answer.covered_weight is None or abs(weight - answer.covered_weight) > _TOLERANCE * max(weight, 1e-300):
        faults.append(f"covers {weight}, not {answer.covered_weight}")
    if least is None and not covered(coverage, answer.sites, times=times).all():
        faults.append("leaves out some points")
    if least is not None and weight < least * (1 - _TOLERANCE):
        faults.append(f"covers {weight}, less than {least}")
    if most is not None and most[0][answer.sites].sum() > most[1] * (1 + _TOLERANCE):
        faults.append(f"takes {most[0][answer.sites].sum()} of {most[1]}")
    if not np.isin(required, answer.sites).all() or np.isin(forbidden, answer.sites).any():
        faults.append("leaves out a required site or opens a forbidden one")
    if faults:
        raise VerificationError("; ".join(faults))
    return answer
