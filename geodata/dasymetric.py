"""Totals of districts spread over their cells by what stands there: buildings, roads, places, or plain area."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from geopandas import GeoDataFrame

from geodata.crs import require_metric
from geodata.errors import LayerError, did_you_mean, listed

_WHAT = "totals over cells"


@dataclass(frozen=True, eq=False, kw_only=True)
class Spread:
    """Totals spread over cells.

    Parameters
    ----------
    values
        Share of its district's total per cell, in the unit and order given.
    by_area
        Districts whose total was spread by area, because none of their cells has a weight.
    empty
        Rows (from 0) of the cells that have no weight, and so nothing of a total that is spread by weight.
    """

    values: npt.NDArray[np.float64]
    by_area: tuple[str, ...]
    empty: npt.NDArray[np.int64]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader of the values should know; nothing when every cell has a weight."""
        said = []
        if self.by_area:
            said.append(f"spread by area, as no cell has a weight: {listed(self.by_area)}")
        if len(self.empty):
            said.append(f"{len(self.empty)} of {len(self.values)} cells have no weight and get nothing")
        return tuple(said)


def spread_totals(cells: GeoDataFrame, totals: Mapping[str, float], *, weight: npt.ArrayLike | None = None) -> Spread:
    """Spread the total of each district over its cells in proportion to a weight.

    ``x_c = T_d * w_c / (sum of w over the cells of district d)``: the cells of a district add up to its total. Weights
    compare cells within a district only, so their unit does not matter: metres of road (`length_in_m`), square metres
    of building (`area_in_m2`), the people of places (`sum_in`) or ``area_km2``, which is taken without weights.

    Parameters
    ----------
    cells
        Cells in a metric CRS with the columns ``district`` and ``area_km2`` (above 0).
    totals
        Total of each district, finite and at least 0, in any unit.
    weight
        Weight per cell, finite and at least 0, in the order of the cells.

    Returns
    -------
    spread
        The values; the sum over a district equals its total to 1e-9 relative. A district without any weight falls back
        to area, which is reported.

    Raises
    ------
    CrsError
        When the cells are not in a metric CRS.
    LayerError
        With all faults: columns missing, weights or areas out of range, cells of a district without a total, and
        districts with a total but without cells.

    Notes
    -----
    Dasymetric mapping, J. K. Wright, "A Method of Mapping Densities of Population", Geographical Review 26(1), 1936,
    103-110; keeping each total is the "pycnophylactic" property of W. Tobler, JASA 74(367), 1979, 519-530.
    """
    require_metric(cells.crs, what=_WHAT)
    missing = [name for name in ("district", "area_km2") if name not in cells.columns]
    if missing:
        known = map(str, cells.columns)
        raise LayerError(_WHAT, [f'column "{name}" is missing{did_you_mean(name, known)}' for name in missing])
    area = cells["area_km2"].to_numpy(dtype=np.float64)
    weights = area if weight is None else np.asarray(weight, dtype=np.float64)
    faults = [*_number_faults(area, weights), *_total_faults(list(cells["district"]), totals)]
    if faults:
        raise LayerError(_WHAT, faults)
    codes, names = pd.factorize(cells["district"], sort=True)
    largest = _largest(weights, codes, len(names))
    used = np.where(largest[codes] > 0, _relative(weights, largest[codes]), area)
    total = np.array([totals[name] for name in names], dtype=np.float64)
    share = used / np.bincount(codes, weights=used, minlength=len(names))[codes]
    return Spread(
        values=share * total[codes],
        by_area=tuple(names[(largest == 0) & (total > 0)]),
        empty=np.flatnonzero((weights == 0) & (largest[codes] > 0)),
    )


def _largest(weights: npt.NDArray[np.float64], codes: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.float64]:
    """Largest weight of each district."""
    largest = np.zeros(count)
    np.maximum.at(largest, codes, weights)
    return largest


def _relative(weights: npt.NDArray[np.float64], largest: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weights relative to the largest of the district, so that neither tiny nor huge ones leave the range of floats."""
    return np.divide(weights, largest, out=np.zeros_like(weights), where=largest > 0)


def _number_faults(area: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> list[str]:
    faults = []
    if weights.shape != area.shape:
        return [f"{weights.size} weights for {area.size} cells; give one per cell"]
    flat = ~(np.isfinite(area) & (area > 0))
    if flat.any():
        faults.append(f'column "area_km2" must be above 0; it is not in rows {listed(np.flatnonzero(flat) + 1)}')
    bad = ~(np.isfinite(weights) & (weights >= 0))
    if bad.any():
        faults.append(f"weights must be finite and at least 0; they are not in rows {listed(np.flatnonzero(bad) + 1)}")
    return faults


def _total_faults(districts: list[object], totals: Mapping[str, float]) -> list[str]:
    faults = []
    wrong = [f"{name} ({total})" for name, total in totals.items() if not (np.isfinite(total) and total >= 0)]
    if wrong:
        faults.append(f"totals must be finite and at least 0; found {listed(wrong)}")
    found = set(districts)
    unknown = sorted(str(name) for name in found - set(totals))
    if unknown:
        faults.append(f"cells of districts without a total: {listed(unknown)}; give one (0 is a total)")
    homeless = [name for name, total in totals.items() if total > 0 and name not in found]
    if homeless:
        faults.append(f"districts with a total but without cells: {listed(homeless)}; give smaller cells, or no total")
    return faults
