"""Trips between places from their totals and from how far apart they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from demand_models.errors import DemandError
from geodata.errors import listed

Floats = NDArray[np.float64]
Deterrence = Literal["exponential", "power"]

DETERRENCES: Final[tuple[Deterrence, ...]] = get_args(Deterrence)
EXACT: Final = 1e-9
"""Relative deviation at which totals and mean count as met."""

_WANTED: Final = 1e-12
_MILD: Final = 10.0
"""Range of the logarithms of deterrence with which balancing begins."""
_SWEEPS: Final = 100
"""Rounds after which Newton's method takes over."""
_STEPS: Final = 100
"""Rounds of which every other one is a step of it."""
_LEAP: Final = 20.0
"""Largest logarithm by which a step may change a factor."""
_DOUBLINGS: Final = 60
_MILDEST_POWER: Final = 2.0**-6


@dataclass(frozen=True, eq=False)
class Gravity:
    """Trips that a gravity model gives.

    Parameters
    ----------
    trips
        Shape (n, n), from row to column.
    b
        Strength of the deterrence, at least 0.
    mean
        Mean impedance of a trip.
    """

    trips: Floats
    b: float
    mean: float


def gravity(
    production: ArrayLike,
    attraction: ArrayLike,
    impedance: ArrayLike,
    *,
    places: Sequence[str],
    deterrence: Deterrence = "exponential",
    b: float | None = None,
    mean: float | None = None,
) -> Gravity:
    """Trips ``T_ij = A_i B_j O_i D_j f(c_ij)`` with ``sum_j T_ij = O_i`` and ``sum_i T_ij = D_j``.

    The deterrence ``f`` is ``exp(-b c)`` or ``c^-b``. The factors ``A`` and ``B`` are found by balancing rows and
    columns in turn (Furness 1965), where that is slow by Newton's method, and in logarithms, so that no deterrence is
    too strong to be written. Of all trips with these totals and this mean, those of the exponential are the most likely
    (Wilson 1967). The ``b`` of a given mean is the root of a function of one number. Under the exponential the mean
    falls as ``b`` grows, and the root is the only one. The power lowers the mean of ``log c``, and that of ``c`` may
    rise for a while: of several roots the smallest is sought, in steps of doubling.

    Parameters
    ----------
    production, attraction
        ``O`` and ``D``: trips that leave and that reach each place, at least 0, shape (n,), adding up to the same.
    impedance
        ``c`` from row to column (km or minutes), shape (n, n), at least 0; infinite where there are no trips.
    places
        Names of the places, for messages.
    deterrence
        Form of ``f``; the power needs impedances above 0.
    b, mean
        Strength of the deterrence (at least 0), or mean impedance of a trip to which it is calibrated: one of them.

    Returns
    -------
    gravity
        Totals hold to 1e-9 relative, and so does the mean.

    Raises
    ------
    DemandError
        With the places whose numbers are out of range or whose totals cannot be met; when a mean lies outside what the
        totals allow.

    Notes
    -----
    K. P. Furness, "Time function iteration", Traffic Engineering and Control 7, 1965, 458-460. A. G. Wilson, "A
    statistical theory of spatial distribution models", Transportation Research 1(3), 1967, 253-269.
    """
    leave, reach = np.asarray(production, dtype=np.float64), np.asarray(attraction, dtype=np.float64)
    apart = np.asarray(impedance, dtype=np.float64)
    faults = [*_faults(leave, reach, apart, places, deterrence)]
    if (b is None) == (mean is None):
        faults.append("give one of b and the mean trip length")
    if faults or (faults := _unmet(leave, reach, np.isfinite(apart), places)):
        raise DemandError("; ".join(faults))
    from_, to = np.flatnonzero(leave > 0), np.flatnonzero(reach > 0)
    block = np.ix_(from_, to)
    cost = apart[block]
    goes = np.isfinite(cost)
    resistance = np.log(cost) if deterrence == "power" else cost
    names = [places[i] for i in from_.tolist()], [places[j] for j in to.tolist()]

    def solved(strength: float) -> Gravity:
        trips = np.zeros(apart.shape)
        weight = -strength * np.where(goes, resistance, 0.0)
        trips[block] = _balanced(leave[from_], reach[to], np.where(goes, weight, -np.inf), *names, b=strength)
        length = fsum((trips[block][goes] * cost[goes]).tolist()) / fsum(leave.tolist())
        return Gravity(trips, strength, length)

    if b is not None:
        return solved(b)
    mildest = _MILDEST_POWER if deterrence == "power" else 1.0 / max(float(np.median(cost[goes])), 1.0)
    return _calibrated(solved, float(mean or 0.0), mildest, falls=deterrence == "exponential")


