"""The run folder of the tiny world of two districts that the map tests use too."""

import copy
import csv
import errno
import hashlib
import json
import runpy
import shutil
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from siting import run_folder
from siting.errors import RunFolderError
from siting.formats.geopackage import read_layers
from siting.manifest import stopped_by
from siting.result import Result
from siting.run_folder import read_run, redraw, write_run
from siting.study import Study
from solvers import Solution, Status
from solvers.solution import StageReport

TINY_PARTS = runpy.run_path(str(Path(__file__).parents[1] / "maps_out" / "conftest.py"))["tiny_parts"]
FRAMES = ("sites", "demand", "assignment", "districts", "places")
CLOCKS = {"manifest.json", "solver.log"}
HOSTILE = (
    "{{7*7}}",
    "</script><script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "一\n二",
    "\t=1",
    "😀 \"quoted\" 'single' <b>&amp;",
    "../../x",
    "https://example.org",
    "]]>--><!--",
)


def _stage(objective: str, status: Status, *, value: float = 700.0, bound: float = 707.0) -> StageReport:
    return StageReport(
        objective=objective, status=status, value=value, bound=bound, words="words", work=3, runtime_s=0.25
    )


def tiny_result(**changes: Any) -> Result:
    """Result of the tiny world in metres; `output` and `solver` change the study, other names the result's parts."""
    parts = TINY_PARTS()
    study = {"name": "tiny", "output": changes.pop("output", {}), "solver": changes.pop("solver", {})}
    made = {
        "study": Study.from_dict(study),
        "run_id": "0123456789ab",
        "inputs": ({"name": "districts", "path": "d.geojson", "sha256": "00", "rows": 2, "crs": "EPSG:4326"},),
        **{name: parts[name].to_crs("EPSG:4547") for name in FRAMES},
        **{name: parts[name] for name in ("types", "kpis", "scorecard", "meta")},
        "phases": pd.DataFrame(),
        "closed": gpd.GeoDataFrame(),
        "flows": gpd.GeoDataFrame(),
        "roads": None,
        "solution": Solution(
            modules=np.array([4]),
            share=np.array([1.0]),
            stages=(_stage("served_value", Status.GAP), _stage("cost", Status.OPTIMAL)),
            method="compact",
            seed=0,
        ),
        "size": {"sites": 3, "demand_rows": 4, "options": 3, "pairs": 3},
    }
    return Result(**(made | changes))


def hostile_result(**changes: Any) -> Result:
    """The tiny result with a hostile text in every free text of sites, districts, places, types and plan lines."""
    result = tiny_result(**changes)
    text = " | ".join(HOSTILE)
    sites = pd.concat([result.sites.iloc[[0]]] * len(HOSTILE), ignore_index=True).assign(
        facility_id=[f"{name} #" for name in HOSTILE],
        site_id=HOSTILE,
        **dict.fromkeys(("place_zh", "place_en", "precision", "reason_zh", "reason_en", "source"), HOSTILE),
        priority=range(1, len(HOSTILE) + 1),
    )
    types = copy.deepcopy(result.types)
    types[0] |= {"label_zh": text, "label_en": text, "module_zh": text, "module_en": text}
    return replace(
        result,
        sites=gpd.GeoDataFrame(sites, crs=result.sites.crs),
        assignment=result.assignment.iloc[:0],
        places=result.places.assign(name_zh=text, name_en=text),
        types=types,
        scorecard=[line | {"label_zh": name} for line in result.scorecard[:1] for name in HOSTILE],
        meta=result.meta | {"title_zh": text, "title_en": text, "sources": list(HOSTILE)},
    )


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_but_manifest_and_log_has_the_same_bytes_when_written_twice(tmp_path: Path) -> None:
    """Only the manifest and the log know the clock; nothing else depends on when or where it was written."""
    one = content(write_run(tiny_result(), tmp_path / "a", started=datetime.now(UTC)))
    other = content(write_run(tiny_result(), tmp_path / "b" / "c", command="siting run", started=datetime.now(UTC)))
    assert [name for name in one if one[name] != other[name]] == ["manifest.json"]
    assert set(one) == {
        "sites.gpkg",
        "sites.xlsx",
        "sites.csv",
        "kpis.json",
        "scorecard.json",
        "scorecard.csv",
        "about.json",
        "inputs.json",
        "study.resolved.toml",
        "map.html",
        "summary.html",
        "solver.log",
        "manifest.json",
    }


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    """Shuffled result tables give the same bytes: every layer is sorted by its ids."""
    result = tiny_result()
    turned = replace(result, **{name: getattr(result, name).iloc[::-1] for name in FRAMES})
    one, other = content(write_run(result, tmp_path / "a")), content(write_run(turned, tmp_path / "b"))
    assert [name for name in one if one[name] != other[name] and name not in CLOCKS] == []


