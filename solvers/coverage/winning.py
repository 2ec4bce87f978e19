"""Market share as a master problem: concave in what attracts, so that tangents bound it (Ljubić & Moreno 2018)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.coverage.market import Market
from solvers.coverage.program import grain_of
from solvers.coverage.spending import Spending
from solvers.covering.master import TYPICAL
from solvers.linear import LinearModel
from solvers.problem import Booleans, Floats, Integers

_GROUPS = 40  # tangents per point
_ROOM = 1e-10
_LARGER = 1e-9  # relative: upper bounds of shares, against rounding
_SURE = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class ShareMaster:
    """Win the most weight within a budget, or at least some weight at the least cost.

    Columns: how far each site is open, then the weight that each group of points gives.

    Parameters
    ----------
    market, limits
        What attracts whom; which sites may be open at what cost.
    least
        Weight to win; `None`: as much as possible.
    model
        Columns and limit rows, to be maximised.
    begin
        Points of each group, shape (G + 1,).
    weight_unit, unit
        Units of weight and of the objective.
    grain
        Objectives of the model differ by whole multiples of this; 0 when that is not known.
    """

    market: Market
    limits: Spending
    least: float | None
    model: LinearModel
    begin: Integers
    weight_unit: float
    unit: float
    grain: float

    @classmethod
    def of(cls, market: Market, limits: Spending, least: float | None) -> Self:
        """Write the master problem."""
        n, m = market.n_sites, len(market.weight)
        begin = np.unique(np.linspace(0, m, min(_GROUPS, m) + 1).astype(np.int64))
        weight_unit = market.total / TYPICAL or 1.0
        most = market.weight * market.shares(np.ones(n)) / weight_unit
        sums = np.add.reduceat(most, begin[:-1]) * (1 + _LARGER) if m else np.zeros(0)
        g = len(sums)
        money = float(limits.cost.sum()) / TYPICAL or 1.0
        lo, hi = np.zeros(n), np.ones(n)
        lo[limits.required], hi[limits.forbidden] = 1.0, 0.0
        if least is None:
            row, row_lo, row_hi = np.r_[limits.cost, np.zeros(g)] / money, -np.inf, limits.budget / money
        else:
            row, row_lo, row_hi = np.r_[np.zeros(n), np.ones(g)] / TYPICAL, least / weight_unit / TYPICAL, np.inf
        model = LinearModel(
            maximise=True,
            cost=np.r_[np.zeros(n), np.ones(g)] if least is None else np.r_[-limits.cost / money, np.zeros(g)],
            lo=np.r_[lo, np.zeros(g)],
            hi=np.r_[hi, sums],
            integer=np.r_[np.ones(n, dtype=np.bool_), np.zeros(g, dtype=np.bool_)],
            matrix=sparse.csr_matrix(row[None, :]),
            row_lo=np.array([row_lo]),
            row_hi=np.array([row_hi]),
        )
        unit = weight_unit if least is None else money
        grain = 0.0 if least is None else grain_of(limits.cost) / money
        return cls(market, limits, least, model, begin, weight_unit, unit, grain)

    @property
    def n_options(self) -> int:
        """Number of sites."""
        return self.market.n_sites

    def tangents(self, opened: Floats) -> tuple[sparse.csr_matrix, Floats]:
        """Rows `weight of a group - slope × opened <= height`, touching at partly open sites.

        Where competitors attract, the share is concave in what attracts. Where none do, one open site wins all.
        """
        market = self.market
        own = market.attraction @ opened
        both = own + market.rival
        alone = market.rival == 0
        part = np.divide(market.rival, both**2, out=np.zeros(len(own)), where=both > 0)
        slope = market.attraction * (market.weight * part)[:, None]
        height = market.weight * np.divide(own, both, out=np.zeros(len(own)), where=both > 0) ** 2
        attracts = market.attraction[alone] > 0
        won = attracts @ opened > _SURE
        slope[alone] = np.where(won[:, None], 0.0, attracts * market.weight[alone][:, None])
        height[alone] = np.where(won, market.weight[alone], 0.0)
        cut = self.begin[:-1]
        slopes = np.add.reduceat(slope, cut, axis=0) / self.weight_unit if len(cut) else np.zeros((0, self.n_options))
        heights = np.add.reduceat(height, cut) / self.weight_unit if len(cut) else np.zeros(0)
        rows = sparse.hstack([sparse.csr_matrix(-slopes), sparse.identity(len(cut))], format="csr")
        return sparse.csr_matrix(rows), heights

    def answer(self, modules: Integers) -> Floats | None:
        """All columns of open sites; `None` when they break a limit."""
        opened, model = modules > 0, self.model
        won = self.market.weight * self.market.shares(opened) / self.weight_unit
        groups = np.add.reduceat(won, self.begin[:-1]) if len(self.begin) > 1 else np.zeros(0)
        values = np.r_[opened, groups]
        left = model.matrix @ values
        room = _ROOM * np.maximum(1.0, np.abs(left))
        inside = (values[: self.n_options] >= model.lo[: self.n_options]).all() and (
            values[: self.n_options] <= model.hi[: self.n_options]
        ).all()
        kept = ((left >= model.row_lo - room) & (left <= model.row_hi + room)).all()
        return values if inside and kept else None

    def near(self, opened: Floats) -> Floats | None:
        """All columns of an answer that opening, exchanging and closing sites finds."""
        market, limits = self.market, self.limits
        chosen = np.zeros(self.n_options, dtype=np.bool_)
        chosen[limits.required] = True
        for j in np.argsort(-opened, kind="stable").tolist():
            if self._is_enough(chosen):
                break
            if limits.free[j] and opened[j] > 0 and limits.cost[chosen].sum() + limits.cost[j] <= limits.budget:
                chosen[j] = True
        if self.least is None:
            by_site = np.ascontiguousarray(market.attraction.T)
            chosen = improve(chosen, limits.free, limits.cost, limits.budget, by_site, market.rival, market.weight)
        else:
            for j in np.argsort(-limits.cost, kind="stable").tolist():
                fewer = chosen.copy()
                fewer[j] = False
                if chosen[j] and limits.free[j] and self._is_enough(fewer):
                    chosen = fewer
        return self.answer(chosen.astype(np.int64))

    def _is_enough(self, chosen: Booleans) -> bool:
        """Whether open sites win the least weight."""
        return self.least is not None and float(self.market.weight @ self.market.shares(chosen)) >= self.least

    def modules(self, values: Floats) -> Integers:
        """1 for each open site, shape (J,)."""
        return np.round(values[: self.n_options]).astype(np.int64)


@compiled
def improve(
    chosen: Booleans, free: Booleans, cost: Floats, budget: float, by_site: Floats, rival: Floats, weight: Floats
) -> Booleans:
    """Open and exchange sites as long as more weight is won (Teitz & Bart 1968)."""
    chosen = chosen.copy()
    n, spent = len(chosen), cost[chosen].sum()
    own = np.zeros(len(rival))
    for j in range(n):
        if chosen[j]:
            own += by_site[j]
    value = _won(own, rival, weight)
    improved = True
    while improved:
        improved = False
        for out in range(-1, n):
            if out >= 0 and not (chosen[out] and free[out]):
                continue
            base = own - by_site[out] if out >= 0 else own
            left = budget - spent + (cost[out] if out >= 0 else 0.0)
            best, into = value * (1 + _LARGER), -1
            for k in np.flatnonzero(free & ~chosen & (cost <= left)):
                new = _won(base + by_site[k], rival, weight)
                if new > best:
                    best, into = new, int(k)
            if into >= 0:
                chosen[max(out, 0)] &= out < 0
                chosen[into] = True
                spent = budget - left + cost[into]
                own, value, improved = base + by_site[into], best, True
    return chosen


@compiled
def _won(own: Floats, rival: Floats, weight: Floats) -> float:
    total = 0.0
    for i in range(len(own)):
        if own[i] > 0:
            total += weight[i] * own[i] / (own[i] + rival[i])
    return total
