"""Branch and cut over a master problem with what is left of an effort."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from solvers.covering.searched import Searched
from solvers.covering.tree import Tree
from solvers.linear import Effort, Outcome, Status, StopCallback
from solvers.problem import Floats, Integers

EXACT = Effort(gap=0.0)


@dataclass(frozen=True)
class Clock:
    """An effort, when it began, and who may end it."""

    effort: Effort
    began: float
    should_stop: StopCallback | None = None

    @classmethod
    def start(cls, effort: Effort, should_stop: StopCallback | None = None) -> "Clock":
        """Begin now."""
        return cls(effort, time.perf_counter(), should_stop)

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.began

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody asks to stop."""
        return self.should_stop is not None and self.should_stop()

    @property
    def is_late(self) -> bool:
        """Whether the time is spent."""
        return self.effort.time_limit_s is not None and self.spent_s >= self.effort.time_limit_s

    def rest(self, work_limit: int | None = None) -> Effort:
        """What is left of the time, with another limit on work if one is given."""
        limit = self.effort.time_limit_s
        return replace(
            self.effort,
            time_limit_s=None if limit is None else max(limit - self.spent_s, 0.0),
            work_limit=self.effort.work_limit if work_limit is None else work_limit,
        )


def branch(
    master: Searched,
    effort: Effort,
    *,
    start: Integers | None = None,
    touch: Floats | None = None,
    enough: Callable[[float, float], bool] | None = None,
) -> Outcome:
    """Search a master problem.

    Parameters
    ----------
    master
        What is searched.
    effort
        Gap and limits.
    start
        Modules per option (1 or 0) to begin from, shape (O,).
    touch
        How far options are expected to be open in the relaxation, shape (O,).
    enough
        Told objective (infinitely low without an answer) and bound; whether to stop.
    """
    if not master.n_options:
        values = master.answer(np.zeros(0, dtype=np.int64))
        status, bound = (Status.INFEASIBLE, None) if values is None else (Status.OPTIMAL, 0.0)
        return Outcome(status, values, bound, bound, "no site", 0, 0.0)
    news = [False]

    def tell(objective: float | None, bound: float) -> None:
        news[0] = enough is not None and enough(-np.inf if objective is None else objective, bound)

    tree = Tree(master, effort, lambda: news[0], tell)
    tree.begin(start, touch=touch)
    return tree.search()
