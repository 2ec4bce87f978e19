"""Raw trip ends or positions merged into demand points, from any number of them in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import hypot
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, Unpack

import numpy as np
import numpy.typing as npt
import shapely
from geopandas import GeoDataFrame, GeoSeries, points_from_xy
from pyproj import CRS

from geodata.crs import CrsInput, metric_crs_for, require_metric, scale_error_ppm
from geodata.errors import CrsError, LayerError, listed
from geodata.importing.layers import import_pieces, refuse_empty
from geodata.importing.report import ImportReport, merged
from geodata.importing.wishes import Wishes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Chunk = tuple[npt.ArrayLike, npt.ArrayLike]

EPS_M: Final = (1.0, 20_000.0)
"""Least and most distance that points may be moved, metres."""

LARGEST_SCALE_ERROR_PPM: Final = 10_000.0
"""One metre per hundred: a CRS that is farther off in the middle of the points is refused."""

_MM: Final = 1000
_CELLS_PER_EPS: Final = 8
_FARTHEST_MM: Final = 2**34
"""Largest coordinate, some 17,000 km, so that the two numbers of a cell fit into one."""
_BUFFER: Final = 2**20
_ROWS: Final = 200_000


@dataclass(frozen=True)
class Displacement:
    """How far points were moved when they were merged: straight lines, exact to the millimetre.

    Parameters
    ----------
    mean_m, p95_m, max_m
        Mean, distance that 95 % of the points do not exceed, and largest one, metres.
    """

    mean_m: float
    p95_m: float
    max_m: float


@dataclass(frozen=True, eq=False)
class Clusters:
    """Demand points that stand for many points.

    Parameters
    ----------
    x_m, y_m
        Positions, ordered by y, then x.
    count
        Number of points that each stands for, at least 1.
    displacement
        What merging cost.
    """

    x_m: Floats
    y_m: Floats
    count: Ints
    displacement: Displacement

    def __len__(self) -> int:
        return len(self.count)

    def layer(self, crs: CrsInput) -> GeoDataFrame:
        """A layer with the columns `id`, `count` and points in the metric CRS of the positions."""
        width = max(4, len(str(len(self))))
        ids = [f"cluster{number:0{width}d}" for number in range(1, len(self) + 1)]
        positions = points_from_xy(self.x_m, self.y_m, crs=require_metric(crs, what="clusters"))
        return GeoDataFrame({"id": ids, "count": self.count}, geometry=positions)


def cluster_points(chunks: Iterable[Chunk], eps_m: float) -> Clusters:
    """Merge points so that none is moved farther than a given distance.

    Points fall into square cells with sides of an eighth of the distance. From the fullest cell on (of equally full
    ones the first from the west, then south), a cell that no demand point covers yet gets one, at the mean of its
    points; it covers the cells whose centre is no farther than the distance less half a diagonal. Each cell then
    belongs to the demand point nearest to its centre. So

    - no point is moved farther than ``eps_m``, the triangle inequality over the cell's centre,
    - two demand points are farther apart than ``0.82 eps_m``, so that there are few of them where points are dense.

    The result depends neither on the order of the points nor on how they come in chunks. Memory grows with the number
    of cells that hold points, not with the points, which wait in a temporary file for the second pass.

    Parameters
    ----------
    chunks
        Positions in metres: arrays of x and y of the same length, to the millimetre.
    eps_m
        Largest distance that a point may be moved, 1 m to 20 km.

    Returns
    -------
    Clusters
        Demand points whose counts add up to the number of points.

    Raises
    ------
    LayerError
        When the distance is out of range, there are no points, or positions are not finite or too far from the origin,
        with the numbers of the points, counted from 1.

    Notes
    -----
    The demand points are an epsilon-net of the occupied cells, built greedily like the leaders of J. A. Hartigan,
    "Clustering Algorithms", Wiley 1975, chapter 3, with cells in place of points as in J. Gan and Y. Tao, "DBSCAN
    revisited", SIGMOD 2015. Density alone, as in DBSCAN, would chain whole streets into one point.
    """
    if not EPS_M[0] <= eps_m <= EPS_M[1]:
        fault = f"moved by up to {eps_m:g} m; give a distance of {EPS_M[0]:g} to {EPS_M[1]:g} m"
        raise LayerError("points to be clustered", [fault])
    eps_mm = round(eps_m * _MM)
    side_mm = eps_mm // _CELLS_PER_EPS
    with TemporaryFile() as spool:
        cells = _cells(_millimetres(chunks), side_mm, spool)
        x_mm, y_mm, member = _net(cells, eps_mm)
        spool.seek(0)
        displacement = _displacement(spool, cells, side_mm, eps_mm, (x_mm[member], y_mm[member]))
    count = np.bincount(member, weights=cells.count).astype(np.int64)
    order = np.lexsort((x_mm, y_mm))
    return Clusters(x_mm[order] / _MM, y_mm[order] / _MM, count[order], displacement)


def cluster_layer(
    source: str | Path, eps_m: float, crs_m: CrsInput = None, **wishes: Unpack[Wishes]
) -> tuple[GeoDataFrame, Displacement, ImportReport]:
    """Merge the points of a file, which is read in pieces.

    Several points may have the same id: trips of one vehicle.

    Parameters
    ----------
    source
        A CSV file with positions, or any other layer of points.
    eps_m
        As in `cluster_points`.
    crs_m
        Metric CRS to compute in; without one that of `metric_crs_for`, for which the file is read once more.
    **wishes
        As in `geodata.importing.layers.import_layer`, but for those about the result.

    Returns
    -------
    layer, displacement, report
        As `Clusters.layer` gives it; what merging cost; and what became of every row of the file.

    Raises
    ------
    LayerError
        As in `cluster_points` and `import_layer`.
    CrsError
        When a CRS is missing, or crs_m is not metric or made for another part of the world.
    """
    crs = _metric_crs_of(source, wishes) if crs_m is None else require_metric(crs_m, what="demand points")
    wishes |= {"target_crs": crs, "wanted": "points", "duplicate_ids": "keep"}
    reports: list[ImportReport] = []
    clusters = cluster_points(_positions(source, wishes, reports), eps_m)
    layer = clusters.layer(crs)
    _refuse_distorted(layer)
    return layer, clusters.displacement, merged(reports)


def _metric_crs_of(source: str | Path, wishes: Wishes) -> CRS:
    """The metric CRS for the extent of a file's points."""
    unnamed = Wishes(**{**wishes, "wanted": "points", "duplicate_ids": "keep"})
    report = merged([report for _, report in import_pieces(source, rows=_ROWS, **unnamed)])
    if report.bounds_after is None:
        refuse_empty(report)
    extent = GeoSeries([shapely.box(*report.bounds_after)], crs=report.crs_used)
    return metric_crs_for(extent)[0]


