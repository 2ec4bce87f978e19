"""Tiny instances, one after the other, so that loops are compiled and kept before anything is measured."""

from bench.models import Call, Setting, call_of
from bench.row import DONE, Answer
from bench.run import Run


def prepare(run: Run, setting: Setting) -> Call:
    """All runs of `of["runs"]`."""
    calls = [call_of(Run(**told), setting) for told in run.of["runs"]]

    def warm() -> Answer:
        for call in calls:
            call()
        return Answer(DONE)

    return warm
