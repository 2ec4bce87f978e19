"""How much of a row's value is left at a travel time."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from solvers.errors import ProblemError
from solvers.problem import Floats


class Decay(Protocol):
    """Share of the value that is left at a travel time: from 0 to 1, and never more where it is farther."""

    def share(self, time_s: Floats) -> Floats:
        """Share at each time, of the same shape."""


@dataclass(frozen=True)
class Steps:
    """Coverage in steps (Church & Roberts 1983): within the first standard the first share, and so on; beyond, none.

    Parameters
    ----------
    standards_s
        Travel times in seconds, rising; boundaries included.
    shares
        Share within each standard, from 0 to 1, falling.

    Raises
    ------
    ProblemError
        When numbers are missing, out of range or out of order.
    """

    standards_s: tuple[float, ...]
    shares: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse steps that go up, or nowhere."""
        standards, shares = np.array(self.standards_s, dtype=np.float64), np.array(self.shares, dtype=np.float64)
        faults = []
        if not len(standards) or len(standards) != len(shares):
            faults.append(f"steps: {len(standards)} standards and {len(shares)} shares, expected as many, at least one")
        if not np.all(np.isfinite(standards) & (standards >= 0)) or np.any(np.diff(standards) <= 0):
            faults.append(f"standards_s: expected seconds >= 0 that rise, found {list(self.standards_s)}")
        if not np.all((shares >= 0) & (shares <= 1)) or np.any(np.diff(shares) > 0):
            faults.append(f"shares: expected numbers from 0 to 1 that fall, found {list(self.shares)}")
        if faults:
            raise ProblemError(faults)

    def share(self, time_s: Floats) -> Floats:
        """Share of the nearest standard that is kept."""
        step = np.searchsorted(np.array(self.standards_s, dtype=np.float64), time_s, side="left")
        found: Floats = np.append(np.array(self.shares, dtype=np.float64), 0.0)[step]
        return found


@dataclass(frozen=True)
class Linear:
    """All up to a time, nothing from another one on, and falling evenly between (Berman, Krass & Drezner 2003).

    Parameters
    ----------
    all_s, none_s
        The two times in seconds, `0 <= all_s < none_s`.

    Raises
    ------
    ProblemError
        When they are not in this order.
    """

    all_s: float
    none_s: float

    def __post_init__(self) -> None:
        """Refuse a decay that goes up, or nowhere."""
        if not (0 <= self.all_s < self.none_s < np.inf):
            raise ProblemError([f"linear decay: expected 0 <= all_s < none_s, found {self.all_s} and {self.none_s}"])

    def share(self, time_s: Floats) -> Floats:
        """What is left between the two times."""
        found: Floats = np.clip((self.none_s - np.asarray(time_s)) / (self.none_s - self.all_s), 0.0, 1.0)
        return found
