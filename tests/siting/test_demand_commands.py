"""Commands of demand on the tiny world: five places on a line, two districts."""

import json
import re

import geopandas as gpd
import pyogrio
import pytest
from typer.testing import CliRunner

from siting.cli import app
from siting.demand_build import build_layers


def siting(*words):
    """Run a command."""
    return CliRunner().invoke(app, ["demand", *map(str, words)])


def test_build_writes_layers_reports_and_a_page(world, tmp_path):
    """510 kWh at five places; the page has a circle for each, the biggest for b."""
    result = siting("build", world.write(), "--out", tmp_path / "runs")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "runs" / "tiny-demand"
    layer = gpd.read_file(folder / "demand.gpkg", layer="charging")
    assert layer["demand"].sum() == 510
    report = json.loads((folder / "demand.json").read_text(encoding="utf-8"))["reports"][0]
    assert report["services"]["charging"]["after"] == 510
    assert report["services"]["charging"]["by_district"] == {"西区": 360, "东区": 150}
    radii = [float(r) for r in re.findall(r'<circle[^>]* r="([\d.]+)"', (folder / "demand.html").read_text("utf-8"))]
    assert len(radii) == 5
    assert radii[0] == max(radii)
    assert radii[0] / radii[1] == pytest.approx(2**0.5, rel=0.02)


def test_build_replaces_its_own_folder_and_no_other(world, tmp_path):
    """A second build takes the place of the first; a folder that something else wrote stays."""
    runs, path = tmp_path / "runs", world.write()
    assert siting("build", path, "--out", runs).exit_code == 0
    assert siting("build", path, "--out", runs, "--set", "demand.cars.scale=2").exit_code == 0
    found = pyogrio.read_dataframe(runs / "tiny-demand" / "demand.gpkg", layer="charging")
    assert found["demand"].sum() == 1020
    (runs / "tiny-demand" / "demand.json").unlink()
    refused = siting("build", path, "--out", runs)
    assert refused.exit_code == 3
    assert "something else of this name" in refused.output
    assert sorted(entry.name for entry in runs.iterdir()) == ["tiny-demand"]


def test_the_page_is_in_the_language_asked_for(world, tmp_path):
    """The study's own language is Chinese; with --lang en the page is English, its districts too."""
    page = tmp_path / "tiny-demand" / "demand.html"
    for words, lang, district in (((), "zh", "西区"), (("--lang", "en"), "en", "West")):
        assert siting("build", world.write(), "--out", tmp_path, *words).exit_code == 0
        text = page.read_text(encoding="utf-8")
        assert f'<html lang="{lang}">' in text
        assert f"<td>{district}</td>" in text


def test_every_year_has_its_section(world, tmp_path):
    """Demand that doubles by 2030 stands in two reports, one per year."""
    result = siting("build", world.grow(y2025=1.0, y2030=2.0).write(), "--out", tmp_path, "--json")
    reports = json.loads(result.stdout)["reports"]
    assert [(report["year"], report["services"]["charging"]["after"]) for report in reports] == [
        (2025, 510),
        (2030, 1020),
    ]


def test_what_is_imported_is_text_on_the_page(world):
    """A source and a fleet called as a script are shown, not run."""
    world.study["demand"]["cars"]["source"] = "<script>alert(1)</script>"
    page = build_layers(world.read()).page("en")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_vehicles_on_the_road_are_not_passed_over_in_silence(world, tmp_path):
    """Beside demand at places the flows are named; alone they leave nothing to build, which is said."""
    world.road(75)
    refused = siting("build", world.write(), "--out", tmp_path)
    assert refused.exit_code == 3
    assert "no [demand.NAME]: fuel of [flows] drive on roads" in refused.output
    counted = {"model": "measured", "layer": "sites", "column": "grid_kw", "service": "hydrogen", "vehicle": "truck"}
    world.study["demand"] = {"depots": counted | {"source": "invented"}}
    told = siting("build", world.write(), "--out", tmp_path)
    assert told.exit_code == 0, told.output
    assert "not shown: fuel of [flows]" in told.output


def test_evaluate_says_what_beats_the_demand(world):
    """Stations at the two places with most demand: cells with demand come first, and the layer beats equal amounts."""
    world.demand["a"]["kwh"] = 0
    world.study["layers"]["seen"] = world.study["layers"]["sites"] | {"path": "seen.csv"}
    path = world.write()
    rows = ["id,x,y", *(f"s{n},{500_000 + km * 1000},2505000" for n, km in enumerate((4, 12)))]
    (world.folder / "seen.csv").write_text("\n".join(rows), encoding="utf-8")
    result = siting(
        "evaluate", path, "--service", "charging", "--observed", "seen", "--count", "sites", "--cell-m", 2000
    )
    assert result.exit_code == 0, result.output
    assert "demand for charging beats uniform" in result.output
    assert "number of sites" in result.output
    told = json.loads(siting("evaluate", path, "--service", "charging", "--observed", "seen", "--json").stdout)
    assert told["occupied"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--service", "charging", "--observed", "nowhere"], "nowhere"),
        (["--service", "hydrogen", "--observed", "sites"], "no demand for hydrogen"),
    ],
)
def test_evaluate_names_what_is_not_there(world, words, said):
    """One message, exit code 3."""
    result = siting("evaluate", world.write(), *words)
    assert result.exit_code == 3
    assert said in result.output


def test_cluster_merges_points_within_the_distance(tmp_path):
    """Of three trip ends two are 100 m apart and become one point of two; nobody is moved farther than asked."""
    source, store = tmp_path / "ends.csv", tmp_path / "layers.gpkg"
    source.write_text("lon,lat\n114.0,22.5\n114.001,22.5\n114.1,22.6\n114.2,bad\n", encoding="utf-8")
    words = ["cluster", source, "--crs", "EPSG:4326", "--to-crs", "EPSG:4547", "--store", store, "--json"]
    told = json.loads(siting(*words, "--eps", "0.3km").stdout)
    assert (told["points"], told["demand_points"]) == (3, 2)
    assert told["displacement"]["max_m"] <= 300
    assert told["report"]["rows_in"] == 4
    assert sorted(gpd.read_file(store, layer="trip_ends")["count"]) == [1, 2]


def test_a_distance_that_is_none_is_a_usage_error(tmp_path):
    """Letters other than m and km are refused before anything is read."""
    result = siting("cluster", tmp_path / "a.csv", "--eps", "300x", "--to-crs", "EPSG:4547")
    assert result.exit_code == 2
    assert "300m or 0.3km" in result.output


def test_pictures_are_written_where_they_are_asked_for(world, tmp_path):
    """One SVG per fleet and year that asks for anything; a fleet that asks for nothing has none."""
    world.study["demand"]["idle"] = world.study["demand"]["cars"] | {"scale": 0}
    result = siting("build", world.write(), "--out", tmp_path / "runs", "--pictures", tmp_path / "drawn")
    assert result.exit_code == 0, result.output
    assert [path.name for path in (tmp_path / "drawn").iterdir()] == ["cars.svg"]
    world.grow(y2025=1.0, y2030=2.0)
    siting("build", world.write(), "--out", tmp_path / "runs", "--pictures", tmp_path / "years")
    assert sorted(path.name for path in (tmp_path / "years").iterdir()) == ["cars-2025.svg", "cars-2030.svg"]
