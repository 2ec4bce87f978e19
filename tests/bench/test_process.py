"""A run in a process of its own tells what came of it, and why nothing did."""

from pathlib import Path

import pytest

from bench.process import measure
from bench.runs import PEER, Run


def test_a_run_tells_its_result():
    """The compact model of a tiny city in HiGHS ends with a value, a bound and its memory."""
    row = measure(Run("tiny", "city", PEER, 1.0, "tiny"), data=Path(), threads=1, tell=lambda news: None)
    assert not row.failure
    assert row.end.objective == "served value"
    assert row.result.peak_mb > 10
    assert row.result.all_value > 0


@pytest.mark.parametrize("variant", ["again", "cost_stage", "cold"])
def test_variants_end_with_a_result(variant):
    """Beginning from an earlier answer, adding the cost stage and an empty cache all end with a result."""
    run = Run("tiny", "city", "compact", 1.0, "tiny", **{variant: True})
    row = measure(run, data=Path(), threads=1, tell=lambda news: None)
    assert not row.failure
    assert [end.objective for end in row.result.ends] == ["served value", "cost"][: 1 + run.cost_stage]


def test_a_run_that_hangs_is_ended():
    """A process that outlasts our patience is killed, and its row says so."""
    run = Run("tiny", "city", PEER, 1.0, "tiny")
    row = measure(run, data=Path(), threads=1, tell=lambda news: None, patience_s=0.01)
    assert row.result is None
    assert row.failure.startswith("killed after")


def test_a_broken_run_tells_the_reason():
    """An error in the run's process becomes the reason of its row."""
    row = measure(Run("odd", "city", "guesswork", 1.0, "tiny"), data=Path(), threads=1, tell=lambda news: None)
    assert row.result is None
    assert "unknown method 'guesswork'" in row.failure
