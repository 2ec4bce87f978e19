"""The map page in a real browser with the network blocked."""

import csv
import io
import json
import os
import re
import shutil
from dataclasses import replace

import geopandas as gpd
import pytest
from shapely import Point

from maps_out import MapTables, draw_map, draw_summary

REQUIRED = os.environ.get("SITING_REQUIRE_BROWSER") == "1"
EXECUTABLE = os.environ.get("SITING_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# Columns of the table of sites in a run folder.
SITE_COLUMNS = [
    *("priority", "facility_id", "site_id", "type", "type_zh", "type_en", "status", "year", "lon", "lat"),
    *("place_zh", "place_en", "place_km", "district", "district_en", "modules", "new_modules"),
    *("cost_cny", "yearly_cost_cny", "power_kw", "use_share"),
    *("demand_charging_kwh", "demand_swapping_swaps", "demand_hydrogen_kg", "points_served"),
    *("reason_zh", "reason_en", "precision", "source"),
]


@pytest.fixture(scope="module")
def browser():
    if REQUIRED:
        import playwright.sync_api as playwright
    else:
        playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
        if EXECUTABLE is None:
            pytest.skip("no Chromium found; set SITING_CHROMIUM to its path")
    # Chromium refuses its sandbox to the superuser only.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=EXECUTABLE, args=[*sandbox, "--disable-dev-shm-usage"])
        yield found
        found.close()


@pytest.fixture
def open_page(browser, tmp_path):
    """Open tables in a page; on teardown no error, console message or outside request may have happened."""
    troubles = []
    contexts = []

    def opened(tables, *, width=1440, height=900, address=""):
        context = browser.new_context(
            offline=True, accept_downloads=True, locale="zh-CN", viewport={"width": width, "height": height}
        )
        contexts.append(context)
        context.route(lambda url: url.startswith(("http:", "https:", "ws:", "wss:")), lambda route: route.abort())
        page = context.new_page()
        page.on("request", lambda request: troubles.append(request.url) if _outside(request.url) else None)
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda message: troubles.append(f"console: {message.text}"))
        path = tmp_path / "map.html"
        path.write_text(draw_map(tables), encoding="utf-8")
        page.goto(path.resolve().as_uri() + address)
        page.wait_for_function("window.__ready === true")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def _outside(url):
    return not url.startswith(("file:", "data:", "blob:"))


def toggle(page, layer):
    page.locator(f'.leaflet-control-layers-overlays label[data-layer="{layer}"]').click()


def click(page, lon, lat):
    """Click on the map at a place, where nothing but the canvas answers."""
    at = page.evaluate(f"(({{x, y}}) => [x, y])(__map.latLngToContainerPoint([{lat}, {lon}]))")
    page.locator(".folium-map").click(position={"x": at[0], "y": at[1]})


def count(page, layer):
    return page.evaluate(f"window.__counts[{json.dumps(layer)}]")


def test_a_flow_tells_who_drives_and_where_it_stops(driven, open_page):
    """A click on the road says that 30 of 40 trucks are served; its first station opens from there."""
    page = open_page(driven)
    assert count(page, "flows") == 2
    click(page, 113.3, 23.07)
    card = page.locator(".card")
    assert "30 (75%)" in card.inner_text()
    assert card.locator("button.link").count() == 2
    card.locator("button.link").first.click()
    page.wait_for_function("document.querySelector('.card .id') !== null")
    assert page.locator(".card .id").inner_text() == "f-s1"


def test_few_vehicles_are_a_thin_line(driven, open_page):
    """The 10 trucks that nobody serves have half the width of the 40 on the other road, since areas tell amounts."""
    page = open_page(driven)
    widths = page.evaluate(
        "Object.values(__map._layers).filter((line) => line instanceof L.Polyline && !(line instanceof L.Polygon)"
        " && line.options.interactive && line.options.opacity < 1).map((line) => line.options.weight)"
    )
    assert widths == [7, 3.5]


def test_main_roads_are_drawn_under_the_answer(driven, open_page):
    """Three lines in a pane of their own that lets clicks through; the legend names them once."""
    page = open_page(driven)
    assert count(page, "roads") == 3
    order = page.evaluate(
        "['ground', 'roads', 'overlayPane'].map((name) => +getComputedStyle(__map.getPane(name)).zIndex)"
    )
    assert order == sorted(order)
    assert page.evaluate("getComputedStyle(__map.getPane('roads')).pointerEvents") == "none"
    assert page.locator(".legend").inner_text().count("道路") == 1


