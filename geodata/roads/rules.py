"""What is asked of travel times: how far, which way, how many sites, and how a point comes to the road."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Direction = Literal["to_site", "from_site"]

WALK_KMH = 5.0
"""Speed between a point and the road; assumption."""


@dataclass(frozen=True, kw_only=True)
class TravelRules:
    """What travel times are asked for.

    Parameters
    ----------
    cutoff_s
        Longest time of a pair in seconds, itself included, both accesses counted.
    direction
        From demand to site, or from site to demand.
    nearest
        Keep only so many sites per demand point, the quickest to reach; all within the cutoff by default.
    access_kmh
        Speed on the straight way between a point and the nearest place of a road.
    reach_m
        A point farther from all roads has no travel times.

    Raises
    ------
    ValueError
        When a number is out of its range.
    """

    cutoff_s: float
    direction: Direction = "to_site"
    nearest: int | None = None
    access_kmh: float = WALK_KMH
    reach_m: float = np.inf

    def __post_init__(self) -> None:
        if not (np.isfinite(self.cutoff_s) and self.cutoff_s > 0):
            raise ValueError(f"Expected cutoff_s > 0, found {self.cutoff_s}.")
        if self.direction not in ("to_site", "from_site"):
            raise ValueError(f'Expected direction "to_site" or "from_site", found {self.direction!r}.')
        if self.nearest is not None and self.nearest < 1:
            raise ValueError(f"Expected nearest >= 1, found {self.nearest}.")
        if not (np.isfinite(self.access_kmh) and self.access_kmh > 0):
            raise ValueError(f"Expected access_kmh > 0, found {self.access_kmh}.")
        if not self.reach_m > 0:
            raise ValueError(f"Expected reach_m > 0, found {self.reach_m}.")

    def words(self) -> str:
        """The rules in one line, for the statement of the method."""
        way = "from demand to site" if self.direction == "to_site" else "from site to demand"
        parts = [f"fastest way on roads {way}", f"access straight to the nearest road at {self.access_kmh:g} km/h"]
        if self.nearest is not None:
            parts.append(f"the {self.nearest} quickest sites")
        return ", ".join(parts)
