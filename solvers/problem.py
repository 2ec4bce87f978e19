"""The joint siting problem as arrays: demand rows with their cover sets, options, and the pairs between them."""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solvers.errors import ProblemError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
_DTYPES: dict[object, type[np.generic]] = {Floats: np.float64, Integers: np.int64, Booleans: np.bool_}


@dataclass(frozen=True, eq=False)
class Problem:
    """Where demand arises, what may be opened, and which option reaches which demand.

    Index letters: `i` demand row, `c` cover set, `o` option (a site with a facility type and an opening year), `s`
    service, `k` pair of a cover set and an option. Arrays are converted, checked and made read-only.

    A demand row is served as far as *every one* of its cover sets provides for it. A place has one set: the options
    within its standard. A path has one set per stretch that a vehicle cannot cross without refuelling (arc-cover
    path-cover, Capar et al. 2013). A set that draws nothing needs an open option and no capacity.

    Parameters
    ----------
    demand
        Demand per day of row `i`, in the unit of its service, shape (I,).
    value
        Value of one served unit of row `i`, shape (I,).
    row_service
        Service index of row `i`, shape (I,).
    row_year
        Year of row `i`, shape (I,).
    set_row
        Demand row of cover set `c`, ascending, at least one set per row, shape (C,).
    set_draw
        Units drawn within set `c` per unit of its row that is served: 1 for a place, the stretch's part of the trip's
        energy for a path, 0 where only an open option is asked for, shape (C,).
    site
        Site index of option `o`, shape (O,).
    facility_type
        Facility type index of option `o`, shape (O,).
    year
        Opening year of option `o`; it serves demand rows of that year and later, shape (O,).
    capacity
        Units per module and day of option `o` for service `s`; 0 where not offered, shape (O, S).
    min_modules, max_modules
        Modules of option `o` when open, shape (O,).
    base_modules
        Modules that stand already and cost nothing, at most `min_modules`, shape (O,).
    fixed_cost, module_cost
        Cost of opening option `o` and of each module beyond `base_modules`, shape (O,).
    closing_cost
        Cost of option `o` when it is *not* open: what it takes to close a station that stands, shape (O,).
    required
        Whether option `o` must be open (existing or demanded by the planner), shape (O,).
    pair_set, pair_option
        Pairs (cover set, option) within the standard, unique, sorted by set and then option, shape (K,).
    pair_time_s
        Travel time of the pair in seconds, the same for all options of a site, shape (K,).

    Raises
    ------
    ProblemError
        When shapes differ, an index is out of range, a number is negative or not finite, a row has no cover set, pairs
        repeat, a pair joins a set with an option that lacks its service or opens after its year, or a set's pairs to
        one site differ in time. All faults are named at once.
    """

    demand: Floats
    value: Floats
    row_service: Integers
    row_year: Integers
    set_row: Integers
    set_draw: Floats
    site: Integers
    facility_type: Integers
    year: Integers
    capacity: Floats
    min_modules: Integers
    max_modules: Integers
    base_modules: Integers
    fixed_cost: Floats
    module_cost: Floats
    closing_cost: Floats
    required: Booleans
    pair_set: Integers
    pair_option: Integers
    pair_time_s: Floats

    def __post_init__(self) -> None:
        """Convert, check and freeze the arrays."""
        for field in fields(self):
            array = np.array(getattr(self, field.name), dtype=_DTYPES[field.type])
            array.flags.writeable = False
            object.__setattr__(self, field.name, array)
        faults = _shape_faults(self) or [*_value_faults(self), *_index_faults(self)] or _pair_faults(self)
        if faults:
            raise ProblemError(faults)

    @property
    def n_rows(self) -> int:
        """Number of demand rows."""
        return len(self.demand)

    @property
    def n_sets(self) -> int:
        """Number of cover sets."""
        return len(self.set_row)

    @property
    def n_options(self) -> int:
        """Number of options."""
        return len(self.site)

    @property
    def n_services(self) -> int:
        """Number of services."""
        return int(self.capacity.shape[1])

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.pair_set)

    @cached_property
    def pair_row(self) -> Integers:
        """Demand row of each pair, shape (K,)."""
        return self.set_row[self.pair_set]

    @cached_property
    def pair_draw(self) -> Floats:
        """Units that each pair draws per unit of its row that it provides for, shape (K,)."""
        return self.set_draw[self.pair_set]

    @cached_property
    def pair_service(self) -> Integers:
        """Service of each pair, shape (K,)."""
        return self.row_service[self.pair_row]

    @cached_property
    def pair_year(self) -> Integers:
        """Year of each pair's demand, shape (K,)."""
        return self.row_year[self.pair_row]

    def least_of_sets(self, provided: Floats) -> Floats:
        """Least of what a row's cover sets provide, shape (I,), from an amount per set, shape (C,)."""
        first = np.searchsorted(self.set_row, np.arange(self.n_rows))
        return np.minimum.reduceat(provided, first) if self.n_rows else np.zeros(0)

    def over(self, pairs: Integers) -> "Problem":
        """Return the problem with these pairs alone, ascending."""
        return replace(
            self,
            pair_set=self.pair_set[pairs],
            pair_option=self.pair_option[pairs],
            pair_time_s=self.pair_time_s[pairs],
        )

    def without_demand(self) -> "Problem":
        """Return the options alone: nobody to serve."""
        nobody: dict[str, Any] = dict.fromkeys((*_ROW_FIELDS, *_SET_FIELDS, *_PAIR_FIELDS), ())
        return replace(self, **nobody)

    def cost(self, modules: Integers) -> Floats:
        """Cost of each option at the given modules (when closed, that of closing), shape (O,)."""
        opened = modules > 0
        built = self.fixed_cost + self.module_cost * (modules - self.base_modules)
        return np.where(opened, built, self.closing_cost)


