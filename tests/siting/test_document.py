"""TOML documents: every fault in one report, in a planner's words."""

import tomllib
from typing import Annotated, Literal

import pytest
from annotated_types import Ge, Gt, Le, MinLen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, RootModel

from siting.document import Document, read_toml, to_toml, validated
from siting.errors import StudyError


class Leaf(Document):
    share: Annotated[float, Ge(0), Le(1)] = 0.5
    size_m: Annotated[float, Gt(0)] = 1.0
    number: int = 1
    flag: bool = False


class Round(Document):
    kind: Literal["round"]
    radius_m: float


class Square(Document):
    kind: Literal["square"]
    side_m: float
    kind_of: str = ""


class Branch(Document):
    title: str = ""
    leaf: Leaf = Leaf()
    leaves: dict[str, Leaf] = {}  # noqa: RUF012  (pydantic copies default values)
    shapes: dict[str, Annotated[Round | Square, Field(discriminator="kind")]] = {}  # noqa: RUF012  (as above)
    names: Annotated[tuple[str, ...], MinLen(1)] = ("a",)
    steps: tuple[tuple[float, float], ...] = ()


class Book(RootModel[dict[str, Leaf]]):
    pass


def faults(data, model=Branch):
    with pytest.raises(StudyError) as caught:
        validated(model, data, "file.toml")
    assert str(caught.value).startswith("file.toml:")
    return caught.value.faults


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"leaf": {"share": 2}}, "leaf.share: must be at most 1 (found 2)"),
        ({"leaf": {"share": -1}}, "leaf.share: must be at least 0 (found -1)"),
        ({"leaf": {"size_m": 0}}, "leaf.size_m: must be above 0 (found 0)"),
        ({"leaf": {"size_m": float("inf")}}, "leaf.size_m: give a finite number, or leave the key out (found inf)"),
        ({"steps": [[1, 1], [2]]}, "steps.1.1: missing; add it"),
        ({"leaf": {"number": "x"}}, "leaf.number: give a whole number (found 'x')"),
        ({"leaf": {"number": 1.5}}, "leaf.number: give a whole number (found 1.5)"),
        ({"leaf": {"share": "x"}}, "leaf.share: give a number (found 'x')"),
        ({"leaf": {"share": [1]}}, "leaf.share: give a number"),
        ({"leaf": {"flag": "perhaps"}}, "leaf.flag: give true or false (found 'perhaps')"),
        ({"title": 7}, "title: give a text in quotes (found 7)"),
        ({"names": "a"}, 'names: give a list, like ["a", "b"] (found \'a\')'),
        ({"names": []}, "names: 0 given; give at least 1"),
        ({"leaf": 7}, "leaf: give a table of key = value (found 7)"),
        ({"leaves": 7}, "leaves: give a table of key = value (found 7)"),
        ({"shapes": {"x": {}}}, "shapes.x: key 'kind' is missing; add it"),
        ({"shapes": {"x": {"kind": "oval"}}}, "shapes.x: 'kind' = 'oval' is not known; use one of 'round', 'square'"),
        ({"shapes": {"x": {"kind": "round"}}}, "shapes.x.radius_m: missing; add it"),
    ],
)
def test_sentence(data, fault):
    """A fault names the key as the file has it, what is wrong, and what was found."""
    assert faults(data) == (fault,)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"leef": {}}, 'leef: unknown key; did you mean "leaf"?'),
        ({"leaf": {"sharee": 1}}, 'leaf.sharee: unknown key; did you mean "share"?'),
        ({"leaves": {"a.b": {"numbr": 1}}}, 'leaves.a.b.numbr: unknown key; did you mean "number"?'),
        (
            {"shapes": {"x": {"kind": "square", "side_m": 1, "side": 1}}},
            'shapes.x.side: unknown key; did you mean "side_m"?',
        ),
        (
            {"shapes": {"kind": {"kind": "square", "side_m": 1, "radius_m": 1}}},
            "shapes.kind.radius_m: unknown key; known keys: kind, kind_of, side_m",
        ),
        ({"leaf": {"zzz": 1}}, "leaf.zzz: unknown key; known keys: flag, number, share, size_m"),
    ],
)
def test_unknown_key(data, fault):
    """An unknown key at any depth is answered with the nearest key known there, else with all of them."""
    assert faults(data) == (fault,)


def test_unknown_key_of_an_entry():
    """A document that is a table of entries names the keys of an entry."""
    assert faults({"a": {"shar": 1}}, Book) == ('a.shar: unknown key; did you mean "share"?',)


def test_all_faults_in_one_report():
    """Faults of different tables come together, one line each."""
    found = faults({"leaf": {"share": 2, "nummber": 1}, "names": 1, "leves": {}})
    assert len(found) == 4
    with pytest.raises(StudyError, match=r"(?s)^file.toml:\n  - .*\n  - .*\n  - .*\n  - "):
        validated(Branch, {"leaf": {"share": 2, "nummber": 1}, "names": 1, "leves": {}}, "file.toml")


leaves = st.builds(
    Leaf,
    share=st.floats(0, 1),
    size_m=st.floats(1e-9, 1e9),
    number=st.integers(-(2**63), 2**63 - 1),
    flag=st.booleans(),
)
texts = st.text(st.characters(exclude_categories=["Cs"]))


@settings(deadline=None)
@given(
    st.builds(
        Branch,
        title=texts,
        leaf=leaves,
        leaves=st.dictionaries(texts, leaves, max_size=3),
        names=st.lists(texts, min_size=1, max_size=3).map(tuple),
    )
)
def test_round_trip(document):
    """What is written is read again as it was, whatever texts and keys it holds."""
    assert validated(Branch, tomllib.loads(to_toml(document)), "again") == document


def test_missing_file(tmp_path):
    """A file that is not there is named."""
    with pytest.raises(StudyError, match=r"nope.toml: the file does not exist; check the path"):
        read_toml(tmp_path / "nope.toml")


def test_folder(tmp_path):
    """A folder is told from a file."""
    with pytest.raises(StudyError, match="this is a folder; name the"):
        read_toml(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name = \n", "not valid TOML"),
        (b"a = 1\na = 2", "not valid TOML"),
        ("name = '广州'".encode("gb18030"), "not UTF-8 text at byte 8; save it as UTF-8"),
    ],
)
def test_unreadable_file(tmp_path, content, words):
    """A file that is no TOML in UTF-8 says where it goes wrong."""
    path = tmp_path / "study.toml"
    path.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        read_toml(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_byte_order_mark(tmp_path):
    """A file saved by Windows with a byte order mark is read like any other."""
    path = tmp_path / "study.toml"
    path.write_text("name = '广州'", encoding="utf-8-sig")
    assert read_toml(path) == {"name": "广州"}
