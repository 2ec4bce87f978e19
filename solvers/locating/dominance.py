"""What never matters in a cover: points that are covered with another one, sites that cover less than another one."""

import numpy as np

from solvers.compiled import compiled
from solvers.problem import Booleans, Floats, Integers


@compiled
def dominated_points(begin: Integers, site: Integers, at_begin: Integers, at: Integers) -> Booleans:
    """Points that have all the sites of another point, and of equal ones all but the first.

    Parameters
    ----------
    begin, site
        Sites of point `i` at `begin[i]:begin[i + 1]`, ascending.
    at_begin, at
        Points of site `j` at `at_begin[j]:at_begin[j + 1]`, ascending.
    """
    n_points = len(begin) - 1
    dominated = np.zeros(n_points, dtype=np.bool_)
    for i in range(n_points):
        if dominated[i] or begin[i] == begin[i + 1]:
            continue
        rare = site[begin[i]]
        for k in range(begin[i], begin[i + 1]):
            if at_begin[site[k] + 1] - at_begin[site[k]] < at_begin[rare + 1] - at_begin[rare]:
                rare = site[k]
        for n in range(at_begin[rare], at_begin[rare + 1]):
            other = at[n]
            if (
                other != i
                and not dominated[other]
                and _has_all(site, begin[i], begin[i + 1], begin[other], begin[other + 1])
            ):
                dominated[other] = True
    return dominated


@compiled
def dominated_sites(at_begin: Integers, at: Integers, begin: Integers, site: Integers, cost: Floats) -> Booleans:
    """Sites whose points another one that costs no more has as well, of equal ones all but the first; empty ones too.

    Parameters
    ----------
    at_begin, at
        Points of site `j` at `at_begin[j]:at_begin[j + 1]`, ascending.
    begin, site
        Sites of point `i` at `begin[i]:begin[i + 1]`, ascending.
    cost
        Cost of each site, shape (J,).
    """
    n_sites = len(at_begin) - 1
    dominated = np.zeros(n_sites, dtype=np.bool_)
    for j in range(n_sites):
        if at_begin[j] == at_begin[j + 1]:
            dominated[j] = True
            continue
        rare = at[at_begin[j]]
        for k in range(at_begin[j], at_begin[j + 1]):
            if begin[at[k] + 1] - begin[at[k]] < begin[rare + 1] - begin[rare]:
                rare = at[k]
        for n in range(begin[rare], begin[rare + 1]):
            other = site[n]
            if other == j or dominated[other] or cost[other] > cost[j]:
                continue
            equal = at_begin[other + 1] - at_begin[other] == at_begin[j + 1] - at_begin[j] and cost[other] == cost[j]
            if equal and other > j:
                continue
            if _has_all(at, at_begin[j], at_begin[j + 1], at_begin[other], at_begin[other + 1]):
                dominated[j] = True
                break
    return dominated


@compiled
def _has_all(items: Integers, begin: int, end: int, other_begin: int, other_end: int) -> bool:
    """Whether a second ascending stretch has all items of a first one."""
    if other_end - other_begin < end - begin:
        return False
    n = other_begin
    for k in range(begin, end):
        while n < other_end and items[n] < items[k]:
            n += 1
        if n == other_end or items[n] != items[k]:
            return False
    return True