def _refuse_distorted(layer: GeoDataFrame) -> None:
    """Refuse a CRS whose metres are none where the points are; a few strays elsewhere do not matter."""
    middle = GeoSeries([shapely.Point(layer.geometry.x.median(), layer.geometry.y.median())], crs=layer.crs)
    error_ppm = scale_error_ppm(middle, layer.crs)
    if error_ppm > LARGEST_SCALE_ERROR_PPM:
        wrong = f"wrong by {error_ppm / 1e6:.0%}" if error_ppm < np.inf else "no lengths at all"
        raise CrsError(
            f"demand points: in CRS {layer.crs.to_string()} lengths are {wrong} in the middle of the points; name one "
            "made for that place, or none, and check for positions far from all others"
        )


def _positions(source: str | Path, wishes: Wishes, reports: list[ImportReport]) -> Iterator[tuple[Floats, Floats]]:
    """Positions of a file's pieces, whose reports are kept."""
    for piece, report in import_pieces(source, rows=_ROWS, **wishes):
        reports.append(report)
        xy = shapely.get_coordinates(piece.geometry.to_numpy())
        yield xy[:, 0], xy[:, 1]


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells that hold points, sorted by key; sums are whole millimetres, so that no order of adding matters."""

    key: Ints
    count: Ints
    x_mm: Ints
    y_mm: Ints

    def joined(self, other: "_Cells") -> "_Cells":
        """The cells of both."""
        key, member = np.unique(np.concatenate([self.key, other.key]), return_inverse=True)
        sums = (
            _added(member, np.concatenate(both), len(key))
            for both in ((self.count, other.count), (self.x_mm, other.x_mm), (self.y_mm, other.y_mm))
        )
        return _Cells(key, *sums)


def _added(member: npt.NDArray[np.intp], values: Ints, length: int) -> Ints:
    """Sums of whole numbers by group."""
    sums = np.zeros(length, dtype=np.int64)
    np.add.at(sums, member, values)
    return sums


def _millimetres(chunks: Iterable[Chunk]) -> Iterator[Ints]:
    """Checked positions, shape (2, n), in blocks of a size that does not depend on the chunks'."""
    waiting: list[Ints] = []
    wrong: list[int] = []
    size = points = 0
    for x, y in chunks:
        xy = np.array([x, y], dtype=np.float64)
        good = (np.abs(xy) * _MM < _FARTHEST_MM).all(axis=0)
        wrong += (points + 1 + np.flatnonzero(~good)).tolist()
        points += xy.shape[1]
        if wrong:
            continue
        waiting.append(np.rint(xy * _MM).astype(np.int64))
        size += xy.shape[1]
        while size >= _BUFFER:
            block = np.concatenate(waiting, axis=1)
            yield block[:, :_BUFFER]
            waiting, size = [block[:, _BUFFER:]], size - _BUFFER
    if wrong:
        fault = f"not finite, or farther than {_FARTHEST_MM // _MM**2:,} km from the origin: points"
        raise LayerError("points to be clustered", [f"{fault} {listed(wrong)}; give metres"])
    if not points:
        raise LayerError("points to be clustered", ["there are none; give at least one"])
    if size:
        yield np.concatenate(waiting, axis=1)


