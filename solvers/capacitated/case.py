"""Customers, sites with sizes, and what it costs to serve the ones from the others."""

from dataclasses import dataclass

import numpy as np

from solvers.choice import fixed_of
from solvers.errors import ProblemError
from solvers.problem import Floats, Integers


@dataclass(frozen=True, eq=False)
class Capacitated:
    """Capacitated facility location (Holmberg, Rönnqvist & Yuan 1999): serve all demand at the least cost.

    Index letters: `i` demand point, `j` site, `m` size. An open site has exactly one of its sizes.

    Parameters
    ----------
    demand
        Demand of each point, at least 0, shape (I,).
    cost
        Cost of serving *all* demand of a point from a site; infinite where it cannot be, shape (I, J).
    capacity
        What a site gives, shape (J,); or by size, shape (J, M).
    fixed_cost
        Cost of opening a site, at least 0; infinite for a size that it cannot have. Shape as `capacity`.
    required, forbidden
        Sites that must be open, and sites that must not.

    Raises
    ------
    ProblemError
        When arrays do not fit together or numbers make no sense; all faults at once.
    """

    demand: Floats
    cost: Floats
    capacity: Floats
    fixed_cost: Floats
    required: Integers
    forbidden: Integers

    def __post_init__(self) -> None:
        """Convert, check and freeze the arrays; capacities and costs by size."""
        for name in ("demand", "cost", "capacity", "fixed_cost"):
            array = np.array(getattr(self, name), dtype=np.float64)
            if name in ("capacity", "fixed_cost") and array.ndim == 1:
                array = array[:, None]
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        faults = self._faults()
        must, never = fixed_of(self.n_sites, self.required, self.forbidden, faults)
        object.__setattr__(self, "required", must)
        object.__setattr__(self, "forbidden", never)
        if faults:
            raise ProblemError(faults)

    def _faults(self) -> list[str]:
        shape = (len(self.demand), len(self.capacity))
        if self.demand.ndim != 1 or self.cost.shape != shape or self.capacity.shape != self.fixed_cost.shape:
            return [
                f"shapes do not fit: demand {self.demand.shape}, cost {self.cost.shape}, "
                f"capacity {self.capacity.shape}, fixed_cost {self.fixed_cost.shape}"
            ]
        faults = []
        for name, infinite in (("demand", False), ("capacity", False), ("cost", True), ("fixed_cost", True)):
            array = getattr(self, name)
            wrong = ~(array >= 0) | (np.isinf(array) & (not infinite))
            if wrong.any():
                faults.append(f"{name}: {int(wrong.sum())} numbers are negative, infinite or none")
        return faults

    @property
    def n_sites(self) -> int:
        """Number of candidate sites."""
        return len(self.capacity)
