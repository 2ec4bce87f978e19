"""What every option sells at given prices: the inner problem of the Lagrangian relaxation, softened for descent.

At given prices an option sells its dearest demand up to the capacity of its modules, opens when that earns more than
it is charged, and takes the best number of modules. Exactly so, the value of the relaxation is piecewise linear in the
prices, and descent stalls at its kinks. Softened (Nesterov 2005), a set sells from 0 to all of itself within a band of
prices above a pool's marginal price, an option is open and has each number of modules in part (a logit of the profits,
by its heat), and a row's demand is given up over a band as well; then the value is smooth and has a true gradient.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.joint.pools import Indices, Pools, begins
from solvers.problem import Booleans, Floats, Integers, Problem
from solvers.side import Side


class Reach(NamedTuple):
    """Pairs of the sets that draw: where those of each set begin, the pool of each and the most units it draws."""

    set_begin: Integers
    pair_pool: Indices
    pair_size: Floats


class Supply(NamedTuple):
    """Pools of each option (`option_begin`), what they are, and the numbers of modules that an option may have: its
    points. A pool's curve has one entry per point of its option.
    """

    option_begin: Integers
    pool_option: Indices
    pool_capacity: Floats
    point_begin: Integers
    points: Integers
    curve_begin: Integers


@dataclass(frozen=True, eq=False)
class Level:
    """Demand as the prices see it: rows, their cover sets, and the pools that each set may draw on.

    On the finest level these are the problem's own; on a coarser one many rows share a price (see `coarse`).

    Parameters
    ----------
    demand, value
        Demand of a row and objective per unit of it that is served, shape (I,).
    served
        Limit rows × demand rows: what a served unit adds, CSR.
    set_row, set_draw
        As in the problem, shape (C,).
    reach
        Pairs of the sets that draw.
    cover_set, cover_option
        Pairs of the sets that draw nothing, shape (N,).
    """

    demand: Floats
    value: Floats
    served: sparse.csr_matrix
    set_row: Indices
    set_draw: Floats
    reach: Reach
    cover_set: Indices
    cover_option: Indices

    @classmethod
    def finest(cls, problem: Problem, pools: Pools, side: Side) -> "Level":
        """One price per cover set of the problem."""
        drawing = pools.pair_pool >= 0
        pair_set = problem.pair_set[drawing]
        reach = Reach(begins(pair_set, problem.n_sets), pools.pair_pool[drawing], pools.set_size[pair_set])
        cover_option = np.repeat(np.arange(problem.n_options), np.diff(pools.cover_begin)).astype(np.int32)
        return cls(
            problem.demand, side.per_served, side.served, pools.set_row, problem.set_draw, reach, pools.cover_set,
            cover_option,
        )  # fmt: skip

    @property
    def n_sets(self) -> int:
        """Number of cover sets, and of prices."""
        return len(self.set_row)


class Softness(NamedTuple):
    """How far decisions are softened: the band of each set's and each row's price, the heat of each option's profit."""

    set_band: Floats
    row_band: Floats
    heat: Floats


@dataclass(frozen=True, eq=False)
class Sale:
    """What is bought and sold at given prices.

    Parameters
    ----------
    value
        Value of the softened relaxation, without what the limits' bounds are worth.
    surplus
        Share of its row's demand that a set is sold, by all options together, less the share that is wanted, shape
        (C,).
    activity
        Left sides of the limit rows, shape (R,).
    opened, modules
        How far each option is open, and its modules, both whole numbers only when nothing is softened, shape (O,).
    profit
        What each option earns when it is open, at its best modules, shape (O,).
    sold
        What each option sells at each of its points, shape (points,).
    per_opened, per_module
        What each option gains, less what it is charged, for being open and per module, shape (O,).
    """

    value: float
    surplus: Floats
    activity: Floats
    opened: Floats
    modules: Floats
    profit: Floats
    sold: Floats
    per_opened: Floats
    per_module: Floats


