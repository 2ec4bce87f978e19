"""Local search: open options and their flows change by small moves until none pays at the present prices."""

import numpy as np

from solvers.joint.flow import saturate
from solvers.joint.journal import relist
from solvers.joint.moves import improve
from solvers.joint.network import network, sort_members
from solvers.joint.pools import Pools
from solvers.joint.rebuild import rebuild_each
from solvers.problem import Floats, Integers, Problem
from solvers.side import Side
from solvers.sums import ratio, sum_by


class Search:
    """An answer that improves in place; its objective is always maximised.

    Parameters
    ----------
    problem, pools, side
        The problem; its demand rows have one cover set, or only sets that draw nothing.
    """

    def __init__(self, problem: Problem, pools: Pools, side: Side) -> None:
        self.problem, self.pools, self.side = problem, pools, side
        self.net = network(problem, pools, side)
        self.price(np.zeros(side.n_rows))

    @property
    def modules(self) -> Integers:
        """Modules per option, shape (O,)."""
        return np.array(self.net.options.modules[:-1])

    @property
    def flow(self) -> Floats:
        """Units drawn over each pair, shape (K,)."""
        return np.array(self.net.pairs.flow)

    def price(self, limit_price: Floats) -> None:
        """Charge limit rows: what the search gains is the objective less these prices, shape (R,)."""
        side, net, problem = self.side, self.net, self.problem
        net.options.opened[:-1] = side.per_opened - side.opened.T @ limit_price
        net.options.module[:-1] = side.per_module - side.modules.T @ limit_price
        self.per_served = side.per_served - side.served.T @ limit_price
        net.rows.gain[:] = self.per_served * problem.demand
        worth = ratio(self.per_served[problem.set_row], problem.set_draw)
        if not np.array_equal(worth, net.sets.worth[:-1]):
            net.sets.worth[:-1] = worth
            self.net = sort_members(net)
        self.recount()

    def load(self, modules: Integers, flow: Floats | None = None) -> None:
        """Begin anew from modules, shape (O,), and flows, shape (K,), or else with as much served as they can."""
        self.net.options.modules[:-1] = modules
        self.net.pairs.flow[:] = 0.0 if flow is None else flow
        self.recount()
        relist(self.net)
        if flow is None:
            self.saturate()

    def saturate(self) -> None:
        """Serve as much as the present modules can."""
        saturate(self.net)
        self.recount()

    def improve(self, options: Integers) -> int:
        """Try the moves of some options; return how many paid."""
        return int(improve(self.net, options))

    def rebuild(self, options: Integers, rng: np.random.Generator, heat: float) -> int:
        """Rebuild around each of some open options; return how often it paid.

        What gets worse is kept too, by chance and as heat allows (simulated annealing, Kirkpatrick et al. 1983).
        """
        chance = rng.random((len(options), 1 + int(np.diff(self.net.options.near).max(initial=0))))
        return int(rebuild_each(self.net, options, chance, heat * rng.exponential(size=len(options))))

    @property
    def share(self) -> Floats:
        """Share of its row's demand that each pair provides, shape (K,)."""
        problem = self.problem
        share = ratio(self.net.pairs.flow, self.pools.set_size[problem.pair_set])
        whole = (self.net.rows.missing == 0)[problem.pair_row]
        opened = self.net.options.modules[problem.pair_option] > 0
        covers = np.flatnonzero((problem.pair_draw == 0) & opened & whole)
        _, first = np.unique(problem.pair_set[covers], return_index=True)
        share[covers[first]] = 1.0
        return share

    @property
    def served(self) -> Floats:
        """Units served per demand row, shape (I,)."""
        problem, n = self.problem, self.problem.n_sets
        share = ratio(sum_by(problem.pair_set, self.net.pairs.flow, n), self.pools.set_size)
        return problem.demand * problem.least_of_sets(
            np.where(problem.set_draw > 0, share, self.net.sets.open[:-1] > 0)
        )

    @property
    def activity(self) -> Floats:
        """Left sides of the limit rows, shape (R,)."""
        return np.asarray(self.net.limits.use + self.side.served @ self.served)

    @property
    def has_only_flows(self) -> bool:
        """Whether all that is served is drawn from capacities."""
        return not len(self.net.covers)

    @property
    def kept(self) -> bool:
        """Whether the limits on served demand are kept; the others always are."""
        return not self.net.tracked.worst.any()

    @property
    def value(self) -> float:
        """Objective, without prices."""
        side, modules = self.side, self.modules
        return float(
            side.offset + side.per_served @ self.served + side.per_opened @ (modules > 0) + side.per_module @ modules
        )

    def recount(self) -> None:
        """Work out from modules and flows what the moves only update, so that rounding errors do not pile up."""
        net, side, pools, problem = self.net, self.side, self.pools, self.problem
        modules = self.modules
        opened = modules > 0
        net.limits.use[:] = side.constant + side.opened @ opened + side.modules @ modules
        drawn = sum_by(problem.pair_set, net.pairs.flow, problem.n_sets)
        net.sets.left[:-1] = np.where(net.sets.worth[:-1] > 0, pools.set_size, 0.0) - drawn
        given = np.bincount(pools.pair_pool + 1, net.pairs.flow, pools.n_pools + 1)[1:]
        room = pools.pool_capacity * modules[pools.pool_option] - given
        net.pools.room[:-1] = np.where(opened[pools.pool_option], room, 0.0)
        opened_cover = np.repeat(opened, np.diff(pools.cover_begin))
        net.sets.open[:-1] = np.bincount(pools.cover_set, opened_cover, problem.n_sets)
        lacking = (problem.set_draw == 0) & (net.sets.open[:-1] == 0)
        net.rows.missing[:] = sum_by(problem.set_row, lacking, problem.n_rows)
        served = self.served
        net.now.value[0] = (
            self.per_served @ served + net.options.opened[:-1] @ opened + net.options.module[:-1] @ modules
        )
        net.tracked.total[:] = (side.served @ served)[net.tracked.limit]
        value = net.limits.use[net.tracked.limit] + net.tracked.total
        net.tracked.worst[:] = np.maximum(np.maximum(net.tracked.lo - value, value - net.tracked.hi), 0.0)
