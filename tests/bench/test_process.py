"""A run in a process of its own tells what came of it, and why nothing did."""

from pathlib import Path

import pytest

from bench.process import measure
from bench.run import Run

TINY = {"size": "tiny", "seed": 0}


def told(run, **options):
    """Row of a run, with nothing beside the checkout."""
    return measure(run, data=Path(), threads=1, tell=lambda news: None, **options)


def test_a_run_tells_its_result():
    """The compact model of a tiny city in HiGHS ends with a value, a bound, its memory and news."""
    row = told(Run("joint", "tiny", "city", TINY, tool="HiGHS", limit_s=1.0, repeats=0))
    assert not row.failure
    assert row.result.answer.value <= row.result.answer.bound
    assert row.result.peak_mb > 10
    assert row.news[0] == (0.0, None, None)


@pytest.mark.parametrize("variant", [{"again": True}, {"cost": True}])
def test_variants_end_with_a_result(variant):
    """Beginning from an earlier answer and adding the cost stage both end with a result."""
    row = told(Run("joint", "tiny", "city", TINY | variant, limit_s=1.0, repeats=0))
    assert not row.failure
    assert "pairs" in row.result.answer.size


def test_short_calls_are_repeated():
    """The first call is cold, the others are those asked for."""
    row = told(Run("p-center", "plane", "p-center", {"instance": "plane-30", "p": 3}, repeats=2))
    assert len(row.result.seconds) == len(row.result.cpu_s) == 3
    assert row.result.answer.status == "optimal"


def test_a_run_that_hangs_is_ended():
    """A process that outlasts our patience is killed, and its row says so."""
    row = told(Run("joint", "tiny", "city", TINY, tool="HiGHS", limit_s=5.0), patience_s=0.01)
    assert row.result is None
    assert row.failure.startswith("killed after")
    assert row.is_stopped


def test_a_broken_run_tells_the_reason():
    """An error in the run's process becomes the reason of its row."""
    row = told(Run("joint", "odd", "guesswork"))
    assert row.result is None
    assert "guesswork" in row.failure
