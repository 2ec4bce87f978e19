"""Fewer prices: demand rows that much the same sites reach share one."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.compiled import compiled
from solvers.joint.oracle import Level, Reach
from solvers.joint.pools import Indices, begins
from solvers.problem import Floats, Integers, Problem


@dataclass(frozen=True, eq=False)
class Coarse:
    """A level with fewer prices, and which of its prices each set of the problem takes.

    A pair of the coarse level joins a group of sets with a pool, and draws at most what the members that the pool
    reaches can draw. So the relaxation at coarse prices has the very value that it has on the finest level at the same
    prices given to each member, as long as the members' units are worth the same: merging loses no validity, only the
    freedom to price members apart.

    Parameters
    ----------
    level
        The level.
    group
        Set of the coarse level of each set of the problem, shape (C,).
    """

    level: Level
    group: Integers

    def spread(self, set_price: Floats) -> Floats:
        """Give each set of the problem the price of its group, shape (C,)."""
        return set_price[self.group]

    def mean(self, set_price: Floats, problem: Problem) -> Floats:
        """Mean price of each group, weighted by demand."""
        demand = problem.demand[problem.set_row]
        total = np.bincount(self.group, weights=demand, minlength=self.level.n_sets)
        spent = np.bincount(self.group, weights=demand * set_price, minlength=self.level.n_sets)
        return np.divide(spent, total, out=np.zeros(self.level.n_sets), where=total > 0)


def coarse_level(problem: Problem, finest: Level, *, reach: float) -> Coarse:
    """Merge the rows of one service and year that have the same nearest centre; centres are sites.

    Only rows with one set that draws one unit per unit served are merged, the others stay as they are.

    Parameters
    ----------
    problem
        The problem.
    finest
        Its finest level.
    reach
        How far a centre reaches, as a share of the service's longest travel time; with 0 every site that is nearest to
        some row is a centre.
    """
    lead_row = _lead_rows(problem, reach)
    leads, row_group = np.unique(lead_row, return_inverse=True)
    lead_of_set = lead_row[problem.set_row]
    own = lead_of_set == problem.set_row
    kept = np.flatnonzero(own)
    place = np.cumsum(own) - 1
    group = np.where(own, place, place[np.searchsorted(problem.set_row, lead_of_set)])
    members = np.argsort(group, kind="stable")
    n_pools = int(finest.reach.pair_pool.max(initial=-1)) + 1
    demand = np.bincount(row_group, weights=finest.demand, minlength=len(leads))
    part = np.divide(finest.demand, demand[row_group], out=np.zeros(problem.n_rows), where=demand[row_group] > 0)
    mean = sparse.csr_matrix((part, (np.arange(problem.n_rows), row_group)), (problem.n_rows, len(leads)))
    level = Level(
        demand=np.asarray(demand, dtype=np.float64),
        value=mean.T @ finest.value,
        served=sparse.csr_matrix(finest.served @ mean),
        set_row=row_group[problem.set_row[kept]].astype(np.int32),
        set_draw=finest.set_draw[kept],
        reach=Reach(*join_pairs(members, begins(group[members], len(kept)), finest.reach, n_pools)),
        cover_set=place[finest.cover_set].astype(np.int32),
        cover_option=finest.cover_option,
    )
    return Coarse(level, group)


def _lead_rows(problem: Problem, reach: float) -> Integers:
    """First row of the group of each row, shape (I,)."""
    years, year = np.unique(problem.row_year, return_inverse=True)
    kind = (problem.row_service * len(years) + year)[problem.set_row]
    begin = begins(problem.pair_set, problem.n_sets)
    n_sets = np.bincount(problem.set_row, minlength=problem.n_rows)
    merged = (n_sets[problem.set_row] == 1) & (problem.set_draw == 1) & (np.diff(begin) > 0)
    if np.isinf(reach):
        centre = kind
    else:
        longest_s = np.zeros(problem.n_services * len(years))
        reached = np.flatnonzero(np.diff(begin))
        set_longest_s = np.maximum.reduceat(problem.pair_time_s, begin[reached]) if len(reached) else np.zeros(0)
        np.maximum.at(longest_s, kind[reached], set_longest_s)
        heavy_first = np.argsort(-problem.demand[problem.set_row], kind="stable")
        site = problem.site[problem.pair_option]
        centre = nearest_centres(
            heavy_first[merged[heavy_first]], begin, site, problem.pair_time_s, kind, reach * longest_s
        )
    lead_row = np.arange(problem.n_rows)
    rows = problem.set_row[merged]
    _, first, group = np.unique(centre[merged], return_index=True, return_inverse=True)
    lead_row[rows] = rows[first[group]]
    return lead_row


@compiled
def nearest_centres(
    sets: Integers, set_begin: Integers, pair_site: Integers, pair_time_s: Floats, kind: Integers, radius_s: Floats
) -> Integers:
    """Nearest centre of each set, as kind × sites + site. A set that no centre reaches within the radius makes its
    nearest site one.
    """
    n_sites = pair_site.max() + 1 if len(pair_site) else 1
    is_centre = np.zeros(len(radius_s) * n_sites, dtype=np.bool_)
    for c in sets:
        near, near_s, reached = -1, np.inf, False
        for k in range(set_begin[c], set_begin[c + 1]):
            if pair_time_s[k] < near_s:
                near, near_s = pair_site[k], pair_time_s[k]
            if pair_time_s[k] <= radius_s[kind[c]] and is_centre[kind[c] * n_sites + pair_site[k]]:
                reached = True
        if not reached:
            is_centre[kind[c] * n_sites + near] = True
    centre = np.full(len(kind), -1, dtype=np.int64)
    for c in sets:
        near_s = np.inf
        for k in range(set_begin[c], set_begin[c + 1]):
            at = kind[c] * n_sites + pair_site[k]
            if is_centre[at] and pair_time_s[k] < near_s:
                centre[c], near_s = at, pair_time_s[k]
    return centre


@compiled
def join_pairs(
    members: Integers, group_begin: Integers, reach: Reach, n_pools: int
) -> tuple[Integers, Indices, Floats]:
    """Pairs of each group: the pools of its members, each with the sum of the members' sizes."""
    n_groups = len(group_begin) - 1
    begin = np.zeros(n_groups + 1, dtype=np.int64)
    pool, size = np.empty(len(reach.pair_pool), dtype=np.int32), np.empty(len(reach.pair_pool))
    place = np.full(n_pools, -1, dtype=np.int64)
    n = 0
    for g in range(n_groups):
        begin[g] = n
        for c in members[group_begin[g] : group_begin[g + 1]]:
            for k in range(reach.set_begin[c], reach.set_begin[c + 1]):
                p = reach.pair_pool[k]
                if place[p] >= begin[g]:
                    size[place[p]] += reach.pair_size[k]
                else:
                    pool[n], size[n], place[p] = p, reach.pair_size[k], n
                    n += 1
    begin[n_groups] = n
    return begin, pool[:n].copy(), size[:n].copy()
