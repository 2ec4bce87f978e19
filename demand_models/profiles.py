"""When in the day a fleet takes its energy: hourly profiles, and the demand of the busiest hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demand_models.errors import DemandError
from geodata.demand import DemandPoints

HOURS: Final = 24
_TOLERANCE: Final = 1e-6
"""How far from 1 shares written with a few digits may add up."""


@dataclass(frozen=True)
class Profile:
    """Shares of a day's demand by hour.

    Parameters
    ----------
    shares
        Share of the hours that begin at 0, 1, ... 23 o'clock; 24 finite numbers of at least 0 that add up to 1.
    source
        Where they come from, or "assumption".

    Raises
    ------
    DemandError
        When there are not 24 such numbers.
    """

    shares: tuple[float, ...]
    source: str

    def __post_init__(self) -> None:
        check_shares(self.shares)


def check_shares(shares: Sequence[float]) -> None:
    """Refuse what is not a day.

    Raises
    ------
    DemandError
        When there are not 24 finite numbers of at least 0 that add up to 1.
    """
    values = np.asarray(shares, dtype=np.float64)
    if len(values) != HOURS:
        raise DemandError(f"profile: {len(values)} numbers given; give {HOURS}, one for each hour from 0 to 23")
    wrong = [f"{hour} o'clock: {values[hour]:g}" for hour in np.flatnonzero(~(np.isfinite(values) & (values >= 0)))]
    if wrong:
        raise DemandError(f"profile: found {', '.join(wrong)}; give finite shares of at least 0")
    if abs(values.sum() - 1) > _TOLERANCE:
        raise DemandError(f"profile: the shares add up to {values.sum():g}; give shares of a day that add up to 1")


def _assumed(*parts: float) -> Profile:
    return Profile(tuple(part / sum(parts) for part in parts), "assumption")


#: Profiles that the models fall back on; relative weights of the hours from 0 to 23.
PROFILES: Final[dict[str, Profile]] = {
    "even": _assumed(*[1] * HOURS),
    # Home from work and into the night, with a smaller rise at noon.
    "evening": _assumed(5, 4, 3, 2, 2, 2, 2, 3, 4, 4, 4, 5, 5, 5, 4, 4, 4, 5, 7, 9, 10, 9, 7, 6),
    # Breaks and changes of shift: after midnight, before dawn, at noon and in the late afternoon.
    "shifts": _assumed(7, 6, 5, 5, 6, 6, 4, 2, 2, 3, 4, 6, 7, 6, 5, 5, 6, 5, 3, 2, 2, 3, 4, 6),
    # After the last run and before the first one.
    "night": _assumed(9, 9, 8, 7, 5, 3, 1, 1, 1, 1, 1, 2, 3, 3, 1, 1, 1, 1, 1, 2, 4, 7, 9, 9),
    # While goods are moved, mostly by day.
    "working": _assumed(2, 2, 2, 2, 2, 3, 4, 4, 5, 6, 6, 7, 7, 6, 6, 6, 6, 5, 4, 4, 3, 3, 3, 2),
}


def hourly_demand(points: DemandPoints, profiles: Mapping[str, Profile]) -> pd.DataFrame:
    """Demand of every row by hour.

    Parameters
    ----------
    points
        Demand per day.
    profiles
        Profile by fleet, for every fleet of the points.

    Returns
    -------
    DataFrame
        Indexed by the id of the row; columns 0 to 23, in the unit of the row's service per hour. The hours of a row add
        up to its day.

    Raises
    ------
    DemandError
        When a fleet has no profile.
    """
    fleets = points.frame["fleet"]
    missing = sorted(set(fleets) - set(profiles))
    if missing:
        raise DemandError(f"profile: none for {', '.join(map(repr, missing))}; give each fleet one")
    shares = np.array([profiles[fleet].shares for fleet in fleets], dtype=np.float64).reshape(len(fleets), HOURS)
    day = points.frame["demand"].to_numpy(dtype=np.float64)
    hourly: NDArray[np.float64] = day[:, None] * shares / shares.sum(axis=1, keepdims=True)
    return pd.DataFrame(hourly, index=pd.Index(points.frame["id"], name="id"), columns=range(HOURS))


def peak_hours(points: DemandPoints, profiles: Mapping[str, Profile]) -> pd.DataFrame:
    """The busiest hour of each service, all fleets together.

    Parameters
    ----------
    points, profiles
        As in `hourly_demand`.

    Returns
    -------
    DataFrame
        Indexed by service: `hour` at which it begins (of equally busy ones the first) and `demand` in that hour, in the
        unit of the service.

    Raises
    ------
    DemandError
        As in `hourly_demand`.
    """
    hourly = hourly_demand(points, profiles)
    of_service = hourly.groupby(points.frame["service"].to_numpy()).sum()
    return pd.DataFrame(
        {"hour": of_service.idxmax(axis=1), "demand": of_service.max(axis=1)}, index=of_service.index.rename("service")
    )
