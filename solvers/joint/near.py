"""Which options could stand in for each other: those that share demand."""

import numpy as np

from solvers.compiled import compiled
from solvers.joint.pools import Indices, Pools
from solvers.problem import Floats, Integers, Problem

_OWN_TYPE, _OTHER_TYPES = 14, 6
_SAMPLED = 40  # members of an option that tell which options are near


def near_options(problem: Problem, pools: Pools) -> tuple[Integers, Integers]:
    """Options that share most demand with each option, the nearest of its own facility type and some of others.

    Returns
    -------
    begin
        Where each option's near ones begin, shape (O + 1,).
    near
        Options near each option, most shared demand first.
    """
    members = pools.pool_begin[pools.option_begin]
    worth = problem.value[pools.set_row] * pools.set_size
    near = nearest(members, pools.member_set, pools.set_begin, problem.pair_option, worth, problem.facility_type)
    found = near >= 0
    begin = np.append(0, np.cumsum(found.sum(axis=1)))
    return begin.astype(np.int64), near[found]


@compiled
def nearest(
    member_begin: Integers,
    member_set: Indices,
    set_begin: Integers,
    pair_option: Integers,
    worth: Floats,
    kind: Integers,
) -> Integers:
    """Options that share most with each option by a sample of its members, -1 where there are no more."""
    n = len(kind)
    near = np.full((n, _OWN_TYPE + _OTHER_TYPES), -1)
    shared, seen = np.zeros(n), np.full(n, -1)
    found = np.zeros(n, dtype=np.int64)
    for o in range(n):
        first, last = member_begin[o], member_begin[o + 1]
        step = max((last - first) // _SAMPLED, 1)
        n_found = 0
        for at in range(first, last, step):
            c = member_set[at]
            for k in range(set_begin[c], set_begin[c + 1]):
                other = pair_option[k]
                if seen[other] != o:
                    seen[other] = o
                    shared[other] = 0.0
                    if other != o:
                        found[n_found] = other
                        n_found += 1
                shared[other] += worth[c]
        for at in range(n_found):
            other = found[at]
            own = kind[other] == kind[o]
            first, last = (0, _OWN_TYPE) if own else (_OWN_TYPE, _OWN_TYPE + _OTHER_TYPES)
            place = last
            while place > first and (near[o, place - 1] < 0 or shared[near[o, place - 1]] < shared[other]):
                place -= 1
                if place + 1 < last:
                    near[o, place + 1] = near[o, place]
            if place < last:
                near[o, place] = other
    return near
