"""How far points are from sites in `locate`: straight lines in metres, a table, or travel times."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from geodata import TravelTimes
from siting.placement.layer import Floats, Layer
from solvers import Coverage, Distances, distances_between, distances_of

Cost = ArrayLike | sparse.sparray | sparse.spmatrix | TravelTimes
Table = Floats | sparse.csr_matrix


@dataclass(frozen=True, eq=False)
class Ways:
    """Points and sites with the distances between them.

    Parameters
    ----------
    points, sites
        Coordinates in metres, shapes (I, 2) and (J, 2).
    table
        Distances instead of straight lines, points × sites: infinite, or not stored, where a pair is too far.
    """

    points: Floats
    sites: Floats
    table: Table | None

    @classmethod
    def of(cls, demand: Layer, sites: Layer, cost: Cost | None) -> "Ways":
        """Check what is known of the ways between two layers.

        Raises
        ------
        ValueError
            When a table or travel times do not fit the layers, or hold what is no distance.
        """
        return cls(demand.xy, sites.xy, None if cost is None else _table(cost, demand, sites))

    @cached_property
    def distances(self) -> Distances:
        """The distances as the models of travel want them."""
        return distances_between(self.points, self.sites) if self.table is None else distances_of(self.table)

    def between_sites(self) -> Distances:
        """Straight lines between the sites."""
        return distances_between(self.sites, self.sites)

    def coverage(self, standard: float, weight: Floats) -> Coverage:
        """Who is covered by which site within a standard, boundary included."""
        if self.table is None:
            return Coverage.of_points(self.points, self.sites, standard, weight=weight)
        if isinstance(self.table, np.ndarray):
            return Coverage.of_matrix(sparse.csr_matrix(self.table <= standard), weight=weight)
        within = self.table.copy()
        within.data = (within.data <= standard).astype(np.float64)
        return Coverage.of_matrix(within, weight=weight)

    def full(self) -> Floats:
        """All distances, infinite where a pair is too far, shape (I, J)."""
        n_points, n_sites = len(self.points), len(self.sites)
        if isinstance(self.table, np.ndarray):
            return self.table
        point, site = np.repeat(np.arange(n_points), n_sites), np.tile(np.arange(n_sites), n_points)
        return self.distances.of_pairs(point, site).reshape(n_points, n_sites)


def _table(cost: Cost, demand: Layer, sites: Layer) -> Table:
    shape = (len(demand), len(sites))
    if isinstance(cost, TravelTimes):
        most = (int(cost.demand.max(initial=-1)) + 1, int(cost.site.max(initial=-1)) + 1)
        if most[0] > shape[0] or most[1] > shape[1]:
            raise ValueError(f"travel times of {most[0]} points and {most[1]} sites, the layers have {shape}")
        return sparse.csr_matrix((cost.time_s, (cost.demand, cost.site)), shape=shape)
    given: Any = cost
    try:
        found = sparse.csr_matrix(given).astype(np.float64) if sparse.issparse(cost) else np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise ValueError("give a table of numbers, a sparse one, or travel times") from None
    if found.shape != shape:
        raise ValueError(f"shape {found.shape}, expected {shape} from the rows of demand and of sites")
    _refuse_no_distances(found, demand, sites)
    return found


def _refuse_no_distances(table: Table, demand: Layer, sites: Layer) -> None:
    """Only numbers that are not negative are distances, and what is stored in a sparse table is finite."""
    if isinstance(table, np.ndarray):
        point, site = np.nonzero(~(table >= 0))
    else:
        pairs = table.tocoo()
        no_distance = ~(np.isfinite(pairs.data) & (pairs.data >= 0))
        point, site = (at[no_distance].astype(np.int64) for at in (pairs.row, pairs.col))
    if len(point):
        ends = f"{demand.frame.index[point[0]]!r} to {sites.frame.index[site[0]]!r}"
        raise ValueError(f"{len(point)} are no distances, the first is {table[point[0], site[0]]} from {ends}")
