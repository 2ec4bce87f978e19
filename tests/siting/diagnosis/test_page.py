"""The page: both languages, nothing fetched, and names that are text whatever they hold."""

import os
import shutil
from html.parser import HTMLParser

import pytest

from maps_out.assets import outside_addresses
from siting.diagnosis import diagnose
from siting.diagnosis.page import diagnosis_page

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}<img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """Tags and texts of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.attributes = set(), "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def page(found):
    """The page of the tiny network."""
    return diagnosis_page(found)


def test_the_page_says_it_in_both_languages(page):
    """Chinese and English stand in one file, each marked as what it is."""
    text = Page(page).text
    assert "2 座站点覆盖 71% 的需求" in text
    assert "Stations: 2. Within their standard lies 71% of the demand; 71% can be served." in text
    assert page.count('<main lang="zh">') == page.count('<main lang="en">') == 1


def test_the_page_fetches_nothing_and_runs_nothing(page):
    """No script, no outside address, and a policy that forbids both."""
    parsed = Page(page)
    assert not outside_addresses(page)
    assert "script" not in parsed.tags
    assert "default-src 'none'" in page


def test_hostile_names_are_text(network_world):
    """Names of places, districts, types and the study come out as they were written, and as nothing else."""
    network_world.districts[0]["properties"] |= {"district": HOSTILE, "name_en": HOSTILE}
    network_world.demand["d"] |= {"name_zh": HOSTILE, "name_en": HOSTILE}
    network_world.facilities["charger"] |= {"label_zh": HOSTILE, "label_en": HOSTILE}
    network_world.study |= {"title_zh": HOSTILE, "title_en": HOSTILE}
    parsed = Page(diagnosis_page(diagnose(network_world.read())))
    assert parsed.text.count(HOSTILE) >= 8
    assert not parsed.tags & {"script", "img"}
    assert not [name for name in parsed.attributes if name.startswith("on")]


def test_a_service_without_stations_says_so(network_world):
    """Where nothing stands there are no shares to show."""
    network_world.demand["d"]["swaps"] = 7
    network_world.ask("swapping", "swaps")
    text = Page(diagnosis_page(diagnose(network_world.read()))).text
    assert "No station that stands offers it: all of the demand, 7 swaps/day, goes unserved." in text


def test_the_language_is_chosen_without_a_script(page, tmp_path):
    """In a browser one language shows at a time, and a click shows the other."""
    playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need playwright")
    chromium = os.environ.get("SITING_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        if os.environ.get("SITING_REQUIRE_BROWSER"):
            pytest.fail("no Chromium found")
        pytest.skip("no Chromium found; set SITING_CHROMIUM to its path")
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"])
        shown = browser.new_context(viewport={"width": 390, "height": 844}, offline=True).new_page()
        shown.goto(path.as_uri())
        zh, en = (shown.locator(f'main[lang="{language}"]') for language in ("zh", "en"))
        assert (zh.is_visible(), en.is_visible()) == (True, False)
        shown.get_by_text("English", exact=True).click()
        assert (zh.is_visible(), en.is_visible()) == (False, True)
        # Nothing is wider than a phone; long tables scroll by themselves.
        assert shown.evaluate("document.documentElement.scrollWidth") <= 390
        browser.close()
