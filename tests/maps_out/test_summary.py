"""The printable summary page."""

import pytest

from maps_out import MapError, MapTables, draw_summary
from maps_out.assets import outside_addresses
from maps_out.formats import gap, money, number, share
from maps_out.strings import words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_complete_and_offline(tiny, read_page, language):
    """Title, shares, cost, gap, check, scorecard, sites, method and sources are there, and nothing is fetched."""
    html = draw_summary(tiny, language)
    page = read_page(html)
    text = " ".join(" ".join(page.texts).split())
    t = words(language)
    title, site, cost = {
        "zh": ("两区布局", "快充站", "4,800 万元"),
        "en": ("Two districts", "Fast-charging hub", "CNY 48 million"),
    }[language]
    for wanted in (title, site, cost, "63%", "≤ 1%", t["check_passed"], t["met_unknown"], "abc123", "example.org"):
        assert wanted in text
    assert outside_addresses(html) == []
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "img"}]
    assert any("default-src 'none'" in (attributes.get("content") or "") for _, attributes in page.tags)


def test_sites_to_build_come_by_priority(tiny, read_page):
    """The existing station is not proposed; the new one (priority 1) stands before the required one (3)."""
    texts = [text.strip() for text in read_page(draw_summary(tiny, "en")).texts]
    rows = texts[texts.index(words("en")["summary_top_sites"]) :]
    assert rows.index("Fast-charging hub") < rows.index("Swap station")
    assert rows.count("Fast-charging hub") == 1


@pytest.mark.parametrize(
    "name", ["{{7*7}}", "{% raw %}", "</style><script>alert(1)</script>", '"><img src=x>', "=cmd\n🚀"]
)
def test_hostile_names_are_text(parts, read_page, name):
    """Imported text adds no tag and passes no template."""
    plain = [tag for tag, _ in read_page(draw_summary(MapTables(**parts), "zh")).tags]
    parts["sites"][["place_zh", "district"]] = name
    parts["types"][0].update(label_zh=name, module_zh=name)
    parts["meta"].update(title_zh=name, method_zh=name, sources=[name])
    parts["scorecard"][0]["label_zh"] = name
    page = read_page(draw_summary(MapTables(**parts), "zh"))
    assert [tag for tag, _ in page.tags] == plain
    assert name in "".join(page.texts)


def test_an_unknown_language_is_refused(tiny):
    """Only the languages with words are drawn."""
    with pytest.raises(MapError, match="language 'fr' is not one of zh, en"):
        draw_summary(tiny, "fr")


def test_shares_and_gaps_are_never_flattered():
    """99.96 % served is not 100 %, a trace is not nothing, and a gap is rounded up; rounding is nothing."""
    assert [share(value) for value in (0.9996, 1.0, 1 - 1e-15, 0.0004, 0.0, 0.625, None)] == [
        "99.9%",
        "100%",
        "100%",
        "0.1%",
        "0%",
        "63%",
        "–",
    ]
    assert (gap(0.01211), gap(0.0007), gap(0.01)) == ("1.22%", "0.07%", "1%")
    assert (gap(1e-5), gap(1e-7), gap(0.0)) == ("0.01%", "0%", "0%")


def test_what_is_proven_best_is_said_so(tiny, parts):
    """Without a gap the page says proven optimal and not "at most 0 %"; without a plan it has no table of its lines."""
    assert "≤ 1%" in draw_summary(tiny, "en")
    parts["kpis"]["solve"]["gap"] = 1e-9
    parts["scorecard"] = []
    page = draw_summary(MapTables(**parts), "en")
    assert "proven optimal" in page
    assert "≤ 0%" not in page
    assert words("en")["scorecard_heading"] in draw_summary(tiny, "en")
    assert words("en")["scorecard_heading"] not in page


def test_money_is_read_as_people_say_it():
    """12,000,000 CNY is 1,200 万元 and CNY 12 million; from a hundred million on it is 亿元."""
    assert money(12e6, words("zh"), "zh") == "1,200 万元"
    assert money(3.4e9, words("zh"), "zh") == "34 亿元"
    assert money(12e6, words("en"), "en") == "CNY 12 million"
    assert number(1234.5, 1) == "1,234.5"


def test_a_station_at_a_place_is_not_near_it(parts):
    """At 40 m from a town a station is at the town, at 1.2 km near it."""
    parts["sites"]["place_en"], parts["sites"]["place_zh"] = "Hualong", "化龙"
    for km, said in ((0.04, "at Hualong"), (1.2, "near Hualong, 1.2 km"), (float("nan"), "at Hualong")):
        parts["sites"]["place_km"] = km
        page = draw_summary(MapTables(**parts), "en")
        assert said in page
        assert "0 km" not in page


@pytest.mark.parametrize(
    ("value", "text"), [(999_999_999_999_999, "999,999,999,999,999"), (1e300, "1e+300"), (-2e15, "-2e+15")]
)
def test_a_number_that_nobody_can_read_is_short(value, text):
    """From a thousand million million on digits say nothing; a page is drawn all the same."""
    assert number(value) == text
