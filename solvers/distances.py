"""How far points are from sites: a full matrix, the pairs that matter, or coordinates in the plane."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from solvers.errors import ProblemError
from solvers.neighbours import Neighbours, nearest_first
from solvers.problem import Floats, Integers

_BLOCK = 2_000_000  # pairs looked at together


class Distances(Protocol):
    """Distances between points and sites; a pair may be absent, which means too far.

    Made by `distances_of` a matrix or `distances_between` coordinates.
    """

    @property
    def n_points(self) -> int:
        """Number of points."""

    @property
    def n_sites(self) -> int:
        """Number of sites."""

    def of_pairs(self, point: Integers, site: Integers) -> Floats:
        """Distances of single pairs, infinite where absent, shape (K,)."""

    def nearest(self, sites: Integers) -> Integers:
        """The nearest of some sites to each point, the first of equals; -1 where none is there, shape (I,)."""

    def neighbours(self, sites: Integers, length: int, within: float) -> Neighbours:
        """Sites by rising distance from each point.

        Parameters
        ----------
        sites
            Sites to list; the lists number them from 0 in this order.
        length
            A list may end after so many sites.
        within
            Pairs farther apart than this are absent.
        """


def distances_of(matrix: ArrayLike | sparse.sparray | sparse.spmatrix) -> Distances:
    """Distances given as a matrix.

    Parameters
    ----------
    matrix
        Points × sites. Dense: an infinite entry is an absent pair. Sparse: what is not stored is absent, and a stored
        0 is a distance of 0.

    Raises
    ------
    ProblemError
        When an entry is negative or not a number, or the shape is not that of a table; all faults together.
    """
    if sparse.issparse(matrix):
        stored = sparse.csr_matrix(matrix, dtype=np.float64)
        _refuse([*_table_faults(stored.shape), *_number_faults(stored.data, "distances", infinite=False)])
        return ListedDistances(stored)
    table = np.asarray(matrix, dtype=np.float64)
    _refuse([*_table_faults(table.shape), *_number_faults(table, "distances", infinite=True)])
    return TabledDistances(table)


def distances_between(points: ArrayLike, sites: ArrayLike) -> Distances:
    """Euclidean distances between coordinates; no table of all pairs is built.

    Parameters
    ----------
    points, sites
        Coordinates, shapes (I, D) and (J, D).

    Raises
    ------
    ProblemError
        When a coordinate is not finite, or shapes do not fit; all faults together.
    """
    at = [np.asarray(x, dtype=np.float64) for x in (points, sites)]
    faults = []
    for name, x in zip(("points", "sites"), at, strict=True):
        faults += [f"{name}: {fault}" for fault in _table_faults(x.shape)]
        if not np.isfinite(x).all():
            faults.append(f"{name}: {int((~np.isfinite(x)).sum())} coordinates are not finite")
    if not faults and at[0].shape[1] != at[1].shape[1]:
        faults.append(f"points have {at[0].shape[1]} coordinates and sites {at[1].shape[1]}")
    _refuse(faults)
    return PlaneDistances(at[0], at[1])


@dataclass(frozen=True, eq=False)
class TabledDistances:
    """A full table, infinite where a pair is absent, shape (I, J)."""

    table: Floats

    @property
    def n_points(self) -> int:
        """Number of points."""
        return int(self.table.shape[0])

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return int(self.table.shape[1])

    def of_pairs(self, point: Integers, site: Integers) -> Floats:
        """Distances of single pairs."""
        return self.table[point, site]

    def nearest(self, sites: Integers) -> Integers:
        """The nearest of some sites to each point."""
        if not sites.size:
            return np.full(self.n_points, -1)
        found = sites[np.argmin(self.table[:, sites], axis=1)]
        return np.where(np.isfinite(self.table[np.arange(self.n_points), found]), found, -1)

    def neighbours(self, sites: Integers, length: int, within: float) -> Neighbours:
        """Sites by rising distance from each point."""
        length = min(length, len(sites))
        parts = []
        for begin in range(0, self.n_points, max(_BLOCK // max(len(sites), 1), 1)):
            block = self.table[begin : begin + max(_BLOCK // max(len(sites), 1), 1), sites]
            cut = length < len(sites)
            near = (
                np.sort(np.argpartition(block, length - 1, axis=1)[:, :length]) if cut else np.arange(len(sites))[None]
            )
            near = np.broadcast_to(near, (len(block), length))
            parts.append(nearest_first(near, np.take_along_axis(block, near, axis=1), within, whole=not cut))
        return Neighbours.stacked(parts)


@dataclass(frozen=True, eq=False)
class ListedDistances:
    """The pairs that matter, as a sparse matrix; all others are absent."""

    matrix: sparse.csr_matrix

    @property
    def n_points(self) -> int:
        """Number of points."""
        return int(self.matrix.shape[0])

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return int(self.matrix.shape[1])

    def of_pairs(self, point: Integers, site: Integers) -> Floats:
        """Distances of single pairs."""
        key = self._rows() * self.n_sites + self.matrix.indices
        order = np.argsort(key, kind="stable")
        wanted = np.asarray(point, dtype=np.int64) * self.n_sites + site
        at = np.searchsorted(key[order], wanted)
        inside = at < len(key)
        found = np.full(len(wanted), np.inf)
        hit = order[at[inside]]
        found[inside] = np.where(key[hit] == wanted[inside], self.matrix.data[hit], np.inf)
        return found

    def nearest(self, sites: Integers) -> Integers:
        """The nearest of some sites to each point."""
        lists = self.neighbours(np.sort(sites), len(sites), np.inf)
        found = np.full(self.n_points, -1)
        some = np.diff(lists.begin) > 0
        found[some] = np.sort(sites)[lists.site[lists.begin[:-1][some]]]
        return found

    def neighbours(self, sites: Integers, length: int, within: float) -> Neighbours:
        """Sites by rising distance from each point; what is stored is short already."""
        number = np.full(self.n_sites, -1)
        number[sites] = np.arange(len(sites))
        kept = np.flatnonzero((number[self.matrix.indices] >= 0) & (self.matrix.data <= within))
        row, site, distance = self._rows()[kept], number[self.matrix.indices[kept]], self.matrix.data[kept]
        order = np.lexsort((site, distance, row))
        begin = np.r_[0, np.cumsum(np.bincount(row, minlength=self.n_points))]
        return Neighbours(begin, site[order].astype(np.int32), distance[order], np.full(self.n_points, np.inf))

    def _rows(self) -> Integers:
        return np.repeat(np.arange(self.n_points), np.diff(self.matrix.indptr))


@dataclass(frozen=True, eq=False)
class PlaneDistances:
    """Coordinates of points and sites, shapes (I, D) and (J, D)."""

    points: Floats
    sites: Floats

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.points)

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return len(self.sites)

    def of_pairs(self, point: Integers, site: Integers) -> Floats:
        """Distances of single pairs."""
        apart: Floats = np.sqrt(((self.points[point] - self.sites[site]) ** 2).sum(axis=-1))
        return apart

    def nearest(self, sites: Integers) -> Integers:
        """The nearest of some sites to each point."""
        if not sites.size:
            return np.full(self.n_points, -1)
        lists = self.neighbours(np.sort(sites), 1, np.inf)
        return np.sort(sites)[lists.site]

    def neighbours(self, sites: Integers, length: int, within: float) -> Neighbours:
        """Sites by rising distance from each point."""
        from scipy.spatial import KDTree  # a third of a second to load

        length = min(length, len(sites))
        if not length:
            none = np.zeros((self.n_points, 0), dtype=np.int64)
            return nearest_first(none, none.astype(np.float64), within, whole=True)
        tree = KDTree(self.sites[sites])
        step = max(_BLOCK // length, 1)
        parts = []
        for begin in range(0, self.n_points, step):
            point = np.arange(begin, min(begin + step, self.n_points))
            near = np.asarray(tree.query(self.points[point], k=np.arange(1, length + 1))[1], dtype=np.int64)
            apart = self.of_pairs(point[:, None], sites[near])
            parts.append(nearest_first(near, apart, within, whole=length == len(sites)))
        return Neighbours.stacked(parts)


def _refuse(faults: list[str]) -> None:
    if faults:
        raise ProblemError(faults)


def _table_faults(shape: tuple[int, ...]) -> list[str]:
    if len(shape) != 2:
        return [f"a table is asked for, and this has {len(shape)} dimensions"]
    return [] if shape[0] else ["there is no row"]


def _number_faults(numbers: Floats, name: str, *, infinite: bool) -> list[str]:
    faults = []
    if np.isnan(numbers).any():
        faults.append(f"{name}: {int(np.isnan(numbers).sum())} are not numbers")
    if (numbers < 0).any():
        faults.append(f"{name}: {int((numbers < 0).sum())} are negative, the least is {float(np.nanmin(numbers))!r}")
    if not infinite and np.isposinf(numbers).any():
        faults.append(f"{name}: {int(np.isposinf(numbers).sum())} stored ones are infinite; leave them out")
    return faults
