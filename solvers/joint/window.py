"""Windows: some options near each other are decided exactly, with their flows, while all others stay as they are."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from solvers.backend import Backend
from solvers.joint.search import Search
from solvers.linear import Effort, LinearModel
from solvers.problem import Floats, Integers
from solvers.sums import sum_by

_NOTHING = 1e-9  # share of a set's size below which an amount is nothing
_BETTER = 1e-7  # least improvement, as a share of the window's objective


def window_around(search: Search, centre: int, size: int) -> Integers:
    """An option and so many that share demand with it, or with those that do, nearest first."""
    near = search.net.near.option
    begin = search.net.options.near
    found, at = {centre: None}, 0
    while at < len(found) < size:
        option = list(found)[at]
        found.update(dict.fromkeys(near[begin[option] : begin[option + 1]].tolist()))
        at += 1
    return np.sort(np.array(list(found)[:size], dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Window:
    """A small mixed-integer model over some options of a search (fix and optimise, Helber & Sahling 2010).

    Cover sets that the same pools of the window reach, and that are worth the same, are one: nothing is lost. Columns:
    opening and modules of each option, then the flow from each pool to each group of sets.

    Parameters
    ----------
    options
        The options, ascending, shape (W,).
    given
        Pairs of the window that carry flow now.
    pairs
        Pairs of the window that may carry flow, shape (N,).
    column
        Flow column of each of these pairs, counted from 0, shape (N,).
    free
        Units that the set of each of these pairs can take from the window, shape (N,).
    model
        The model.
    present
        What its columns are at the moment.
    """

    search: Search
    options: Integers
    given: Integers
    pairs: Integers
    column: Integers
    free: Floats
    model: LinearModel
    present: Floats

    @classmethod
    def of(cls, search: Search, options: Integers) -> Self:
        """Write the model of a window."""
        net, pools = search.net, search.pools
        begin = pools.pool_begin[pools.option_begin]
        members = np.concatenate([np.arange(begin[o], begin[o + 1]) for o in options])
        sets, pairs = pools.member_set[members].astype(np.int64), pools.member_pair[members].astype(np.int64)
        flow = net.pairs.flow[pairs]
        # The search counts nothing as lacking where it gains nothing.
        lacking = net.sets.left + np.where(net.sets.worth > 0, 0.0, net.sets["size"])
        free = lacking[:-1] + sum_by(sets, flow, len(net.sets) - 1)
        kept = free[sets] > _NOTHING * net.sets["size"][sets]
        given, sets, pairs, flow = pairs[flow > 0], sets[kept], pairs[kept], flow[kept]
        pool_ids, pool = np.unique(pools.pair_pool[pairs], return_inverse=True)
        tracks = _tracks(search, sets)
        group = _groups(sets, pool, net.sets.worth[sets], tracks)
        key, first, column = np.unique(group * len(pool_ids) + pool, return_index=True, return_inverse=True)
        flows = _Flows(pool_ids, pool[first], group[first], net.sets.worth[sets[first]], tracks[first])
        own, once = np.unique(sets, return_index=True)
        available = sum_by(group[once], free[own], int(group.max(initial=-1)) + 1)
        opened, modules = net.options.modules[options] > 0, net.options.modules[options]
        carried = sum_by(column, flow, len(key))
        present = np.concatenate([opened, modules, carried]).astype(np.float64)
        model = _model(search, options, flows, available, present)
        return cls(search, options, given, pairs, column, free[sets], model, present)

    def better(self, backend: Backend, effort: Effort) -> tuple[Integers, Floats] | None:
        """Modules, shape (O,), and flows, shape (K,), better than the present ones; `None`: none were found."""
        outcome = backend.solve(self.model, effort, stage="window", start=self.present)
        if outcome.values is None:
            return None
        now = self.model.objective(self.present)
        if self.model.objective(outcome.values) <= now + _BETTER * max(abs(now), 1e-300):
            return None
        n = len(self.options)
        modules, flow = self.search.modules, self.search.flow
        modules[self.options] = np.where(outcome.values[:n] > 0.5, np.rint(outcome.values[n : 2 * n]), 0)
        flow[self.given] = 0.0
        flow[self.pairs] = self._spread(np.maximum(outcome.values[2 * n :], 0.0))
        return modules, flow

    def _spread(self, carried: Floats) -> Floats:
        """Flow of each pair: what a pool gives to a group goes to the group's sets one after another."""
        flow = np.zeros(len(self.pairs))
        order = np.lexsort((self.pairs, self.column))
        left = dict(zip(self.search.problem.pair_set[self.pairs].tolist(), self.free.tolist(), strict=True))
        units = carried.copy()
        for at in order:
            c = int(self.search.problem.pair_set[self.pairs[at]])
            part = min(units[self.column[at]], left[c])
            flow[at] = part
            left[c] -= part
            units[self.column[at]] -= part
        return flow


