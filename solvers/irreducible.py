"""Which sides of limits conflict, with none to spare."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solvers.backend import Backend
from solvers.elastic import Elastic
from solvers.linear import Effort, LinearModel, Outcome, Status
from solvers.problem import Booleans, Integers


class Search:
    """Asks which sides can be kept together, until the effort is spent, and remembers every answer.

    Parameters
    ----------
    world
        The sides in question.
    backend
        Solver.
    effort
        Limits on time and work; each model solved counts as one piece of work more than it reports.
    """

    def __init__(self, world: Elastic, backend: Backend, effort: Effort) -> None:
        self.world = world
        self.backend = backend
        self.effort = effort
        self._kept: list[Booleans] = []
        self._conflicting: list[Booleans] = []

    def solve(self, model: LinearModel, *, part: float = 1.0) -> Outcome | None:
        """Solve a model over the world's columns with a part of what is left of the effort; `None` when nothing is."""
        work, time_s = self.effort.work_limit, self.effort.time_limit_s
        if work == 0 or time_s == 0:
            return None
        effort = replace(
            self.effort,
            work_limit=None if work is None else int(part * work),
            time_limit_s=None if time_s is None else part * time_s,
        )
        outcome = self.backend.solve(model, effort, stage="conflict")
        self.effort = self.effort.after(replace(outcome, work=outcome.work + 1))
        if outcome.values is not None:
            self._kept.append(self.world.met(outcome.values))
        return outcome

    def possible(self, sides: Booleans) -> bool | None:
        """Whether some sides can be kept together; `None` when the effort did not suffice to say."""
        if any(kept[sides].all() for kept in self._kept):
            return True
        if any(sides[conflicting].all() for conflicting in self._conflicting):
            return False
        outcome = self.solve(self.world.kept(sides))
        if outcome is not None and outcome.status is Status.INFEASIBLE:
            self._conflicting.append(sides)
            return False
        return None if outcome is None or outcome.values is None else True

    def irreducible(self, groups: Sequence[Integers]) -> tuple[Booleans, bool]:
        """Leave out of groups that conflict what is not needed for a conflict (QuickXplain, Junker 2004).

        The first groups are kept rather than later ones. What the effort leaves open counts as possible, so that what
        is returned conflicts in any case.

        Parameters
        ----------
        groups
            Indices of the sides of each group.

        Returns
        -------
        sides
            Those of the groups that are left, shape (sides,).
        certain
            Whether without any one of these groups the others can be kept.
        """
        certain = True

        def reduced(base: Booleans, rest: Sequence[Integers], *, grown: bool) -> Booleans:
            nonlocal certain
            nothing = np.zeros_like(base)
            if grown:
                possible = self.possible(base)
                certain &= possible is not None
                if possible is False:
                    return nothing
            if len(rest) == 1:
                return _with(nothing, rest)
            first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
            left = reduced(_with(base, first), second, grown=True)
            return left | reduced(base | left, first, grown=bool(left.any()))

        return reduced(np.zeros(len(self.world.sides), dtype=bool), groups, grown=False), certain


def _with(base: Booleans, groups: Sequence[Integers]) -> Booleans:
    grown = base.copy()
    grown[np.concatenate(groups)] = True
    return grown
