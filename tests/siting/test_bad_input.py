"""Bad input, end to end: one message that names the file, the row or key, what was found, and what to do."""

import csv
import json
import re
import zipfile

import pytest

from demand_models import DemandError
from geodata import GeodataError
from siting import run
from siting.errors import SitingError
from siting.run_folder import write_run


def message(study_of):
    """What a planner is told, by an error meant for planners."""
    with pytest.raises((SitingError, GeodataError, DemandError)) as caught:
        run(study_of())
    return str(caught.value)


def says(world, *words, read=None):
    text = message(read or world.read)
    for word in words:
        assert word in text, text


@pytest.mark.parametrize(("name", "near"), [("demand", "demand.csv"), ("districts", "districts.geojson")])
def test_missing_layer(world, name, near):
    """A layer whose file is not there is named, with a file of nearly that name."""
    world.study["layers"][name]["path"] = near.replace("d", "D", 1).replace(".", "s.")
    says(world, "study.toml", f"layer {name}", "does not exist", f'did you mean "{near}"?')


@pytest.mark.parametrize("key", ["plan", "facilities"])
def test_missing_document(world, key):
    """A plan or catalogue that is not there is named with its path."""
    world.study[key] = "gone.toml"
    says(world, str(world.folder / "gone.toml"), "does not exist; check the path")


def test_unknown_key(world):
    """A misspelt key is told with its path and the nearest key."""
    world.study["sites"]["sources"]["site"]["gridkw"] = 1
    says(world, "study.toml", "sites.sources.site.gridkw: unknown key", 'did you mean "grid_kw"?')


def test_missing_crs(world):
    """Coordinates of no known system are not guessed."""
    del world.study["layers"]["sites"]["crs"]
    says(world, "layer sites", "sites.csv", "no CRS", 'crs = "EPSG:4326"')


def test_unknown_crs(world):
    """A system that does not exist is named with the layer."""
    world.study["layers"]["sites"]["crs"] = "EPSG:1"
    says(world, "layer sites", 'CRS "EPSG:1" is not known')


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:3857"])
def test_area_in_degrees(world, crs):
    """Distances in degrees, or in the stretched metres of Web Mercator, are refused once, by the key to change."""
    world.study["area"]["crs"] = crs
    text = message(world.read)
    assert text.count(crs) == 1
    assert "area.crs" in text
    assert "EPSG:32649" in text


def test_unknown_output_crs(world):
    """A system to write in that does not exist is refused before solving, together with one to compute in."""
    world.study["output"] = {"crs": "EPSG:99999"}
    world.study["area"]["crs"] = "EPSG:4326"
    says(world, "output.crs", 'CRS "EPSG:99999" is not known', "area.crs")


def test_swapped_coordinates(world):
    """Longitude and latitude in each other's column are recognised."""
    world.study["layers"]["sites"] |= {"crs": "EPSG:4326", "lon": "lng", "lat": "lt"}
    world.sites = {"p": {"km": 3, "lng": 23.1, "lt": 113.3}, "q": {"km": 3, "lng": 23.2, "lt": 113.4}}
    says(world, "layer sites", "sites.csv", "swapped")


def test_coordinates_that_are_no_numbers(world):
    """A coordinate that is no number is told with its row."""
    world.sites["p"]["x"] = "113°15′"
    world.sites["q"]["x"] = ""
    says(world, "layer sites", '"x"', "rows 1 ('113°15′')", "blank in rows 2")


def test_duplicate_ids(world):
    """An id that stands twice is told with its rows."""
    world.demand["f"] = {"km": 5, "kwh": 1, "id": "a"}
    says(world, "layer demand", "demand.csv", "'a' (rows 1, 6)", "make them unique")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-5, "below 0 in rows 2 ('-5'); give at least 0"),
        ("NaN", "not a number in rows 2 ('NaN')"),
        ("", "blank in rows 2; fill in a number"),
        ("1,200", "not a number in rows 2 ('1,200'); write it like 1234.5"),
        ("inf", "not a number in rows 2 ('inf')"),
    ],
)
def test_bad_demand(world, value, words):
    """Demand that is negative, blank or no number is told with fleet, column, row, value and file."""
    world.demand["b"]["kwh"] = value
    says(world, "study.toml", "'cars'", '"kwh"', words, str(world.folder / "demand.csv"))


def test_bad_demand_of_two_fleets(world):
    """Every fleet whose demand does not fit is named in one report."""
    world.study["demand"]["taxis"] = world.study["demand"]["cars"] | {"column": "kw"}
    world.demand["b"]["kwh"] = -5
    says(world, "'cars'", "below 0", "'taxis'", 'no column "kw"; did you mean "kwh"?')


def test_no_demand(world):
    """A study in which nobody asks for anything is refused."""
    for place in world.demand.values():
        place["kwh"] = 0
    says(world, "study.toml", "all fleets together ask for nothing; check stocks, shares and scale")


def test_no_fleet(world):
    """A study without demand is told which table to add."""
    world.study["demand"] = {}
    says(world, "demand: no fleet; add at least one [demand.NAME]")


@pytest.mark.parametrize("layer", ["demand", "sites"])
def test_empty_layer(world, layer):
    """A file with nothing but its header is refused."""
    setattr(world, layer, {})
    says(world, f"layer {layer}", f"{layer}.csv", "there are no rows; give at least one")


