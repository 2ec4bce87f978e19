"""The map page, read without a browser."""

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from maps_out import MapError, MapTables, draw_map, draw_summary
from maps_out.assets import outside_addresses, require_offline

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
HOSTILE = [
    "{{7*7}}",
    "{# comment",
    "{% raw %}",
    "</script><img src=x onerror=alert(1)>",
    "</title></textarea><svg onload=alert(1)>",
    "<!--<script>",
    "\"double\" and 'single' \\ back",
    "emoji 🚀",
    "two\nlines\u2028and\u2029more",
    "=cmd|' /C calc'!A0",
]


def test_the_page_asks_for_nothing(tiny, read_page):
    """No attribute and no style sheet names another host, and no file beside the page is needed."""
    page = read_page(draw_map(tiny))
    for _, attributes in page.tags:
        for name in ("src", "href", "srcset", "action", "poster"):
            assert not attributes.get(name) or attributes[name].startswith(("#", "data:"))
    for kind, code in page.code:
        if kind == "style":
            assert all(address.startswith(("data:", "#")) for address in re.findall(r"url\([\"']?([^)\"']+)", code))
    assert outside_addresses(draw_map(tiny)) == []


def test_the_page_carries_its_policy_before_any_script(tiny, read_page):
    """A regression shows as a console error: the policy forbids every outside request."""
    tags = read_page(draw_map(tiny)).tags
    metas = [k for k, (tag, attributes) in enumerate(tags) if attributes.get("http-equiv") == "Content-Security-Policy"]
    assert [tags[k][1]["content"] for k in metas] == [POLICY]
    assert metas[0] < min(k for k, (tag, _) in enumerate(tags) if tag in {"script", "style", "link"})


def test_the_licence_of_embedded_code_is_on_the_page(tiny):
    """Whoever passes the page on passes Leaflet's licence on."""
    assert "Redistributions in binary form must reproduce" in draw_map(tiny)


def test_same_tables_same_bytes():
    """Two processes with different hash seeds draw the same page: no clock, no random ids."""
    code = (
        "import hashlib, runpy; world = runpy.run_path(__import__('sys').argv[1]); "
        "from maps_out import MapTables, draw_map, draw_summary; tables = MapTables(**world['tiny_parts']()); "
        "print(hashlib.sha256((draw_map(tables) + draw_summary(tables, 'zh')).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).with_name("conftest.py"))],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_another_result_gets_other_ids(parts):
    """Ids derive from the content, so two pages embedded side by side do not clash."""
    first = draw_map(MapTables(**parts))
    other = copy.deepcopy(parts)
    other["sites"]["modules"] = 5
    ids = [re.search(r'id="(map_\w+)"', html).group(1) for html in (first, draw_map(MapTables(**other)))]
    assert ids[0] != ids[1]


def _outside_the_data(html):
    """The page without its data block and title, and without the digest that element ids end in."""
    digest = re.search(r'id="map_(\w+)"', html).group(1)
    rest = re.sub(r'(?s)<script type="application/json".*?</script>', "", html, count=1)
    return re.sub(r"(?s)<title>.*?</title>", "", rest, count=1).replace(digest, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert(parts, read_page, name):
    """A hostile site, place, district, cell, type or title changes the data and the title and nothing else."""
    plain = draw_map(MapTables(**parts))
    parts["sites"][["place_zh", "source", "site_id", "precision"]] = name
    parts["sites"]["district"] = name
    parts["demand"][["district", "fleets"]] = name
    parts["demand"].loc[0, "place"] = name
    parts["districts"][["district", "name_en"]] = name
    parts["places"][["name_zh", "name_en"]] = name
    parts["types"][0].update(label_zh=name, module_zh=name)
    parts["meta"].update(title_zh=name, title_en=name, sources=[name], method_zh=name)
    parts["scorecard"][0].update(label_zh=name, source=name)
    html = draw_map(MapTables(**parts))
    assert _outside_the_data(html) == _outside_the_data(plain)
    page = read_page(html)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in read_page(plain).tags]
    assert name in page.texts
    data = page.data()
    assert data["facilities"]["place_zh"]["v"] == [name]
    assert data["districts"]["zh"]["v"] == [name]
    assert data["cells"]["place"]["v"][0] == name
    assert data["meta"]["title_zh"] == name
    assert data["types"][0]["label_zh"] == name


def test_the_data_block_cannot_end_a_script(parts):
    """No ``<`` and no line separator stands in the data block."""
    parts["sites"]["place_zh"] = "</script>\u2028\u2029"
    html = draw_map(MapTables(**parts))
    block = html.split('id="siting-data">', 1)[1].split("</script>", 1)[0]
    assert not {"<", "\u2028", "\u2029"} & set(block)


def test_an_outside_address_fails_the_build():
    """Scripts, style sheets and tiles on other hosts are named; an attribution in plain text is not."""
    html = (
        '<link href="https://a.example/x.css"><script src="//b.example/x.js"></script>'
        "<style>i{background:url('http://c.example/i.png')}</style><script>L.tileLayer('https://d.example/{z}')</script>"
        "<p>Data: https://fine.example</p>"
    )
    with pytest.raises(MapError) as caught:
        require_offline(html, "page")
    assert [address in str(caught.value) for address in ("a.example", "b.example", "c.example", "d.example")] == [
        True
    ] * 4
    assert "fine.example" not in str(caught.value)


def test_the_page_opens_in_the_language_of_the_study(parts, read_page):
    """The study's language is the page's, Chinese when it says nothing; another one is refused."""
    assert read_page(draw_map(MapTables(**parts))).data()["language"] == "zh"
    parts["meta"]["language"] = "en"
    page = read_page(draw_map(MapTables(**parts)))
    assert (page.data()["language"], dict(page.tags)["html"]) == ("en", {"lang": "en"})
    parts["meta"]["language"] = "fr"
    with pytest.raises(MapError, match="language 'fr' is not one of zh, en"):
        draw_map(MapTables(**parts))


def test_missing_and_infinite_numbers_are_null(tiny, read_page):
    """An unknown grid limit and a share without demand are null, not a number."""
    data = read_page(draw_map(tiny)).data()
    assert data["facilities"]["grid_kw"] == [None, 600, 600]
    assert data["kpis"]["services"]["swapping"]["share_before"] is None
    shares = next(layer for layer in data["layers"] if layer["id"] == "districts")["data"]["shares"]
    assert shares == {"charging": [None, 0.625], "swapping": [0.5, None]}


@pytest.mark.parametrize("empty", [("sites", "assignment"), ("demand", "assignment"), ("places",), ("scorecard",)])
def test_an_empty_table_is_drawn_as_nothing(parts, empty):
    """A study without sites, demand, places or targets still gives both pages."""
    for name in empty:
        parts[name] = parts[name][:0]
    tables = MapTables(**parts)
    assert draw_map(tables)
    assert draw_summary(tables, "en")


def test_importing_the_package_does_not_import_folium():
    """Folium is slow to import and only drawing needs it."""
    code = "import sys, maps_out; print('folium' in sys.modules, maps_out.__distribution__)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.split() == ["False", "siting"]
