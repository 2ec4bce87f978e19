"""The tables say what the rows hold: seconds, ratios, gaps, optima, targets and failures."""

import json

from bench.row import Answer, Result, Row
from bench.run import Run
from bench.table import page, section, write


def row(tool="ours", *, seconds=(2.0,), status="optimal", value=5819.0, bound=5819.0, optimum=None, kind="p-median"):
    """pmed1, solved in some seconds."""
    result = Result(Answer(status, value, bound, "100"), seconds, seconds, 240.0, 1.0)
    return Row(Run(kind, "pmed1, p = 5", "p-median", tool=tool, limit_s=60.0, optimum=optimum), (), result)


def cells(rows, kind="p-median"):
    """The one line of a table, by the heads of its columns."""
    table = [line for line in section(kind, rows).splitlines() if line.startswith("|")]
    head, _, line = ([cell.strip() for cell in text.strip("|").split("|")] for text in table)
    return dict(zip(head, line, strict=True))


def test_ours_beside_a_peer():
    """Seconds cold and warm, the peer's, and the ratio of the peer's to the warm ones."""
    found = cells([row(seconds=(2.0, *[0.5] * 5), optimum=5819.0), row("other", seconds=(30.0,), bound=None)])
    assert found["cold s"] == "2.00"
    assert found["warm s"] == "0.50"
    assert found["other s"] == "30.0"
    assert found["other / ours"] == "60.0"
    assert (found["gap"], found["proved"], found["optimum"]) == ("0", "yes", "equal")


def test_fewer_repetitions_are_stated():
    """The usual number is not said, another one is, and no repetition leaves the cell empty."""
    assert cells([row(seconds=(30.0, 25.0))])["warm s"] == "25.0 (1)"
    assert "warm s" not in cells([row(seconds=(90.0,))])


def test_a_peer_at_its_limit():
    """What was stopped took more than the limit, and the ratio is at least so much."""
    found = cells([row(), row("other", seconds=(60.4,), status="time limit", value=None, bound=None)])
    assert found["other s"] == "> 60"
    assert found["other / ours"] == ">= 30.0"


def test_a_missed_optimum_is_shouted_at():
    """A value that is not the known one, or a peer's proof of another one, stand out."""
    assert cells([row(optimum=5800.0)])["optimum"] == "**not equal**"
    assert "(value **5,800**)" in cells([row(), row("other", value=5800.0)])["other s"]


def test_a_failure_has_its_reason():
    """A run without a result stands in the table with the reason."""
    failed = Row(Run("p-median", "pmed1, p = 5", "p-median"), failure="MemoryError")
    assert "| pmed1, p = 5 | MemoryError |" in section("p-median", [failed])


def test_classes_have_tables_of_their_own():
    """Each class that has rows has its table."""
    text = page([row(), row(kind="p-center")], {"machine": "of two cores"})
    assert "- machine: of two cores" in text
    assert text.index("## p-median, OR-Library") < text.index("## p-center, OR-Library")
    assert "Joint" not in text


def test_files(tmp_path):
    """Both files are written whole and hold every row; what stood there is replaced."""
    for rows in ([row()], [row(), row("other")]):
        write(tmp_path / "results", "full", rows, {"machine": "of two cores"})
    folder = tmp_path / "results"
    assert sorted(path.name for path in folder.iterdir()) == ["full.json", "full.md"]
    told = json.loads((folder / "full.json").read_text(encoding="utf-8"))
    assert [told_row["run"]["tool"] for told_row in told["rows"]] == ["ours", "other"]
    assert "- machine: of two cores" in (folder / "full.md").read_text(encoding="utf-8")