def test_manifest_names_the_hash_of_every_other_file(tmp_path: Path) -> None:
    """Outputs in the manifest are the SHA-256 of exactly the files beside it."""
    folder = write_run(tiny_result(), tmp_path)
    files = content(folder)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["outputs"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert manifest["inputs"] == json.loads(files["inputs.json"])


def test_manifest_tells_command_seconds_and_how_the_solve_ended(tmp_path: Path) -> None:
    """Command, clock, settings, versions and each stage's outcome are in the manifest."""
    started = datetime.now(UTC) - timedelta(seconds=5)
    folder = write_run(tiny_result(solver={"seed": 7}), tmp_path, command="siting run 一", started=started)
    _, manifest = read_run(folder)
    assert manifest["command"] == "siting run 一"
    assert 5 <= manifest["seconds"] < 65
    assert manifest["finished"].endswith("Z")
    assert (manifest["status"], manifest["stopped_by"]) == ("gap reached", "gap")
    assert manifest["gap"] == pytest.approx(7 / 707, rel=0.02)
    assert [stage["objective"] for stage in manifest["stages"]] == ["served_value", "cost"]
    assert manifest["solver"]["seed"] == 7
    assert {"python", "numpy", "highspy", "gdal", "proj"} <= set(manifest["versions"])
    assert "seconds: 0.250" in (folder / "solver.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("statuses", "word"),
    [
        ((Status.OPTIMAL, Status.OPTIMAL), "proof"),
        ((Status.OPTIMAL, Status.GAP), "gap"),
        ((Status.GAP, Status.WORK_LIMIT), "work"),
        ((Status.GAP, Status.TIME_LIMIT, Status.OPTIMAL), "clock"),
        ((Status.TIME_LIMIT, Status.INTERRUPTED), "interrupt"),
        ((Status.UNKNOWN,), "unknown"),
    ],
)
def test_clock_of_any_stage_is_named(statuses: tuple[Status, ...], word: str) -> None:
    """A run is repeatable only when no stage was stopped by a clock or a person."""
    solution = replace(tiny_result().solution, stages=tuple(_stage("x", status) for status in statuses))
    assert stopped_by(solution) == word


def test_tables_read_back_are_the_tables_written(tmp_path: Path) -> None:
    """Read from the files alone, every table, key figure and line equals what was written."""
    result = tiny_result()
    tables, _ = read_run(write_run(result, tmp_path))
    written = result.map_tables()
    keys = {"sites": "facility_id", "demand": "row_id", "assignment": "row_id", "places": "name_zh"}
    for name, key in keys.items():
        frame = getattr(tables, name)[[*getattr(written, name).columns]]
        expected = getattr(written, name).sort_values(key, ignore_index=True)
        assert_geodataframe_equal(frame, expected, check_dtype=False, check_less_precise=True)
    assert np.isinf(tables.sites["grid_kw"]).sum() == 1
    shares = dict(zip(tables.districts["district"], tables.districts["share_served_charging"], strict=True))
    assert shares["甲区"] == 0.625
    assert np.isnan(shares["乙区"])
    assert tables.kpis == result.kpis
    assert tables.scorecard == result.scorecard
    assert tables.types == result.types
    assert tables.meta == {**result.meta, "language": "zh"}


@pytest.mark.parametrize("output", [{}, {"crs": "EPSG:4490", "language": "en"}, {"crs": "EPSG:32649"}])
def test_redrawing_gives_the_same_pages(tmp_path: Path, output: dict[str, str]) -> None:
    """Map and summary drawn again from the folder have the bytes of the first drawing, in every output CRS."""
    folder = write_run(tiny_result(output=output), tmp_path)
    before = content(folder)
    for name in ("map.html", "summary.html"):
        (folder / name).unlink()
    assert redraw(folder) == folder / "map.html"
    assert content(folder) == before
    assert f'<html lang="{output.get("language", "zh")}"' in before["map.html"].decode()


def test_redrawing_notes_only_the_hashes_of_what_it_drew(tmp_path: Path) -> None:
    """A table changed by hand keeps the hash of the run, so that the change still shows."""
    folder = write_run(tiny_result(), tmp_path)
    kpis = json.loads((folder / "kpis.json").read_text(encoding="utf-8"))
    kpis["cost_cny"] = 1.0
    (folder / "kpis.json").write_text(json.dumps(kpis), encoding="utf-8")
    before = read_run(folder)[1]["outputs"]
    redraw(folder)
    after = read_run(folder)[1]["outputs"]
    assert {name for name in after if after[name] != before[name]} == {"map.html", "summary.html"}


def test_hostile_names_stay_text_everywhere(tmp_path: Path) -> None:
    """Names from layers come back unchanged from layers and JSON, and end no script in the pages."""
    folder = write_run(hostile_result(), tmp_path)
    tables, _ = read_run(folder)
    assert sorted(tables.sites["place_zh"]) == sorted(HOSTILE)
    assert tables.meta["sources"] == list(HOSTILE)
    assert [line["label_zh"] for line in tables.scorecard] == list(HOSTILE)
    for name in ("map.html", "summary.html"):
        page = (folder / name).read_text(encoding="utf-8")
        assert "<script>alert(1)" not in page
    first = content(folder)
    redraw(folder)
    assert content(folder) == first


def test_csv_keeps_chinese_and_runs_no_formula(tmp_path: Path) -> None:
    """UTF-8 with byte order mark, CRLF, dangerous text behind an apostrophe, numbers as they are."""
    folder = write_run(hostile_result(), tmp_path)
    raw = (folder / "sites.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfpriority,facility_id,")
    assert raw.count(b"\r\n") == len(HOSTILE) + 1
    rows = csv_rows(folder / "sites.csv")
    for row, name in zip(rows, HOSTILE, strict=True):
        assert row["place_zh"] == (f"'{name}" if name[0] in "=+-@\t" else name)
    assert rows[0]["district"] == "甲区"
    assert float(rows[0]["lon"]) == 113.24
    lines = csv_rows(folder / "scorecard.csv")
    assert lines[2]["label_zh"] == "'=cmd|' /C calc'!A0"


def test_negative_numbers_stay_numbers_in_csv(tmp_path: Path) -> None:
    """A gap of -2 is a number, not a formula; what is not evaluated is an empty cell; truth is a word."""
    folder = write_run(tiny_result(), tmp_path)
    lines = csv_rows(folder / "scorecard.csv")
    assert [line["gap"] for line in lines] == ["0", "", "-2"]
    assert [line["met"] for line in lines] == ["true", "", "false"]
    assert lines[0]["sense"] == ">="


def test_json_has_no_nan_and_keeps_its_order(tmp_path: Path) -> None:
    """What is not finite is null, numbers of numpy are numbers, Chinese is readable, keys keep their order."""
    result = tiny_result()
    result.kpis.update({"z": np.float64("nan"), "a": np.int64(3), "flag": np.bool_(True), "pair": (1, np.inf)})
    text = (write_run(result, tmp_path) / "kpis.json").read_text(encoding="utf-8")
    read = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert list(read)[-4:] == ["z", "a", "flag", "pair"]
    assert (read["z"], read["a"], read["flag"], read["pair"]) == (None, 3, True, [1, None])


def test_resolved_study_is_the_study(tmp_path: Path) -> None:
    """The study in the folder reads as the study that was run."""
    result = tiny_result(output={"language": "en"})
    text = (write_run(result, tmp_path) / "study.resolved.toml").read_text(encoding="utf-8")
    assert Study.from_dict(tomllib.loads(text)) == result.study


def stopped(status: Status) -> Result:
    """The tiny result, its last stage ended by a status."""
    result = tiny_result()
    stages = (result.solution.stages[0], _stage("cost", status))
    return replace(result, solution=replace(result.solution, stages=stages))


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        (Status.INTERRUPTED, "-partial"),
        (Status.TIME_LIMIT, "-partial"),
        (Status.WORK_LIMIT, ""),
        (Status.GAP, ""),
        (Status.OPTIMAL, ""),
    ],
)
def test_what_is_not_repeatable_is_called_partial(tmp_path: Path, status: Status, ending: str) -> None:
    """A clock or a person as the end of any stage shows in the folder's name; the run id stays."""
    folder = write_run(stopped(status), tmp_path)
    assert folder.name == f"tiny-0123456789ab{ending}"
    assert read_run(folder)[1]["run_id"] == "0123456789ab"


