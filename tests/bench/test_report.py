"""Tables of results find their places on a page."""

import pytest

from bench.classes import CLASSES
from bench.report import MACHINE, PAGE, filled, main, tables
from bench.row import Answer, Result, Row
from bench.run import Run
from bench.table import write


def results(folder, name, kind, value):
    """A result with one row."""
    row = Row(Run(kind, "one", "model"), (), Result(Answer("optimal", value, value), (1.0,), (1.0,), 9.0, 1.0))
    write(folder, name, [row], {"machine": name})
    return folder / f"{name}.json"


def test_words_stay(tmp_path):
    """What stands between the marks is replaced, by the later of two results, and the words around it stay."""
    page = tmp_path / "page.md"
    marks = "".join(
        f"<!-- table {kind} -->\nearlier table\n<!-- end -->\n" for kind in (MACHINE, "p-median", "p-center")
    )
    page.write_text(f"before\n{marks}after\n", encoding="utf-8")
    files = [results(tmp_path, "first", "p-median", 111.0), results(tmp_path, "second", "p-median", 222.0)]
    for _ in range(2):
        main([*map(str, files), "--page", str(page)])
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert text.count("| 222 |") == 1
    assert "111" not in text
    assert "- machine: second" in text
    assert text.count("earlier table") == 1


def test_a_class_without_a_place(tmp_path):
    """A table that would be lost is an error."""
    with pytest.raises(ValueError, match="0 places for"):
        filled("words", tables([results(tmp_path, "first", "p-median", 1.0)]))


def test_the_page_has_a_place_for_every_class():
    """Each class has its place in docs/benchmarks.md, once."""
    text = PAGE.read_text(encoding="utf-8")
    assert all(text.count(f"<!-- table {kind} -->\n") == 1 for kind in (MACHINE, *CLASSES))
    assert text.count("<!-- end -->") == 1 + len(CLASSES)
