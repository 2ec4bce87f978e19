"""The records that the search works on: the network that stays, and the state that moves."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from solvers.joint.near import near_options
from solvers.joint.pools import Indices, Pools
from solvers.joint.side import Side
from solvers.problem import Booleans, Floats, Integers, Problem

_JOURNAL = 1 << 16  # entries, and some for each member of an option
_TOLERANCE = 1e-9  # share of a limit's size by which it may be missed; verification allows more


class Net(NamedTuple):
    """What stays while the search moves.

    Parameters
    ----------
    option_begin, pool_option, pool_capacity, pool_begin, member_pair, member_set, pair_pool, set_begin, set_size
        As in `Pools`; members of a pool stand in falling worth.
    pair_set
        Cover set of each pair, shape (K,).
    worth
        Objective per unit drawn in each set, shape (C,).
    cover_begin, cover_set, cover_row, cover_gain
        Sets that draw nothing, by option; their rows, shape (C,), and what a whole row is worth, shape (I,).
    min_modules, max_modules
        As in the problem.
    rule_begin, rule_row, rule_opened, rule_module
        Limit rows that each option touches, with its coefficients.
    lo, hi
        Bounds of the limit rows, widened by a tolerance; infinite for tracked rows, shape (R,).
    track_begin, track, track_unit
        Tracked rows that a unit drawn in a set adds to, and how much.
    tracked, tracked_lo, tracked_hi
        Limit row of each tracked total, and its bounds, shape (T,).
    gain_opened, gain_module
        Objective per opened option and per module, less prices, shape (O,).
    required
        As in the problem.
    near_begin, near
        Options that share demand with each option, most first.
    journal
        Journal entries after which a move looks no further.
    """

    option_begin: Integers
    pool_option: Indices
    pool_capacity: Floats
    pool_begin: Integers
    member_pair: Indices
    member_set: Indices
    pair_pool: Indices
    pair_set: Indices
    set_begin: Integers
    set_size: Floats
    worth: Floats
    mixed: bool
    cover_begin: Integers
    cover_set: Indices
    cover_row: Indices
    cover_gain: Floats
    min_modules: Integers
    max_modules: Integers
    rule_begin: Integers
    rule_row: Indices
    rule_opened: Floats
    rule_module: Floats
    lo: Floats
    hi: Floats
    track_begin: Integers
    track: Indices
    track_unit: Floats
    tracked: Integers
    tracked_lo: Floats
    tracked_hi: Floats
    gain_opened: Floats
    gain_module: Floats
    near_begin: Integers
    near: Integers
    required: Booleans
    journal: int


class State(NamedTuple):
    """What the search moves.

    Parameters
    ----------
    modules
        Modules per option, 0 when closed, shape (O,).
    flow
        Units drawn over each pair, shape (K,).
    left
        Units that each set still lacks, shape (C,).
    room
        Units that each pool can still give, shape (P,).
    use
        Left sides of the limit rows without what is served, shape (R,).
    totals
        Objective less prices, then what is served in each tracked row, shape (1 + T,).
    covering, missing
        Open options of each set that draws nothing, shape (C,); such sets without one per row, shape (I,).
    set_head, set_next, set_last, pool_head, pool_next, pool_last
        Linked lists of the pairs with flow, by set and by pool; -1 ends a list.
    worst
        How far each tracked row may be outside its bounds, shape (T,).
    loss
        What closing each option would cost, as far as it was tried, shape (O,).
    journal, before, size
        What changed, its values before, and how many entries there are, shape (1,).
    queue, parent, parent_pair, stamp
        Breadth-first search over pools; `stamp[P]` is the present search.
    """

    modules: Integers
    flow: Floats
    left: Floats
    room: Floats
    use: Floats
    totals: Floats
    covering: Indices
    missing: Indices
    set_head: Indices
    set_next: Indices
    set_last: Indices
    pool_head: Indices
    pool_next: Indices
    pool_last: Indices
    worst: Floats
    loss: Floats
    journal: Integers
    before: Floats
    size: Integers
    queue: Indices
    parent: Indices
    parent_pair: Indices
    stamp: Integers


def network(problem: Problem, pools: Pools, side: Side) -> Net:
    """Arrange a problem and its limits for the search; nothing is worth anything before it is priced."""
    rules = sparse.csr_matrix(abs(side.opened) + abs(side.modules)).T.tocsr()
    option = np.repeat(np.arange(problem.n_options), np.diff(rules.indptr))
    tracked = np.flatnonzero(np.diff(side.served.indptr) > 0)
    lo, hi = side.lo - _slack(side.lo), side.hi + _slack(side.hi)
    untracked_lo, untracked_hi = lo.copy(), hi.copy()
    untracked_lo[tracked], untracked_hi[tracked] = -np.inf, np.inf
    track = side.served[tracked].T.tocsr()[problem.set_row]
    unit = np.where(problem.set_draw > 0, problem.set_draw, 1 / np.maximum(problem.demand[problem.set_row], 1e-300))
    set_unit = np.repeat(unit, np.diff(track.indptr))
    near_begin, near = near_options(problem, pools)
    return Net(
        option_begin=pools.option_begin,
        pool_option=pools.pool_option,
        pool_capacity=pools.pool_capacity,
        pool_begin=pools.pool_begin,
        member_pair=pools.member_pair,
        member_set=pools.member_set,
        pair_pool=pools.pair_pool,
        pair_set=problem.pair_set.astype(np.int32),
        set_begin=pools.set_begin,
        set_size=pools.set_size,
        worth=np.zeros(problem.n_sets),
        mixed=False,
        cover_begin=pools.cover_begin,
        cover_set=pools.cover_set,
        cover_row=pools.set_row,
        cover_gain=np.zeros(problem.n_rows),
        min_modules=problem.min_modules,
        max_modules=problem.max_modules,
        rule_begin=rules.indptr.astype(np.int64),
        rule_row=rules.indices.astype(np.int32),
        rule_opened=np.asarray(side.opened[rules.indices, option]).ravel(),
        rule_module=np.asarray(side.modules[rules.indices, option]).ravel(),
        lo=untracked_lo,
        hi=untracked_hi,
        track_begin=track.indptr.astype(np.int64),
        track=track.indices.astype(np.int32),
        track_unit=track.data / set_unit,
        tracked=tracked,
        tracked_lo=lo[tracked],
        tracked_hi=hi[tracked],
        gain_opened=np.zeros(problem.n_options),
        gain_module=np.zeros(problem.n_options),
        near_begin=near_begin,
        near=near,
        required=problem.required,
        journal=_JOURNAL + 2 * _most_members(pools),
    )


def by_worth(net: Net) -> Net:
    """Return the network with the members of each pool in falling worth, where worths differ."""
    worth = net.worth[net.member_set]
    pool = np.repeat(np.arange(len(net.pool_option)), np.diff(net.pool_begin))
    mixed = bool(np.any((np.diff(worth) != 0) & (np.diff(pool) == 0)))
    if not mixed:
        return net._replace(mixed=False)
    order = np.lexsort((net.member_set, -worth, pool))
    return net._replace(mixed=True, member_pair=net.member_pair[order], member_set=net.member_set[order])


def nothing_open(net: Net, n_rules: int) -> State:
    """Return a state with nothing open; what its counts are is left open."""
    # A move may still close and refill some options after it has looked no further, and pushes along one path.
    journal = net.journal + 8 * (net.journal - _JOURNAL + len(net.pool_option))
    n_options, n_pools, n_sets, n_pairs = (
        len(part) for part in (net.min_modules, net.pool_option, net.worth, net.pair_pool)
    )

    def indices(n: int) -> Indices:
        return np.full(n, -1, dtype=np.int32)

    return State(
        modules=np.zeros(n_options, dtype=np.int64),
        flow=np.zeros(n_pairs),
        left=np.zeros(n_sets),
        room=np.zeros(n_pools),
        use=np.zeros(n_rules),
        totals=np.zeros(1 + len(net.tracked)),
        covering=np.zeros(n_sets, dtype=np.int32),
        missing=np.zeros(len(net.cover_gain), dtype=np.int32),
        set_head=indices(n_sets),
        set_next=indices(n_pairs),
        set_last=indices(n_pairs),
        pool_head=indices(n_pools),
        pool_next=indices(n_pairs),
        pool_last=indices(n_pairs),
        worst=np.zeros(len(net.tracked)),
        loss=np.full(n_options, np.inf),
        journal=np.zeros(journal, dtype=np.int64),
        before=np.zeros((journal, 3)),
        size=np.zeros(1, dtype=np.int64),
        queue=indices(n_pools),
        parent=indices(n_pools),
        parent_pair=indices(n_pools),
        stamp=np.zeros(n_pools + 1, dtype=np.int64),
    )


def _most_members(pools: Pools) -> int:
    return int(np.diff(pools.pool_begin[pools.option_begin]).max(initial=0))


def _slack(bound: Floats) -> Floats:
    return _TOLERANCE * np.maximum(1.0, np.abs(np.where(np.isfinite(bound), bound, 0.0)))
