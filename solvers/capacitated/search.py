"""Branch and bound over sites and sizes, bounded by prices, with services solved exactly where all is decided."""

import heapq
from dataclasses import dataclass, field, replace

import numpy as np

from solvers.capacitated.case import Capacitated
from solvers.capacitated.prices import Prices, better_prices, first_prices, losses, sites_of
from solvers.capacitated.transport import Service, serve
from solvers.linear import EXACT, Status, relative_gap
from solvers.problem import Booleans, Floats, Integers
from solvers.watch import Watch

_BLOCKS, _ROUNDS = 8, 150  # of steps towards better prices at the root
_STALLED = 0.05  # of the gap: a block that closes less is the last
_NODE_ROUNDS = 120
_EQUAL = 1e-9  # relative
_GUESS = 1.05  # of the bound, while no answer is known
_UNDECIDED_OPEN = 0.5
_TRIED, _NEAR = 200, 1e-3  # work and gap of a service from single sources


@dataclass(order=True)
class _Node:
    """What sites are allowed, shape (J, 1 + M), and the bound on what can be found there; the lowest comes first."""

    bound: float
    number: int
    allowed: Booleans = field(compare=False)
    price: Floats = field(compare=False)


class Search:
    """Search for the cheapest sites and sizes.

    Parameters
    ----------
    case
        Points and sites.
    watch
        Gap and limits; a node is one piece of work.
    whole
        Whether each point is served by one site alone; then the search ends at its root.
    """

    def __init__(self, case: Capacitated, watch: Watch, *, whole: bool = False) -> None:
        self.case, self.watch, self.whole = case, watch, whole
        self.value = np.inf
        self.size: Integers | None = None
        self.service: Service | None = None
        self.nodes = self.services = 0
        self._known: set[bytes] = set()

    def allowed(self) -> Booleans:
        """What the case allows each site."""
        case = self.case
        allowed = np.concatenate([np.ones((case.n_sites, 1), dtype=np.bool_), np.isfinite(case.fixed_cost)], axis=1)
        allowed[case.required, 0] = False
        allowed[case.forbidden, 1:] = False
        return allowed

    def root(self) -> _Node | None:
        """Bound the whole and leave out what cannot be in a better answer; `None` when nothing can be."""
        allowed, prices, node = self.allowed(), first_prices(self.case), None
        if not allowed.any(axis=1).all():
            return None
        bound = -np.inf
        for rounds in [1] + _BLOCKS * [_ROUNDS]:  # the first only to have an answer
            sites = sites_of(self.case, allowed)
            prices = better_prices(sites, prices, value=self._guess(bound), rounds=rounds)
            gained, bound = prices.bound - bound, max(bound, prices.bound)
            node = _Node(bound, 0, allowed, prices.price)
            if not self._sharpen(node, prices) or self.is_done(bound) or self.watch.stopped() is not Status.UNKNOWN:
                return node
            if gained < _STALLED * (self.value - bound):
                return node
            allowed = node.allowed
        return node

    def run(self) -> tuple[Status, float]:
        """Search until the gap is closed or the effort is spent; the status and the bound."""
        first = self.root()
        waiting = [] if first is None else [first]
        given_up = np.inf
        status = Status.OPTIMAL
        while waiting:
            node = heapq.heappop(waiting)
            if self.is_done(node.bound):
                given_up = min(given_up, node.bound)
                break
            if (ended := self.watch.stopped()) is not Status.UNKNOWN:
                status, given_up = ended, min(given_up, node.bound)
                break
            for half in self._halves(node):
                self.nodes += 1
                self.watch.count(1)
                if self._explore(half):
                    heapq.heappush(waiting, half)
        bound = min(given_up, self.value)
        if self.size is None and status is Status.OPTIMAL:
            return Status.INFEASIBLE, bound
        if status is Status.OPTIMAL and relative_gap(self.value, bound) > _EQUAL:
            status = Status.GAP
        return status, bound

    def _guess(self, bound: float) -> float:
        """The value, or a guess of it."""
        if np.isfinite(self.value):
            return self.value
        return _GUESS * abs(bound) + 1.0 if np.isfinite(bound) else 1.0

    def is_done(self, bound: float) -> bool:
        """Whether nothing worth searching for is above a bound."""
        return bound >= self.value * (1 - max(self.watch.effort.gap, _EQUAL))

    def _explore(self, node: _Node) -> bool:
        """Bound a node; whether it must be split."""
        allowed = node.allowed
        if not allowed.any(axis=1).all():
            return False
        if (allowed.sum(axis=1) == 1).all():
            self._take(np.argmax(allowed, axis=1) - 1)
            return False
        sites = sites_of(self.case, allowed)
        most = np.where(allowed[:, 1:], self.case.capacity, 0.0).max(axis=1, initial=0.0).sum()
        if most < self.case.demand.sum() * (1 - _EQUAL):
            return False
        start = Prices(node.price, node.bound, sites.fixed, np.full(len(allowed), _UNDECIDED_OPEN), 0.5)
        prices = better_prices(sites, start, value=self._guess(node.bound), rounds=_NODE_ROUNDS)
        node.bound, node.price = max(node.bound, prices.bound), prices.price
        return not self.is_done(node.bound) and self._sharpen(node, prices) and not self.is_done(node.bound)

    def _sharpen(self, node: _Node, prices: Prices) -> bool:
        """Try the sites that the prices choose, and leave out what they rule out; whether anything is left."""
        sites = sites_of(self.case, node.allowed)
        lost = losses(sites, prices.worth)
        size = np.full(self.case.n_sites, -1, dtype=np.int64)
        size[lost.chosen] = np.argmin(lost.sized[lost.chosen], axis=1)
        self._take(self._enough(size, node.allowed, lost.sized))
        worst = self.value * (1 - _EQUAL)
        out = prices.bound + np.c_[lost.closed, lost.sized] >= worst
        node.allowed = node.allowed & ~out
        return bool(node.allowed.any(axis=1).all())

    def _enough(self, size: Integers, allowed: Booleans, sized: Floats) -> Integers:
        """The same sizes, and where they give too little the largest ones of the cheapest sites."""
        capacity, size = self.case.capacity, size.copy()
        largest = np.argmax(np.where(allowed[:, 1:], capacity, -1.0), axis=1)
        missing = float(self.case.demand.sum() - capacity[size >= 0, size[size >= 0]].sum())
        for j in np.lexsort((sized.min(axis=1), size < 0)).tolist():
            if missing <= 0:
                break
            if allowed[j, 1:].any():
                missing -= float(capacity[j, largest[j]] - (capacity[j, size[j]] if size[j] >= 0 else 0.0))
                size[j] = largest[j]
        return size

    def _take(self, size: Integers) -> None:
        """Serve from sites of given sizes, and keep that if it is the best so far."""
        key = size.tobytes()
        if key in self._known:
            return
        self._known.add(key)
        self.services += 1
        # In parts it is a small linear program, and an interrupted one would prove nothing; whole it is only tried.
        effort = replace(self.watch.left(), work_limit=_TRIED, gap=_NEAR) if self.whole else EXACT
        service = serve(self.case, size, effort, whole=self.whole)
        if service is None:
            return
        opened = np.flatnonzero(size >= 0)
        value = service.cost + float(self.case.fixed_cost[opened, size[opened]].sum())
        if value < self.value:
            self.value, self.size, self.service = value, size, service

    def _halves(self, node: _Node) -> list[_Node]:
        """Split what one site is allowed: closed or open, else smaller or larger."""
        allowed = node.allowed
        prices = better_prices(
            sites_of(self.case, allowed),
            Prices(node.price, node.bound, self.case.fixed_cost, np.full(len(allowed), _UNDECIDED_OPEN), 0.2),
            value=self._guess(node.bound),
            rounds=30,
        )
        undecided = allowed.sum(axis=1) > 1
        both = undecided & allowed[:, 0]
        part = np.abs(prices.opened - 0.5)
        j = int(np.argmin(np.where(both if both.any() else undecided, part, np.inf)))
        choices = np.flatnonzero(allowed[j])
        cut = 1 if allowed[j, 0] else len(choices) // 2
        halves: list[_Node] = []
        for kept in (choices[cut:], choices[:cut]):
            half = allowed.copy()
            half[j] = False
            half[j, kept] = True
            halves.append(_Node(node.bound, 2 * self.nodes + len(halves) + 1, half, node.price))
        return halves
