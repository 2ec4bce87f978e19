"""The table says what the rows hold: gaps over time, ratios, targets and failures."""

import json

import pytest

from bench.row import End, News, Result, Row
from bench.runs import PEER, Run
from bench.table import markdown, write


def city_row(*, gap=0.01, seconds=60.0, peak_mb=400.0, **changes):
    """A medium city: a first answer at 8 s, a bound at 3 s, and the wanted gap at the end."""
    news = (News(3.0, None, 1000.0), News(8.0, 900.0, 1000.0), News(25.0, 950.0, 1000.0))
    end = End("served value", "time limit", 1000.0 / (1 + gap), 1000.0)
    run = Run(**{"name": "medium-1", "kind": "city", "method": "joint", "seconds": seconds, "size": "medium",
                 "seed": 1} | changes)  # fmt: skip
    return Row(run, news, Result(seconds + 0.2, peak_mb, 1200.0, (end,)))


def flows_row(method, took_s, status="optimal"):
    """Flows of seed 0, solved in some seconds."""
    end = End("served value", status, 50.0, 50.0)
    return Row(Run(f"flows-0-{method}", "flows", method, 60.0), (), Result(took_s, 300.0, 100.0, (end,)))


def test_gap_over_time():
    """A gap is that of the best value and bound known by then, at the limit that of the result, later none."""
    row = city_row(gap=0.01)
    assert row.gap_at(5) is None
    assert row.gap_at(10) == pytest.approx(100 / 900)
    assert row.gap_at(30) == pytest.approx(50 / 950)
    assert row.gap_at(60) == pytest.approx(0.01)
    assert row.gap_at(300) is None
    assert row.bound_s == 3.0


def test_an_early_end_holds_until_the_limit():
    """A run that ended by itself keeps its gap at all later times up to its limit."""
    row = city_row(gap=0.001)
    done = Row(row.run, row.news, Result(20.0, 400.0, 1200.0, row.result.ends))
    assert done.gap_at(30) == done.gap_at(60) == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.008, "60 s: <= 1.4 % met, aim <= 0.9 % met"),
        (0.012, "60 s: <= 1.4 % met, aim <= 0.9 % not met"),
        (0.020, "60 s: <= 1.4 % not met, aim <= 0.9 % not met"),
    ],
)
def test_targets_of_a_city(gap, words):
    """What must be reached and what is aimed at are told apart."""
    assert words in markdown([city_row(gap=gap)], {})


def test_targets_of_memory_and_bound():
    """Memory and the seconds to the bound have targets of their own; other regimes have none."""
    assert "memory <= 500 MB met; bound <= 4 s met" in markdown([city_row()], {})
    assert "memory <= 500 MB not met" in markdown([city_row(peak_mb=600.0)], {})
    assert "<=" not in markdown([city_row(demand="scarce", name="medium-0-scarce")], {})


def test_seeds_are_summed_up():
    """Gaps over the seeds of a size are given by least, median and most, one method apart from the other."""
    rows = [city_row(gap=gap, seed=n, name=f"medium-{n}") for n, gap in enumerate((0.01, 0.03, 0.02))]
    rows.append(city_row(gap=0.5, seed=0, name=f"medium-0-{PEER}", method=PEER))
    page = markdown(rows, {})
    assert "| medium | joint | 3 | 1.00 % | 2.00 % | 3.00 % |" in page
    assert "| medium | HiGHS | 1 | 50.00 % | 50.00 % | 50.00 % |" in page


@pytest.mark.parametrize(
    ("peer", "words"),
    [
        (flows_row(PEER, 30.0), "| 15.0 x | 300 | proved >= 10 x faster met |"),
        (flows_row(PEER, 8.0), "| 4.0 x | 300 | proved >= 10 x faster not met |"),
        (flows_row(PEER, 60.0, "time limit"), "| >= 30.0 x | 300 | proved >= 10 x faster met |"),
    ],
)
def test_flows_beside_highs(peer, words):
    """The ratio is that of seconds to the proof, and at least that where HiGHS found none."""
    assert words in markdown([flows_row("covering", 2.0), peer], {})


def test_a_bound_above_everything_is_none():
    """A bound above the value of all demand says nothing, and is not printed as if it did."""
    row = city_row()
    trivial = Row(row.run, (), Result(60.0, 400.0, 900.0, (End("served value", "time limit", 600.0, 1000.0),)))
    assert "| 66.67 % | none |" in markdown([trivial], {})


def test_a_failure_has_its_reason():
    """A run without a result stands in the table with the reason."""
    run = Run("25-node", "known", "covering", 20.0)
    assert "skipped: no folder frlm" in markdown([Row(run, failure="skipped: no folder frlm")], {})
    broken = Row(city_row().run, (), None, "MemoryError")
    assert "| MemoryError |" in markdown([broken], {})


def test_files(tmp_path):
    """Both files are written whole and hold every row; what stood there is replaced."""
    for rows in ([city_row()], [city_row(), flows_row("covering", 2.0)]):
        write(tmp_path / "results", "full", rows, {"machine": "of two cores"})
    folder = tmp_path / "results"
    assert sorted(path.name for path in folder.iterdir()) == ["full.json", "full.md"]
    told = json.loads((folder / "full.json").read_text(encoding="utf-8"))
    assert [row["run"]["name"] for row in told["rows"]] == ["medium-1", "flows-0-covering"]
    assert "- machine: of two cores" in (folder / "full.md").read_text(encoding="utf-8")
