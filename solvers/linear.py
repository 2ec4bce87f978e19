"""A mixed-integer linear model as arrays, and what came of solving it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from numbers import Real

import numpy as np
from scipy import sparse

from solvers.errors import ProblemError
from solvers.problem import Booleans, Floats


class Status(StrEnum):
    """How a solve ended; a solver's private words are translated to these once, at the edge."""

    OPTIMAL = "optimal"
    GAP = "gap reached"
    WORK_LIMIT = "work limit"
    TIME_LIMIT = "time limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Maximise (or minimise) `cost @ v + offset` over `row_lo <= matrix @ v <= row_hi`, `lo <= v <= hi`.

    Some `v` are integer.

    Parameters
    ----------
    maximise
        Sense of the objective.
    cost, lo, hi
        Objective coefficients and bounds of the columns, shape (N,).
    integer
        Which columns are integer, shape (N,).
    matrix
        Rows × columns, CSR.
    row_lo, row_hi
        Bounds of the rows; infinite where there is none, shape (M,).
    offset
        What the objective has whatever the columns are.
    scale
        What one unit of the objective stands for; news from the solver is given in those units, and without numbers
        where it is `None`.
    proven
        Bound proven for the whole of which this model is a part; `None`: it is the whole.
    """

    maximise: bool
    cost: Floats
    lo: Floats
    hi: Floats
    integer: Booleans
    matrix: sparse.csr_matrix
    row_lo: Floats
    row_hi: Floats
    offset: float = 0.0
    scale: float | None = 1.0
    proven: float | None = None

    def objective(self, values: Floats) -> float:
        """Objective of an assignment of the columns."""
        return float(self.cost @ values) + self.offset

    def with_objective(self, cost: Floats, *, maximise: bool, scale: float = 1.0, offset: float = 0.0) -> "LinearModel":
        """Return the same rows under another objective."""
        return replace(self, cost=cost, maximise=maximise, scale=scale, offset=offset)

    def with_row(self, coefficients: Floats, lo: float, hi: float) -> "LinearModel":
        """Return the model with one more row."""
        return replace(
            self,
            matrix=sparse.vstack([self.matrix, sparse.csr_matrix(coefficients)], format="csr"),
            row_lo=np.append(self.row_lo, lo),
            row_hi=np.append(self.row_hi, hi),
        )

    def relaxed(self) -> "LinearModel":
        """Return the linear relaxation."""
        return replace(self, integer=np.zeros_like(self.integer))

    def with_bounds(self, lo: Floats, hi: Floats) -> "LinearModel":
        """Return the same model with other column bounds."""
        return replace(self, lo=lo, hi=hi)


@dataclass(frozen=True)
class Effort:
    """When to stop, and how to be repeatable.

    Parameters
    ----------
    gap
        Relative distance of incumbent and bound that is good enough.
    work_limit
        Number of times that branch and bound may ask whether to go on (some ten a second at city size); `None`: no
        limit.
        Counted work gives the same answer on every machine, a clock does not.
    time_limit_s
        Seconds after which to stop; `None`: no limit.
    threads, seed
        Solver threads and random seed.

    Raises
    ------
    ProblemError
        When the gap or a limit is below 0 or not a number.
    """

    gap: float = 1e-6
    work_limit: int | None = None
    time_limit_s: float | None = None
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a gap or a limit that is below 0 or none: a search would never know that it is at its end."""
        limits = {"gap": self.gap, "work_limit": self.work_limit, "time_limit_s": self.time_limit_s}
        faults = [
            f"{name}: give a number of at least 0, found {limit!r}"
            for name, limit in limits.items()
            if limit is not None and not (isinstance(limit, Real) and float(limit) >= 0)
        ]
        if faults:
            raise ProblemError(faults)

    def after(self, outcome: "Outcome") -> "Effort":
        """What an outcome leaves of the limits."""
        return replace(
            self,
            time_limit_s=None if self.time_limit_s is None else max(self.time_limit_s - outcome.runtime_s, 0.0),
            work_limit=None if self.work_limit is None else max(self.work_limit - outcome.work, 0),
        )


EXACT = Effort(gap=0.0)


@dataclass(frozen=True)
class Progress:
    """One line of news from a running solver: incumbent, bound, gap, seconds."""

    stage: str
    incumbent: float | None
    bound: float | None
    gap: float | None
    seconds: float


ProgressCallback = Callable[[Progress], None]
StopCallback = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a backend found: values of the columns (or `None`), objective, proven bound and the solver's own words."""

    status: Status
    values: Floats | None
    objective: float | None
    bound: float | None
    words: str
    work: int
    runtime_s: float


def relative_gap(objective: float, bound: float) -> float:
    """Relative distance of objective and bound: |bound - objective| / |objective|, infinite where only one is 0.

    Examples
    --------
    >>> relative_gap(100.0, 102.0)
    0.02
    """
    difference = abs(bound - objective)
    if difference <= 1e-12:
        return 0.0
    return difference / abs(objective) if objective else float("inf")


def dual_bound(model: LinearModel, duals: Floats) -> float:
    """Bound on the optimum proved by any row duals: weak duality over the box of the columns, in plain float64.

    For the maximisation of `c v`: every feasible `v` has `c v = y A v + (c - y A) v <= sum_r max(y_r lo_r, y_r hi_r) +
    sum_j max(d_j lo_j, d_j hi_j)` with `d = c - y A`. A dual that would meet an infinite side is set to zero first, so
    the result is a bound whatever the duals; good duals make it tight. Rounded outward by 1e-9 relative.

    Parameters
    ----------
    model
        The model; all its columns are boxed.
    duals
        One multiplier per row, shape (M,); their sign convention does not matter: both are tried.
    """
    sign = 1.0 if model.maximise else -1.0
    bounds = [_dual_value(model, sign * model.cost, flipped) for flipped in (duals, -duals)]
    best = min(bounds)
    return sign * (best + 1e-9 * max(abs(best), 1.0)) + model.offset


def _dual_value(model: LinearModel, cost: Floats, duals: Floats) -> float:
    side = np.where(duals > 0, model.row_hi, model.row_lo)
    usable = (duals != 0) & np.isfinite(side)
    price = np.where(usable, duals, 0.0)
    reduced = cost - model.matrix.T @ price
    corner = np.maximum(reduced * model.lo, reduced * model.hi)
    return float((price[usable] * side[usable]).sum() + corner.sum())
