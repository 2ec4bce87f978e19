"""The demand sheet of one fleet at two places of the tiny world."""

import re
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from maps_out import MapError, draw_demand, draw_demand_picture
from maps_out.paper import Paper

REPORT = {
    "fleet": "taxis", "model": "cabs", "year": 2025, "source": "counted <b>twice</b>", "summary": "Taxis.",
    "formula": "``E = N d e`` kWh:\n\n- ``N`` `stock`.", "notes": ["look here"],
    "inputs": [{"layer": "hubs", "column": "weight", "rows": 3, "rows_with_demand": 2}],
    "parameters": [
        {"name": "km", "value": 150.0, "meaning": "Distance (km).", "unit": "km", "source": "assumption",
         "effect": {"parameter": "km", "low": 120.0, "high": 180.0, "totals_low": {"charging": 80.0},
                    "totals_high": {"charging": 120.0}}},
        {"name": "stock", "value": {2025: 2_950_000.0}, "meaning": "Cars.", "unit": "", "source": "plan",
         "effect": None},
    ],
    "services": {
        "charging": {
            "unit": "kWh", "before": 200.0, "after": 100.0, "places": 2, "quantiles": {50: 50.0}, "top_share": 0.8,
            "by_district": {"西区": 80.0, "": 20.0}, "peak_hour": 12, "peak_demand": 9.0,
            "changes": [{"margin": "district", "group": "西区", "before": 160.0, "wanted": 80.0, "after": 80.0}],
        }
    },
}  # fmt: skip
DISTRICTS = gpd.GeoDataFrame(
    {"district": ["西区"], "name_en": ["West"]}, geometry=[box(113.0, 23.0, 113.4, 23.2)], crs=4326
)


def demand(crs=4326):
    """80 kWh in the west and 20 in the east."""
    rows = {"fleet": ["taxis"] * 2, "service": ["charging"] * 2, "year": [2025] * 2, "demand": [80.0, 20.0]}
    return gpd.GeoDataFrame(rows, geometry=[Point(113.1, 23.1), Point(113.3, 23.1)], crs=crs)


def test_the_area_of_a_circle_is_the_demand():
    """Four times the demand has twice the radius, and lies west of the other."""
    page = draw_demand("Study", [REPORT], demand(), DISTRICTS, "en")
    circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', page)
    (left, _, large), (right, _, small) = (tuple(map(float, found)) for found in circles)
    assert left < right
    assert large == 2 * small


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "before control totals",
                "200 kWh/day",
                "9 kWh from 12:00",
                "outside all districts",
                "80 – 120",
                "<td>West</td>",
                "2025: 2,950,000",
            ],
        ),
        ("zh", ["校准前", "各区之外", "12:00 起 9 kWh", "<td>西区</td>"]),
    ],
)
def test_every_figure_stands_on_the_page(language, words):
    """Totals before and after, busiest hour, districts, and what a range leaves open, in either language."""
    page = draw_demand("Study", [REPORT], demand(), DISTRICTS, language)
    for text in (*words, "hubs: weight", "look here", "E = N d e"):
        assert text in page


def test_every_fleet_fills_its_own_map():
    """A small fleet beside one of a million times its demand is seen; the years of a fleet share a scale."""
    parcels = gpd.GeoDataFrame(
        pd.concat([demand(), demand().assign(year=2030, demand=320.0), demand().assign(fleet="port", demand=8e7)]),
        crs=4326,
    )
    page = draw_demand("Study", [REPORT], parcels, DISTRICTS, "en")
    assert re.findall(r' r="([\d.]+)"', page) == ["4.5", "2.25"]


def test_many_places_are_no_blot():
    """However many places have demand, all circles together cover no more than three tenths of the districts."""
    many = gpd.GeoDataFrame(pd.concat([demand()] * 2000), crs=4326)
    page = draw_demand("Study", [REPORT], many, DISTRICTS, "en")
    covered = sum(3.14159 * float(r) ** 2 for r in re.findall(r' r="([\d.]+)"', page))
    paper = Paper(DISTRICTS)
    assert 0.25 < covered / (paper.width * paper.height) < 0.3


def test_the_formula_is_prose_with_code():
    """Of the marks of the documentation's source none is left: code, and dots before the items of a list."""
    page = draw_demand("Study", [REPORT], demand(), DISTRICTS, "en")
    assert "<p><code>E = N d e</code> kWh:</p>" in page
    assert "<li><code>N</code> <code>stock</code>.</li>" in page
    assert "`" not in page


def test_texts_are_never_markup():
    """A source with a tag is shown as it was written."""
    page = draw_demand("<i>", [REPORT], demand(), DISTRICTS, "en")
    assert "<b>twice" not in page
    assert "counted &lt;b&gt;twice" in page


@pytest.mark.parametrize(("crs", "language", "words"), [(4547, "en", "longitude and latitude"), (4326, "fr", "fr")])
def test_what_cannot_be_drawn_is_refused(crs, language, words):
    """Metres, and a language without words."""
    with pytest.raises(MapError, match=words):
        draw_demand("Study", [REPORT], demand(crs), DISTRICTS, language)


def test_a_picture_stands_alone():
    """It is one SVG that any viewer opens, with a circle per place, its text escaped, and nothing fetched."""
    report = REPORT | {"summary": "<b>Taxis</b>"}
    picture = draw_demand_picture(report, demand(), DISTRICTS, "en")
    root = ET.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 2
    assert root.find("{http://www.w3.org/2000/svg}title").text == "taxis, 2025: <b>Taxis</b>"
    assert "href" not in picture
    assert picture == draw_demand_picture(report, demand(), DISTRICTS, "en")


def test_other_fleets_are_not_drawn():
    """A picture has the demand of its own fleet and year alone, on its own scale."""
    alone = draw_demand_picture(REPORT, demand(), DISTRICTS, "en")
    bigger = demand().assign(fleet="buses", demand=1e6)
    both = gpd.GeoDataFrame(pd.concat([demand(), bigger, demand().assign(year=2030)]), crs=4326)
    assert draw_demand_picture(REPORT, both, DISTRICTS, "en") == alone


@pytest.mark.parametrize(
    ("report", "crs", "language", "message"),
    [
        (REPORT | {"services": {}}, 4326, "en", "'taxis' asks for nothing in 2025"),
        (REPORT, 3857, "en", "longitude and latitude are needed"),
        (REPORT, 4326, "fr", "language 'fr' is not one of"),
    ],
)
def test_a_picture_of_nothing_is_refused(report, crs, language, message):
    """What cannot be drawn is said."""
    with pytest.raises(MapError, match=message):
        draw_demand_picture(report, demand(crs), DISTRICTS, language)
