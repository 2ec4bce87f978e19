"""Capacitated facility location, with sizes, and with each point at one site alone if asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solvers.capacitated.case import Capacitated
from solvers.capacitated.search import Search
from solvers.capacitated.transport import strong_model
from solvers.errors import VerificationError
from solvers.linear import EXACT, Effort, Status, relative_gap
from solvers.problem import Floats, Integers
from solvers.watch import Watch

_TOLERANCE = 1e-6
_EQUAL = 1e-9


@dataclass(frozen=True, eq=False)
class CapacitatedAnswer:
    """Open sites with their sizes, who is served from where, and how good that is proved to be.

    Parameters
    ----------
    status
        How the search ended.
    sites, sizes
        Open sites, ascending, and the size of each; `None` without an answer.
    share
        Share of each point's demand that each site serves, shape (I, J).
    value
        Cost of opening and serving.
    bound
        No answer costs less; `None` when nothing was proved.
    words
        How the answer was found, or why there is none.
    runtime_s
        Seconds of the search.
    """

    status: Status
    sites: Integers | None
    sizes: Integers | None
    share: sparse.csr_matrix | None
    value: float | None
    bound: float | None
    words: str
    runtime_s: float

    @property
    def gap(self) -> float | None:
        """Relative distance of value and bound; `None` when one of them is missing."""
        return None if self.value is None or self.bound is None else relative_gap(self.value, self.bound)


def capacitated_cost(
    demand: Floats,
    cost: Floats,
    capacity: Floats,
    fixed_cost: Floats,
    *,
    required: Sequence[int] | Integers = (),
    forbidden: Sequence[int] | Integers = (),
    single_source: bool = False,
    effort: Effort = EXACT,
) -> CapacitatedAnswer:
    """Open sites and serve all demand from them at the least cost (Holmberg, Rönnqvist & Yuan 1999).

    Prices of points bound the cost from below, with a knapsack for each site, and rule out most sites; branch and bound
    with such prices decides about the rest. With single sources the rest is one strong model in HiGHS.

    Parameters
    ----------
    demand
        Demand of each point, shape (I,).
    cost
        Cost of serving all demand of a point from a site; infinite where it cannot be, shape (I, J).
    capacity, fixed_cost
        Of each site, shape (J,), or of each of its sizes, shape (J, M); an open site has one size. A size with an
        infinite cost is none.
    required, forbidden
        Sites that must be open, and sites that must not.
    single_source
        Whether each point must be served by one site alone.
    effort
        Gap that is good enough, limits on time and on nodes.

    Raises
    ------
    ProblemError
        When arrays do not fit together or numbers make no sense; all faults at once.
    """
    watch = Watch(effort)
    case = Capacitated(demand, cost, capacity, fixed_cost, np.asarray(required), np.asarray(forbidden))
    return solve_case(case, watch, single_source=single_source)


def solve_case(case: Capacitated, watch: Watch, *, single_source: bool = False) -> CapacitatedAnswer:
    """Solve a case; see `capacitated_cost`."""
    search = Search(case, watch, whole=single_source)
    if words := _impossible(case, search):
        return CapacitatedAnswer(Status.INFEASIBLE, None, None, None, None, None, words, watch.runtime_s)
    status, bound, words = _single_source(search) if single_source else _split(search)
    if search.size is None or search.service is None:
        return CapacitatedAnswer(status, None, None, None, None, None, words, watch.runtime_s)
    sites = np.flatnonzero(search.size >= 0)
    answer = CapacitatedAnswer(
        status, sites, search.size[sites], search.service.share, search.value, bound, words, watch.runtime_s
    )
    return _verified(answer, case, single_source=single_source)


def _impossible(case: Capacitated, search: Search) -> str:
    """Why no answer can be, as far as that is plain to see."""
    usable = search.allowed()[:, 1:]
    most = np.where(usable, case.capacity, 0.0).max(axis=1, initial=0.0).sum()
    alone = ~(np.isfinite(case.cost) & usable.any(axis=1)).any(axis=1)
    if alone.any():
        return f"{int(alone.sum())} points have no site, the first is point {int(np.argmax(alone))}"
    if most < case.demand.sum() * (1 - _EQUAL):
        return f"all sites give {most:g} of {case.demand.sum():g}"
    largest = np.where(usable, case.capacity, 0.0).max(initial=0.0)
    if search.whole and len(case.demand) and case.demand.max() > largest:
        return (
            f"point {int(np.argmax(case.demand))} needs {case.demand.max():g}, and no site gives more than {largest:g}"
        )
    return ""


def _split(search: Search) -> tuple[Status, float, str]:
    status, bound = search.run()
    return status, bound, f"bound by prices, {search.nodes} nodes, {search.services} services"


def _single_source(search: Search) -> tuple[Status, float | None, str]:
    """Prices first, then the strong model over what they leave."""
    node = search.root()
    if node is None:
        return Status.INFEASIBLE, None, "a site is neither allowed to be closed nor to have a size"
    if search.is_done(node.bound):
        return Status.OPTIMAL, min(node.bound, search.value), f"bound by prices, {search.services} services"
    if not node.allowed.any(axis=1).all():
        return Status.OPTIMAL, search.value, f"bound by prices, {search.services} services"
    start = None if search.size is None or search.service is None else (search.size, search.service)
    if start is not None and not node.allowed[np.arange(len(start[0])), start[0] + 1].all():
        start = None
    outcome, size, service = strong_model(search.case, node.allowed, search.watch.left(), start)
    if size is not None and service is not None:
        opened = np.flatnonzero(size >= 0)
        value = service.cost + float(search.case.fixed_cost[opened, size[opened]].sum())
        if value < search.value:
            search.value, search.size, search.service = value, size, service
    bound = node.bound if outcome.bound is None else max(node.bound, outcome.bound)
    status = outcome.status
    if status is Status.INFEASIBLE and search.size is not None:
        status, bound = Status.OPTIMAL, search.value  # nothing better is left
    words = f"{int(node.allowed[:, 1:].any(axis=1).sum())} sites after prices; {outcome.words}"
    return status, min(bound, search.value), words


def _verified(answer: CapacitatedAnswer, case: Capacitated, *, single_source: bool) -> CapacitatedAnswer:
    """Return an answer that keeps what it says, counted anew from the case."""
    assert answer.sites is not None
    assert answer.sizes is not None
    assert answer.share is not None
    share = answer.share.toarray()
    faults = []
    closed = np.setdiff1d(np.arange(case.n_sites), answer.sites)
    if len(case.demand) and np.abs(share.sum(axis=1) - 1).max() > _TOLERANCE:
        faults.append("some demand is not served, or twice")
    if (share < -_TOLERANCE).any() or (share[:, closed] > 0).any():
        faults.append("a closed site serves")
    given = case.capacity[answer.sites, answer.sizes]
    if (case.demand @ share[:, answer.sites] > given + _TOLERANCE * max(float(given.sum()), 1e-300)).any():
        faults.append("a site serves more than its capacity")
    if single_source and ((share > _TOLERANCE) & (share < 1 - _TOLERANCE)).any():
        faults.append("a point is split")
    if not np.isin(case.required, answer.sites).all() or np.isin(case.forbidden, answer.sites).any():
        faults.append("leaves out a required site or opens a forbidden one")
    served = np.where(share > 0, share * np.where(share > 0, case.cost, 0.0), 0.0).sum()
    value = float(case.fixed_cost[answer.sites, answer.sizes].sum() + served)
    if answer.value is None or abs(value - answer.value) > _EQUAL * max(value, 1e-300):
        faults.append(f"costs {value}, not {answer.value}")
    if faults:
        raise VerificationError("; ".join(faults))
    return answer
