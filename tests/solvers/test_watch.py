"""When to stop, and what is left."""

from solvers.linear import Effort, Status
from solvers.watch import Watch


def test_each_limit_has_its_word():
    """The clock, counted work, somebody who asks, or nothing."""
    now = iter([0.0, 1.0, 3.0, 3.5])
    watch = Watch(Effort(time_limit_s=2.0), None, clock=lambda: next(now))
    assert watch.stopped() is Status.UNKNOWN
    assert watch.stopped() is Status.TIME_LIMIT
    worked = Watch(Effort(work_limit=5), None)
    worked.count(5)
    assert worked.stopped() is Status.WORK_LIMIT
    assert worked.left().work_limit == 0
    assert Watch(Effort(), lambda: True).stopped() is Status.INTERRUPTED
    assert Watch(Effort(), None).left() == Effort()
