"""Two runs side by side."""

import copy
import io
import json
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from rich.console import Console

from siting.compare import compare_runs, comparison_tables
from siting.run_folder import write_run

TINY = runpy.run_path(str(Path(__file__).with_name("test_run_folder.py")))
tiny_result, hostile_result = TINY["tiny_result"], TINY["hostile_result"]


@pytest.fixture
def difference(tmp_path: Path) -> dict[str, Any]:
    """From the tiny run to one where s1 grows, s3 goes, s4 comes, 50 kWh more are served and a line appears."""
    before = tiny_result()
    sites = before.sites.set_index("facility_id", drop=False)
    sites.loc["f-s1", ["modules", "new_modules"]] = [6, 2]
    sites.loc["f-s3", ["facility_id", "site_id"]] = ["f-s4", "s4"]
    kpis = copy.deepcopy(before.kpis)
    kpis["services"]["charging"] |= {"served": 300.0, "share": 0.75}
    del kpis["services"]["swapping"]
    kpis["cost_cny"] = 40_000_000.0
    kpis["budget_cny"] = None
    kpis["stations"]["fast_hub"]["new"] = 3
    after = replace(
        before,
        run_id="ba9876543210",
        sites=gpd.GeoDataFrame(sites.reset_index(drop=True)),
        demand=before.demand[before.demand["service"] == "charging"],
        assignment=before.assignment[before.assignment["service"] == "charging"],
        kpis=kpis,
        scorecard=[before.scorecard[0] | {"achieved": 3}, *before.scorecard[1:], before.scorecard[0] | {"line": "new"}],
    )
    return compare_runs(write_run(before, tmp_path), write_run(after, tmp_path))


def test_sites_gained_lost_and_changed(difference: dict[str, Any]) -> None:
    """s4 is gained, s3 lost, s1 has two modules more, s2 is the same."""
    sites = difference["sites"]
    assert [site["facility_id"] for site in sites["gained"]] == ["f-s4"]
    assert [site["facility_id"] for site in sites["lost"]] == ["f-s3"]
    assert sites["lost"][0] == {
        "facility_id": "f-s3",
        "site_id": "s3",
        "type": "car_swap",
        "district": "乙区",
        "place_zh": "东站",
        "place_en": "East Station",
        "status": "required",
        "year": 2025,
        "modules": 4,
        "type_zh": "换电站",
        "type_en": "Swap station",
    }
    assert [(site["facility_id"], site["modules"]) for site in sites["changed"]] == [
        ("f-s1", {"a": 4, "b": 6, "delta": 2})
    ]
    assert sites["same"] == 1


def test_key_figures_differ_by_b_less_a(difference: dict[str, Any]) -> None:
    """Differences are b less a; where one run has no figure there is no difference."""
    kpis = difference["kpis"]
    assert kpis["cost_cny"] == {"a": 48_000_000.0, "b": 40_000_000.0, "delta": -8_000_000.0}
    assert kpis["budget_cny"] == {"a": 100_000_000.0, "b": None, "delta": None}
    assert kpis["services"]["charging"]["share"] == {"a": 0.625, "b": 0.75, "delta": 0.125}
    assert kpis["services"]["swapping"]["share"] == {"a": 0.5, "b": None, "delta": None}
    assert kpis["stations"]["fast_hub"]["new"] == {"a": 1, "b": 3, "delta": 2}


def test_plan_lines_are_matched_by_line_and_district(difference: dict[str, Any]) -> None:
    """Each line has both achievements; one that only a single run has is kept."""
    found = {(line["line"], line["district"]): line["achieved"] for line in difference["scorecard"]}
    assert found == {
        ("hubs", ""): {"a": 2, "b": 3, "delta": 1},
        ("price", ""): {"a": None, "b": None, "delta": None},
        ("quota", "乙区"): {"a": 0, "b": 0, "delta": 0},
        ("new", ""): {"a": None, "b": 2, "delta": None},
    }