def test_a_stopped_run_leaves_the_finished_one(tmp_path: Path) -> None:
    """An interrupted run of the same study is written beside the finished one, and replaces only its like."""
    finished = write_run(tiny_result(), tmp_path)
    before = content(finished)
    for status in (Status.INTERRUPTED, Status.TIME_LIMIT):
        partial = write_run(stopped(status), tmp_path)
    assert content(finished) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [finished.name, partial.name]
    assert read_run(partial)[1]["stopped_by"] == "clock"


def test_an_older_folder_of_the_same_run_is_replaced(tmp_path: Path) -> None:
    """The second writing leaves one folder; what the older program wrote and this one does not is gone."""
    first = write_run(tiny_result(), tmp_path)
    (first / "layer.json").write_text("old")
    manifest = json.loads((first / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"]["layer.json"] = "00"
    (first / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (first / "kpis.json").write_text("{}")
    second = write_run(tiny_result(), tmp_path)
    assert second == first
    assert [path.name for path in tmp_path.iterdir()] == ["tiny-0123456789ab"]
    assert not (second / "layer.json").exists()
    assert read_run(second)[0].kpis == tiny_result().kpis


@pytest.mark.parametrize("manifest", [None, "{", "[]", "{}"])
def test_files_of_the_planner_survive(tmp_path: Path, manifest: str | None) -> None:
    """Notes and folders that no run wrote are carried over each time, and are no outputs of the run."""
    folder = write_run(tiny_result(), tmp_path)
    outputs = read_run(folder)[1]["outputs"]
    (folder / "my_notes.docx").write_bytes(b"notes")
    (folder / "photos").mkdir()
    (folder / "photos" / "s1.jpg").write_bytes(b"photo")
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    for _ in range(2):
        write_run(tiny_result(), tmp_path)
        assert (folder / "my_notes.docx").read_bytes() == b"notes"
        assert (folder / "photos" / "s1.jpg").read_bytes() == b"photo"
    assert read_run(folder)[1]["outputs"] == outputs


def test_a_failure_to_carry_over_leaves_the_older_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file of the planner cannot be read, the older folder stays whole, with that file in it."""
    folder = write_run(tiny_result(), tmp_path)
    (folder / "my_notes.docx").write_bytes(b"notes")
    before = content(folder)

    def locked(*_: object, **__: object) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr(shutil, "copy2", locked)
    with pytest.raises(PermissionError, match="in use"):
        write_run(tiny_result(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert content(folder) == before


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_older_folder_and_no_half_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    """Whatever stops the writing, the older folder is untouched and nothing hidden is left beside it."""
    before = content(write_run(tiny_result(), tmp_path))

    def fail(*_: object) -> str:
        raise failure

    monkeypatch.setattr(run_folder, "solver_log", fail)
    with pytest.raises(type(failure)):
        write_run(tiny_result(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny-0123456789ab"]
    assert content(tmp_path / "tiny-0123456789ab") == before


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path) -> None:
    """A folder without manifest may be somebody's own; it is named and left alone."""
    own = tmp_path / "tiny-0123456789ab"
    own.mkdir()
    (own / "mine.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="is not a run folder"):
        write_run(tiny_result(), tmp_path)
    assert [path.name for path in own.iterdir()] == ["mine.txt"]


def test_runs_that_cannot_be_written_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file, a path below a file, and a folder without permission: each message says what to name instead."""
    (tmp_path / "a.txt").write_text("text")
    for runs in (tmp_path / "a.txt", tmp_path / "a.txt" / "runs"):
        with pytest.raises(RunFolderError, match="name a folder that can be written"):
            write_run(tiny_result(), runs)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(RunFolderError, match=r"cannot be written \(Permission denied\); name a folder"):
        run_folder.make_runs_folder(tmp_path)


@pytest.mark.parametrize("name", [*HOSTILE, "..", "/etc/passwd", "广州", "x" * 500])
def test_name_of_the_folder_is_one_harmless_part(tmp_path: Path, name: str) -> None:
    """Whatever a study is called, its folder lies directly below the runs and its name is plain."""
    result = tiny_result()
    study = SimpleNamespace(
        name=name,
        output=result.study.output,
        area=result.study.area,
        solver=result.study.solver,
        phased=False,
        closes=False,
        flows={},
        to_toml=str,
        path_of=Path,
    )
    folder = write_run(replace(result, study=study), tmp_path / "runs")
    assert folder.parent == tmp_path / "runs"
    assert folder.name.endswith("-0123456789ab")
    assert folder.name.isascii()
    assert not folder.name.startswith(".")
    assert len(folder.name) < 120


@pytest.mark.parametrize("name", ["sites.gpkg", "kpis.json", "scorecard.json", "about.json", "manifest.json"])
def test_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """A folder that lacks a file is refused with the file's name."""
    folder = write_run(tiny_result(), tmp_path)
    (folder / name).unlink()
    with pytest.raises(RunFolderError, match=name):
        read_run(folder)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("kpis.json", "{", "kpis.json: not valid JSON"),
        ("kpis.json", "{}", "missing keys budget_cny"),
        ("about.json", "{}", "types"),
        ("about.json", "[]", "not a readable run folder"),
        ("manifest.json", "[]", "not a manifest"),
        ("sites.gpkg", "nothing", "sites.gpkg: cannot be read"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, name: str, text: str, words: str) -> None:
    """A file that cannot be used is refused in one sentence, not with a traceback."""
    folder = write_run(tiny_result(), tmp_path)
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(RunFolderError, match=words):
        read_run(folder)


def test_missing_folder_and_missing_layer_are_named(tmp_path: Path) -> None:
    """A path that is no folder, a file, and a GeoPackage without a layer, each say what is missing."""
    with pytest.raises(RunFolderError, match="no such folder"):
        read_run(tmp_path / "nothing")
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(RunFolderError, match="is a file, not a run folder"):
        read_run(tmp_path / "a.txt")
    result = tiny_result()
    result.sites.to_file(tmp_path / "sites.gpkg", layer="sites")
    with pytest.raises(RunFolderError, match="layer demand, assignment, districts, places is missing"):
        read_layers(tmp_path / "sites.gpkg")
