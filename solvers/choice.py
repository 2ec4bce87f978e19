"""How many sites to open, which of them in any case, and which never."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from solvers.errors import ProblemError
from solvers.problem import Floats, Integers


@dataclass(frozen=True, eq=False)
class Choice:
    """Which sites may be opened.

    Parameters
    ----------
    p
        Number of sites to open.
    sites
        Sites that may be open, ascending; the methods number them from 0 in this order, shape (J,).
    state
        1 where such a site must be open, else 0, shape (J,).
    """

    p: int
    sites: Integers
    state: Integers

    @classmethod
    def of(cls, n_sites: int, p: object, required: ArrayLike, forbidden: ArrayLike, others: Sequence[str]) -> Self:
        """Check what is asked for.

        Parameters
        ----------
        n_sites
            Number of sites there are.
        p
            Number of sites to open.
        required, forbidden
            Indices of sites.
        others
            Faults found elsewhere, to be told together.

        Raises
        ------
        ProblemError
            With all faults: p is not a whole number or is negative, an index out of range, a site both required and
            forbidden.
        """
        faults = list(others)
        most = number_of(p, faults)
        must, never = fixed_of(n_sites, required, forbidden, faults)
        if faults:
            raise ProblemError(faults)
        sites = np.setdiff1d(np.arange(n_sites), never)
        return cls(most, sites, np.isin(sites, must).astype(np.int64))

    @property
    def impossible(self) -> str:
        """Why there is no such choice; empty when there is one."""
        n_must = int(self.state.sum())
        if self.p > len(self.sites):
            return f"{self.p} sites are to be opened and {len(self.sites)} may be"
        if self.p < n_must:
            return f"{self.p} sites are to be opened and {n_must} are required"
        return ""

    def filled(self, opened: Integers) -> Integers:
        """Some of the sites, and the first others until there are p; as indices of all sites, ascending."""
        rest = np.setdiff1d(np.arange(len(self.sites)), opened)[: self.p - len(opened)]
        filled: Integers = self.sites[np.sort(np.r_[opened, rest])]
        return filled


def number_of(p: object, faults: list[str]) -> int:
    """Number of sites to open; faults are added to a list."""
    if isinstance(p, bool) or not isinstance(p, int | np.integer):
        faults.append(f"p: {p!r} is not a whole number")
        return 0
    if p < 0:
        faults.append(f"p: {p} is negative")
    return int(p)


def fixed_of(n_sites: int, required: ArrayLike, forbidden: ArrayLike, faults: list[str]) -> tuple[Integers, Integers]:
    """Required and forbidden sites, ascending; faults are added to a list."""
    must, never = _indices(required, "required", n_sites, faults), _indices(forbidden, "forbidden", n_sites, faults)
    both = np.intersect1d(must, never)
    if both.size:
        faults.append(f"sites {both.tolist()} are both required and forbidden")
    return must, never


def weights_of(weights: ArrayLike | None, n_points: int, faults: list[str]) -> Floats:
    """Weights of the points, 1 each where there are none; faults are added to a list."""
    given = np.ones(n_points) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (n_points,):
        faults.append(f"weights: shape {given.shape}, and there are {n_points} points")
    elif not (np.isfinite(given) & (given >= 0)).all():
        bad = np.flatnonzero(~(np.isfinite(given) & (given >= 0)))
        faults.append(
            f"weights: {len(bad)} are negative or not finite, the first is {given[bad[0]]!r} of point {bad[0]}"
        )
    return given


def _indices(wanted: ArrayLike, name: str, n_sites: int, faults: list[str]) -> Integers:
    given = np.asarray(wanted)
    if not given.size:
        return np.zeros(0, dtype=np.int64)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        faults.append(f"{name}: a list of site indices is asked for, found {given.dtype} of shape {given.shape}")
        return np.zeros(0, dtype=np.int64)
    outside = given[(given < 0) | (given >= n_sites)]
    if outside.size:
        faults.append(f"{name}: there is no site {outside.tolist()}, they are numbered 0 to {n_sites - 1}")
    return np.unique(given).astype(np.int64)
