"""Each command on the template study: what it prints, where, and how it ends."""

import json
import shutil
from pathlib import Path

import pytest

from siting import Study
from siting.versions import versions


def test_run_prints_one_object_and_writes_the_folder(solved):
    """`run --json` prints one JSON object on stdout, progress on stderr, and ends with 0 when the gap is reached."""
    assert solved.code == 0
    report = solved.json()
    assert report["exit_code"] == 0
    assert Path(report["map"]).parent == Path(report["run_dir"])
    assert Path(report["map"]).is_file()
    assert report["kpis"]["solve"]["gap"] <= 0.01
    assert {line["line"] for line in report["scorecard"]} == {
        *("swap_stations", "hydrogen_stations", "chargers", "total", "charging")
    }
    assert "served value" in solved.stderr


def test_run_meets_the_template_plan(solved):
    """The template's swap stations, hydrogen stations, budget and share served are all as its plan says."""
    kpis = solved.json()["kpis"]
    stations = kpis["stations"]
    assert stations["swap_car"] == {"existing": 1, "new": 1, "modules": stations["swap_car"]["modules"]}
    assert kpis["cost_cny"] <= kpis["budget_cny"] == 40_000_000
    assert all(line["met"] for line in solved.json()["scorecard"])
    assert set(kpis["services"]) == {"charging", "swapping", "hydrogen"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ["各类站点", "乘用车换电站", "换电站总数", "需求满足率", "可证明的上界", "独立复核", "map.html"]),
        ("en", ["Stations by type", "Car swap station", "Total investment", "Before", "Proven bound", "map.html"]),
    ],
)
def test_run_prints_a_summary(siting, template, tmp_path, language, words):
    """Without `--json` a run prints its summary on stdout, in the language asked for; `--quiet` says nothing else."""
    ran = siting("run", template, "--out", tmp_path / "runs", "--quiet", "--lang", language)
    assert (ran.code, ran.stderr) == (0, "")
    assert all(word in ran.stdout for word in words)


def test_run_is_repeatable(siting, template, tmp_path, solved):
    """The same study gives the same run id and the same bytes, wherever it lies."""
    again = siting("run", template, "--out", tmp_path / "runs", "--json").json()
    assert again["run_id"] == solved.json()["run_id"]
    for name in ("sites.gpkg", "kpis.json", "sites.xlsx", "map.html"):
        assert (Path(again["run_dir"]) / name).read_bytes() == (Path(solved.json()["run_dir"]) / name).read_bytes()


def test_set_forces_and_forbids_sites(siting, template, tmp_path):
    """`--set` overrides the study: one site gets the type it must have, another stays empty."""
    force, forbid = 'sites.require."plots:s04"=swap_car', 'sites.forbid=["plots:s07"]'
    ran = siting("run", template, "--out", tmp_path / "runs", "--json", "--set", force, "--set", forbid)
    assert ran.code == 0, ran.stderr
    rows = (Path(ran.json()["run_dir"]) / "sites.csv").read_text(encoding="utf-8-sig")
    assert "plots:s04|swap_car" in rows
    assert "plots:s07" not in rows


def test_set_scales_a_demand(siting, template):
    """`--set demand.X.scale=1.2` raises that demand by a fifth and no other."""
    plain, more = (
        siting("check", template, "--json", *extra).json() for extra in ((), ("--set", "demand.swaps.scale=1.2"))
    )
    assert more["demand"]["swapping"]["per_day"] == pytest.approx(1.2 * plain["demand"]["swapping"]["per_day"])
    assert more["demand"]["charging"] == plain["demand"]["charging"]


def test_check_lists_inputs_and_size(siting, template):
    """`check` names every file with hash and CRS, and the size of the model, and writes nothing."""
    before = sorted(template.parent.rglob("*"))
    found = siting("check", template, "--json").json()
    assert {entry["name"] for entry in found["inputs"]} == {"districts", "demand", "sites", "existing", "plan"}
    assert all(len(entry["sha256"]) == 64 for entry in found["inputs"])
    assert {entry["crs"] for entry in found["inputs"]} == {"EPSG:4326", None}
    assert found["sites"] == {"candidate": 12, "existing": 2}
    size = found["size"]
    assert size["demand_rows"] == 65  # 30 places charge, 30 swap, 5 take hydrogen
    assert size["model_integer_columns"] == 2 * size["options"]
    assert sorted(template.parent.rglob("*")) == before