def test_difference_is_json(difference: dict[str, Any]) -> None:
    """What is returned goes to JSON and back unchanged."""
    assert json.loads(json.dumps(difference, allow_nan=False)) == difference


def test_a_run_does_not_differ_from_itself(tmp_path: Path) -> None:
    """Compared with itself a run gains, loses and changes nothing."""
    folder = write_run(tiny_result(), tmp_path)
    found = compare_runs(folder, folder)
    assert found["sites"] == {"gained": [], "lost": [], "changed": [], "same": 3}
    assert {line["achieved"]["delta"] for line in found["scorecard"]} == {0, None}
    assert comparison_tables(found) == []


def test_rows_without_difference_are_left_out(tmp_path: Path) -> None:
    """A figure that differs by less than is shown has no row, and no table when it is the only one."""
    before = tiny_result()
    kpis = copy.deepcopy(before.kpis)
    kpis["services"]["charging"]["share"] += 4e-5
    after = replace(before, run_id="ba9876543210", kpis=kpis)
    folders = [write_run(result, tmp_path) for result in (before, after)]
    assert comparison_tables(compare_runs(*folders)) == []
    kpis["services"]["charging"]["share"] += 1e-4
    folders[1] = write_run(after, tmp_path)
    (table,) = comparison_tables(compare_runs(*folders))
    assert table.row_count == 1


def test_a_target_that_moved_is_a_difference(tmp_path: Path) -> None:
    """A plan line with another target and the same achievement is shown as such."""
    before = tiny_result()
    lines = [before.scorecard[0] | {"target": 5}, *before.scorecard[1:]]
    after = replace(before, run_id="ba9876543210", scorecard=lines)
    found = compare_runs(*[write_run(result, tmp_path) for result in (before, after)])
    assert "Fast-charging hubs (target)" in shown(found)
    assert "（目标值）" in shown(found, "zh")


def shown(difference: dict[str, Any], language: str = "en") -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=False)
    for table in comparison_tables(difference, language):
        console.print(table)
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_tables_show_signs_and_names(difference: dict[str, Any]) -> None:
    """Gained, lost and changed sites, and only those plan lines that differ, in the language asked for."""
    text = shown(difference, "zh")
    lines = text.splitlines()
    assert any("+" in line and "f-s4" in line and "换电站" in line for line in lines)
    assert any("4 -> 6" in line and "f-s1" in line for line in lines)
    assert any("cost_cny" in line and "-8,000,000" in line for line in lines)
    assert "quota" not in text
    assert "charging: demand" not in text
    assert "charging: served" in text
    assert "fast_hub: new" in text
    assert "car_swap" not in text
    assert "结果不同的规划目标" in text
    assert "Fast-charging hubs" in shown(difference)


def test_hostile_names_are_shown_as_text(tmp_path: Path) -> None:
    """Markup in a name is not obeyed by the terminal, nor is an escape sequence."""
    hostile = hostile_result(run_id="ffffffffffff")
    named = hostile.sites.assign(place_en="[red]x[/red]\x1b[31m\x07")
    runs = [write_run(result, tmp_path) for result in (tiny_result(), replace(hostile, sites=named))]
    text = shown(compare_runs(*runs))
    assert "[red]x[/red] [31m" in text
    assert "\x1b" not in text


def test_settings_that_differ_are_named(tmp_path: Path) -> None:
    """A run with another gap and in another language differs in these two settings alone; equal runs in none."""
    before = tiny_result()
    after = replace(tiny_result(output={"language": "en"}, solver={"gap": 0.1}), run_id="ba9876543210")
    folders = write_run(before, tmp_path), write_run(after, tmp_path)
    assert compare_runs(*folders)["settings"] == [
        {"key": "output.language", "a": "zh", "b": "en"},
        {"key": "solver.gap", "a": 0.02, "b": 0.1},
    ]
    assert compare_runs(folders[0], folders[0])["settings"] == []