class Oracle:
    """Answers questions about prices on one level.

    Parameters
    ----------
    problem, pools, side
        The problem.
    level
        Demand as the prices see it.
    most_points
        How many numbers of modules to try per option, spread evenly from the least to the most; `None`: all.
    """

    def __init__(
        self, problem: Problem, pools: Pools, side: Side, level: Level, most_points: int | None = None
    ) -> None:
        self.problem, self.side, self.level = problem, side, level
        self.supply = _supply(problem, pools, most_points)
        self._opened, self._modules = side.opened.T.tocsr(), side.modules.T.tocsr()
        self._served = level.served.T.tocsr()
        self._size = level.set_draw * level.demand[level.set_row]

    def sell(self, set_price: Floats, limit_price: Floats, softness: Softness) -> Sale:
        """Solve the relaxation at set prices, shape (C,), and multipliers of the limit rows, shape (R,)."""
        level, side, supply = self.level, self.side, self.supply
        n_options = self.problem.n_options
        draws = level.set_draw > 0
        density = np.divide(set_price, level.set_draw, out=np.zeros(level.n_sets), where=draws)
        band = np.divide(softness.set_band, level.set_draw, out=np.ones(level.n_sets), where=draws)
        events = np.argsort(-np.concatenate([density, np.maximum(density - band, 0.0)]), kind="stable")
        curve, edge = fill(events, density, band, level.reach, supply)
        covered = (set_price * level.demand[level.set_row])[level.cover_set]
        per_opened = side.per_opened - self._opened @ limit_price
        per_opened += np.bincount(level.cover_option, weights=covered, minlength=n_options)
        per_module = side.per_module - self._modules @ limit_price
        total, profit, opened, modules, weight, sold = choose(
            per_opened, per_module, self.problem.required, softness.heat, supply, curve
        )
        units = deliver(density, band, level.reach, supply, edge, weight)
        provided = np.divide(units, self._size, out=np.zeros(level.n_sets), where=self._size > 0)
        provided += np.bincount(level.cover_set, weights=opened[level.cover_option], minlength=level.n_sets)
        charged = np.bincount(level.set_row, weights=set_price, minlength=len(level.demand))
        wanted, kept = _soften(level.value - self._served @ limit_price - charged, softness.row_band)
        activity = side.opened @ opened + side.modules @ modules + level.served @ (level.demand * wanted)
        # Sums, not `@`: a dot product of the linear algebra library depends on its threads, and waits for them.
        value = side.offset - np.sum(limit_price * side.constant) + np.sum(level.demand * kept) + total
        surplus = provided - wanted[level.set_row]
        return Sale(
            float(value), surplus, side.constant + activity, opened, modules, profit, sold, per_opened, per_module
        )


def _soften(margin: Floats, band: Floats) -> tuple[Floats, Floats]:
    """Slope and value of `max(margin, 0)`, bent over a band below 0."""
    slope = np.clip(margin / band + 1.0, 0.0, 1.0)
    return slope, slope * (margin + band - slope * band / 2)


def _supply(problem: Problem, pools: Pools, most_points: int | None) -> Supply:
    span = problem.max_modules - problem.min_modules
    n_points = span + 1 if most_points is None else np.minimum(span + 1, most_points)
    point_begin = np.append(0, np.cumsum(n_points))
    option = np.repeat(np.arange(problem.n_options), n_points)
    rank = np.arange(len(option)) - point_begin[option]
    points = problem.min_modules[option] + np.rint(rank * span[option] / np.maximum(n_points - 1, 1)[option])
    curve_begin = np.append(0, np.cumsum(n_points[pools.pool_option]))
    return Supply(
        pools.option_begin, pools.pool_option, pools.pool_capacity, point_begin, points.astype(np.int64), curve_begin
    )


_NOTHING = 1e-9  # a part of an option too small to sell anything
_PRICE, _UNITS, _RATE, _VALUE, _GOAL, _AT = range(6)  # a pool while it fills: one line of the processor's cache


@compiled
def pass_goals(p: int, price: float, state: Floats, value: Floats, edge: Floats, supply: Supply) -> float:
    """Note the points whose capacity a pool sells on the way to a price; return the units from the last one on."""
    now, rate, at, end = state[p, _PRICE], state[p, _RATE], int(state[p, _AT]), supply.curve_begin[p + 1]
    while at < end and state[p, _UNITS] + rate * (now - price) >= state[p, _GOAL]:
        more = state[p, _GOAL] - state[p, _UNITS]
        stop = max(now - more / rate, price) if rate > 0.0 else now
        state[p, _VALUE] += more * (now + stop) / 2
        state[p, _UNITS] = state[p, _GOAL]
        value[at], edge[at], now = state[p, _VALUE], stop, stop
        at += 1
        if at < end:
            j = supply.point_begin[supply.pool_option[p]] + at - supply.curve_begin[p]
            state[p, _GOAL] += supply.pool_capacity[p] * (supply.points[j] - supply.points[j - 1])
        else:
            state[p, _GOAL] = np.inf
    state[p, _PRICE], state[p, _AT] = now, at
    return float(rate * (now - price))


