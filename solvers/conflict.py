"""Why nothing meets all limits: which of them conflict, and the cheapest change that helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from operator import attrgetter

import numpy as np

from solvers.backend import Backend
from solvers.elastic import NO_LIMIT, Elastic, Side
from solvers.impossible import impossible
from solvers.irreducible import Search
from solvers.limits import Bundle, Exclusion, Limit, MustServe, Phasing, Precedence, Spacing
from solvers.linear import Effort, Status, StopCallback
from solvers.problem import Problem
from solvers.verify import TOLERANCE

REQUIRED = "what is required or stands already"
"""Name of the required options among the limits of a conflict."""

_RULES = (Bundle, Exclusion, MustServe, Phasing, Precedence, Spacing)  # their labels say all, a number adds nothing
_SMALL_PAIRS = 20_000  # beyond this the options are judged alone before demand comes in
_NAMED = 3  # rows of a limit quoted in a sentence; the others are counted
_UNKNOWN = "the limits cannot all be kept; which of them conflict was not found within the effort"


@dataclass(frozen=True)
class Relaxation:
    """One bound of a limit, and how far it has to give way.

    Parameters
    ----------
    limit
        Index of the limit.
    label
        What its row is called.
    bound, needed
        The bound as it is and as it would have to be, in the limit's unit.
    words
        The change as a phrase.
    """

    limit: int
    label: str
    bound: float
    needed: float
    words: str


@dataclass(frozen=True)
class Conflict:
    """Limits that cannot all be kept, and a way out.

    Parameters
    ----------
    limits
        Indices of the limits in conflict.
    conflicting
        Rows of these limits that already conflict, by their labels, with `REQUIRED` where required options take part;
        names of whole limits where the search for rows stopped early. Empty: no conflict was found.
    relaxation
        Changes that together make it possible; empty where none was found.
    minimal
        Whether what is named conflicts only together: without any one of them the others can be kept.
    cheapest
        Whether no other changes are smaller in sum, each relative to its bound.
    sentences
        The same in words.
    """

    limits: tuple[int, ...] = ()
    conflicting: tuple[str, ...] = ()
    relaxation: tuple[Relaxation, ...] = ()
    minimal: bool = True
    cheapest: bool = True
    sentences: tuple[str, ...] = ()


def explain(
    problem: Problem,
    limits: Sequence[Limit],
    *,
    backend: Backend | None = None,
    effort: Effort = Effort(work_limit=300),  # noqa: B008  (frozen)
    should_stop: StopCallback | None = None,
) -> Conflict:
    """Say which limits conflict, and the cheapest change that helps.

    Most limits speak of options alone, and serving nobody is always possible: whether they can be kept is decided by a
    small model without demand. Demand comes in where a served share is asked for; in a large problem only after the
    options alone are found possible.

    The way out has the least sum of slacks, each relative to its bound (elastic programming, Brown & Graves 1975);
    required options and the phases of a facility do not give way. The conflict is found by leaving out halves, then
    halves of halves (QuickXplain, Junker 2004), first of the limits, then of their rows; limits that are given first
    are named rather than later ones.

    Parameters
    ----------
    problem
        The problem.
    limits
        Its limits.
    backend
        Solver; `None`: HiGHS.
    effort
        Limits on time and work; each model solved counts as one piece of work more than it reports.
    should_stop
        Whether to stop with what is known so far; for HiGHS, when no other solver is given.

    Returns
    -------
    conflict
        An empty one where all limits can be kept.
    """
    backend = _highs(should_stop) if backend is None else backend
    shares = any(limit.touches_served for limit in limits)
    demand = shares and problem.n_pairs <= _SMALL_PAIRS
    search = Search(Elastic.build(problem, limits, demand=demand), backend, effort)
    possible = search.possible(np.ones(len(search.world.sides), dtype=bool))
    if possible and shares and not demand:
        demand = True
        search = Search(Elastic.build(problem, limits, demand=demand), backend, search.effort)
        possible = search.possible(np.ones(len(search.world.sides), dtype=bool))
    if possible:
        return Conflict()
    arithmetic = tuple(impossible(problem, limits))
    if possible is None:
        return Conflict(minimal=False, cheapest=False, sentences=arithmetic or (_UNKNOWN,))
    relaxation, cheapest = _relaxation(limits, search)
    sides, minimal, by_side = _conflict(search)
    return Conflict(
        limits=tuple(sorted({side.limit for side in sides} - {NO_LIMIT})),
        conflicting=tuple(dict.fromkeys(_label(limits, side, by_side=by_side) for side in sides)),
        relaxation=relaxation,
        minimal=minimal,
        cheapest=cheapest,
        sentences=(
            *(arithmetic or [_conflict_sentence(problem, limits, sides, minimal=minimal, by_side=by_side)]),
            *_way_out(relaxation, cheapest=cheapest, complete=demand or not shares),
        ),
    )


def _highs(should_stop: StopCallback | None) -> Backend:
    from solvers.highs import Highs

    return Highs(should_stop=should_stop)


def _conflict(search: Search) -> tuple[list[Side], bool, bool]:
    """Sides in conflict, whether no limit can be left out of them, and whether no single side can."""
    sides = search.world.sides
    by_limit = groupby(range(len(sides)), lambda at: sides[at].limit)
    found, minimal = search.irreducible([np.array(list(group)) for _, group in by_limit])
    by_side = False
    if minimal:
        irreducible, by_side = search.irreducible(list(np.flatnonzero(found).reshape(-1, 1)))
        found = irreducible if by_side else found
    return [sides[at] for at in np.flatnonzero(found)], minimal, by_side


def _relaxation(limits: Sequence[Limit], search: Search) -> tuple[tuple[Relaxation, ...], bool]:
    """The bounds that give way, and whether that is proven to be the cheapest way."""
    world = search.world
    giving = [side.limit != NO_LIMIT and not isinstance(limits[side.limit], Phasing) for side in world.sides]
    # The conflict is still to be found with the other half of the effort.
    outcome = search.solve(world.giving(np.array(giving, dtype=bool)), part=0.5)
    if outcome is None or outcome.values is None:
        return (), outcome is not None and outcome.status is Status.INFEASIBLE
    problem = world.model.problem
    solution = world.model.decode(outcome.values[: len(world.model.rows.cost)], search.effort.seed)
    relaxed = []
    for index, sides in groupby(compress(world.sides, giving), attrgetter("limit")):
        value, bounds = limits[index].value(problem, solution), limits[index].bounds(problem)
        for side in sides:
            bound, needed = float(bounds[side.upper][side.row]), float(value[side.row])
            beyond = needed - bound if side.upper else bound - needed
            if beyond > TOLERANCE * max(1.0, abs(bound)):
                relaxed.append(_relaxed(limits[index], side, bound, needed))
    return tuple(relaxed), outcome.status is Status.OPTIMAL


def _relaxed(limit: Limit, side: Side, bound: float, needed: float) -> Relaxation:
    label = limit.label(side.row)
    if isinstance(limit, _RULES):
        words = f"make an exception to {label}"
    else:
        words = f"{'raise' if side.upper else 'lower'} {label} from {bound:.10g} to {needed:.10g}"
    return Relaxation(side.limit, label, bound, needed, words)


def _label(limits: Sequence[Limit], side: Side, *, by_side: bool) -> str:
    if side.limit == NO_LIMIT:
        return REQUIRED
    limit = limits[side.limit]
    return limit.label(side.row) if by_side else limit.name


def _asked(problem: Problem, limits: Sequence[Limit], side: Side, *, by_side: bool) -> str:
    label = _label(limits, side, by_side=by_side)
    if not by_side or side.limit == NO_LIMIT or isinstance(limits[side.limit], _RULES):
        return label
    bound = limits[side.limit].bounds(problem)[side.upper][side.row]
    return f"{label}: at {'most' if side.upper else 'least'} {bound:.10g}"


def _conflict_sentence(
    problem: Problem, limits: Sequence[Limit], sides: Sequence[Side], *, minimal: bool, by_side: bool
) -> str:
    parts: list[str] = []
    for index, group in groupby(sides, attrgetter("limit")):
        words = list(dict.fromkeys(_asked(problem, limits, side, by_side=by_side) for side in group))
        more = [f"{len(words) - _NAMED} more of {limits[index].name}"] if len(words) > _NAMED else []
        parts += words[:_NAMED] + more
    doubt = "" if minimal else " (perhaps without some of them; the search stopped early)"
    return f"these cannot all be kept{doubt}: {'; '.join(parts)}"


def _way_out(relaxation: Sequence[Relaxation], *, cheapest: bool, complete: bool) -> list[str]:
    if not relaxation:
        return (
            ["no change of a number helps: what is required contradicts the phases of its facility"] if cheapest else []
        )
    lead = "cheapest way out" if cheapest else "a way out (there may be a cheaper one)"
    open_end = "" if complete else "; whether the shares to be served can then be kept is not known yet"
    return [f"{lead}: {', '.join(change.words for change in relaxation)}{open_end}"]
