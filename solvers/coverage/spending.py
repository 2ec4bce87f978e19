"""Which sites may, must and must not be open, and what opening them takes of a budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from solvers.choice import fixed_of, number_of
from solvers.errors import ProblemError
from solvers.problem import Booleans, Floats, Integers


@dataclass(frozen=True, eq=False)
class Spending:
    """Limits on sites, checked.

    Parameters
    ----------
    n_sites
        Number of candidate sites.
    cost
        What each open site takes of the budget, or costs, at least 0, shape (J,).
    budget
        Most that open sites may take together; infinite where there is none.
    required, forbidden
        Sites that must be open, and sites that must not; ascending.
    """

    n_sites: int
    cost: Floats
    budget: float
    required: Integers
    forbidden: Integers

    @classmethod
    def of(
        cls,
        n_sites: int,
        *,
        p: int | None = None,
        costs: Floats | None = None,
        budget: float | None = None,
        required: Sequence[int] | Integers = (),
        forbidden: Sequence[int] | Integers = (),
    ) -> Self:
        """Check the limits of a model that opens at most p sites, or spends at most a budget.

        Raises
        ------
        ProblemError
            When there is both or neither, or a number makes no sense; all faults at once.
        """
        faults: list[str] = []
        most = 0.0
        if (p is None) == (budget is None and costs is None):
            faults.append("state either p, or costs and a budget")
        elif p is not None:
            most = float(number_of(p, faults))
        elif costs is None or budget is None:
            faults.append("costs and a budget belong together")
        elif budget >= 0:
            most = float(budget)
        else:
            faults.append(f"budget: must be at least 0, found {budget}")
        return cls._checked(n_sites, costs, required, forbidden, most, faults)

    @classmethod
    def without_budget(
        cls,
        n_sites: int,
        *,
        costs: Floats | None = None,
        required: Sequence[int] | Integers = (),
        forbidden: Sequence[int] | Integers = (),
    ) -> Self:
        """Check the limits of a model that opens as few sites, or as cheap ones, as it can.

        Raises
        ------
        ProblemError
            When a number makes no sense; all faults at once.
        """
        return cls._checked(n_sites, costs, required, forbidden, np.inf, [])

    @classmethod
    def _checked(
        cls,
        n_sites: int,
        costs: Floats | None,
        required: Sequence[int] | Integers,
        forbidden: Sequence[int] | Integers,
        budget: float,
        faults: list[str],
    ) -> Self:
        cost = np.ones(n_sites) if costs is None else np.asarray(costs, dtype=np.float64)
        if cost.shape != (n_sites,):
            faults.append(f"costs: must have the shape ({n_sites},), found {cost.shape}")
        elif not (np.isfinite(cost).all() and (cost >= 0).all()):
            faults.append(f"costs: {int((~(cost >= 0) | np.isinf(cost)).sum())} are negative or not numbers")
        must, never = fixed_of(n_sites, required, forbidden, faults)
        if faults:
            raise ProblemError(faults)
        return cls(n_sites, cost, budget, must, never)

    @property
    def takes(self) -> float:
        """What the required sites take."""
        return float(self.cost[self.required].sum())

    @property
    def is_feasible(self) -> bool:
        """Whether the budget is enough for the required sites."""
        return self.takes <= self.budget * (1 + 1e-12)

    @property
    def free(self) -> Booleans:
        """Sites that may be open or closed, shape (J,)."""
        free = np.ones(self.n_sites, dtype=np.bool_)
        free[self.required] = free[self.forbidden] = False
        return free
