"""The radius model of the p-median, with prices as caps (Cornuejols, Nemhauser & Wolsey 1980; Elloumi 2010).

Each point pays step by step: `z = 1` for a step when no site nearer than it is open. Points with the same nearer sites
share the step. With prices that prove a bound, no better answer lets a point pay more than its price and the gap, so
that only the steps below are needed.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.linear import LinearModel
from solvers.neighbours import Neighbours
from solvers.problem import Booleans, Floats, Integers

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps that points pay for, taken together where the nearer sites are the same.

    Parameters
    ----------
    cost
        What a step costs unless one of its sites is open, shape (S,); infinite where one must be open.
    begin, site
        Sites of step `s` at `begin[s]:begin[s + 1]`.
    paid
        What is paid in any case.
    """

    cost: Floats
    begin: Integers
    site: Integers
    paid: float


def steps_of(lists: Neighbours, price: Floats, room: float) -> Steps:
    """Steps of all points below their prices and the room that the bound leaves.

    Parameters
    ----------
    lists
        Costs by point; each list has a place.
    price
        Prices of the bound, shape (I,).
    room
        How much more a better answer may cost than the bound.
    """
    row = np.repeat(np.arange(len(price)), np.diff(lists.begin))
    cap = price + room + _ROUNDING * (price + room)
    first = lists.begin[:-1]
    # The next cost of each place: that of the place after it, or of what is beyond the list.
    after = np.append(lists.cost[1:], np.inf)
    after[lists.begin[1:] - 1] = lists.beyond
    after = np.where(after > cap[row], np.inf, after)
    ends = (lists.cost <= cap[row]) & (after > lists.cost)
    # A point whose nearest site already costs more than it may pay is one that no better answer serves.
    ends[first] |= lists.cost[first] > cap
    at = np.flatnonzero(ends)
    step = after[at] - lists.cost[at]
    mark = _marks(lists, row)[:, at]
    order = np.lexsort((at, *mark))
    new = np.ones(len(at), dtype=bool)
    new[1:] = np.any(mark[:, order[1:]] != mark[:, order[:-1]], axis=0)
    leader = at[order[new]]
    length = leader - first[row[leader]] + 1
    begin = np.r_[0, np.cumsum(length)]
    place = np.repeat(first[row[leader]] - begin[:-1], length) + np.arange(begin[-1])
    cost = np.add.reduceat(step[order], np.flatnonzero(new))
    return Steps(cost, begin, lists.site[place].astype(np.int64), float(lists.cost[first].sum()))


def size_of(lists: Neighbours, price: Floats, room: float) -> int:
    """Entries that the radius model has at most."""
    row = np.repeat(np.arange(len(price)), np.diff(lists.begin))
    kept = np.bincount(row[lists.cost <= (price + room)[row]], minlength=len(price))
    return int((kept * (kept + 1) // 2).sum())


def radius_model(steps: Steps, state: Integers, p: int, unit: float) -> tuple[LinearModel, Integers]:
    """Write the model, in units of the objective, and the sites of its first columns.

    Parameters
    ----------
    steps
        What is to be paid.
    state
        1 for sites that must be open, -1 for closed ones, shape (J,).
    p
        Number of open sites.
    unit
        Cost that is 1 in the model.
    """
    sites = np.flatnonzero(state >= 0)
    column = np.full(len(state), -1)
    column[sites] = np.arange(len(sites))
    soft = np.flatnonzero(np.isfinite(steps.cost))
    n_rows, n_columns = len(steps.cost), len(sites) + len(soft)
    row = np.repeat(np.arange(n_rows), np.diff(steps.begin))
    count = np.full(len(sites), n_rows)
    matrix = sparse.csr_matrix(
        (
            np.ones(len(row) + len(soft) + len(sites)),
            (np.r_[row, soft, count], np.r_[column[steps.site], len(sites) + np.arange(len(soft)), column[sites]]),
        ),
        shape=(n_rows + 1, n_columns),
    )
    integer: Booleans = np.arange(n_columns) < len(sites)
    return LinearModel(
        maximise=False,
        cost=np.r_[np.zeros(len(sites)), steps.cost[soft] / unit],
        lo=np.r_[(state[sites] > 0).astype(np.float64), np.zeros(len(soft))],
        hi=np.ones(n_columns),
        integer=integer,
        matrix=matrix,
        row_lo=np.r_[np.ones(n_rows), p],
        row_hi=np.r_[np.full(n_rows, np.inf), p],
        offset=steps.paid / unit,
        scale=unit,
    ), sites


def _marks(lists: Neighbours, row: Integers) -> Integers:
    """Two marks of the sites up to each place, the same for the same sites in any order, shape (2, K)."""
    rng = np.random.default_rng(0)
    n_sites = int(lists.site.max(initial=-1)) + 1
    marks = np.zeros((2, len(row)), dtype=np.uint64)
    for half in range(2):
        total = np.zeros(len(row) + 1, dtype=np.uint64)
        np.cumsum(rng.integers(1, 2**63, n_sites, dtype=np.uint64)[lists.site], out=total[1:])
        marks[half] = total[1:] - total[lists.begin[row]]
    return marks.view(np.int64)
