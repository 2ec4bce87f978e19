"""What the search is charged for scarce limits: more while a limit is tight, less while it has slack."""

import numpy as np

from solvers.problem import Floats
from solvers.side import Side

_MANY = 8  # options that share modules in a row: fewer decide among themselves
_FIRST = 0.7  # of the multiplier that proves the bound
_LEAST = 0.02  # of the objective, for the whole of a tight row that has no multiplier
_LAST = 0.3  # of its price that a served amount keeps at the end
_UP, _DOWN = 1.1, 0.9
_SHAKEN = 0.15  # prices are shaken by, as a share
_TIGHT, _SLACK = 1e-3, 1e-2  # shares of a row's bound that are left; what a module takes counts as tight


class Charges:
    """Prices of budgets, module counts and served demand that swing around the price at which the limit just binds.

    A price that is too low spends everything on whatever comes first and then blocks all that would be better; one
    that is too high leaves money unspent. Swinging between the two lets the search do both in turn (strategic
    oscillation, Glover & Hao 2011).

    Parameters
    ----------
    side
        The limits.
    multiplier
        Multipliers that prove a bound, shape (R,).
    worth
        Size of the objective.
    """

    def __init__(self, side: Side, multiplier: Floats, worth: float) -> None:
        self.served = np.diff(side.served.indptr) > 0
        shared = (np.diff(side.modules.indptr) > _MANY) | self.served
        upper = np.isfinite(side.hi) & ((multiplier > 0) | ~np.isfinite(side.lo))
        lower = np.isfinite(side.lo) & ~upper & ((multiplier < 0) | self.served)
        self.rows = np.flatnonzero(shared & (upper | lower))
        self.sign = np.where(upper, 1.0, -1.0)[self.rows]
        self.bound = np.where(upper, side.hi, side.lo)[self.rows]
        self.size = np.maximum(np.abs(self.bound), 1e-9)
        self.price = np.zeros(side.n_rows)
        self.price[self.rows] = _FIRST * multiplier[self.rows]
        self.kept = self.price
        module = np.array([_median(side.modules.data[slice(*side.modules.indptr[r : r + 2])]) for r in self.rows])
        self.tight = np.maximum(_TIGHT, module / self.size)
        self.slack = np.maximum(_SLACK, 2 * self.tight)
        self.least = _LEAST * worth / self.size
        self.rising = np.zeros(len(self.rows), dtype=bool)

    def swing(self, activity: Floats) -> Floats:
        """Move the prices by what is left of each row; return them, shape (R,)."""
        left = self.sign * (self.bound - activity[self.rows]) / self.size
        self.rising = (self.rising | (left < self.tight)) & (left <= self.slack)
        amount = np.abs(self.price[self.rows]) * np.where(self.rising, _UP, _DOWN)
        amount = np.where(self.rising, np.maximum(amount, self.least), amount)
        self.price[self.rows] = self.sign * amount
        return self.price

    def keep(self) -> None:
        """Remember the present prices: an answer found at them is the best so far."""
        self.kept = self.price.copy()

    def shake(self, rng: np.random.Generator) -> Floats:
        """Return to prices near those of the best answer, shape (R,)."""
        self.price = self.kept * np.exp(rng.normal(0.0, _SHAKEN, len(self.kept)))
        return self.price

    @property
    def last(self) -> Floats:
        """Prices for the end, when what is left may be spent, shape (R,)."""
        return np.where(self.served, _LAST * self.price, 0.0)


def _median(amounts: Floats) -> float:
    return float(np.median(np.abs(amounts))) if len(amounts) else 0.0
