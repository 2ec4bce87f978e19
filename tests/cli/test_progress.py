"""Progress on stderr where there is no terminal: a line per stage, and one every ten seconds."""

import io

import pytest

from siting.console import ProgressLine
from solvers import Progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    now = [100.0]
    monkeypatch.setattr("siting.console.time.monotonic", lambda: now[0])
    return now


def tell(clock, *, quiet=False, verbose=False):
    """Two stages, the first with news after 0, 1 and 11 seconds."""
    with ProgressLine(quiet=quiet, verbose=verbose) as progress:
        for seconds in (0, 1, 11):
            clock[0] = 100.0 + seconds
            progress(Progress("value", 1000.0, 1100.0, 0.1, seconds))
        progress(Progress("cost", None, None, None, 0.0))


def test_stage_changes_and_every_ten_seconds(clock, capsys):
    """News one second after the last line is not printed; seconds count from the start of the run."""
    tell(clock)
    said = capsys.readouterr()
    news = "value  best 1,000  bound 1,100  gap 10.00%"
    assert said.err.splitlines() == [f"{news}  0 s", f"{news}  11 s", "cost  11 s"]
    assert said.out == ""


def test_the_live_line_ticks(clock, monkeypatch):
    """On a terminal one line is drawn over and over, and its seconds go on without news."""
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    with ProgressLine(quiet=False, verbose=False) as progress:
        progress.begin("reading")
        clock[0] += 7
    # The line is drawn once more when it ends.
    assert "reading  7 s" in terminal.getvalue()


def test_verbose_and_quiet(clock, capsys):
    """Verbose prints all news, quiet none."""
    tell(clock, verbose=True)
    assert len(capsys.readouterr().err.splitlines()) == 4
    tell(clock, quiet=True)
    assert capsys.readouterr().err == ""