def test_every_layer_can_be_switched(tiny, open_page):
    """Each line of the layer control draws its features when on and none when off."""
    page = open_page(tiny)
    expected = {
        "sites-existing": 1,
        "sites-required": 1,
        "sites-new": 1,
        "demand-charging": 2,
        "demand-swapping": 1,
        "unserved": 2,
        "reach-charging": 2,
        "reach-swapping": 1,
        "districts": 2,
    }
    for layer, features in expected.items():
        first = count(page, layer)
        assert first in {0, features}
        toggle(page, layer)
        assert count(page, layer) == features - first
        toggle(page, layer)
        assert count(page, layer) == first
    assert page.locator(".site-marker").count() == 3


def test_a_marker_opens_its_popup_and_draws_its_lines(tiny, open_page):
    """A click on a station says what, size, cost, use, whom it serves, where, how exactly and why."""
    page = open_page(tiny, address="#lang=en")
    page.locator('#sites tr[data-site="f-s2"] .link').click()
    popup = page.locator(".leaflet-popup")
    for text in (
        "Fast-charging hub",
        "near East Station, 1.2 km",
        "4 × fast charger",
        "CNY 24 million",
        "50%",
        "1 demand points",
        "150 kWh/day",
        "search area of 1.7 km, not a parcel",
        "most value served",
        "grid of the study",
    ):
        assert text in popup.inner_text()
    # One line to the place it serves and the ring of its reach.
    assert count(page, "lines") == 2
    toggle(page, "lines")
    assert count(page, "lines") == 0
    page.get_by_role("button", name="中文").click()
    assert "东站附近，1.2 公里" in popup.inner_text()
    assert "2,400 万元" in popup.inner_text()


def test_the_year_of_opening_is_said_where_there_are_several(tiny, open_page):
    """With several years popup and table say when a station opens; what stands already opens in none."""
    assert "Opens in" not in _popup(open_page(tiny, address="#lang=en"), "f-s2")
    page = open_page(replace(tiny, meta=tiny.meta | {"years": [2025, 2030]}), address="#lang=en")
    assert page.locator('#sites tr[data-site="f-s2"]').inner_text().count("new 2025") == 1
    assert "Opens in\n2025" in _popup(page, "f-s2")
    assert "Opens in" not in _popup(page, "f-s1")


def _popup(page, facility):
    page.locator(f'#sites tr[data-site="{facility}"] .link').click()
    return page.locator(".leaflet-popup").last.inner_text()


def test_a_click_on_a_marker_selects_it(tiny, open_page):
    """Markers answer the mouse, and a click on empty ground clears the lines."""
    page = open_page(tiny)
    page.locator(".site-marker").first.click()
    assert page.locator(".leaflet-popup").count() == 1
    assert count(page, "lines") > 0
    page.mouse.click(700, 860)
    page.wait_for_function("window.__counts.lines === 0")


def test_a_demand_circle_shows_who_serves_it(tiny, open_page):
    """A click on a cell draws the line to its station and names it; the name leads to the station."""
    page = open_page(tiny, address="#lang=en")
    toggle(page, "demand-charging")
    click(page, 113.25, 23.05)
    popup = page.locator(".leaflet-popup")
    assert "Charging demand" in popup.inner_text()
    assert "100 kWh/day (100%)" in popup.inner_text()
    assert count(page, "lines") == 1
    popup.locator(".link").click()
    assert "existing" in page.locator(".leaflet-popup .chip").last.inner_text()


def test_language_switches_everything(tiny, open_page):
    """Panel, layer names, legend and labels follow, never both at once, and the address remembers it."""
    page = open_page(tiny)
    assert page.locator("#title").inner_text() == "两区布局"
    assert "新建站点" in page.locator(".leaflet-control-layers").inner_text()
    page.get_by_role("button", name="EN", exact=True).click()
    assert page.locator("#title").inner_text() == "Two districts"
    control = page.locator(".leaflet-control-layers").inner_text()
    assert "New stations" in control
    assert "新建站点" not in control
    assert "Fast-charging hub" in page.locator(".legend").inner_text()
    assert "Jia" in page.locator(".leaflet-names-pane").inner_text()
    assert page.locator(".sources").inner_text() == "Data: made by hand, https://example.org/about"
    assert "lang=en" in page.evaluate("location.hash")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_address_sets_language_and_view(tiny, open_page):
    """A link opens the map where its sender stood; the query is read as well."""
    page = open_page(tiny, address="#lang=en&view=13/23.05000/113.25000")
    assert page.evaluate("__map.getZoom()") == 13
    assert page.locator("#title").inner_text() == "Two districts"
    assert open_page(tiny, address="?lang=en").locator("#title").inner_text() == "Two districts"


