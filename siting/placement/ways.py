"""How far points are from sites in `locate`: straight lines in metres, a table, or travel times."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from geodata import TravelTimes, as_points
from geodata.crs import require_metric, same_metric
from siting.errors import StudyError

if TYPE_CHECKING:
    from solvers import Coverage, Distances

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Cost = ArrayLike | sparse.sparray | sparse.spmatrix | TravelTimes


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
    table: Floats | sparse.csr_matrix | None

    @classmethod
    def of(cls, demand: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, cost: Cost | None) -> "Ways":
        """Check two layers and what is known of the ways between them.

        Raises
        ------
        geodata.CrsError
            When a CRS is missing, not metric, or not the same.
        StudyError
            When a table or travel times do not fit the layers.
        """
        same_metric(demand.crs, sites.crs, what="demand and sites")
        table = None if cost is None else _table(cost, (len(demand), len(sites)))
        return cls(coordinates(demand), coordinates(sites), table)

    @cached_property
    def distances(self) -> "Distances":
        """The distances as the models of travel want them."""
        from solvers import distances_between, distances_of

        return distances_between(self.points, self.sites) if self.table is None else distances_of(self.table)

    def between_sites(self) -> "Distances":
        """Straight lines between the sites."""
        from solvers import distances_between

        return distances_between(self.sites, self.sites)

    def coverage(self, standard: float, weight: Floats) -> "Coverage":
        """Who is covered by which site within a standard, boundary included."""
        from solvers import Coverage

        if self.table is None:
            return Coverage.of_points(self.points, self.sites, standard, weight=weight)
        return Coverage.of_matrix(self._within(standard), weight=weight)

    def full(self) -> Floats:
        """All distances, infinite where a pair is too far, shape (I, J)."""
        n_points, n_sites = len(self.points), len(self.sites)
        if isinstance(self.table, np.ndarray):
            return self.table
        point, site = np.repeat(np.arange(n_points), n_sites), np.tile(np.arange(n_sites), n_points)
        return self.distances.of_pairs(point, site).reshape(n_points, n_sites)

    def _within(self, standard: float) -> sparse.csr_matrix:
        if isinstance(self.table, np.ndarray):
            return sparse.csr_matrix(self.table <= standard)
        assert self.table is not None
        rows = self.table.copy()
        rows.data = (rows.data <= standard).astype(np.float64)
        return rows


def coordinates(frame: gpd.GeoDataFrame) -> Floats:
    """Positions of a layer's rows in metres, shape (N, 2)."""
    require_metric(frame.crs, what="the layer")
    points = as_points(frame).geometry
    return np.stack([points.x, points.y], axis=1).astype(np.float64)


def _table(cost: Cost, shape: tuple[int, int]) -> Floats | sparse.csr_matrix:
    if isinstance(cost, TravelTimes):
        most = (int(cost.demand.max(initial=-1)) + 1, int(cost.site.max(initial=-1)) + 1)
        if most[0] > shape[0] or most[1] > shape[1]:
            raise StudyError("cost", [f"travel times of {most[0]} points and {most[1]} sites, the layers have {shape}"])
        return sparse.csr_matrix((cost.time_s, (cost.demand, cost.site)), shape=shape)
    given: Any = cost
    stored = bool(sparse.issparse(cost))
    try:
        found = sparse.csr_matrix(given) if stored else np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise StudyError("cost", [f"not a table of numbers: {error}"]) from None
    if found.shape != shape:
        raise StudyError("cost", [f"shape {found.shape}, expected {shape} from the rows of demand and of sites"])
    return found
