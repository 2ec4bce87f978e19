"""Planners' mistakes: an exit code and a message that says what to do, never a traceback."""

import errno

import pytest


def refused(ran, code, *words):
    """Assert that a command refused: its code, nothing on stdout, the words on stderr, no traceback."""
    assert ran.code == code, ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    for word in words:
        assert word in ran.stderr


@pytest.mark.parametrize("command", ["run", "check"])
def test_missing_study(siting, tmp_path, command):
    """A study that is not there is named."""
    refused(siting(command, tmp_path / "nope.toml"), 3, "nope.toml", "does not exist")


def test_a_folder_is_no_study(siting, tmp_path):
    """A folder instead of a file is told from a file."""
    refused(siting("check", tmp_path), 3, "folder")


@pytest.mark.parametrize("command", ["run", "check"])
def test_unknown_key_names_the_nearest(siting, template, command):
    """A misspelt key is answered with the known key nearest to it."""
    refused(siting(command, template, "--set", "solver.gapp=0.1"), 3, "solver.gapp", 'did you mean "gap"')


@pytest.mark.parametrize(
    ("override", "word"),
    [
        ("solver.gap", "expected key=value"),
        ("=1", "expected key=value"),
        ("solver.gap=-1", "solver.gap"),
        ("name.inner=1", "not a table"),
        ("demand.swaps.column=swap_per_day", "swaps_per_day"),
        ("area.crs=EPSG:4326", "not projected"),
        ("output.crs=EPSG:99999", "output.crs"),
        ("layers.sites.path=gone.csv", "gone.csv"),
        ("variant=guide", "guide"),
        ("objective=7", "objective: give a table of key = value (found 7)"),
    ],
)
def test_bad_settings(siting, template, override, word):
    """A bad `--set` is refused with the setting or the cause by name."""
    refused(siting("check", template, "--set", override), 3, word)


def test_all_faults_at_once(siting, template):
    """Two faults of one file come in one report."""
    refused(siting("check", template, "--set", "solver.gap=-1", "--set", "yeer=2025"), 3, "solver.gap", "yeer")


@pytest.mark.parametrize("command", ["map", "verify", "compare"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone", "there is no such folder"),
        ("file.txt", "is a file, not a run folder"),
        ("folder", "is not a run folder (it has no manifest.json)"),
    ],
)
def test_not_a_run_folder(siting, tmp_path, command, name, words):
    """A missing folder, a file, and a folder that no run wrote are told apart and refused by every command."""
    (tmp_path / "file.txt").write_text("text")
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    ran = siting(command, *[path] * (2 if command == "compare" else 1))
    refused(ran, 3, f"{path}: {words}", "name one that `siting run` wrote")


def test_infeasible_study(siting, template, tmp_path):
    """A plan that nothing meets ends with 4, and nothing is written."""
    plan = template.parent / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("cny = 40_000_000", "cny = 1"), encoding="utf-8")
    refused(siting("run", template, "--out", tmp_path / "runs", "--quiet"), 4, "siting:")
    assert not list((tmp_path / "runs").iterdir())


def test_no_folder_in_use_is_overwritten(siting, template):
    """`new` and `demo --copy` refuse a folder that holds something."""
    refused(siting("new", template.parent), 3, "not an empty folder")
    refused(siting("demo", "--copy", template.parent), 3, "not an empty folder")


def test_output_that_cannot_be_written(siting, template):
    """Where the run folder cannot be made, the path and what to name instead are said before the work begins."""
    advice = "name a folder that can be written (--out DIR)"
    refused(siting("run", template, "--out", template), 3, f"{template}: is a file, not a folder", advice)
    refused(siting("run", template, "--out", template / "runs"), 3, "cannot be written", advice)


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["run"], ["check", "a", "b"], ["schema", "bogus"], ["run", "--bogus"]]
)
def test_usage(siting, arguments):
    """A command line that is none ends with 2 and shows how to get help."""
    refused(siting(*arguments), 2, "Usage: siting")


def test_unexpected_errors_ask_for_a_report(siting, template, monkeypatch):
    """What is not the planner's mistake is one line, the way to report it, and code 1; `-v` adds the traceback."""

    def fail(*_):
        raise KeyError("nobody\nexpected this")

    monkeypatch.setattr("siting.check.check_study", fail)
    refused(siting("check", template), 1, "unexpected KeyError", "siting versions", "-v")
    assert "Traceback" in siting("check", template, "-v").stderr


def test_a_closed_pipe_is_quiet(siting, monkeypatch):
    """`siting versions | head -1` leaves no complaint."""

    def closed(*_, **__):
        raise BrokenPipeError(errno.EPIPE, "broken pipe")

    monkeypatch.setattr("siting.cli.typer.echo", closed)
    ran = siting("versions")
    assert (ran.stdout, ran.stderr) == ("", "")