def test_search_and_sort(tiny, open_page):
    """The table finds by district, in either language, and sorts by any column in both directions."""
    page = open_page(tiny)
    rows = page.locator("#sites tbody tr")
    assert [row.get_attribute("data-site") for row in rows.all()] == ["f-s2", "f-s1", "f-s3"]
    page.locator("#search").fill("swap station")
    assert [row.get_attribute("data-site") for row in rows.all()] == ["f-s3"]
    page.locator("#search").fill("乙区")
    assert rows.count() == 1
    page.locator("#search").fill("")
    page.locator('[data-sort="cost"]').click()
    page.locator('[data-sort="cost"]').click()
    assert rows.first.get_attribute("data-site") == "f-s2"
    assert page.locator("#sites thead th").nth(4).get_attribute("aria-sort") == "descending"


def test_downloads(parts, open_page):
    """CSV opens in a spreadsheet with Chinese intact and no formula, by priority, in the columns of the sites table."""
    parts["sites"].loc[0, "place_zh"] = "=cmd|' /C calc'!A0"
    parts["sites"].loc[1, "place_zh"] = '两\n行 "引号"'
    page = open_page(MapTables(**parts))
    with page.expect_download() as caught:
        page.locator("#download-csv").click()
    content = caught.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == SITE_COLUMNS
    assert [row["place_zh"] for row in rows] == ['两\n行 "引号"', "'=cmd|' /C calc'!A0", "东站"]
    assert (rows[1]["lon"], rows[1]["demand_charging_kwh"], rows[1]["demand_hydrogen_kg"]) == ("113.24", "100", "0")
    assert [rows[2][name] for name in ("type", "type_zh", "status", "district", "district_en", "precision")] == [
        "car_swap",
        "换电站",
        "required",
        "乙区",
        "Yi",
        "search area of 1.7 km",
    ]
    with page.expect_download() as caught:
        page.locator("#download-geojson").click()
    features = json.loads(caught.value.path().read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["facility_id"] for feature in features] == ["f-s2", "f-s1", "f-s3"]
    assert list(features[0]["properties"]) == SITE_COLUMNS


def test_phone(tiny, open_page):
    """At 390 px nothing scrolls sideways, the map comes first, and the layer control is folded away."""
    for language in ("zh", "en"):
        page = open_page(tiny, width=390, height=844, address=f"#lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        tops = page.evaluate(
            "['map-area', 'panel'].map((id) => document.getElementById(id).getBoundingClientRect().top)"
        )
        assert tops[0] < tops[1]
        control = page.locator(".leaflet-control-layers-expanded")
        assert control.count() == 0
        page.locator(".leaflet-control-layers-toggle").click()
        assert control.count() == 1
        page.locator(".folium-map").click(position={"x": 30, "y": 300})
        assert control.count() == 0


def test_a_popup_goes_with_its_layer(tiny, open_page):
    """Switching a layer off closes the popup opened from it and its lines, and no other popup."""
    page = open_page(tiny)
    popup = page.locator(".leaflet-popup")
    page.locator('#sites tr[data-site="f-s2"] .link').click()
    toggle(page, "sites-existing")
    assert popup.count() == 1
    toggle(page, "sites-new")
    popup.wait_for(state="detached")
    assert count(page, "lines") == 0
    toggle(page, "demand-charging")
    click(page, 113.25, 23.05)
    assert popup.count() == 1
    toggle(page, "demand-charging")
    popup.wait_for(state="detached")


