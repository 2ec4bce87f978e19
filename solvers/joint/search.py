"""Local search: open options and their flows change by small moves until none pays at the present prices."""

import numpy as np

from solvers.joint.flow import saturate
from solvers.joint.journal import relist
from solvers.joint.moves import improve
from solvers.joint.network import by_worth, network, nothing_open
from solvers.joint.pools import Pools
from solvers.joint.rebuild import rebuild_each
from solvers.joint.side import Side
from solvers.problem import Floats, Integers, Problem
from solvers.sums import ratio


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
        self.state = nothing_open(self.net, side.n_rows)
        self.price(np.zeros(side.n_rows))

    def price(self, limit_price: Floats) -> None:
        """Charge limit rows: what the search gains is the objective less these prices, shape (R,)."""
        side, net, pools, problem = self.side, self.net, self.pools, self.problem
        net.gain_opened[:] = side.per_opened - side.opened.T @ limit_price
        net.gain_module[:] = side.per_module - side.modules.T @ limit_price
        self.per_served = value = side.per_served - side.served.T @ limit_price
        net.cover_gain[:] = value * problem.demand
        worth = ratio(value[pools.set_row], problem.set_draw)
        if not np.array_equal(worth, net.worth):
            net.worth[:] = worth
            self.net = by_worth(net)
        self.recount()

    def load(self, modules: Integers, flow: Floats | None = None) -> None:
        """Begin anew from modules, shape (O,), and flows, shape (K,), or else with as much served as they can."""
        self.state.modules[:] = modules
        self.state.flow[:] = 0.0 if flow is None else flow
        self.recount()
        relist(self.net, self.state)
        if flow is None:
            self.saturate()

    def saturate(self) -> None:
        """Serve as much as the present modules can."""
        saturate(self.net, self.state)

    def improve(self, options: Integers) -> int:
        """Try the moves of some options; return how many paid."""
        self.state.worst[:] = self._off_by()
        return int(improve(self.net, self.state, options))

    def rebuild(self, options: Integers, rng: np.random.Generator, heat: float) -> int:
        """Rebuild around each of some open options; return how often it paid.

        What gets worse is kept too, by chance and as heat allows (simulated annealing, Kirkpatrick et al. 1983).
        """
        chance = rng.random((len(options), 1 + int(np.diff(self.net.near_begin).max(initial=0))))
        slack = heat * rng.exponential(size=len(options))
        self.state.worst[:] = self._off_by()
        return int(rebuild_each(self.net, self.state, options, chance, slack))

    @property
    def share(self) -> Floats:
        """Share of its row's demand that each pair provides, shape (K,)."""
        problem, pools, state = self.problem, self.pools, self.state
        share = ratio(state.flow, pools.set_size[problem.pair_set])
        covers = np.flatnonzero((problem.pair_draw == 0) & (state.modules[problem.pair_option] > 0))
        _, first = np.unique(problem.pair_set[covers], return_index=True)
        share[covers[first]] = 1.0
        return share

    @property
    def kept(self) -> bool:
        """Whether all limits are kept, those on served demand among them."""
        return not self._off_by().any()

    @property
    def served(self) -> Floats:
        """Units served per demand row, shape (I,)."""
        problem, pools, state = self.problem, self.pools, self.state
        drawn = np.bincount(problem.pair_set, state.flow, problem.n_sets)
        share = ratio(drawn, pools.set_size)
        return problem.demand * problem.least_of_sets(np.where(problem.set_draw > 0, share, state.covering > 0))

    @property
    def activity(self) -> Floats:
        """Left sides of the limit rows, shape (R,)."""
        return self.state.use + self.side.served @ self.served

    @property
    def value(self) -> float:
        """Objective, without prices."""
        side, modules = self.side, self.state.modules
        return float(
            side.offset + side.per_served @ self.served + side.per_opened @ (modules > 0) + side.per_module @ modules
        )

    def _off_by(self) -> Floats:
        net = self.net
        if not len(net.tracked):
            return np.zeros(0)
        value = self.activity[net.tracked]
        return np.maximum(np.maximum(net.tracked_lo - value, value - net.tracked_hi), 0.0)

    def recount(self) -> None:
        """Work out from modules and flows what the moves only update, so that rounding errors do not pile up."""
        net, state, side, pools = self.net, self.state, self.side, self.pools
        opened = state.modules > 0
        state.use[:] = side.constant + side.opened @ opened + side.modules @ state.modules
        drawn = np.bincount(self.problem.pair_set, state.flow, self.problem.n_sets)
        state.left[:] = np.where(net.worth > 0, pools.set_size, 0.0) - drawn
        given = np.bincount(pools.pair_pool[pools.member_pair], state.flow[pools.member_pair], pools.n_pools)
        state.room[:] = pools.pool_capacity * state.modules[pools.pool_option] - given
        cover_option = np.repeat(np.arange(self.problem.n_options), np.diff(pools.cover_begin))
        state.covering[:] = np.bincount(pools.cover_set, opened[cover_option], self.problem.n_sets)
        lacking = (self.problem.set_draw == 0) & (state.covering == 0)
        state.missing[:] = np.bincount(pools.set_row, lacking, self.problem.n_rows)
        served = self.served
        state.totals[0] = self.per_served @ served + net.gain_opened @ opened + net.gain_module @ state.modules
        state.totals[1:] = (side.served @ served)[net.tracked]
