"""Serving what is asked for from what stands: the solvers' problem over rows and stations, and nothing to decide."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers import OBJECTIVES, Problem, Stage, solve
from solvers.sums import sum_by

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

#: Amounts below this share of what they are a part of are dust of the linear programs.
DUST = 1e-6


@dataclass(frozen=True, eq=False)
class Reach:
    """Who asks for a service, what can give it, and who reaches whom.

    Index letters: `i` demand row, `h` facility, `k` pair within the standard.

    Parameters
    ----------
    demand
        Units a day that row `i` asks for, shape (I,).
    capacity
        Units a day that facility `h` can give, shape (H,).
    row, facility
        Pairs, sorted by row and facility, shape (K,).
    time_s
        Travel time of the pair in seconds, shape (K,).
    """

    demand: Floats
    capacity: Floats
    row: Integers
    facility: Integers
    time_s: Floats

    def given(self, units: Floats) -> Floats:
        """Units a day that each facility gives when this is served over the pairs, shape (H,)."""
        return sum_by(self.facility, units, len(self.capacity))

    def spare(self, units: Floats) -> Floats:
        """Capacity that each facility does not use then, without dust, shape (H,)."""
        left = self.capacity - self.given(units)
        return np.where(left > DUST * self.capacity, left, 0.0)

    def served_near(self) -> Floats:
        """Units served over each pair: as much as possible, and of all such ways the one with the least driving."""
        problem, kept = self._problem()
        stages = (
            Stage(OBJECTIVES["served_value"], gap=0.0, slack=0.0),
            Stage(OBJECTIVES["travel_time"], gap=0.0, keeps_modules=True),
        )
        return self._units(kept, solve(problem, stages, method="compact").share)

    def with_facility(self, capacity: float, rows: Integers, time_s: Floats, units: Floats) -> tuple["Reach", Floats]:
        """The same with one facility more, which gives nothing yet, and the units served over its pairs."""
        row = np.r_[self.row, rows]
        facility = np.r_[self.facility, np.full(len(rows), len(self.capacity))]
        order = np.lexsort((facility, row))
        reach = Reach(
            self.demand,
            np.r_[self.capacity, capacity],
            row[order],
            facility[order],
            np.r_[self.time_s, time_s][order],
        )
        return reach, np.r_[units, np.zeros(len(rows))][order]

    def _units(self, kept: Integers, share: Floats | None) -> Floats:
        assert share is not None
        units = np.zeros(len(self.row))
        units[kept] = np.maximum(share, 0.0) * self.demand[self.row[kept]]
        return np.where(units > DUST * self.demand[self.row], units, 0.0)

    def _problem(self) -> tuple[Problem, Integers]:
        """One module of each facility's capacity, a unit's value 1; pairs with nothing to give or to ask left out."""
        kept = np.flatnonzero((self.capacity[self.facility] > 0) & (self.demand[self.row] > 0)).astype(np.int64)
        n_rows, n_facilities = len(self.demand), len(self.capacity)
        none, one = np.zeros(n_facilities), np.ones(n_facilities, dtype=np.int64)
        problem = Problem(
            demand=self.demand,
            value=np.ones(n_rows),
            row_service=np.zeros(n_rows, dtype=np.int64),
            row_year=np.zeros(n_rows, dtype=np.int64),
            set_row=np.arange(n_rows),
            set_draw=np.ones(n_rows),
            site=np.arange(n_facilities),
            facility_type=np.zeros(n_facilities, dtype=np.int64),
            year=np.zeros(n_facilities, dtype=np.int64),
            capacity=self.capacity[:, None],
            min_modules=one,
            max_modules=one,
            base_modules=one,
            fixed_cost=none,
            module_cost=none,
            closing_cost=none,
            required=one > 0,
            pair_set=self.row[kept],
            pair_option=self.facility[kept],
            pair_time_s=self.time_s[kept],
        )
        return problem, kept
