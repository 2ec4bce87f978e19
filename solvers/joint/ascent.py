"""Prices that prove a good bound: descent of the softened relaxation, from few prices to many, ever less softened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from solvers.certificate import OUTWARD, Row, certified_bound
from solvers.joint.coarse import Coarse, coarse_level
from solvers.joint.descent import descend
from solvers.joint.metric import Metric
from solvers.joint.oracle import Level, Oracle
from solvers.joint.pools import Pools
from solvers.objectives import Objective
from solvers.problem import Floats, Integers, Problem
from solvers.side import Side
from solvers.solution import Certificate


class _Step(NamedTuple):
    """Iterations on a level, at a softness."""

    reach: float | None  # of a centre; `None`: every set has its own price
    softness: float
    iterations: int


_FIRST = np.inf
_SCHEDULE = (
    _Step(_FIRST, 0.02, 160),
    _Step(_FIRST, 0.01, 160),
    _Step(_FIRST, 0.005, 160),
    _Step(0.6, 0.005, 320),
    _Step(0.6, 0.002, 320),
    _Step(0.0, 0.001, 320),
    _Step(None, 0.001, 400),
    _Step(None, 0.0004, 400),
)
_VISITS = 6e7  # pairs that a step looks at, at most
_MANY = 1_000_000  # pairs from which on a level of nearest sites pays
_POINTS = 8  # numbers of modules tried per option while descending


@dataclass(frozen=True, eq=False)
class Bound:
    """What the descent found.

    Parameters
    ----------
    certificate
        The prices.
    value
        The bound they prove, in the objective's own sense.
    point_begin
        Where the numbers of modules of each option begin in `sold` and `profit`, from the least to the most, shape
        (O + 1,).
    sold, profit
        What each option sells of its capacity at the prices with each number of modules, and what is left of it, with
        what it earns by being open at all, after its costs and the limits' charges; in the maximised unit.
    opened, modules
        How far each option is open and its modules in the softened optimum, near those of the linear relaxation,
        shape (O,).
    visits
        Work: pairs looked at.
    """

    certificate: Certificate
    value: float
    point_begin: Integers
    sold: Floats
    profit: Floats
    opened: Floats
    modules: Floats
    visits: float


def dual_ascent(
    problem: Problem,
    objective: Objective,
    limits: Sequence[Row],
    *,
    pools: Pools | None = None,
    start: Certificate | None = None,
    target: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Bound:
    """Find prices that prove a good bound on an objective under limits.

    Parameters
    ----------
    problem, objective, limits
        What is bounded; floors of earlier stages are limits too.
    pools
        The problem's pools, when they are at hand.
    start
        Prices of the same objective, or of the stage before: then the last limit is that stage's floor.
    target
        A bound that is good enough to stop at.
    should_stop
        Whether to stop with the best prices so far.
    """
    side = Side.of(problem, objective, limits)
    pools = pools or Pools.of(problem)
    descent = _Descent(problem, pools, side, should_stop or (lambda: False))
    descent.begin(start)
    for step in _SCHEDULE:
        if step.reach == 0.0 and problem.n_pairs < _MANY:
            continue
        descent.run(step)
        if descent.should_stop() or (target is not None and descent.best <= side.sign * target):
            break
    return descent.answer(certified_bound(problem, limits, objective, descent.certificate))


class _Descent:
    """Prices as they descend, and the best certificate so far."""

    def __init__(self, problem: Problem, pools: Pools, side: Side, should_stop: Callable[[], bool]) -> None:
        self.problem, self.pools, self.side, self.should_stop = problem, pools, side, should_stop
        self.finest = Level.finest(problem, pools, side)
        self.best, self.visits = np.inf, 0.0
        self.set_price, self.limit_price = np.zeros(problem.n_sets), np.zeros(side.n_rows)
        self.certificate = Certificate(self.set_price, self.limit_price)
        self._exact = Oracle(problem, pools, side, self.finest)
        self.opened, self.modules = np.zeros(problem.n_options), np.zeros(problem.n_options)
        self._reach: float | None = -1.0
        self._coarse = Coarse(self.finest, np.arange(problem.n_sets))

    def level(self, reach: float | None) -> Coarse:
        """The level whose centres reach so far; the last one is kept."""
        if reach != self._reach:
            whole = Coarse(self.finest, np.arange(self.problem.n_sets))
            self._coarse = whole if reach is None else coarse_level(self.problem, self.finest, reach=reach)
            self._reach = reach
        return self._coarse

    def begin(self, start: Certificate | None) -> None:
        """Begin at the best of several starts: prices in proportion to what demand is worth."""
        self.keep()  # prices of nothing prove that no more than everything can be had
        side, coarse = self.side, self.level(_SCHEDULE[0].reach)
        floor = np.zeros(side.n_rows)
        if start is not None and len(start.limit_price) == side.n_rows:
            starts = [(start.set_price, start.limit_price)]
        elif start is not None and len(start.limit_price) == side.n_rows - 1:
            floor[-1] = -1.0 if np.isfinite(side.lo[-1]) else 1.0
            given = np.append(start.limit_price, floor[-1])
            starts = [(t * start.set_price, t * given) for t in self._scales(floor)]
        elif side.per_served.any():
            worth = side.per_served[self.problem.set_row]
            starts = [(q * worth / self._n_sets(), floor) for q in (0.2, 0.4, 0.6, 0.8)]
        else:
            floor[(np.diff(side.served.indptr) > 0) & np.isfinite(side.lo)] = -1.0
            worth = (side.served.T @ -floor)[self.problem.set_row] / self._n_sets()
            starts = [(q * t * worth, t * floor) for t in self._scales(floor) for q in (0.2, 0.5, 0.8)]
        oracle = Oracle(self.problem, self.pools, side, coarse.level, _POINTS)
        values = [self._value(oracle, coarse.mean(price, self.problem), limit) for price, limit in starts]
        self.set_price, self.limit_price = starts[int(np.argmin(values))]

    def _n_sets(self) -> Floats:
        return np.asarray(np.diff(self.pools.row_begin)[self.problem.set_row], dtype=np.float64)

    def _scales(self, floor: Floats) -> Floats:
        """What one unit of the floor may cost, from little to much."""
        side, problem = self.side, self.problem
        costs = np.abs(side.per_opened).sum() + np.abs(side.per_module) @ problem.max_modules
        units = problem.demand @ np.abs(side.served.T @ floor)
        return np.asarray(max(costs, 1e-12) / max(units, 1e-12) * np.geomspace(1e-2, 1e2, 30))

    def run(self, step: _Step) -> None:
        """Descend on a level from the best prices; keep the result when it is better."""
        coarse = self.level(step.reach)
        oracle = Oracle(self.problem, self.pools, self.side, coarse.level, _POINTS)
        metric = Metric.of(self.problem, self.side, oracle, self.limit_price)
        n_pairs = max(len(coarse.level.reach.pair_pool), 1)
        iterations = int(min(step.iterations, _VISITS / n_pairs))
        aim = _Aim(self.side, oracle, metric, step.softness)
        begin = aim.pack(coarse.mean(self.set_price, self.problem), self.limit_price)
        found, evaluations = descend(aim, begin, aim.most, iterations=iterations, should_stop=self.should_stop)
        self.visits += 2.0 * n_pairs * evaluations
        set_price, upper, lower = aim.unpack(found)
        self.set_price, self.limit_price = coarse.spread(set_price), upper - lower
        sale = oracle.sell(set_price, self.limit_price, metric.softness(step.softness))
        self.opened, self.modules = sale.opened, sale.modules
        self.keep()

    def keep(self) -> None:
        """Keep the prices when they prove more than the best so far."""
        value = self._value(self._exact, self.set_price, self.limit_price)
        if value < self.best:
            self.best, self.certificate = value, Certificate(self.set_price, self.limit_price)

    def _value(self, oracle: Oracle, set_price: Floats, limit_price: Floats) -> float:
        exact = Metric.of(self.problem, self.side, oracle, limit_price).exact
        sold, sides = oracle.sell(set_price, limit_price, exact).value, _sides(self.side, limit_price)
        # Multipliers beyond all measure cancel in the sum, but prove little: the bound is moved outward by their size.
        return float(sold + sides.sum() + OUTWARD * (abs(sold) + np.abs(sides).sum()))

    def answer(self, value: float) -> Bound:
        """The best prices, and what the options sell at them."""
        problem, side, oracle, certificate = self.problem, self.side, self._exact, self.certificate
        metric = Metric.of(problem, side, oracle, certificate.limit_price)
        sale = oracle.sell(certificate.set_price, certificate.limit_price, metric.exact)
        option = np.repeat(np.arange(problem.n_options), np.diff(oracle.supply.point_begin))
        return Bound(
            certificate, value, oracle.supply.point_begin, sale.sold,
            sale.per_opened[option] + sale.per_module[option] * oracle.supply.points + sale.sold,
            self.opened, self.modules, self.visits,
        )  # fmt: skip


def _sides(side: Side, limit_price: Floats) -> Floats:
    """What the bound of each limit row is worth at its multiplier, shape (R,)."""
    bound = np.where(limit_price > 0, side.hi, np.where(limit_price < 0, side.lo, 0.0))
    return np.asarray(limit_price * bound)


class _Aim:
    """The softened relaxation as a function of scaled prices: set prices, multipliers of upper and of lower bounds."""

    def __init__(self, side: Side, oracle: Oracle, metric: Metric, softness: float) -> None:
        self.side, self.oracle, self.metric = side, oracle, metric
        self.softness = metric.softness(softness)
        self.upper, self.lower = np.flatnonzero(np.isfinite(side.hi)), np.flatnonzero(np.isfinite(side.lo))
        self.steps = np.concatenate([metric.set_step, metric.limit_step[self.upper], metric.limit_step[self.lower]])
        self.most = self._most()

    def _most(self) -> Floats:
        """No price above what its demand is worth, where nothing else can make it worth more."""
        level, n = self.oracle.level, self.oracle.level.n_sets
        alone = np.bincount(level.set_row, minlength=len(level.demand)) == 1
        alone &= np.bincount(level.served.indices, minlength=len(level.demand)) == 0
        most = np.full(len(self.steps), np.inf)
        price = np.where(alone, np.maximum(level.value, 0.0), np.inf)[level.set_row]
        most[:n] = np.divide(price, self.steps[:n], out=np.zeros(n), where=self.steps[:n] > 0)
        return most

    def pack(self, set_price: Floats, limit_price: Floats) -> Floats:
        """Scaled prices."""
        upper, lower = np.maximum(limit_price[self.upper], 0.0), np.maximum(-limit_price[self.lower], 0.0)
        prices = np.concatenate([set_price, upper, lower])
        scaled = np.divide(prices, self.steps, out=np.zeros(len(prices)), where=self.steps > 0)
        return np.asarray(np.clip(scaled, 0.0, self.most))

    def unpack(self, scaled: Floats) -> tuple[Floats, Floats, Floats]:
        """Set prices, and what upper and lower bounds of the limit rows are priced at."""
        prices, n = scaled * self.steps, self.oracle.level.n_sets
        upper, lower = np.zeros(self.side.n_rows), np.zeros(self.side.n_rows)
        upper[self.upper], lower[self.lower] = np.split(prices[n:], [len(self.upper)])
        return prices[:n], upper, lower

    def __call__(self, scaled: Floats) -> tuple[float, Floats]:
        """Value and gradient, as shares of what all demand is worth."""
        set_price, upper, lower = self.unpack(scaled)
        sale = self.oracle.sell(set_price, upper - lower, self.softness)
        hi, lo = self.side.hi[self.upper], self.side.lo[self.lower]
        value = sale.value + np.sum(upper[self.upper] * hi) - np.sum(lower[self.lower] * lo)
        level = self.oracle.level
        gradient = np.concatenate(
            [
                level.demand[level.set_row] * sale.surplus,
                hi - sale.activity[self.upper],
                sale.activity[self.lower] - lo,
            ]
        )
        return float(value / self.metric.worth), np.asarray(gradient * self.steps / self.metric.worth)
