"""The plan: every number with its source, and what its lines do to the answer."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siting.document import to_toml, validated
from siting.errors import StudyError
from siting.plan import BudgetLine, MustServeLine, Plan, PriceCeiling, ServedShareLine, Target, read_plan
from siting.starter import demo_study

GUANGZHOU = read_plan(demo_study().with_name("plan.toml"))
HEAD = {"title_zh": "规划", "title_en": "Plan", "year": 2025}
SOURCE = {"label_zh": "线", "label_en": "line", "basis": "assumption", "rule": "invented"}
COUNT = SOURCE | {"counts": "stations", "types": ["charger"], "year": 2025, "exactly": 1}
DOCUMENT = {"title_zh": "文", "title_en": "Paper", "publisher": "city"}


def plan(**kinds):
    return validated(Plan, HEAD | kinds, "plan.toml")


def faults(**kinds):
    with pytest.raises(StudyError) as caught:
        plan(**kinds)
    return caught.value.faults


@pytest.mark.parametrize("key", sorted(GUANGZHOU.lines()))
def test_embedded_line_says_where_its_number_comes_from(key):
    """Every line of the embedded plan has its document and section, or says how it was derived or assumed."""
    line = GUANGZHOU.lines()[key]
    if line.basis == "document":
        assert line.document in GUANGZHOU.documents
        assert line.section
    else:
        assert len(line.rule) > 20
    assert line.source_text()


def test_embedded_figures():
    """The embedded plan holds the figures of the documents: 400 swap stations, over 50 or 163 hydrogen stations."""
    assert GUANGZHOU.targets["swap_stations"].exactly == 400
    assert GUANGZHOU.targets["hydrogen_stations"].at_least == 51
    assert GUANGZHOU.targets["hydrogen_guide_total"].at_least == 163
    assert sum(GUANGZHOU.targets["hydrogen_guide_districts"].at_least_by_district.values()) == 163
    assert GUANGZHOU.price_ceilings["hydrogen"].cny_per_unit == 35
    assert GUANGZHOU.variants() == {"plan", "guide"}


def test_a_secondary_source_is_called_so():
    """The siting guide was read in the press only, and its document says so."""
    guide = GUANGZHOU.documents["gz_h2_guide"]
    assert guide.kind == "secondary"
    assert "not read" in guide.note


@pytest.mark.parametrize(("variant", "own"), [("plan", {"hydrogen_stations"}), (None, set())])
def test_variants(variant, own):
    """A variant keeps its own lines and those that always apply; without a variant only the latter."""
    always = {"swap_stations", "hydrogen_stations_2020", "public_chargers"}
    assert set(GUANGZHOU.chosen(variant).targets) == always | own


def test_guide_variant():
    """The guide's variant has its total and its quotas, and not the plan's own target."""
    chosen = GUANGZHOU.chosen("guide")
    assert {"hydrogen_guide_total", "hydrogen_guide_districts"} <= set(chosen.targets)
    assert "hydrogen_stations" not in chosen.targets
    assert {line.variant for line in chosen.lines().values()} == {"guide", None}


def test_bounds():
    """A line yields a row for the whole area and one per district, in a fixed order."""
    line = validated(
        Target,
        COUNT | {"exactly": 3, "at_least_by_district": {"乙": 1, "甲": 2}, "at_most_by_district": {"甲": 2}},
        "x",
    )
    assert list(line.bounds()) == [("", "=", 3), ("乙", ">=", 1), ("甲", ">=", 2), ("甲", "<=", 2)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"basis": "document", "document": "d"}, 'basis "document" needs document and section'),
        ({"basis": "document", "section": "5.1"}, 'basis "document" needs document and section'),
        ({"basis": "derived", "rule": ""}, 'basis "derived" needs a rule that says how'),
        ({"basis": "assumption", "rule": ""}, 'basis "assumption" needs a rule that says how'),
        ({"exactly": None}, "give one of exactly, at_least, at_most, or numbers by district"),
        ({"at_most": 2}, "give one of exactly, at_least, at_most, or numbers by district"),
        ({"document": "gone"}, 'document "gone" is not among [documents]'),
    ],
)
def test_line_without_source_or_number(change, fault):
    """A number without its source, or a line without a number, is refused by the name of the line."""
    entry = {key: value for key, value in (COUNT | change).items() if value is not None}
    assert faults(targets={"t": entry}, documents={"d": DOCUMENT}) == (f"targets.t: {fault}",)


@pytest.mark.parametrize(
    ("kinds", "fault"),
    [
        ({"targts": {}}, 'targts: unknown key; did you mean "targets"?'),
        ({"targets": {"t": COUNT | {"exact": 1}}}, 'targets.t.exact: unknown key; did you mean "exactly"?'),
        ({"documents": {"d": DOCUMENT | {"titel": ""}}}, 'documents.d.titel: unknown key; did you mean "title_zh"?'),
        ({"budgets": {"b": SOURCE | {"cny": 1, "typs": []}}}, 'budgets.b.typs: unknown key; did you mean "types"?'),
        (
            {"targets": {"t": COUNT | {"exactly": -1}}},
            "targets.t.exactly: must be at least 0 (found -1); it means: Exact number",
        ),
        ({"targets": {"t": COUNT | {"exactly": 1.5}}}, "targets.t.exactly: give a whole number (found 1.5)"),
        ({"targets": {"t": COUNT | {"types": []}}}, "targets.t.types: 0 given; give at least 1"),
        ({"budgets": {"b": SOURCE}}, "budgets.b.cny: missing; add it"),
    ],
)
def test_bad_key(kinds, fault):
    """A wrong key or number of a line is named with the path in the file."""
    assert faults(**kinds) == (fault,)


def test_two_unknown_documents():
    """All lines that name a document that is not there come in one report."""
    lines = {"a": COUNT | {"document": "x"}, "b": COUNT | {"document": "y"}}
    (text,) = faults(targets=lines)
    assert "targets.a" in text
    assert "targets.b" in text


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(str.strip).map(str.strip)
common = {
    "label_zh": names,
    "label_en": names,
    "enforce": st.booleans(),
    "variant": st.none() | names,
    "basis": st.just("document"),
    "document": st.just("d"),
    "section": names,
    "rule": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
}
amounts = st.floats(0, 1e12, exclude_min=True)
counts = st.integers(0, 10**6)
targets = st.builds(
    Target,
    **common,
    counts=st.sampled_from(["stations", "modules"]),
    types=st.lists(names, min_size=1, max_size=3).map(tuple),
    at_most=st.none() | counts,
    at_least_by_district=st.dictionaries(names, counts, min_size=1, max_size=3),
    year=st.integers(2000, 2100),
)
services = st.sampled_from(["charging", "swapping", "hydrogen"])
plans = st.builds(
    Plan,
    title_zh=names,
    title_en=names,
    year=st.integers(2000, 2100),
    documents=st.just({"d": DOCUMENT}),
    targets=st.dictionaries(names, targets, max_size=2),
    budgets=st.dictionaries(names, st.builds(BudgetLine, **common, cny=amounts), max_size=2),
    price_ceilings=st.dictionaries(
        names, st.builds(PriceCeiling, **common, service=services, cny_per_unit=amounts, year=counts), max_size=2
    ),
    shares=st.dictionaries(
        names, st.builds(ServedShareLine, **common, service=services, at_least=st.floats(0, 1), year=counts), max_size=2
    ),
    must_serve=st.dictionaries(
        names,
        st.builds(MustServeLine, **common, layer=names, ids=st.tuples(names), service=services, standard_min=amounts),
        max_size=2,
    ),
)


@settings(deadline=None)
@given(plans)
def test_round_trip(made):
    """A plan is read again as it was written."""
    assert validated(Plan, tomllib.loads(to_toml(made)), "again") == made


def test_embedded_round_trip():
    """The embedded plan is read again as it was written."""
    assert validated(Plan, tomllib.loads(to_toml(GUANGZHOU)), "again") == GUANGZHOU
