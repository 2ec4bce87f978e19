"""Demand collapsed to classes: points that the same sites cover are one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from solvers.coverage.grid import empty_table, grid_of, signature_lists, sort_in
from solvers.coverage.lists import equal_lists
from solvers.errors import ProblemError
from solvers.problem import Floats, Integers
from solvers.sums import sum_by

Chunk = tuple[Floats, Floats]
"""Some points, shape (N, 2), and their weights, shape (N,)."""

_AT_ONCE = 1 << 20  # points
_FARTHEST = 1e150  # of which the square is still a number
_UNKNOWN_MANY = 1 << 24  # points that an iterator is expected to have


@dataclass(frozen=True, eq=False)
class Coverage:
    """What open sites would cover: classes of points with the same candidate set, never the pairs of all points.

    Index letters: `c` class, `j` site.

    Parameters
    ----------
    weight
        Weight of each class, at least 0, shape (C,).
    begin
        The sites that cover class `c` are `site[begin[c]:begin[c + 1]]`, at least one, shape (C + 1,).
    site
        Sites, ascending within a class, shape (K,).
    n_sites
        Number of candidate sites.
    out_of_reach
        Weight that no site covers.
    n_out_of_reach
        Number of points that no site covers.
    points
        Number of points of each class, shape (C,).

    Raises
    ------
    ProblemError
        When arrays do not fit together, a site is unknown, or a weight is negative or not a number; all faults at once.
    """

    weight: Floats
    begin: Integers
    site: Integers
    n_sites: int
    out_of_reach: float
    n_out_of_reach: int
    points: Integers

    def __post_init__(self) -> None:
        """Check and freeze the arrays."""
        for name, kind in (("weight", np.float64), ("begin", np.int64), ("site", np.int64), ("points", np.int64)):
            array = np.array(getattr(self, name), dtype=kind)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        if faults := self._faults():
            raise ProblemError(faults)

    def _faults(self) -> list[str]:
        if len(self.begin) != len(self.weight) + 1 or len(self.points) != len(self.weight):
            return [f"{len(self.weight)} weights need {len(self.weight) + 1} begins and {len(self.weight)} points"]
        if self.begin[0] != 0 or self.begin[-1] != len(self.site) or (np.diff(self.begin) < 1).any():
            return [f"begin: must rise from 0 to {len(self.site)}, with at least one site for each class"]
        faults = _weight_faults(self.weight)
        if len(self.site) and not (self.site.min() >= 0 and self.site.max() < self.n_sites):
            faults.append(f"site: numbers must be from 0 to {self.n_sites - 1}")
        rising = np.diff(self.site) > 0
        rising[self.begin[1:-1] - 1] = True
        if not rising.all():
            faults.append("site: must ascend within a class")
        return faults

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def total(self) -> float:
        """Weight of all points, those out of reach included."""
        return float(self.weight.sum()) + self.out_of_reach

    @property
    def matrix(self) -> sparse.csr_matrix:
        """Classes × sites, 1 where a site covers a class."""
        ones = np.ones(len(self.site))
        return sparse.csr_matrix((ones, self.site, self.begin), (len(self), self.n_sites))

    @classmethod
    def of_points(
        cls,
        points: Floats | Iterable[Chunk],
        sites: Floats,
        standard: float,
        *,
        weight: Floats | None = None,
    ) -> Self:
        """Collapse points of a plane that are covered by the sites within a standard, boundary included.

        Points are read once, in chunks; what is kept are the signatures seen so far. A point is covered when
        `sqrt(dx * dx + dy * dy) <= standard` in float64.

        Parameters
        ----------
        points
            x and y of each point in a metric system, shape (I, 2); or chunks of points with their weights.
        sites
            x and y of each site, shape (J, 2).
        standard
            Largest acceptable distance, in the unit of the coordinates.
        weight
            Weight of each point, shape (I,); each counts 1 if it is left out. Chunks bring their own.

        Raises
        ------
        ProblemError
            When coordinates or weights are missing, negative (weights) or not numbers.
        """
        sites = np.ascontiguousarray(sites, dtype=np.float64).reshape(-1, 2)
        faults = [] if np.isfinite(sites).all() else ["sites: some coordinates are not numbers"]
        if not 0 <= standard <= _FARTHEST:
            faults.append(f"standard: must be a number of at least 0, and at most {_FARTHEST:g}, found {standard}")
        if faults:
            raise ProblemError(faults)
        chunks, n_points = _chunks(points, weight)
        grid = grid_of(sites, float(standard), n_points)
        table, outside, n_outside = empty_table(grid), 0.0, 0
        for number, chunk in enumerate(chunks):
            some, of_them = _checked_chunk(chunk, number)
            table, added, n_added = sort_in(some, of_them, grid, table)
            outside, n_outside = outside + added, n_outside + n_added
        slots = np.flatnonzero(table.cell >= 0)
        begin, member = signature_lists(grid, table, slots)
        return cls._of_lists(
            begin, member, table.weight[slots], table.points[slots], len(sites), outside=(outside, n_outside)
        )

    @classmethod
    def of_matrix(cls, covers: sparse.csr_matrix, *, weight: Floats | None = None) -> Self:
        """Collapse the rows of a sparse matrix.

        Parameters
        ----------
        covers
            Points × sites; a site covers a point where the entry is not 0.
        weight
            Weight of each point, shape (I,); each counts 1 if it is left out.
        """
        rows = sparse.csr_matrix(covers, copy=True)
        rows.sum_duplicates()
        rows.eliminate_zeros()
        n_points, n_sites = rows.shape
        weights = _weights(weight, n_points)
        ones = np.ones(n_points, dtype=np.int64)
        return cls._of_lists(rows.indptr.astype(np.int64), rows.indices.astype(np.int64), weights, ones, n_sites)

    @classmethod
    def of_sets(cls, sets: Sequence[Iterable[int]], n_sites: int, *, weight: Floats | None = None) -> Self:
        """Collapse points given by the sites that cover each.

        Parameters
        ----------
        sets
            Sites of each point, in any order.
        n_sites
            Number of candidate sites.
        weight
            Weight of each point, shape (I,); each counts 1 if it is left out.
        """
        lists = [sorted(set(some)) for some in sets]
        wrong = [i for i, some in enumerate(lists) if some and not (some[0] >= 0 and some[-1] < n_sites)]
        if wrong:
            raise ProblemError([f"sets: point {i} names a site that is not from 0 to {n_sites - 1}" for i in wrong])
        begin = np.r_[0, np.cumsum([len(some) for some in lists], dtype=np.int64)].astype(np.int64)
        member = np.fromiter((j for some in lists for j in some), dtype=np.int64, count=int(begin[-1]))
        ones = np.ones(len(lists), dtype=np.int64)
        return cls._of_lists(begin, member, _weights(weight, len(lists)), ones, n_sites)

    @classmethod
    def of_steps(
        cls,
        points: Floats,
        sites: Floats,
        standards: Sequence[float],
        shares: Sequence[float],
        *,
        weight: Floats | None = None,
    ) -> Self:
        """Collapse points whose coverage decays in steps with the distance of the nearest open site.

        A point whose nearest open site is within `standards[s]`, and within none before, counts `shares[s]` of its
        weight. That is the same as plain covering with several standards, where the points count the difference of two
        shares for each; so every model takes the result.

        Parameters
        ----------
        points, sites, weight
            As for `of_points`.
        standards
            Rising distances.
        shares
            Falling shares of the weight, from 1 or less to more than 0.
        """
        far = np.asarray(standards, dtype=np.float64)
        if len(far) != len(shares) or not len(far) or (np.diff(far) <= 0).any():
            raise ProblemError([f"standards: must rise, one for each of {len(shares)} shares, found {list(standards)}"])
        return cls.of_levels([cls.of_points(points, sites, float(one), weight=weight) for one in far], shares)

    @classmethod
    def of_levels(cls, levels: Sequence[Self], shares: Sequence[float]) -> Self:
        """Stack coverages within rising standards to one whose coverage decays in steps, as `of_steps` does.

        Parameters
        ----------
        levels
            Coverages of the same points by the same sites, one for each standard, the nearest first: the sites that
            cover a point in one of them cover it in the next, too. What no site covers in the last is out of reach,
            and so is the part of the weight that no share counts.
        shares
            Falling shares of the weight, from 1 or less to more than 0.

        Raises
        ------
        ProblemError
            When shares do not fall, or are more or fewer than the coverages.
        """
        steps = np.r_[np.asarray(shares, dtype=np.float64), 0.0]
        if not len(levels) or len(shares) != len(levels) or not (steps[0] <= 1 and (np.diff(steps) < 0).all()):
            wanted = f"must fall, from 1 or less to more than 0, one for each of {len(levels)} standards"
            raise ProblemError([f"shares: {wanted}, found {list(shares)}"])
        begin = np.r_[0, np.cumsum(np.concatenate([np.diff(level.begin) for level in levels]))]
        member = np.concatenate([level.site for level in levels])
        weight = np.concatenate([part * level.weight for level, part in zip(levels, -np.diff(steps), strict=True)])
        points = np.concatenate([level.points for level in levels])
        total = max(level.total for level in levels)
        out = max(total - float(weight.sum()), 0.0)
        return cls._of_lists(begin, member, weight, points, levels[0].n_sites, outside=(out, levels[-1].n_out_of_reach))

    @classmethod
    def _of_lists(
        cls,
        begin: Integers,
        member: Integers,
        weight: Floats,
        points: Integers,
        n_sites: int,
        *,
        outside: tuple[float, int] = (0.0, 0),
    ) -> Self:
        """Add up equal lists."""
        group, leader = equal_lists(begin, member)
        weights, counts = sum_by(group, weight, len(leader)), sum_by(group, points.astype(np.float64), len(leader))
        size = np.diff(begin)[leader]
        far = size == 0
        kept = leader[~far]
        starts = np.r_[0, np.cumsum(size[~far])]
        at = np.repeat(begin[kept] - starts[:-1], size[~far]) + np.arange(starts[-1])
        return cls(
            weight=weights[~far],
            begin=starts,
            site=member[at],
            n_sites=n_sites,
            out_of_reach=float(weights[far].sum()) + outside[0],
            n_out_of_reach=int(counts[far].sum()) + outside[1],
            points=counts[~far].astype(np.int64),
        )


def _chunks(points: Floats | Iterable[Chunk], weight: Floats | None) -> tuple[Iterable[Chunk], int]:
    """Points in chunks, and how many there are."""
    if not isinstance(points, np.ndarray):
        if weight is not None:
            raise ProblemError(["weight: chunks of points bring their own weights"])
        return points, _UNKNOWN_MANY
    if points.ndim != 2 or points.shape[1] != 2:
        raise ProblemError([f"points: must have the shape (I, 2), found {points.shape}"])
    weights = _weights(weight, len(points))
    cuts = range(0, len(points), _AT_ONCE)
    return ((points[cut : cut + _AT_ONCE], weights[cut : cut + _AT_ONCE]) for cut in cuts), len(points)


def _checked_chunk(chunk: Chunk, number: int) -> Chunk:
    """Points and weights of a chunk as plain arrays; what is none is refused."""
    points, weight = (np.ascontiguousarray(part, dtype=np.float64) for part in chunk)
    if points.ndim != 2 or points.shape[1] != 2 or weight.shape != points.shape[:1]:
        raise ProblemError([f"points: chunk {number} has the shapes {points.shape} and {weight.shape}"])
    bad = int((~np.isfinite(points).all(axis=1)).sum())
    faults = [f"points: {bad} points of chunk {number} have coordinates that are not numbers"] if bad else []
    faults += [f"{fault} (chunk {number})" for fault in _weight_faults(weight)]
    if faults:
        raise ProblemError(faults)
    return points, weight


def _weights(weight: Floats | None, n_points: int) -> Floats:
    if weight is None:
        return np.ones(n_points)
    weights = np.asarray(weight, dtype=np.float64)
    if weights.shape != (n_points,):
        raise ProblemError([f"weight: must have the shape ({n_points},), found {weights.shape}"])
    if faults := _weight_faults(weights):
        raise ProblemError(faults)
    return weights


def _weight_faults(weight: Floats) -> list[str]:
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if not len(wrong):
        return []
    return [f"weight: {len(wrong)} are negative or not numbers, the first is {weight[wrong[0]]} at {wrong[0]}"]
