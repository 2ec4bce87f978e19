"""What the documentation prints for Python runs as it is printed."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"


def blocks(page):
    """Blocks of Python on a page, in order."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)


@pytest.fixture(scope="module")
def questions():
    """Names of `questions.md` after its first block."""
    names = {}
    exec(blocks("questions.md")[0], names)
    return names


def test_a_front_of_the_page_on_questions(questions):
    """The front runs after the first block, with a point for every budget."""
    told = []
    exec(blocks("questions.md")[1], questions | {"print": lambda *cells: told.append(cells)})
    assert [cells[0] for cells in told] == [200, 400, 600, 800]


CALLS = re.findall(r"^\| (\w+) \| `(solve.+?)`", (DOCS / "questions.md").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(("model", "call"), CALLS, ids=[model for model, _ in CALLS])
def test_every_call_of_the_table_of_questions(questions, model, call):
    """A call of the table answers its question about the problem above it, and the answer is proven."""
    found = eval(call, dict(questions))
    assert found.stages[0].status in ("optimal", "gap reached"), model
    assert found.modules.any()


def test_the_table_names_every_question():
    """Ten of eleven questions have a call of their own; partial covering is set covering with another share."""
    assert len(CALLS) == 10
