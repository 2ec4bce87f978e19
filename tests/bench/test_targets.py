"""Targets are judged from rows."""

from dataclasses import replace

import pytest

from bench.row import Answer, News, Result, Row, lines
from bench.run import Run
from bench.targets import mean_ratio, of_class, of_line


def row(kind, *, of, tool="ours", seconds=1.0, status="optimal", gap=0.0, peak_mb=100.0, name="one", news=()):
    """One row of a class."""
    result = Result(Answer(status, 100.0 / (1 + gap), 100.0), (seconds,), (seconds,), peak_mb, 1.0)
    return Row(Run(kind, name, "model", of, tool=tool), news, result)


def words(*rows):
    """Targets of the one line of some rows."""
    (line,) = lines(rows)
    return "; ".join(map(str, of_line(line)))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (0.008, "60 s: <= 1.4 % met; 60 s: aim <= 0.9 % met"),
        (0.012, "60 s: <= 1.4 % met; 60 s: aim <= 0.9 % not met"),
        (0.020, "60 s: <= 1.4 % not met; 60 s: aim <= 0.9 % not met"),
    ],
)
def test_a_city(gap, expected):
    """What must be reached and what is aimed at are told apart; memory and the bound have targets of their own."""
    news = (News(3.0, None, 100.0),)
    city = row("joint", of={"size": "medium", "seed": 1}, seconds=60.0, status="time limit", gap=gap, news=news)
    assert words(city) == f"{expected}; memory <= 500 MB met; bound <= 4 s met"


def test_other_cities_have_none():
    """Another demand is measured, not judged."""
    assert not words(row("joint", of={"size": "medium", "seed": 0, "demand": "scarce"}))


def test_proof_and_seconds():
    """A target of seconds to the proof is missed without the proof."""
    hard = {"n": 100, "m": 10**7, "standard": 6.25, "p": 10}
    assert words(row("covering", of=hard, seconds=2.9)) == "proved <= 3 s met"
    assert words(row("covering", of=hard, seconds=3.1)) == "proved <= 3 s not met"
    assert words(row("covering", of=hard, seconds=2.9, status="time limit")) == "proved <= 3 s not met"


@pytest.mark.parametrize(
    ("ours_s", "peer_s", "status", "met"),
    [
        (1.0, 12.0, "optimal", "met"),
        (1.0, 9.0, "optimal", "not met"),
        (1.0, 60.0, "time limit", "met"),
        (8.0, 60.0, "time limit", "not shown"),
    ],
)
def test_a_peer(ours_s, peer_s, status, met):
    """A ratio is reached or missed; where the peer was stopped before ten times as long, nothing is shown."""
    ours, peer = row("refuelling", of={}, seconds=ours_s), row("refuelling", of={}, tool="HiGHS", seconds=peer_s)
    peer = replace(peer, result=replace(peer.result, answer=Answer(status)))
    assert words(ours, peer) == f"proved >= 10 x {met}"


def test_nothing_is_not_met():
    """A run without a result misses its targets."""
    assert words(Row(Run("imports", "one", "import", {"rows": 5}), failure="MemoryError")) == "a result not met"


def test_of_a_class():
    """Sums, memory, proofs and the geometric mean over the instances."""
    rows = []
    for number, peer_s in enumerate((100.0, 900.0)):
        rows.append(row("p-median", of={}, name=str(number)))
        rows.append(row("p-median", of={}, name=str(number), tool="spopt + HiGHS", seconds=peer_s))
    told = lines(rows)
    mean, count, limited = mean_ratio(told, "spopt + HiGHS")
    assert (mean, count, limited) == (pytest.approx(300.0), 2, 0)
    assert [target.is_met for target in of_class(told)[:3]] == [True, True, True]
    assert "(2.0 s warm, 2.0 s cold)" in str(of_class(told)[1])