def _keys(xy: Ints, side_mm: int) -> Ints:
    """The cell of each point as one number: column and row."""
    column, row = xy // side_mm
    keys: Ints = (column << 32) + row
    return keys


def _centres(key: Ints, side_mm: int) -> Floats:
    """Centres of cells, shape (n, 2), in millimetres."""
    column = (key + 2**31) >> 32
    row = key - (column << 32)
    return np.column_stack([column, row]) * float(side_mm) + side_mm / 2


def _cells(blocks: Iterable[Ints], side_mm: int, spool: IO[bytes]) -> _Cells:
    """Counts and sums of all cells; the points are put aside for a second look."""
    nothing = np.empty(0, dtype=np.int64)
    cells = _Cells(nothing, nothing, nothing, nothing)
    for block in blocks:
        np.ascontiguousarray(block.T).tofile(spool)
        ones = np.ones(block.shape[1], dtype=np.int64)
        cells = cells.joined(_Cells(_keys(block, side_mm), ones, block[0], block[1]))
    return cells


def _net(cells: _Cells, eps_mm: int) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """Positions of the demand points in millimetres, and the one that each cell belongs to."""
    from scipy.spatial import KDTree

    side_mm = eps_mm // _CELLS_PER_EPS
    centres = _centres(cells.key, side_mm)
    means = np.column_stack([cells.x_mm / cells.count, cells.y_mm / cells.count])
    tree = KDTree(centres)
    reach = eps_mm - hypot(side_mm, side_mm) / 2
    open_ = np.ones(len(centres), dtype=bool)
    leaders = []
    for cell in np.lexsort((cells.key, -cells.count)):
        if open_[cell]:
            leaders.append(cell)
            open_[tree.query_ball_point(means[cell], reach)] = False
    leaders.sort()
    member = np.asarray(KDTree(means[leaders]).query(centres)[1], dtype=np.intp)
    return means[leaders, 0], means[leaders, 1], member


def _displacement(
    spool: IO[bytes], cells: _Cells, side_mm: int, eps_mm: int, target_mm: tuple[Floats, Floats]
) -> Displacement:
    """Distance of every point from where its cell went, counted by the millimetre."""
    counts = np.zeros(eps_mm + 1, dtype=np.int64)
    while len(block := np.fromfile(spool, dtype=np.int64, count=2 * _BUFFER)):
        xy = block.reshape(-1, 2).T
        cell = np.searchsorted(cells.key, _keys(xy, side_mm))
        moved_mm = np.hypot(xy[0] - target_mm[0][cell], xy[1] - target_mm[1][cell])
        counts += np.bincount(np.rint(moved_mm).astype(np.int64), minlength=eps_mm + 1)
    below = np.cumsum(counts)
    total = int(below[-1])
    mean_mm = int(np.arange(eps_mm + 1) @ counts) / total
    p95_mm = int(np.searchsorted(below, -(-95 * total // 100)))
    return Displacement(mean_mm / _MM, p95_mm / _MM, int(np.flatnonzero(counts)[-1]) / _MM)