def _calibrated(solved: Callable[[float], Gravity], mean: float, mildest: float, *, falls: bool) -> Gravity:
    """The trips with a given mean; ``falls`` says that the mean can only fall as the deterrence grows."""
    from scipy.optimize import brentq

    none = solved(0.0)
    if falls and mean > none.mean * (1 + EXACT):
        raise DemandError(
            f"mean trip length of {mean:g}: without any deterrence it is {none.mean:.6g}, and deterrence makes trips "
            "shorter; give less"
        )
    low, high = _bracket(none, solved, mean, mildest)
    for end in (low, high):
        if abs(end.mean - mean) <= EXACT * mean:
            return end
    root = brentq(lambda strength: solved(strength).mean - mean, low.b, high.b, xtol=1e-15 * high.b, rtol=8.9e-16)
    found = solved(float(root))
    if abs(found.mean - mean) > EXACT * mean:
        raise DemandError(f"mean trip length of {mean:g}: found {found.mean:.12g} at b = {found.b:.12g}")
    return found


def _bracket(none: Gravity, solved: Callable[[float], Gravity], mean: float, mildest: float) -> tuple[Gravity, Gravity]:
    """Two deterrences, next to each other in steps of doubling, whose means have the given one between them."""
    tried = [none]
    slack = EXACT * mean
    for strong in mildest * 2.0 ** np.arange(_DOUBLINGS):
        try:
            tried.append(solved(float(strong)))
        except DemandError:
            break
        low, high = sorted(each.mean for each in tried[-2:])
        if low - slack <= mean <= high + slack:
            return tried[-2], tried[-1]
    least, most = (extreme(tried, key=lambda each: each.mean) for extreme in (min, max))
    raise DemandError(
        f"mean trip length of {mean:g}: no deterrence was found under which trips of these totals have it; the means "
        f"that were reached go from {least.mean:.6g} at b = {least.b:.6g} to {most.mean:.6g} at b = {most.b:.6g}"
    )


def _balanced(
    leave: Floats, reach: Floats, weight: Floats, origins: Sequence[str], destinations: Sequence[str], *, b: float
) -> Floats:
    """Trips with the given totals; the logarithm of each is a number of its row plus one of its column + weight.

    Under a strong deterrence these numbers grow in proportion to it: they are found for a mild one and doubled.
    """
    finite = weight[np.isfinite(weight)]
    halvings = max(int(np.ceil(np.log2(max(float(np.ptp(finite)), 1.0) / _MILD))), 0)
    column = np.zeros(len(reach))
    for part in range(halvings, -1, -1):
        column, trips = _rounds(leave, reach, weight / 2.0**part, 2.0 * column)
    gap = reach - trips.sum(axis=0)
    away = np.abs(gap) / reach
    if away.max() > EXACT or (np.abs(trips.sum(axis=1) - leave) > EXACT * leave).any():
        worst = int(away.argmax())
        raise DemandError(
            f"totals of trips: {destinations[worst]!r} comes to {reach[worst] - gap[worst]:.9g} of {reach[worst]:.9g} "
            f"reaching it at b = {b:g}, those of {len(origins)} origins being met; give less unequal totals or a "
            "weaker deterrence"
        )
    return trips


