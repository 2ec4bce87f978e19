"""Folds that keep neighbours together, so that a place is not predicted from the one next door."""

from dataclasses import dataclass

import numpy as np
from geopandas import GeoSeries
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from demand_models.errors import DemandError
from geodata.crs import require_metric
from geodata.points import coordinates_of


@dataclass(frozen=True, eq=False)
class Fold:
    """Rows to learn from and rows to be judged by; a row in the buffer between them is in neither.

    Parameters
    ----------
    train, test
        Row numbers, sorted.
    """

    train: NDArray[np.int64]
    test: NDArray[np.int64]


def tiles(points: GeoSeries, side_m: float) -> NDArray[np.int64]:
    """The square tile in which each point lies, by a grid that starts at the origin of the CRS.

    Parameters
    ----------
    points
        Points in a metric CRS.
    side_m
        Side of a tile, positive.

    Returns
    -------
    NDArray[np.int64]
        Number of the tile per point, counted from 0 over the tiles that hold points, by column and row.

    Raises
    ------
    DemandError
        When the side is not positive.
    CrsError, LayerError
        When the CRS is not metric or a geometry is not a point.
    """
    require_metric(points.crs, what="blocks")
    if not (np.isfinite(side_m) and side_m > 0):
        raise DemandError(f"blocks: the side of a tile is {side_m}; give a positive length in metres")
    at = np.floor(coordinates_of(points, what="blocks") / side_m).astype(np.int64)
    return np.unique(at, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def blocked_folds(points: GeoSeries, *, side_m: float, folds: int, buffer_m: float = 0.0) -> tuple[Fold, ...]:
    """Folds of whole square tiles.

    Tiles are dealt out by the number of their points, the fullest first, each to the fold with the fewest points so
    far; so the folds are of similar size, and the same points give the same folds. Every point is tested once.

    Parameters
    ----------
    points
        Points in a metric CRS.
    side_m
        Side of a tile, positive.
    folds
        Number of folds, at least 2.
    buffer_m
        Points this near to a point of the test (border excluded) are not learned from.

    Raises
    ------
    DemandError
        When a number is out of range, there are fewer tiles than folds, or the buffer leaves nothing to learn from.
    CrsError, LayerError
        As `tiles`.
    """
    if folds < 2:
        raise DemandError(f"blocks: {folds} folds are asked for; give at least 2")
    if not (np.isfinite(buffer_m) and buffer_m >= 0):
        raise DemandError(f"blocks: the buffer is {buffer_m}; give a length of at least 0 m")
    tile = tiles(points, side_m)
    size = np.bincount(tile)
    if len(size) < folds:
        raise DemandError(f"blocks: {len(size)} tiles of {side_m:g} m for {folds} folds; give smaller tiles")
    fold_of = _dealt(size, folds)[tile]
    return tuple(_fold(fold_of == fold, coordinates_of(points, what="blocks"), buffer_m) for fold in range(folds))


def _dealt(size: NDArray[np.int64], folds: int) -> NDArray[np.int64]:
    """Fold of each tile."""
    dealt = np.zeros(len(size), dtype=np.int64)
    filled = np.zeros(folds, dtype=np.int64)
    for tile in np.argsort(-size, kind="stable"):
        dealt[tile] = np.argmin(filled)
        filled[dealt[tile]] += size[tile]
    return dealt


def _fold(tested: NDArray[np.bool_], at: NDArray[np.float64], buffer_m: float) -> Fold:
    learned = ~tested
    if buffer_m > 0:
        distance_m = cKDTree(at[tested]).query(at)[0]
        learned &= distance_m >= buffer_m
    if not learned.any():
        raise DemandError(f"blocks: a buffer of {buffer_m:g} m leaves nothing to learn from; give a smaller one")
    return Fold(np.flatnonzero(learned), np.flatnonzero(tested))
