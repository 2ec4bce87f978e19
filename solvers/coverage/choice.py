"""Which sites may, must and must not be open, and what opening them takes of a budget."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from solvers.errors import ProblemError
from solvers.problem import Booleans, Floats, Integers


@dataclass(frozen=True, eq=False)
class Choice:
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
    forbidden: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

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


def choice(
    n_sites: int,
    *,
    p: int | None = None,
    costs: Floats | None = None,
    budget: float | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
) -> Choice:
    """Check the limits of a model that opens at most p sites, or spends at most a budget.

    Raises
    ------
    ProblemError
        When there is both or neither, or a number makes no sense; all faults at once.
    """
    faults = []
    if (p is None) == (budget is None and costs is None):
        faults.append("state either p, or costs and a budget")
    elif p is not None and (p != int(p) or p < 0):
        faults.append(f"p: must be a whole number of at least 0, found {p}")
    elif p is None and (costs is None or budget is None):
        faults.append("costs and a budget belong together")
    elif budget is not None and not budget >= 0:
        faults.append(f"budget: must be at least 0, found {budget}")
    return _checked(n_sites, costs, required, forbidden, float(p if p is not None else budget or 0.0), faults)


def priced_choice(
    n_sites: int,
    *,
    costs: Floats | None = None,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
) -> Choice:
    """Check the limits of a model that opens as few sites, or as cheap ones, as it can."""
    return _checked(n_sites, costs, required, forbidden, np.inf, [])


def _checked(
    n_sites: int,
    costs: Floats | None,
    required: Sequence[int] | Integers,
    forbidden: Sequence[int] | Integers,
    budget: float,
    faults: list[str],
) -> Choice:
    cost = np.ones(n_sites) if costs is None else np.asarray(costs, dtype=np.float64)
    if cost.shape != (n_sites,):
        faults.append(f"costs: must have the shape ({n_sites},), found {cost.shape}")
    elif not (np.isfinite(cost).all() and (cost >= 0).all()):
        faults.append(f"costs: {int((~(cost >= 0) | np.isinf(cost)).sum())} are negative or not numbers")
    must, must_not = (np.unique(np.asarray(list(some), dtype=np.int64)) for some in (required, forbidden))
    for name, sites in (("required", must), ("forbidden", must_not)):
        unknown = sites[(sites < 0) | (sites >= n_sites)]
        if len(unknown):
            faults.append(f"{name}: sites must be from 0 to {n_sites - 1}, found {unknown.tolist()}")
    if len(both := np.intersect1d(must, must_not)):
        faults.append(f"sites {both.tolist()} are both required and forbidden")
    if faults:
        raise ProblemError(faults)
    return Choice(n_sites, cost, budget, must, must_not)
