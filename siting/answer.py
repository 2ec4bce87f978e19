"""An answer by facility: what stands from which year on, with how many modules, and what it gives."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.assemble import Assembly
from solvers import Solution

_LEAST_SHARE = 1e-9  # shares below this are dust of the linear programs

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Answer:
    """A solution read by facilities instead of options; `f` counts the facilities that stand in the last year."""

    assembly: Assembly
    solution: Solution

    @property
    def modules(self) -> Integers:
        """Modules of each option, shape (O,)."""
        assert self.solution.modules is not None
        return self.solution.modules

    @cached_property
    def opening(self) -> Integers:
        """Option by which each facility opened, shape (F,)."""
        return np.flatnonzero((self.modules > 0) & self.assembly.opens).astype(np.int64)

    @cached_property
    def facility(self) -> Integers:
        """Number of each facility, shape (F,)."""
        return self.assembly.options["facility"].to_numpy(dtype=np.int64)[self.opening]

    @cached_property
    def size(self) -> Integers:
        """Modules of each facility in the last year, shape (F,)."""
        return np.asarray(self.by_facility(self.modules), dtype=np.int64)

    @cached_property
    def cost(self) -> Floats:
        """Investment in each facility over all years, CNY, shape (F,)."""
        return self.by_facility(self.assembly.problem.cost(self.modules))

    @cached_property
    def provided(self) -> Floats:
        """Share of its row that the pairs of each cover set provide, shape (C,)."""
        return np.bincount(self.assembly.problem.pair_set, self._share, self.assembly.problem.n_sets).astype(float)

    @cached_property
    def row_share(self) -> Floats:
        """Share of each row that is served, that of the least of its sets, shape (I,)."""
        return np.minimum(self.assembly.problem.least_of_sets(self.provided), 1.0)

    @cached_property
    def units(self) -> Floats:
        """Units per day drawn over each pair, shape (K,); what a set provides beyond the least is not drawn."""
        problem = self.assembly.problem
        provided = self.provided[problem.pair_set]
        least = problem.least_of_sets(self.provided)[problem.pair_row]
        drawn = np.divide(least, provided, out=np.ones_like(provided), where=provided > 0) * problem.pair_draw
        return np.asarray(self._share * problem.demand[problem.pair_row] * drawn)

    @cached_property
    def last_units(self) -> Floats:
        """Units per day given over each pair in the last year, 0 in those before, shape (K,)."""
        return np.where(self.assembly.problem.pair_year == self.assembly.years[-1], self.units, 0.0)

    @cached_property
    def served(self) -> Floats:
        """Units per day of each service that each facility gives in the last year, shape (F, S)."""
        problem = self.assembly.problem
        served = np.zeros_like(problem.capacity)
        np.add.at(served, (problem.pair_option, problem.pair_service), self.last_units)
        return np.stack([self.by_facility(column) for column in served.T], axis=1)

    @cached_property
    def use(self) -> Floats:
        """Largest share of what its modules can give of a service, in the last year, shape (F,)."""
        given = self.assembly.problem.capacity[self.opening] * self.size[:, None]
        share = np.divide(self.served, given, out=np.zeros_like(self.served), where=given > 0)
        return np.asarray(share.max(axis=1, initial=0.0))

    @property
    def _share(self) -> Floats:
        """Share of its row that each pair provides, without dust, shape (K,)."""
        assert self.solution.share is not None
        return np.where(self.solution.share > _LEAST_SHARE, self.solution.share, 0.0)

    def by_facility(self, amounts: Floats | Integers) -> Floats:
        """Sum amounts of options over each facility, shape (F,)."""
        of = self.assembly.options["facility"].to_numpy(dtype=np.int64)
        total = np.bincount(of, weights=amounts, minlength=int(of.max(initial=-1)) + 1)
        return np.asarray(total[self.facility], dtype=np.float64)

    def phases(self) -> pd.DataFrame:
        """Every facility in every year in which it stands, by facility id and year.

        Returns
        -------
        phases
            facility_id, type, status, site (row of the sites), year, modules (standing then), new_modules and cost_cny
            (of that year).
        """
        options, problem = self.assembly.options, self.assembly.problem
        first = options.iloc[self.opening]
        cost, added = problem.cost(self.modules), self.modules - options["base_modules"].to_numpy()
        year = options["year"].to_numpy()
        parts = []
        for when in self.assembly.years:
            new = (year == when) & (self.modules > 0)
            parts.append(
                first[["facility_id", "type", "status", "site"]]
                .assign(
                    year=when,
                    modules=self.by_facility(np.where(year <= when, self.modules, 0)).astype(np.int64),
                    new_modules=self.by_facility(np.where(new, added, 0)).astype(np.int64),
                    cost_cny=self.by_facility(np.where(new, cost, 0.0)),
                )
                .loc[first["year"].to_numpy() <= when]
            )
        return pd.concat(parts).sort_values(["facility_id", "year"], ignore_index=True)