@dataclass(frozen=True, eq=False)
class _Flows:
    """Flow columns: pool (index into the window's pools), group of sets, worth and tracked rows per unit."""

    pool_ids: Integers
    pool: Integers
    group: Integers
    worth: Floats
    tracks: Floats


def _tracks(search: Search, sets: Integers) -> Floats:
    """What a unit in each set adds to each tracked row, shape (N, T)."""
    net = search.net
    amounts = np.zeros((len(sets), len(net.tracked)))
    if len(net.tracked):
        begin, end = net.spans.track[sets], net.spans.track[sets + 1]
        owner = np.repeat(np.arange(len(sets)), end - begin)
        at = np.arange(len(owner)) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin) + begin[owner]
        amounts[owner, net.tracks.tracked[at]] = net.tracks.unit[at]
    return amounts


def _groups(sets: Integers, pool: Integers, worth: Floats, tracks: Floats) -> Integers:
    """Group of each member: sets of equal worth that the same pools reach share one."""
    # Sums of random numbers tell which pools reach a set; equal sums of different pools do not happen in practice.
    mark = np.random.default_rng(0).random(int(pool.max(initial=-1)) + 1)
    own, first, of_member = np.unique(sets, return_index=True, return_inverse=True)
    reached = np.round(np.bincount(of_member, weights=mark[pool], minlength=len(own)), 9)
    signature = np.column_stack([reached, worth[first], tracks[first]])
    _, group = np.unique(signature, axis=0, return_inverse=True)
    return np.asarray(group.ravel()[of_member], dtype=np.int64)


def _model(search: Search, options: Integers, flows: _Flows, available: Floats, present: Floats) -> LinearModel:
    net, pools = search.net, search.pools
    n, width = len(options), len(flows.pool)
    each, none = sparse.identity(n, format="csr"), sparse.csr_matrix((n, width))
    place = np.searchsorted(options, pools.pool_option[flows.pool_ids])
    n_pools, n_groups = len(flows.pool_ids), len(available)
    one, column = np.ones(width), np.arange(width)
    gives = sparse.csr_matrix((one, (flows.pool, column)), (n_pools, width))
    takes = sparse.csr_matrix((one, (flows.group, column)), (n_groups, width))
    capacity = sparse.csr_matrix((pools.pool_capacity[flows.pool_ids], (np.arange(n_pools), place)), (n_pools, n))
    limits, lo, hi = _limits(search, options, flows, present)
    least, most = net.options.least[options], net.options.most[options]
    return LinearModel(
        maximise=True,
        cost=np.concatenate([net.options.opened[options], net.options.module[options], flows.worth]),
        lo=np.concatenate([net.options.required[options], np.zeros(n + width)]).astype(np.float64),
        hi=np.concatenate([np.ones(n), most, available[flows.group]]).astype(np.float64),
        integer=np.arange(2 * n + width) < 2 * n,
        matrix=sparse.vstack(
            [
                sparse.hstack([-sparse.diags_array(most.astype(np.float64)), each, none]),
                sparse.hstack([-sparse.diags_array(least.astype(np.float64)), each, none]),
                sparse.hstack([sparse.csr_matrix((n_pools, n)), -capacity, gives]),
                sparse.hstack([sparse.csr_matrix((n_groups, 2 * n)), takes]),
                limits,
            ],
            format="csr",
        ),
        row_lo=np.concatenate([np.full(n, -np.inf), np.zeros(n), np.full(n_pools + n_groups, -np.inf), lo]),
        row_hi=np.concatenate([np.zeros(n), np.full(n, np.inf), np.zeros(n_pools), available, hi]),
        scale=None,
    )


def _limits(
    search: Search, options: Integers, flows: _Flows, present: Floats
) -> tuple[sparse.csr_matrix, Floats, Floats]:
    """Limit rows that the window touches, with what the rest of the answer leaves of their bounds."""
    net, side = search.net, search.side
    served = sparse.csr_matrix((side.n_rows, len(flows.pool)))
    if len(net.tracked):
        at = (np.repeat(net.tracked.limit, len(flows.pool)), np.tile(np.arange(len(flows.pool)), len(net.tracked)))
        served = sparse.csr_matrix((flows.tracks.T.ravel(), at), served.shape)
    rows = sparse.csr_matrix(sparse.hstack([side.opened[:, options], side.modules[:, options], served], format="csr"))
    rows.eliminate_zeros()
    touched = np.flatnonzero(np.diff(rows.indptr))
    rest = search.activity[touched] - rows[touched] @ present
    # What holds within a tolerance now is let hold: the window must not be impossible where it changes nothing.
    value = search.activity[touched]
    lo, hi = np.minimum(side.lo[touched], value), np.maximum(side.hi[touched], value)
    return rows[touched], lo - rest, hi - rest