def test_check_speaks_to_people(siting, template):
    """Without `--json`, `check` says that the study is valid and what it read."""
    ran = siting("check", template)
    assert ran.code == 0
    assert "study.toml: valid (town, 2025" in ran.stdout
    assert "demand.csv" in ran.stdout


def test_new_starts_a_study_that_runs(siting, tmp_path):
    """`new` copies the template and says how to go on."""
    ran = siting("new", tmp_path / "mine")
    assert ran.code == 0
    assert f"siting run {tmp_path / 'mine' / 'study.toml'}" in ran.stdout
    assert Study.from_toml(tmp_path / "mine" / "study.toml").name == "town"


def test_demo_copy_is_the_same_study(siting, tmp_path):
    """A copy of the embedded study differs from it only in naming its own catalogue, which is the built-in one."""
    from siting.starter import demo_study

    copy = Path(siting("demo", "--copy", tmp_path / "gz", "--json").json()["study"])
    embedded, copied = Study.from_toml(demo_study()), Study.from_toml(copy)
    assert copied.facilities == "facilities.toml"
    assert copied.model_copy(update={"facilities": embedded.facilities}).to_toml() == embedded.to_toml()
    assert copied.catalogue == embedded.catalogue
    assert copied.full_plan == embedded.full_plan
    # What is written into the copy is one setting; its comments stay.
    lines = set(copy.read_text(encoding="utf-8").splitlines()) ^ set(
        demo_study().read_text(encoding="utf-8").splitlines()
    )
    assert all(line.startswith("facilities") for line in lines)


def test_map_draws_again(siting, run_folder):
    """`map` draws the same page from the folder alone."""
    page = run_folder / "map.html"
    drawn = page.read_bytes()
    page.unlink()
    ran = siting("map", run_folder)
    assert (ran.code, ran.stdout.strip()) == (0, str(page))
    assert page.read_bytes() == drawn


def test_compare_finds_no_difference_to_itself(siting, run_folder):
    """A run compared to itself gains and loses nothing; as text that is one line, in the language asked for."""
    found = siting("compare", run_folder, run_folder, "--json").json()
    assert (found["sites"]["gained"], found["sites"]["lost"]) == ([], [])
    for language, words in (("zh", "没有差异"), ("en", "no difference")):
        ran = siting("compare", run_folder, run_folder, "--lang", language)
        assert (ran.code, ran.stdout.strip(), ran.stderr) == (0, words, "")


def test_compare_shows_only_what_differs(siting, run_folder, tmp_path):
    """Between a run and a copy with another cost, the cost is the only key figure, below a title."""
    other = tmp_path / "other"
    shutil.copytree(run_folder, other)
    path = other / "kpis.json"
    kpis = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kpis, "cost_cny": kpis["cost_cny"] + 1000}), encoding="utf-8")
    shown = siting("compare", run_folder, other).stdout
    assert "关键指标" in shown
    assert "cost_cny" in shown
    assert "+1,000" in shown
    assert "value" not in shown
    assert "站点" not in shown


@pytest.mark.parametrize("of", ["study", "plan", "facilities"])
def test_schema_is_json_schema(siting, of):
    """`schema` prints a JSON Schema whose keys carry descriptions."""
    schema = siting("schema", of).json()
    assert "description" in json.dumps(schema)
    assert schema.get("properties") or schema.get("additionalProperties")


def test_versions_name_what_is_installed(siting):
    """`versions` prints the program's own version and those of what it rests on."""
    assert siting("versions", "--json").json() == versions()
    assert "highspy" in siting("versions").stdout


def test_run_begins_from_an_earlier_run(siting, template, tmp_path):
    """`--start` names a run folder; the result notes what it began from, and a folder that is no run is refused."""
    first = siting("run", template, "--out", tmp_path / "runs", "--json", "-q")
    folder = first.json()["run_dir"]
    again = siting("run", template, "--start", folder, "--out", tmp_path / "more", "--json", "-q")
    assert again.code == 0, again.stderr
    assert "begun from town-" in again.json()["kpis"]["solve"]["notes"][0]
    refused = siting("run", template, "--start", tmp_path, "--out", tmp_path / "more", "-q")
    assert refused.code == 3
    assert "no run to begin from" in refused.stderr
