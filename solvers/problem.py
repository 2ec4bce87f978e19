"""The joint siting problem as arrays: demand rows, options, and the pairs between them."""

from dataclasses import dataclass, fields
from functools import cached_property

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

    Index letters: `i` demand row, `o` option (a site with a facility type and an opening year), `s` service,
    `k` reachable pair. Arrays are converted, checked and made read-only.

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
    required
        Whether option `o` must be open (existing or demanded by the planner), shape (O,).
    pair_row, pair_option
        Pairs (row, option) within the standard, unique, sorted by row and then option, shape (K,).
    pair_time_s
        Travel time of the pair in seconds, the same for all options of a site, shape (K,).

    Raises
    ------
    ProblemError
        When shapes differ, an index is out of range, a number is negative or not finite, pairs repeat, a pair joins a
        row with an option that lacks its service or opens after its year, or a row's pairs to one site differ in time.
        All faults are named at once.
    """

    demand: Floats
    value: Floats
    row_service: Integers
    row_year: Integers
    site: Integers
    facility_type: Integers
    year: Integers
    capacity: Floats
    min_modules: Integers
    max_modules: Integers
    base_modules: Integers
    fixed_cost: Floats
    module_cost: Floats
    required: Booleans
    pair_row: Integers
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
    def n_options(self) -> int:
        """Number of options."""
        return len(self.site)

    @property
    def n_services(self) -> int:
        """Number of services."""
        return int(self.capacity.shape[1])

    @property
    def n_pairs(self) -> int:
        """Number of reachable pairs."""
        return len(self.pair_row)

    @cached_property
    def pair_service(self) -> Integers:
        """Service of each pair, shape (K,)."""
        return self.row_service[self.pair_row]

    @cached_property
    def pair_year(self) -> Integers:
        """Year of each pair's demand, shape (K,)."""
        return self.row_year[self.pair_row]

    def cost(self, modules: Integers) -> Floats:
        """Cost of each option at the given modules (0 when closed), shape (O,)."""
        opened = modules > 0
        added = np.where(opened, modules - self.base_modules, 0)
        return self.fixed_cost * opened + self.module_cost * added


_ROW_FIELDS = ("demand", "value", "row_service", "row_year")
_OPTION_FIELDS = (
    "site", "facility_type", "year", "capacity", "min_modules", "max_modules", "base_modules", "fixed_cost",
    "module_cost", "required",
)  # fmt: skip
_PAIR_FIELDS = ("pair_row", "pair_option", "pair_time_s")
_AMOUNTS = ("demand", "value", "capacity", "min_modules", "max_modules", "base_modules", "fixed_cost", "module_cost",
            "pair_time_s")  # fmt: skip


def _shape_faults(p: Problem) -> list[str]:
    if p.capacity.ndim != 2:
        return [f"capacity has {p.capacity.ndim} dimension(s), expected 2 (options × services)"]
    faults = []
    for names, length, what in (
        (_ROW_FIELDS, len(p.demand), "demand rows"),
        (_OPTION_FIELDS, len(p.site), "options"),
        (_PAIR_FIELDS, len(p.pair_row), "pairs"),
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
        ("pair_row", p.n_rows, "demand rows"),
        ("pair_option", p.n_options, "options"),
    ):
        array = getattr(p, name)
        wrong = np.flatnonzero((array < 0) | (array >= n))
        if wrong.size:
            first = int(wrong[0])
            faults.append(f"{name}[{first}] is {array[first]}: out of range" + (f" for {n} {what}" if what else ""))
    return faults


def _pair_faults(p: Problem) -> list[str]:
    faults = []
    key = p.pair_row * max(p.n_options, 1) + p.pair_option
    if np.any(np.diff(key) <= 0):
        k = int(np.flatnonzero(np.diff(key) <= 0)[0]) + 1
        faults.append(f"pair {k} repeats or precedes pair {k - 1}: pairs must be unique, sorted by row, then option")
    for bad, why in (
        (p.capacity[p.pair_option, p.pair_service] <= 0, "an option without capacity for its service"),
        (p.year[p.pair_option] > p.pair_year, "an option that opens after the row's year"),
    ):
        if bad.any():
            faults.append(f"pair {int(np.flatnonzero(bad)[0])} joins its demand row with {why}")
    by_site = np.lexsort((p.site[p.pair_option], p.pair_row))
    row, site, time_s = p.pair_row[by_site], p.site[p.pair_option][by_site], p.pair_time_s[by_site]
    differ = np.flatnonzero((np.diff(row) == 0) & (np.diff(site) == 0) & (np.diff(time_s) != 0))
    if differ.size:
        k, other = sorted(by_site[differ[0] : differ[0] + 2].tolist())
        faults.append(
            f"pairs {k} and {other} join a row with one site in {p.pair_time_s[k]} and {p.pair_time_s[other]} s"
        )
    return faults