def test_on_a_phone_a_long_popup_scrolls_and_yields_to_the_layers(parts, open_page):
    """A popup longer than the map stays within it and scrolls; opening the layer control closes it."""
    parts["sites"]["source"] = "a long source " * 60
    page = open_page(MapTables(**parts), width=390, height=844)
    page.locator('#sites tr[data-site="f-s2"] .link').click()
    popup = page.locator(".leaflet-popup")
    content = popup.locator(".leaflet-popup-content")
    assert content.evaluate("(box) => box.scrollHeight > box.clientHeight")
    assert content.evaluate("(box) => getComputedStyle(box).overflowY") == "auto"
    assert popup.bounding_box()["height"] < page.locator("#map-area").bounding_box()["height"]
    page.locator(".leaflet-control-layers-toggle").click()
    popup.wait_for(state="detached")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_plan_table_is_not_cut_off(parts, open_page, language):
    """Long labels, wide amounts and lines for comparison fit the panel, and each line says its basis once."""
    compared = {"enforced": False, "basis": "derived", "source": "derived; the ratio of 2020", "unit": "modules"}
    wide = {"label_en": "Public chargers in 2025 (derived)", "target": 133_333, "achieved": 33_206, "gap": -100_127}
    money = {"unit": "CNY", "sense": "<=", "target": 2.3e9, "achieved": 2.29951e9, "gap": -4.9e5}
    parts["scorecard"][1:1] = [
        {**parts["scorecard"][0], **wide, **compared, "met": False},
        {**parts["scorecard"][0], **money, "label_en": "Total investment"},
        {**parts["scorecard"][0], "sense": "=", "target": 400, "source": "assumption", "basis": "assumption"},
    ]
    page = open_page(MapTables(**parts), address=f"#lang={language}")
    table = page.locator("#scorecard .scroll").first
    assert table.evaluate("(box) => box.scrollWidth <= box.clientWidth")
    text = table.inner_text()
    expected = {
        "zh": ("参考 · 推导：the ratio of 2020", "约束 · 假设\n"),
        "en": ("for comparison · derived: the ratio of 2020", "enforced · assumption\n"),
    }
    for part in (*expected[language], "=\u00a0400", "≥\u00a0133,333"):
        assert part in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_summary_prints_on_one_page(parts, browser, language):
    """A summary with the lines, types, sources and notes of a whole city is one sheet of A4, with no word broken."""
    line = {
        **parts["scorecard"][0],
        "label_zh": "某类设施总数（推算）",
        "label_en": "Stations of a kind standing in 2025",
    }
    parts["scorecard"] = [
        {**line, "target": 133_333, "achieved": 33_206, "met": False, "enforced": False},
        *[{**line, "sense": "="}] * 4,
        *[{**line, "unit": "CNY", "sense": "<=", "target": 2.3e9, "achieved": 2.29951e9}] * 5,
    ]
    first = parts["types"][0]
    more = [{**first, "id": f"kind{k}", "label_en": "Hydrogen station, second grade"} for k in range(5)]
    parts["types"] += more
    parts["kpis"]["stations"] |= {kind["id"]: {"existing": 5, "new": 39} for kind in more}
    parts["kpis"]["services"]["hydrogen"] = {**parts["kpis"]["services"]["charging"], "unit": "kg"}
    sites = parts["sites"].loc[[1] * 8].reset_index(drop=True)
    sites["facility_id"] = [f"f{k}" for k in range(8)]
    parts |= {"sites": sites, "assignment": parts["assignment"].iloc[:0]}
    parts["meta"].update(
        sources=["a plan of the city, as reported by its statistics bureau, with the licence it came under"] * 9,
        modelled=["a fleet: stock from the plan, distance and use per kilometre by assumption"] * 5,
        method_zh="先求服务价值最大，再求投资最少，两步都给出可证明的界，所有约束由另一段程序复核。" * 6,
        method_en="First the value served is maximised, then the investment is minimised; both are proven. " * 7,
    )
    page = browser.new_page(viewport={"width": 710, "height": 1060})
    page.set_content(draw_summary(MapTables(**parts), language))
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page(?!\w)", sheet)) == 1
    page.emulate_media(media="print")
    heights = "[...document.querySelectorAll('thead th')].map((cell) => cell.offsetHeight)"
    assert len(set(page.evaluate(f"{heights}.slice(0, 4)"))) == 1
    page.close()


def test_hostile_names_do_nothing_but_show(parts, open_page):
    """Names that try to be markup or a template stand on the page as text."""
    name = "{{7*7}}</script><img src=x onerror=alert(1)>\n🚀\"'"
    parts["sites"]["place_zh"] = name
    parts["districts"]["district"] = [name, "甲区"]
    parts["types"][0]["label_zh"] = name
    parts["meta"]["title_zh"] = name
    page = open_page(MapTables(**parts))
    assert page.locator("#title").text_content() == name
    page.locator('#sites tr[data-site="f-s2"] .link').click()
    assert name in page.locator(".leaflet-popup").text_content()
    assert page.locator("img").count() == 0


def test_canvas_markers_work_as_well(parts, open_page, monkeypatch):
    """Above the limit stations are drawn on the canvas and still open their popup."""
    monkeypatch.setattr("maps_out.layers.facilities.MARKER_LIMIT", 2)
    page = open_page(MapTables(**parts))
    assert page.locator(".site-marker").count() == 0
    assert count(page, "sites-new") == 1
    click(page, 113.27, 23.06)
    assert "快充站" in page.locator(".leaflet-popup").inner_text()


def test_keyboard_reaches_a_station(tiny, open_page):
    """From the search box the table's headings and names follow by tab, and Enter opens the popup."""
    page = open_page(tiny)
    page.locator("#search").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "link":
            break
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup").count() == 1