def test_no_sites(world):
    """A study without sites is told which table to add."""
    world.study["sites"]["sources"] = {}
    says(world, "sites.sources: none; add at least one [sites.sources.NAME]")


def test_site_outside_the_area(world):
    """A site outside of all districts is named by its id, with what can be done."""
    world.sites["far"] = {"km": 30}
    says(world, "sites.csv", "1 of 3 sites outside of all districts", "far", "area.tolerance_m")


def test_document_target_without_section(world):
    """A number of a document without its section is refused by the name of the line."""
    world.count(exactly=1, basis="document", document="d")
    says(world, "plan.toml", "targets.n", 'basis "document" needs document and section')


def test_quota_above_count(world):
    """Quotas that add up to more than their count are refused before solving."""
    world.count(exactly=1, at_least_by_district={"西区": 2})
    says(world, "plan.toml", "targets.n: district quotas add up to 2, the count allows 1")


def test_budget_too_small_for_required_sites(world):
    """Required sites that cost more than the budget are named with both sums, before solving."""
    world.require(budgets={"money": {"cny": 2000, "label_en": "Total", "label_zh": "总投资"}})
    world.study["sites"]["require"] = {"site:p": "charger", "site:q": "charger"}
    says(world, "Total (总投资)", "costs 2200", "budget is 2000")


def test_unknown_type_that_stands(world):
    """A type of a standing station that the catalogue does not have is told with row, value and the nearest type."""
    world.stand(o={"km": 5, "type": "chargr", "modules": 1})
    says(world, "existing.csv", '"type"', '"chargr" in rows 1', 'did you mean "charger"?')


def test_missing_column(world):
    """A column that is not there is told with the nearest one."""
    world.study["demand"]["cars"]["column"] = "kwhh"
    says(world, 'no column "kwhh"; did you mean "kwh"?')


def test_file_that_is_no_layer(world):
    """A file that cannot be read as a layer is named."""
    path = world.write()
    (world.folder / "districts.geojson").write_text("not json", encoding="utf-8")
    study = type(world.read()).from_toml(path)
    (world.folder / "districts.geojson").write_text("not json", encoding="utf-8")
    says(world, "layer districts", "districts.geojson", read=lambda: study)


HOSTILE = (
    "{{7*7}}",
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "line one\nline two",
    '<img src="https://evil.test/x.png" onerror=alert(1)>',
)


@pytest.fixture(scope="module")
def hostile(new_world):
    """A run whose every name is hostile, and its run folder."""
    world = new_world()
    bad = " ".join(HOSTILE)
    for n, place in enumerate(world.demand.values()):
        place |= {"name_zh": HOSTILE[n], "name_en": HOSTILE[n]}
    world.sites = {HOSTILE[1]: {"km": 3}, HOSTILE[3]: {"km": 14}}
    world.districts[0]["properties"] |= {"district": HOSTILE[1], "name_en": bad}
    world.facilities["charger"] |= {"label_zh": bad, "label_en": bad, "module_zh": bad, "source": bad}
    world.study |= {"title_zh": bad, "title_en": bad, "notes": [bad]}
    world.study["layers"]["demand"]["source"] = bad
    world.study["demand"]["cars"]["source"] = bad
    world.count(at_least_by_district={HOSTILE[1]: 1}, label_zh=bad, label_en=bad, rule=bad)
    result = world.run()
    return result, write_run(result, world.folder / "runs")


def test_hostile_names_are_kept_as_text(hostile):
    """Hostile names change nothing but themselves: the answer is that of the tiny world, the names are kept."""
    result, _ = hostile
    assert list(result.sites["modules"]) == [4, 1]
    assert set(result.sites["site_id"]) == {f"site:{HOSTILE[1]}", f"site:{HOSTILE[3]}"}
    assert result.scorecard[0]["district"] == HOSTILE[1]
    assert result.scorecard[0]["met"]


@pytest.mark.parametrize("page", ["map.html", "summary.html"])
def test_hostile_names_are_inert_on_pages(hostile, page):
    """No hostile name becomes markup, script or an evaluated template on a page."""
    result, folder = hostile
    html = (folder / page).read_bytes().decode()
    assert "<script>alert(1)" not in html
    assert "<img src=" not in html
    assert "7*7" in html
    assert not re.search(r"\b49\s*(&lt;|\\u003c|<)", html)
    if page == "map.html":
        assert html == result.draw()


def test_hostile_names_are_inert_in_tables(hostile):
    """No cell of a table begins a formula, and a newline in a name makes no new row."""
    _, folder = hostile
    with (folder / "sites.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@")]
    with zipfile.ZipFile(folder / "sites.xlsx") as workbook:
        sheets = [workbook.read(name).decode() for name in workbook.namelist() if "worksheets/sheet" in name]
    assert sheets
    assert not any("<f>" in sheet for sheet in sheets)


def test_hostile_names_survive_the_files(hostile):
    """What is read from the run folder holds the names as they were."""
    _, folder = hostile
    scorecard = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    assert scorecard[0]["district"] == HOSTILE[1]
    assert scorecard[0]["label_en"] == " ".join(HOSTILE)