@compiled
def fill(events: Integers, density: Floats, band: Floats, reach: Reach, supply: Supply) -> tuple[Floats, Floats]:
    """Lower the marginal price of all pools from the dearest set down; note what each pool has sold, and its marginal
    price, when it has sold the capacity of each of its points.

    Events are the prices at which a set begins to sell (its index) and sells all of itself (index + number of sets).
    Between them a pool sells at a constant rate per unit of price.
    """
    n_pools, n_sets = len(supply.pool_capacity), len(density)
    value, edge = np.zeros(supply.curve_begin[-1]), np.zeros(supply.curve_begin[-1])
    state = np.zeros((n_pools, 8))
    for p in range(n_pools):
        state[p, _GOAL] = supply.pool_capacity[p] * supply.points[supply.point_begin[supply.pool_option[p]]]
        state[p, _AT] = supply.curve_begin[p]
    for event in events:
        c = event if event < n_sets else event - n_sets
        price = density[c] if event < n_sets else max(density[c] - band[c], 0.0)
        per_band = 1.0 / band[c] if event < n_sets else -1.0 / band[c]
        for k in range(reach.set_begin[c], reach.set_begin[c + 1]):
            p = reach.pair_pool[k]
            more = state[p, _RATE] * (state[p, _PRICE] - price)
            if state[p, _UNITS] + more >= state[p, _GOAL]:
                more = pass_goals(p, price, state, value, edge, supply)
            state[p, _VALUE] += more * (state[p, _PRICE] + price) / 2
            state[p, _UNITS] += more
            state[p, _PRICE] = price
            state[p, _RATE] = max(state[p, _RATE] + reach.pair_size[k] * per_band, 0.0)
    for p in range(n_pools):
        more = state[p, _RATE] * state[p, _PRICE]
        if state[p, _UNITS] + more >= state[p, _GOAL]:
            more = pass_goals(p, 0.0, state, value, edge, supply)
        value[int(state[p, _AT]) : supply.curve_begin[p + 1]] = state[p, _VALUE] + more * state[p, _PRICE] / 2
    return value, edge


@compiled
def choose(
    per_opened: Floats, per_module: Floats, required: Booleans, heat: Floats, supply: Supply, curve: Floats
) -> tuple[float, Floats, Floats, Floats, Floats, Floats]:
    """How far each option is open at each of its points, by a logit of the profits; best profit of each option."""
    n = len(per_opened)
    profit, opened, modules = np.empty(n), np.zeros(n), np.zeros(n)
    weight, sold = np.zeros(len(supply.points)), np.zeros(len(supply.points))
    total = 0.0
    for o in range(n):
        begin, end = supply.point_begin[o], supply.point_begin[o + 1]
        for p in range(supply.option_begin[o], supply.option_begin[o + 1]):
            for j in range(begin, end):
                sold[j] += curve[supply.curve_begin[p] + j - begin]
        best = -np.inf
        for j in range(begin, end):
            best = max(best, per_opened[o] + per_module[o] * supply.points[j] + sold[j])
        top = best if required[o] else max(best, 0.0)
        mass = 0.0 if required[o] else np.exp(-top / heat[o])
        for j in range(begin, end):
            short = (per_opened[o] + per_module[o] * supply.points[j] + sold[j] - top) / heat[o]
            weight[j] = np.exp(short) if short > -40.0 else 0.0
            mass += weight[j]
        for j in range(begin, end):
            weight[j] /= mass
            opened[o] += weight[j]
            modules[o] += weight[j] * supply.points[j]
        profit[o] = best
        total += top + heat[o] * np.log(mass)
    return total, profit, opened, modules, weight, sold


@compiled
def deliver(density: Floats, band: Floats, reach: Reach, supply: Supply, edge: Floats, weight: Floats) -> Floats:
    """Units that the options sell to each set, over the points that they take at all."""
    n_pools = len(supply.pool_option)
    first, last, shift = (
        supply.curve_begin[:-1].copy(),
        np.empty(n_pools, dtype=np.int64),
        np.empty(n_pools, dtype=np.int64),
    )
    for p in range(n_pools):
        last[p] = supply.curve_begin[p + 1] - 1
        shift[p] = supply.point_begin[supply.pool_option[p]] - supply.curve_begin[p]
        while first[p] <= last[p] and weight[first[p] + shift[p]] < _NOTHING:
            first[p] += 1
        while first[p] <= last[p] and weight[last[p] + shift[p]] < _NOTHING:
            last[p] -= 1
    units = np.zeros(len(density))
    for c in range(len(density)):
        total = 0.0
        for k in range(reach.set_begin[c], reach.set_begin[c + 1]):
            p = reach.pair_pool[k]
            share = 0.0
            for at in range(last[p], first[p] - 1, -1):
                within = density[c] - edge[at]
                if within <= 0.0:
                    break
                share += weight[at + shift[p]] * min(within / band[c], 1.0)
            total += share * reach.pair_size[k]
        units[c] = total
    return units