def test_the_page_prints(tiny, open_page):
    """A PDF of the page holds more than an empty sheet."""
    assert len(open_page(tiny).pdf()) > 20_000


def test_an_empty_result_opens(parts, open_page):
    """A page without sites, demand and places still opens and switches language without an error."""
    for name in ("sites", "demand", "assignment", "places"):
        parts[name] = parts[name].iloc[:0]
    page = open_page(MapTables(**parts))
    page.get_by_role("button", name="EN", exact=True).click()
    assert page.locator("#sites tbody tr").count() == 0


def test_a_name_does_not_hide_the_station_that_stands_there(parts, open_page):
    """The name of a place with a station is written above the station; a name without one stands at its place."""
    station = Point(113.22, 23.01)
    parts["sites"].loc[parts["sites"]["facility_id"] == "f-s1", "geometry"] = station
    parts["places"] = gpd.GeoDataFrame(
        {"name_zh": ["有站镇", "无站镇"], "name_en": ["With", "Without"], "rank": [1, 1]},
        geometry=[station, Point(113.39, 23.01)],
        crs="EPSG:4326",
    )
    page = open_page(MapTables(**parts))
    at = page.evaluate(f"__map.latLngToContainerPoint([{station.y}, {station.x}]).y")
    area = page.locator(".folium-map").bounding_box()
    name = page.locator(".name", has_text="有站镇").bounding_box()
    assert name["y"] + name["height"] <= area["y"] + at - 4
    other, at = (
        page.locator(".name", has_text="无站镇").bounding_box(),
        page.evaluate("__map.latLngToContainerPoint([23.01, 113.39]).y"),
    )
    assert other["y"] < area["y"] + at < other["y"] + other["height"]


def test_without_lines_of_a_plan_there_is_no_table_of_them(parts, open_page):
    """A study without a plan has no heading above an empty table."""
    assert open_page(MapTables(**parts)).locator("#scorecard-section").is_visible()
    parts["scorecard"] = []
    assert not open_page(MapTables(**parts)).locator("#scorecard-section").is_visible()


def test_on_a_phone_layers_legend_and_popup_do_not_cover_each_other(parts, open_page):
    """The layer control ends above the legend, which it folds, and a popup leaves half of the map."""
    parts["sites"]["source"] = "a long source " * 60
    page = open_page(MapTables(**parts), width=390, height=844)
    legend, toggle_button = page.locator(".legend"), page.locator(".leaflet-control-layers-toggle")
    legend.locator("summary").click()
    assert legend.get_attribute("open") is not None
    toggle_button.click()
    control = page.locator(".leaflet-control-layers-expanded")
    box, button = control.bounding_box(), legend.bounding_box()
    assert legend.get_attribute("open") is None
    assert box["y"] + box["height"] <= button["y"]
    legend.locator("summary").click()
    control.wait_for(state="detached")
    page.locator('#sites tr[data-site="f-s2"] .link').click()
    popup, area = page.locator(".leaflet-popup").bounding_box(), page.locator("#map-area").bounding_box()
    assert popup["height"] <= 0.55 * area["height"]
    assert popup["width"] <= 0.75 * area["width"]


def test_a_classic_objective_shows_its_figures_and_no_use(tiny, open_page):
    """The panel names the objective with its figures, says covered, and neither table nor popup has a use."""
    figure = {
        "key": "stations",
        "label_zh": "站点总数",
        "label_en": "Stations in all",
        "value": 3.0,
        "unit": "stations",
    }
    mean = {"key": "mean_min", "label_zh": "平均行程时间", "label_en": "Mean travel time", "value": 4.25, "unit": "min"}
    objective = {
        "model": "max_cover",
        "label_zh": "最大覆盖",
        "label_en": "Maximal covering",
        "sense": "most",
        "capacities": False,
        "p": 4,
        "figures": [figure, mean],
    }
    kpis = tiny.kpis | {"objective": objective, "solve": tiny.kpis["solve"] | {"gap": 0.0}}
    page = open_page(replace(tiny, kpis=kpis, sites=tiny.sites.assign(use_share=float("nan"))), address="#lang=en")
    panel = page.locator("#kpis").inner_text()
    assert "Objective: Maximal covering" in panel
    assert "Share of demand covered" in panel
    assert "4.3 min" in panel
    assert "p = 4" in panel
    assert "≤ 0%" not in panel
    assert "proven optimal" in panel
    assert "Use" not in page.locator("#sites thead th").all_inner_texts()
    page.locator("#sites tbody button.link").first.click()
    page.wait_for_function("document.querySelector('.card') !== null")
    assert "Use" not in page.locator(".card dt").all_inner_texts()