def _rounds(leave: Floats, reach: Floats, weight: Floats, column: Floats) -> tuple[Floats, Floats]:
    """Balance rows and columns in turn, from some factors of columns on: the factors (logarithms), and the trips."""
    for round_ in range(_SWEEPS + _STEPS):
        row = np.log(leave) - _log_sum(column + weight, axis=1)
        trips = np.exp(row[:, np.newaxis] + column + weight)
        if (np.abs(reach - trips.sum(axis=0)) <= _WANTED * reach).all():
            break
        if round_ >= _SWEEPS and round_ % 2:
            column = _stepped(leave, reach, weight, column, trips)
        else:
            column = np.log(reach) - _log_sum(row[:, np.newaxis] + weight, axis=0)
    return column, np.asarray(trips, dtype=np.float64)


def _stepped(leave: Floats, reach: Floats, weight: Floats, column: Floats, trips: Floats) -> Floats:
    """A step of Newton's method, where balancing is slow: places that trade little with others.

    The factors are those for which ``sum_j D_j v_j - sum_i O_i log sum_j exp(v_j + w_ij)`` is largest, a concave
    function of the columns alone.
    """
    sums = trips.sum(axis=0)
    size = np.sqrt(np.maximum(sums, np.finfo(float).tiny))
    curve = np.diag(sums) - trips.T @ (trips / leave[:, np.newaxis])
    direction = np.linalg.lstsq(curve / size / size[:, np.newaxis], (reach - sums) / size)[0] / size

    def height(at: Floats) -> float:
        return float(reach @ at - leave @ _log_sum(at + weight, axis=1))

    part = min(1.0, _LEAP / max(float(np.abs(direction).max()), 1.0))
    while part > EXACT and height(column + part * direction) < height(column):
        part /= 2.0
    return np.asarray(column + part * direction, dtype=np.float64)


def _log_sum(logarithms: Floats, *, axis: int) -> Floats:
    """Logarithms of the sums along an axis, of which each has a finite addend."""
    largest = logarithms.max(axis=axis, keepdims=True)
    total = np.exp(logarithms - largest).sum(axis=axis)
    return np.asarray(np.log(total) + largest.squeeze(axis), dtype=np.float64)


def _faults(leave: Floats, reach: Floats, apart: Floats, places: Sequence[str], deterrence: Deterrence) -> list[str]:
    """Numbers that are out of range."""
    n = len(places)
    if leave.shape != (n,) or reach.shape != (n,) or apart.shape != (n, n):
        return [f"give production and attraction for each of {n} places, and impedances between them"]
    faults = []
    for what, totals in (("production", leave), ("attraction", reach)):
        bad = [f"{place!r} ({total})" for place, total in zip(places, totals, strict=True) if not 0 <= total < np.inf]
        if bad:
            faults.append(f"{what}: {listed(bad)}; give finite totals of at least 0")
        elif not totals.any():
            faults.append(f"{what}: the totals of all places are 0; give one above 0")
    low = (apart < 0) | np.isnan(apart) | ((apart == 0) & (deterrence == "power"))
    if low.any():
        pairs = listed(f"{places[i]} to {places[j]} ({apart[i, j]})" for i, j in np.argwhere(low).tolist())
        faults.append(f"impedance: {pairs}; give numbers of at least 0, above 0 for a power")
    if not faults and abs(leave.sum() - reach.sum()) > EXACT * leave.sum():
        faults.append(f"production adds up to {leave.sum():.12g}, attraction to {reach.sum():.12g}; make them agree")
    return faults


def _unmet(leave: Floats, reach: Floats, goes: NDArray[np.bool_], places: Sequence[str]) -> list[str]:
    """Places whose trips have nowhere to go, or to come from."""
    return [
        f"{own[place]:.9g} trips {verb} {name!r}, and all other places that it has trips with take "
        f"{others[place]:.9g}; lower its total"
        for verb, own, others in (("leave", leave, goes @ reach), ("reach", reach, goes.T @ leave))
        for place, name in enumerate(places)
        if own[place] > others[place] * (1 + EXACT)
    ]
