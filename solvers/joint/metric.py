"""Natural sizes of prices: what makes a step in one as large as a step in another."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.joint.oracle import Level, Oracle, Softness
from solvers.problem import Floats, Integers, Problem
from solvers.side import Side

_LIMIT_WEIGHT = 10.0  # how much further the multipliers of limits move than the prices of demand
_LEAST = 1e-3  # of what is typical, for prices and options that have no size of their own
_EXACT = 1e-6  # softness that moves the value by less than a millionth


@dataclass(frozen=True, eq=False)
class Metric:
    """Sizes on a level, from one sale at half of what demand is worth.

    Parameters
    ----------
    worth
        Value of all demand.
    set_worth
        What providing one unit of a row's demand in the set is worth, the row's value split over its sets, shape (C,).
    row_worth
        Value of one unit of a row, shape (I,).
    option_worth
        What each option can sell, and costs, shape (O,).
    set_step, limit_step
        Change of each set price and multiplier that the descent counts as one, shapes (C,) and (R,).
    """

    worth: float
    set_worth: Floats
    row_worth: Floats
    option_worth: Floats
    set_step: Floats
    limit_step: Floats

    @classmethod
    def of(cls, problem: Problem, side: Side, oracle: Oracle, limit_price: Floats) -> "Metric":
        """Measure a level, its demand valued at given multipliers."""
        level = oracle.level
        row_worth = np.maximum(level.value - level.served.T @ limit_price, 0.0)
        row_worth = np.maximum(row_worth, 1e-12 * max(row_worth.max(initial=0.0), 1e-12))
        set_worth = row_worth[level.set_row] * _set_part(level)
        costs = np.abs(side.per_opened) + np.abs(side.per_module) * problem.max_modules
        worth = max(float(np.sum(level.demand * row_worth)), _LEAST * float(costs.sum()), 1e-9)
        anything = Softness(_EXACT * set_worth, _EXACT * row_worth, np.full(problem.n_options, worth))
        sale = oracle.sell(set_worth / 2, np.zeros(side.n_rows), anything)
        covers = sale.per_opened - side.per_opened
        most = 2 * (sale.sold[oracle.supply.point_begin[1:] - 1] + covers) + costs
        option_worth = np.maximum(most, _LEAST * float(np.sum(most)) / max(len(most), 1) + 1e-12)
        demand = level.demand[level.set_row]
        set_step = np.sqrt(np.divide(worth * set_worth, demand, out=np.zeros(level.n_sets), where=demand > 0))
        limit_step = np.sqrt(_LIMIT_WEIGHT * worth * _limit_curvature(problem, side, level, option_worth, row_worth))
        return cls(worth, set_worth, row_worth, option_worth, set_step, limit_step)

    def softness(self, share: float) -> Softness:
        """Bands and heats as a share of what sets, rows and options are worth."""
        return Softness(share * self.set_worth, share * self.row_worth, share * self.option_worth)

    @property
    def exact(self) -> Softness:
        """So little softness that it does not matter.

        Demand worth next to nothing may still have a price, for the sake of a limit: its bands are no narrower than
        rounding errors allow.
        """
        sets, rows = (np.maximum(worth, _LEAST * worth.max(initial=0.0)) for worth in (self.set_worth, self.row_worth))
        return Softness(_EXACT * sets, _EXACT * rows, _EXACT * self.option_worth)


def _set_part(level: Level) -> Floats:
    """Part of a row's value that falls on each of its sets: half by what it draws, half evenly."""
    n_rows = len(level.demand)
    drawn = np.bincount(level.set_row, weights=level.set_draw, minlength=n_rows)[level.set_row]
    even = 1.0 / np.bincount(level.set_row, minlength=n_rows)[level.set_row]
    return (np.divide(level.set_draw, drawn, out=even.copy(), where=drawn > 0) + even) / 2


def _limit_curvature(problem: Problem, side: Side, level: Level, option_worth: Floats, row_worth: Floats) -> Floats:
    """Typical multiplier of each limit row per unit of its left side: value of what the row speaks of, over what it
    would be if everything were open, over its bound.
    """
    most = abs(side.opened) + abs(side.modules) @ _diagonal(problem.max_modules)
    wanted = abs(level.served) @ _diagonal(level.demand)
    left = most @ np.ones(problem.n_options) + wanted @ np.ones(len(level.demand))
    value = (most != 0) @ option_worth + (wanted != 0) @ (row_worth * level.demand)
    members = np.diff(most.indptr) + np.diff(wanted.indptr)
    price = np.divide(value, left, out=np.zeros(side.n_rows), where=left > 0)
    price = np.maximum(price, _LEAST * (np.median(price[price > 0]) if (price > 0).any() else 1.0))
    bound = np.where(np.isfinite(side.hi) & (side.hi != 0), side.hi, side.lo)
    mean = np.divide(left, members, out=np.ones(side.n_rows), where=members > 0)
    return np.asarray(price / np.where(np.isfinite(bound) & (bound != 0), np.abs(bound), np.maximum(mean, 1e-12)))


def _diagonal(values: Floats | Integers) -> sparse.dia_array:
    return sparse.diags_array(np.asarray(values, dtype=np.float64))
