"""Words in both languages, and every key the page asks for."""

import re
import string
from importlib.resources import files

import pytest

from maps_out.strings import classic_strings, precision, reworded, strings, words

ASSETS = files("maps_out") / "assets"
SCRIPTS = "".join(
    entry.read_text(encoding="utf-8")
    for entry in sorted(ASSETS.iterdir(), key=lambda entry: entry.name)
    if entry.name.endswith((".js", ".html", ".j2"))
)


@pytest.mark.parametrize("key", sorted(strings()))
def test_both_languages_say_the_same(key):
    """A text exists in both languages and fills in the same values."""
    pair = strings()[key]
    assert set(pair) == {"zh", "en"}
    assert all(text.strip() for text in pair.values())
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair.values()]
    assert fields[0] == fields[1]


def test_every_key_the_page_names_exists():
    """Keys written out in scripts and templates are all there."""
    named = set(re.findall(r'S\.t\("(\w+)"[,)]|data-(?:t|label|placeholder)="(\w+)"|\bt\.(\w+)', SCRIPTS))
    keys = {next(filter(None, found)) for found in named}
    assert keys - set(strings()) - set(classic_strings()["own"]) == set()


def test_no_text_is_left_over():
    """A key that no page names, written out or by its prefix, would be dead text."""
    sources = SCRIPTS + "".join(
        entry.read_text(encoding="utf-8")
        for folder in (files("maps_out"), files("maps_out") / "layers")
        for entry in folder.iterdir()
        if entry.name.endswith(".py")
    )
    prefixes = re.findall(r'"(\w+_)"|"(\w+_)\{', sources)
    dynamic = tuple({next(filter(None, found)) for found in prefixes})
    dead = [key for key in strings() if not re.search(rf"\b{key}\b", sources) and not key.startswith(dynamic)]
    assert dead == []


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("search area of 1.7 km", "约 1.7 公里见方的选址范围，并非具体地块", "search area of 1.7 km, not a parcel"),
        ("about 500 m", "位置精度约 500 米", "placed to about 500 m"),
        ("about 1 km", "位置精度约 1 公里", "placed to about 1 km"),
        ("as surveyed", "实测位置", "as surveyed"),
        ("by hearsay", "by hearsay", "by hearsay"),
    ],
)
def test_precision_is_said_in_both_languages(value, zh, en):
    """Known wordings are translated, others passed on as they are."""
    assert precision(value) == {"zh": zh, "en": en}


COVERS = {"objective": {"model": "max_cover", "sense": "most", "capacities": False}}


@pytest.mark.parametrize("manner", ["covered", "reached", "won", "least"])
def test_other_words_take_the_place_of_what_is_there(manner):
    """A manner of speaking has both languages, keys that are there, and fills in the same values."""
    for key, pair in classic_strings()[manner].items():
        assert set(pair) == {"zh", "en"}
        for language, said in pair.items():
            fields = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name}
                for text in (said, strings()[key][language])
            ]
            assert fields[0] == fields[1]


def test_a_classic_objective_speaks_its_own_words():
    """What covers does not serve; without an objective every word is as it was."""
    assert words("en", COVERS)["kpis_heading"] == "Share of demand covered"
    nearest = {"objective": COVERS["objective"] | {"assigns_all": True}}
    assert words("en", nearest)["kpis_heading"] == "Share of demand with a way to a station"
    assert words("en", {}) == {key: pair["en"] for key, pair in strings().items()}
    legend = [{"swatch": "ramp", "label": strings()["legend_ramp"]}]
    assert reworded(legend, COVERS)[0]["label"]["en"] == "share covered"
    assert reworded(legend, {}) == legend
    won = {"objective": COVERS["objective"] | {"market": True, "sense": "least"}}
    assert words("en", won)["kpis_heading"] == "Share of demand won"
    assert reworded(strings()["layer_unserved"], won)["en"] == words("en", won)["layer_unserved"] == "Demand not won"
    assert "lower bound" in words("en", won)["proof_text"]