_ROW_FIELDS = ("demand", "value", "row_service", "row_year")
_SET_FIELDS = ("set_row", "set_draw")
_OPTION_FIELDS = (
    "site", "facility_type", "year", "capacity", "min_modules", "max_modules", "base_modules", "fixed_cost",
    "module_cost", "closing_cost", "required",
)  # fmt: skip
_PAIR_FIELDS = ("pair_set", "pair_option", "pair_time_s")
_AMOUNTS = ("demand", "value", "set_draw", "capacity", "min_modules", "max_modules", "base_modules", "fixed_cost",
            "module_cost", "closing_cost", "pair_time_s")  # fmt: skip


def _shape_faults(p: Problem) -> list[str]:
    if p.capacity.ndim != 2:
        return [f"capacity has {p.capacity.ndim} dimension(s), expected 2 (options × services)"]
    faults = []
    for names, length, what in (
        (_ROW_FIELDS, len(p.demand), "demand rows"),
        (_SET_FIELDS, len(p.set_row), "cover sets"),
        (_OPTION_FIELDS, len(p.site), "options"),
        (_PAIR_FIELDS, len(p.pair_set), "pairs"),
    ):
        for name in names:
            array = getattr(p, name)
            if array.ndim != (2 if name == "capacity" else 1) or len(array) != length:
                faults.append(f"{name} has shape {array.shape}, expected {length} {what}")
    return faults


def _value_faults(p: Problem) -> list[str]:
    faults = []
    for name in _AMOUNTS:
        array = getattr(p, name)
        fine = (array >= 0) & np.isfinite(array)
        wrong = np.flatnonzero(~(fine.all(axis=1) if array.ndim > 1 else fine))
        if wrong.size:
            first = int(wrong[0])
            faults.append(
                f"{name}[{first}] is {array[first]}: expected a finite number >= 0 ({wrong.size} such entries)"
            )
    if not faults:
        wrong = np.flatnonzero((p.min_modules > p.max_modules) | (p.min_modules < 1) | (p.base_modules > p.min_modules))
        if wrong.size:
            o = int(wrong[0])
            faults.append(
                f"option {o}: modules from {p.min_modules[o]} to {p.max_modules[o]} with {p.base_modules[o]} standing;"
                " expected 1 <= min_modules <= max_modules and base_modules <= min_modules (what stands is not removed)"
            )
    return faults


def _index_faults(p: Problem) -> list[str]:
    faults = []
    for name, n, what in (
        ("row_service", p.n_services, "services"),
        ("site", np.inf, ""),
        ("facility_type", np.inf, ""),
        ("set_row", p.n_rows, "demand rows"),
        ("pair_set", p.n_sets, "cover sets"),
        ("pair_option", p.n_options, "options"),
    ):
        array = getattr(p, name)
        wrong = np.flatnonzero((array < 0) | (array >= n))
        if wrong.size:
            first = int(wrong[0])
            faults.append(f"{name}[{first}] is {array[first]}: out of range" + (f" for {n} {what}" if what else ""))
    return faults or _set_faults(p)


def _set_faults(p: Problem) -> list[str]:
    back = np.flatnonzero(np.diff(p.set_row) < 0)
    if back.size:
        c = int(back[0]) + 1
        return [f"set_row[{c}] is {p.set_row[c]} after {p.set_row[c - 1]}: cover sets must be sorted by demand row"]
    without = np.flatnonzero(np.bincount(p.set_row, minlength=p.n_rows) == 0)
    if without.size:
        return [f"demand row {without[0]} has no cover set ({without.size} such rows); one without pairs is never met"]
    return []


def _pair_faults(p: Problem) -> list[str]:
    faults = []
    key = p.pair_set * max(p.n_options, 1) + p.pair_option
    if np.any(np.diff(key) <= 0):
        k = int(np.flatnonzero(np.diff(key) <= 0)[0]) + 1
        faults.append(f"pair {k} repeats or precedes pair {k - 1}: pairs must be unique, sorted by set, then option")
    lacking = (p.capacity[p.pair_option, p.pair_service] <= 0) & (p.pair_draw > 0)
    for bad, why in (
        (lacking, "an option without capacity for its service"),
        (p.year[p.pair_option] > p.pair_year, "an option that opens after the row's year"),
    ):
        if bad.any():
            faults.append(f"pair {int(np.flatnonzero(bad)[0])} joins its demand row with {why}")
    by_site = np.lexsort((p.site[p.pair_option], p.pair_set))
    cover, site, time_s = p.pair_set[by_site], p.site[p.pair_option][by_site], p.pair_time_s[by_site]
    differ = np.flatnonzero((np.diff(cover) == 0) & (np.diff(site) == 0) & (np.diff(time_s) != 0))
    if differ.size:
        k, other = sorted(by_site[differ[0] : differ[0] + 2].tolist())
        faults.append(
            f"pairs {k} and {other} join a row with one site in {p.pair_time_s[k]} and {p.pair_time_s[other]} s"
        )
    return faults
