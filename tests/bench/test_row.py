"""Rows: gaps over time, warm and cold seconds, ratios."""

import json
from dataclasses import asdict

import pytest

from bench.row import Answer, News, Result, Row, lines
from bench.run import Run


def row(tool="ours", *, seconds=(2.0,), status="optimal", limit_s=60.0, news=(), gap=0.01, part=1.0):
    """One instance, solved in some seconds, to a bound of 1000."""
    result = Result(Answer(status, 1000.0 / (1 + gap), 1000.0, part=part), seconds, seconds, 400.0, 1.0)
    return Row(Run("joint", "one", "city", tool=tool, limit_s=limit_s), news, result)


NEWS = (News(0.0, None, None), News(3.0, None, 1000.0), News(8.0, 900.0, 1000.0), News(25.0, 950.0, 1000.0))


def test_gap_over_time():
    """A gap is that of the best value and bound known by then, at the limit that of the result, later none."""
    told = row(seconds=(60.2,), status="time limit", news=NEWS)
    assert told.gap_at(5) is None
    assert told.gap_at(10) == pytest.approx(100 / 900)
    assert told.gap_at(30) == pytest.approx(50 / 950)
    assert told.gap_at(60) == pytest.approx(0.01)
    assert told.gap_at(300) is None
    assert told.bound_s == 3.0


def test_an_early_end_holds_until_the_limit():
    """A run that ended by itself keeps its gap at all later times up to its limit."""
    told = row(seconds=(20.0,), news=NEWS, gap=0.001)
    assert told.gap_at(30) == told.gap_at(60) == pytest.approx(0.001)


def test_cold_and_warm():
    """Cold is the first call, warm the median of the others; of a part of the work, in proportion."""
    result = row(seconds=(9.0, 1.0, 2.0, 4.0), part=0.5).result
    assert (result.cold_s, result.warm_s) == (18.0, 4.0)
    assert row(seconds=(3.0,)).result.warm_s == 3.0


@pytest.mark.parametrize(
    ("peer", "times", "at_least"),
    [
        (row("other", seconds=(30.0,)), 15.0, False),
        (row("other", seconds=(60.5,), status="time limit"), 30.0, True),
        (row("other", seconds=(50.0,), status="time limit"), 30.0, True),
        (Row(Run("joint", "one", "city", tool="other"), failure="killed after 70 s", is_stopped=True), 30.0, True),
    ],
)
def test_ratio(peer, times, at_least):
    """A peer that was stopped took at least its limit."""
    (line,) = lines([row(seconds=(8.0, 2.0)), peer])
    assert line.ratio("other") == (times, at_least)
    assert line.ratio("other", cold=True) == (times / 4, at_least)


def test_no_ratio():
    """Where ours did not end by itself, or the peer broke, nothing was compared."""
    broken = Row(Run("joint", "one", "city", tool="broken"), failure="MemoryError")
    (stopped,) = lines([row(status="time limit"), row("other")])
    (whole,) = lines([row(), broken])
    assert stopped.ratio("other") is None
    assert whole.ratio("broken") is None


def test_equal():
    """A value is the known optimum or not; where there is none, nothing is said."""
    told = row(gap=0.0)
    known = [Row(Run("joint", "one", "city", optimum=optimum), result=told.result) for optimum in (1000.0, 999.0)]
    assert [told.is_equal, known[0].is_equal, known[1].is_equal] == [None, True, False]


def test_rows_survive_json():
    """What is written is read back."""
    told = row(news=NEWS)
    assert Row.of(json.loads(json.dumps(asdict(told)))) == told
