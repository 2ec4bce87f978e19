"""When to stop: the clock, counted work, or somebody who asks."""

import time
from collections.abc import Callable
from dataclasses import replace

from solvers.linear import Effort, Status, StopCallback


class Watch:
    """What is left of an effort.

    Parameters
    ----------
    effort
        Limits; one ascent of prices, one node, or one question of HiGHS whether to go on, is one piece of work.
    should_stop
        Whether to stop with the best answer so far.
    clock
        Seconds that only rise.
    """

    def __init__(
        self,
        effort: Effort,
        should_stop: StopCallback | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.effort, self.should_stop, self._clock = effort, should_stop, clock
        self._began, self._work = clock(), 0

    @property
    def runtime_s(self) -> float:
        """Seconds since the beginning."""
        return self._clock() - self._began

    @property
    def is_late(self) -> bool:
        """Whether the time is spent."""
        return self.effort.time_limit_s is not None and self.runtime_s >= self.effort.time_limit_s

    def count(self, work: int) -> None:
        """Add work."""
        self._work += work

    def stopped(self) -> Status:
        """Why to stop; `UNKNOWN` when there is no reason."""
        work_limit = self.effort.work_limit
        if self.should_stop is not None and self.should_stop():
            return Status.INTERRUPTED
        if self.is_late:
            return Status.TIME_LIMIT
        if work_limit is not None and self._work >= work_limit:
            return Status.WORK_LIMIT
        return Status.UNKNOWN

    def left(self) -> Effort:
        """What is left."""
        limit_s, work_limit = self.effort.time_limit_s, self.effort.work_limit
        return replace(
            self.effort,
            time_limit_s=None if limit_s is None else max(limit_s - self.runtime_s, 0.0),
            work_limit=None if work_limit is None else max(work_limit - self._work, 0),
        )
