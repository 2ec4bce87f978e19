"""Covering every point with at most p sites: reduced by dominance, then decided by HiGHS (Toregas et al. 1971)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from solvers.highs import Highs
from solvers.linear import Effort, LinearModel, Status
from solvers.locating.dominance import dominated_points, dominated_sites
from solvers.locating.interchange import columns_of, cost_of, greedy, interchange
from solvers.neighbours import Neighbours
from solvers.problem import Booleans, Integers

_SHAKES = 200
_MOVES = 3  # exchanges made at random in a shake


@dataclass(frozen=True, eq=False)
class Cover:
    """Which sites cover each point.

    Parameters
    ----------
    begin, site
        Sites of point `i` at `begin[i]:begin[i + 1]`, ascending.
    n_sites
        Number of sites.
    """

    begin: Integers
    site: Integers
    n_sites: int

    @classmethod
    def of(cls, lists: Neighbours, n_sites: int, radius: float) -> Self:
        """Sites that cost a point no more than the radius."""
        row = np.repeat(np.arange(len(lists.begin) - 1), np.diff(lists.begin))
        kept = lists.cost <= radius
        row, site = row[kept], lists.site[kept].astype(np.int64)
        order = np.lexsort((site, row))
        return cls(np.r_[0, np.cumsum(np.bincount(row, minlength=len(lists.begin) - 1))], site[order], n_sites)

    def turned(self) -> "Cover":
        """Points of each site."""
        row = np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))
        order = np.lexsort((row, self.site))
        begin = np.r_[0, np.cumsum(np.bincount(self.site, minlength=self.n_sites))]
        return Cover(begin, row[order], len(self.begin) - 1)

    def only(self, points: Booleans, sites: Booleans) -> "Cover":
        """Some of the points, and some of the sites with their numbers kept."""
        row = np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))
        kept = points[row] & sites[self.site]
        size = np.bincount(row[kept], minlength=len(self.begin) - 1)[points]
        return Cover(np.r_[0, np.cumsum(size)], self.site[kept], self.n_sites)


def covering_sites(cover: Cover, state: Integers, p: int, effort: Effort) -> tuple[Integers | None, Status, str]:
    """Find at most p sites that cover all points.

    Parameters
    ----------
    cover
        What covers what.
    state
        1 for sites that must be open, else 0, shape (J,).
    p
        Most sites to open.
    effort
        Limits.

    Returns
    -------
    sites, status, words
        The sites, ascending, or `None`: then
        `INFEASIBLE` says that there are none, anything else that nothing is known.
    """
    must = np.flatnonzero(state > 0)
    done = np.isin(cover.site, must)
    row = np.repeat(np.arange(len(cover.begin) - 1), np.diff(cover.begin))
    open_points = np.bincount(row[done], minlength=len(cover.begin) - 1) == 0
    rest = cover.only(open_points, state == 0)
    if (np.diff(rest.begin) == 0).any():
        return None, Status.INFEASIBLE, "a point has no site within the radius"
    rest, forced = _reduced(rest)
    quick = np.union1d(np.union1d(must, forced), _greedy(rest))
    if len(quick) <= p:
        return quick, Status.OPTIMAL, "greedy"
    if _disjoint(rest) > p - len(must) - len(forced):
        return None, Status.INFEASIBLE, "more points than sites have no site in common"
    left = p - len(must) - len(forced)
    guessed = _exchanged(rest, left, effort.seed)
    if guessed is not None:
        return np.union1d(np.union1d(must, forced), guessed), Status.OPTIMAL, "exchanges"
    outcome = Highs().solve(_model(rest, left), effort, target=float(left))
    if outcome.values is None:
        return None, outcome.status, outcome.words
    used = np.unique(rest.site)
    return np.union1d(np.union1d(must, forced), used[outcome.values > 0.5]), Status.OPTIMAL, outcome.words


def _reduced(cover: Cover) -> tuple[Cover, Integers]:
    """Leave out dominated points and sites until there are none; sites that are the only one of a point are forced."""
    before = -1
    while len(cover.site) != before:
        before = len(cover.site)
        points = ~dominated_points(cover.begin, cover.site, *_turned(cover))
        cover = cover.only(points, np.ones(cover.n_sites, dtype=bool))
        cover = cover.only(np.ones(len(cover.begin) - 1, dtype=bool), ~_dominated_sites(cover))
    single = np.diff(cover.begin) == 1
    forced = np.unique(cover.site[cover.begin[:-1][single]])
    row = np.repeat(np.arange(len(single)), np.diff(cover.begin))
    hit = np.bincount(row[np.isin(cover.site, forced)], minlength=len(single)) > 0
    return cover.only(~hit, np.ones(cover.n_sites, dtype=bool)), forced


def _turned(cover: Cover) -> tuple[Integers, Integers]:
    turned = cover.turned()
    return turned.begin, turned.site


def _dominated_sites(cover: Cover) -> Booleans:
    return dominated_sites(*_turned(cover), cover.begin, cover.site, np.ones(cover.n_sites))


def _greedy(cover: Cover) -> Integers:
    """Open the site that covers most, until all is covered."""
    turned = cover.turned()
    missing = np.ones(len(cover.begin) - 1, dtype=bool)
    gain = np.diff(turned.begin)
    sites = []
    while missing.any():
        best = int(np.argmax(gain))
        sites.append(best)
        for i in turned.site[turned.begin[best] : turned.begin[best + 1]]:
            if missing[i]:
                missing[i] = False
                gain[cover.site[cover.begin[i] : cover.begin[i + 1]]] -= 1
    return np.array(sites, dtype=np.int64)


def _exchanged(cover: Cover, p: int, seed: int) -> Integers | None:
    """Look for p sites that cover all, by exchanges that leave fewer points out."""
    n_points = len(cover.begin) - 1
    lists = Neighbours(cover.begin, cover.site.astype(np.int32), np.zeros(len(cover.site)), np.ones(n_points))
    columns = columns_of(lists, cover.n_sites, len(cover.site))
    state = np.where(np.diff(columns.begin) > 0, 0, -1)
    far, none, rng = np.ones(n_points), np.zeros(0, dtype=np.int64), np.random.default_rng(seed)
    if p > (state == 0).sum():
        return None
    best = greedy(lists, far, columns, state, p)
    interchange(lists, far, columns, state, best, none, none)
    left_out = cost_of(lists, far, best)[1]
    for _ in range(_SHAKES):
        inside, outside = np.flatnonzero(best), np.flatnonzero(~best & (state == 0))
        moves = min(_MOVES, len(inside), len(outside))
        if not left_out or not moves:
            break
        into, out = rng.choice(outside, moves, replace=False), rng.choice(inside, moves, replace=False)
        opened = best.copy()
        interchange(lists, far, columns, state, opened, into, out)
        now = cost_of(lists, far, opened)[1]
        if now <= left_out:
            best, left_out = opened, now
    return None if left_out else np.flatnonzero(best)


def _disjoint(cover: Cover) -> int:
    """Number of points, taken by rising number of sites, no two of which have a site in common."""
    taken, count = np.zeros(cover.n_sites, dtype=bool), 0
    for i in np.argsort(np.diff(cover.begin), kind="stable"):
        sites = cover.site[cover.begin[i] : cover.begin[i + 1]]
        if not taken[sites].any():
            taken[sites] = True
            count += 1
    return count


def _model(cover: Cover, p: int) -> LinearModel:
    """Fewest sites, and not more than p."""
    used, column = np.unique(cover.site, return_inverse=True)
    n_points, n_sites = len(cover.begin) - 1, len(used)
    matrix = sparse.csr_matrix((np.ones(len(column)), column, cover.begin), shape=(n_points, n_sites))
    return LinearModel(
        maximise=False,
        cost=np.ones(n_sites),
        lo=np.zeros(n_sites),
        hi=np.ones(n_sites),
        integer=np.ones(n_sites, dtype=bool),
        matrix=sparse.vstack([matrix, sparse.csr_matrix(np.ones((1, n_sites)))], format="csr"),
        row_lo=np.r_[np.ones(n_points), -np.inf],
        row_hi=np.r_[np.full(n_points, np.inf), p],
    )
