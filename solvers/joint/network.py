"""The network that the search moves flows in: options, pools, sets and pairs, and what each is at the moment."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from solvers.joint.near import near_options
from solvers.joint.pools import Indices, Pools
from solvers.problem import Floats, Problem
from solvers.side import Side

Records = np.recarray[Any, np.dtype[np.void]]

_NOBODY = np.array(-1, dtype=np.int32)
_TOLERANCE = 1e-9  # share of a limit's size by which it may be missed; verification allows more
_JOURNAL = 1 << 16  # entries after which a move looks no further, and some more for each member of an option


class Net(NamedTuple):
    """One array of records per kind of thing; compiled loops pass few arrays faster than many.

    Ranges are given by where they begin: those of record `n` end where those of record `n + 1` begin. Amounts are in
    units drawn.

    Parameters
    ----------
    options
        `modules`, 0 when closed; `least` and `most` modules, `required`; `opened` and `module`: objective per opened
        option and per module, less charges; `loss`: what closing it would cost, as far as it was tried; `pool`, `rule`,
        `cover`, `near`: where its pools, rules, covers and near options begin.
    pools
        `option`, `capacity` per module, `room` left, `member`: where its members begin, `head` of its list of pairs
        with flow; `parent`, `lender`, `stamp`: the present search.
    members
        `pair` and `set` of the members of the pools, in falling worth where worths differ.
    sets
        `left`: units that it still lacks, `size` and `worth` per unit drawn, `head` of its list of pairs with flow;
        `open`: open options of a set that draws nothing.
    spans
        `row` of each set, and where its `pair`s and `track`s begin.
    pairs
        `set`, `flow`; `next` and `last` in the list of its set (`set_`) and of its pool (`pool_`); -1 ends a
        list.
    pool_of
        Pool of each pair, apart from the rest because it is read most.
    rows
        `gain` of a whole row of sets that draw nothing, and how many of those are `missing` an open option.
    covers
        `set` of the pairs that draw nothing, by option.
    rules
        Limit rows that each option touches: `limit`, and coefficients when `opened` and per `module`.
    limits
        `lo` and `hi`, widened by a tolerance and infinite for tracked rows, and `use` without what is served.
    tracks
        Tracked rows that a unit drawn in a set adds to: `tracked`, and how much: `unit`.
    tracked
        Limit rows that speak of what is served: `limit`, `lo`, `hi`, the served part `total`, and `worst`: how far the
        row may be outside its bounds.
    near
        `option`s that share demand with each option.
    journal
        What changed, and up to three values before.
    queue
        Pools of the present search.
    now
        One record: journal `size`, `stamp` of the present search, `value`: objective less charges, `mixed`: whether
        worths differ within a pool, `full`: journal size at which a move looks no further.
    """

    options: Records
    pools: Records
    members: Records
    sets: Records
    spans: Records
    pairs: Records
    pool_of: Indices
    rows: Records
    covers: Records
    rules: Records
    limits: Records
    tracks: Records
    tracked: Records
    near: Records
    journal: Records
    queue: Indices
    now: Records


def network(problem: Problem, pools: Pools, side: Side) -> Net:
    """Arrange a problem and its limits; nothing is open, nothing is worth anything before it is priced."""
    tracked = np.flatnonzero(np.diff(side.served.indptr) > 0)
    rules, rule_begin = _rules(side)
    tracks, track_begin = _tracks(problem, side, tracked)
    near_begin, near = near_options(problem, pools)
    lo, hi = side.lo - _slack(side.lo), side.hi + _slack(side.hi)
    limits = records(side.n_rows, lo=lo, hi=hi, use=0.0)
    limits.lo[tracked], limits.hi[tracked] = -np.inf, np.inf
    most_members = int(np.diff(pools.pool_begin[pools.option_begin]).max(initial=0))
    full = _JOURNAL + 2 * most_members
    return Net(
        options=records(
            problem.n_options + 1, modules=0, least=problem.min_modules, most=problem.max_modules,
            required=problem.required, opened=0.0, module=0.0, loss=np.inf, pool=pools.option_begin, rule=rule_begin,
            cover=pools.cover_begin, near=near_begin,
        ),
        pools=records(
            pools.n_pools + 1, option=pools.pool_option, capacity=pools.pool_capacity, room=0.0,
            member=pools.pool_begin, head=_NOBODY, parent=_NOBODY, lender=_NOBODY, stamp=0,
        ),
        members=records(len(pools.member_pair), pair=pools.member_pair, set=pools.member_set),
        sets=records(
            problem.n_sets + 1, left=0.0, size=pools.set_size, worth=0.0, head=_NOBODY, open=_NOBODY + 1
        ),
        spans=records(problem.n_sets + 1, row=pools.set_row, pair=pools.set_begin, track=track_begin),
        pairs=records(
            problem.n_pairs, set=problem.pair_set.astype(np.int32), flow=0.0, set_next=_NOBODY,
            set_last=_NOBODY, pool_next=_NOBODY, pool_last=_NOBODY,
        ),
        pool_of=pools.pair_pool,
        rows=records(problem.n_rows, gain=0.0, missing=0),
        covers=records(len(pools.cover_set), set=pools.cover_set),
        rules=rules,
        limits=limits,
        tracks=tracks,
        tracked=records(len(tracked), limit=tracked, lo=lo[tracked], hi=hi[tracked], total=0.0, worst=0.0),
        near=records(len(near), option=near),
        # After it is full, a move may still close and refill some options, and push along one path.
        journal=records(full + 8 * (2 * most_members + pools.n_pools + 1), what=0, one=0.0, two=0.0, three=0.0),
        queue=np.zeros(pools.n_pools, dtype=np.int32),
        now=records(1, size=0, stamp=0, value=0.0, mixed=False, full=full),
    )  # fmt: skip


def records(n: int, **fields: NDArray[Any] | float) -> Records:
    """Return `n` records with the given fields; a shorter array fills the first ones, whole numbers have 64 bits."""
    kinds = {name: np.asarray(part).dtype for name, part in fields.items()}
    made = np.zeros(n, dtype=np.dtype(list(kinds.items()), align=True)).view(np.recarray)
    for name, part in fields.items():
        made[name][: n if np.ndim(part) == 0 else len(np.atleast_1d(part))] = part
    return made


def sort_members(net: Net) -> Net:
    """Return the network with the members of each pool in falling worth, where worths differ."""
    worth = net.sets.worth[net.members.set]
    pool = net.pool_of[net.members.pair]
    net.now.mixed[0] = bool(np.any((np.diff(worth) != 0) & (np.diff(pool) == 0)))
    if not net.now.mixed[0]:
        return net
    order = np.lexsort((net.members.set, -worth, pool))
    return net._replace(members=records(len(order), pair=net.members.pair[order], set=net.members.set[order]))


def _rules(side: Side) -> tuple[Records, NDArray[np.int64]]:
    touched = sparse.csr_matrix(abs(side.opened) + abs(side.modules)).T.tocsr()
    option = np.repeat(np.arange(touched.shape[0]), np.diff(touched.indptr))
    opened, module = (_entries(part, touched.indices.astype(np.int64), option) for part in (side.opened, side.modules))
    rules = records(touched.nnz, limit=touched.indices.astype(np.int32), opened=opened, module=module)
    return rules, touched.indptr.astype(np.int64)


def _entries(matrix: sparse.csr_matrix, row: NDArray[np.int64], column: NDArray[np.int64]) -> Floats:
    # scipy answers an empty question with a matrix in a list.
    return np.asarray(matrix[row, column]).ravel() if len(row) else np.zeros(0)


def _tracks(problem: Problem, side: Side, tracked: NDArray[np.int64]) -> tuple[Records, NDArray[np.int64]]:
    """Tracked rows of each set; a set that draws nothing adds its row's whole demand at once."""
    touched = side.served[tracked].T.tocsr()[problem.set_row]
    demand = problem.demand[problem.set_row]
    per_unit = np.where(problem.set_draw > 0, 1 / np.where(problem.set_draw > 0, problem.set_draw, 1.0), demand)
    unit = touched.data * np.repeat(per_unit, np.diff(touched.indptr))
    return records(touched.nnz, tracked=touched.indices.astype(np.int32), unit=unit), touched.indptr.astype(np.int64)


def _slack(bound: Floats) -> Floats:
    return _TOLERANCE * np.maximum(1.0, np.abs(np.where(np.isfinite(bound), bound, 0.0)))
