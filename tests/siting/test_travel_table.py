"""Travel times between two layers, on a road of 10 km driven at 60 km/h."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from siting.cli import app

ROADS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"maxspeed": "60"},
            "geometry": {"type": "LineString", "coordinates": [[500_000, 2_500_000], [510_000, 2_500_000]]},
        }
    ],
}


@pytest.fixture
def files(tmp_path):
    """A road, demand at km 0, 4 and 30 (far from the road), sites at km 1 and 9."""
    (tmp_path / "roads.geojson").write_text(json.dumps(ROADS))
    for name, rows in (("demand", {"甲": 0, "b": 4000, "far": 30_000}), ("sites", {"s1": 1000, "s9": 9000})):
        lines = [f"{key},{500_000 + x},2500000" for key, x in rows.items()]
        (tmp_path / f"{name}.csv").write_text("\n".join(["id,x,y", *lines]), encoding="utf-8")
    return tmp_path


def travel(files, *options, out="times.csv"):
    """Run the command; the result and the table."""
    words = ["travel", str(files / "roads.geojson"), "--source-crs", "EPSG:4547", "--crs", "EPSG:4547"]
    words += ["--demand", str(files / "demand.csv"), "--sites", str(files / "sites.csv"), "--out", str(files / out)]
    result = CliRunner().invoke(app, [*words, "--minutes", "6", *options])
    return result, files / out


def minutes(path):
    """Minutes by demand and site."""
    table = pd.read_csv(path)
    return {(row.demand, row.site): row.time_s / 60 for row in table.itertuples()}


def test_all_pairs_within_the_minutes_are_written(files):
    """From km 4 the site at km 9 is 5 minutes away, from km 0 it is 9; what lies beyond the reach has no pair."""
    result, path = travel(files)
    assert result.exit_code == 0, result.output
    assert minutes(path) == {("甲", "s1"): 1.0, ("b", "s1"): 3.0, ("b", "s9"): 5.0}
    assert "3 pairs" in result.output
    assert "1 without any pair: far" in result.output
    assert "1.00 times the straight line, 60 km/h" in result.output


def test_options_change_what_is_asked(files):
    """Half the speed doubles the minutes; of several sites only the nearest may be kept."""
    assert minutes(travel(files, "--speed-share", "0.5")[1]) == {("甲", "s1"): 2.0, ("b", "s1"): 6.0}
    assert minutes(travel(files, "--nearest", "1")[1]) == {("甲", "s1"): 1.0, ("b", "s1"): 3.0}


def test_the_report_is_one_json_object(files):
    """With --json stdout holds counts, method and what could not be reached."""
    result, path = travel(files, "--json", "--quiet")
    told = json.loads(result.stdout)
    assert told["pairs"] == 3
    assert told["demand"] == {"points": 3, "median_access_m": 0.0, "longest_access_m": 20_000.0, "unreached": 1}
    assert told["file"] == str(path)


def test_a_cache_answers_the_second_time(files):
    """The same question gives the same table from one kept file; another question another file."""
    first = travel(files, "--cache", str(files / "kept"))[1].read_bytes()
    second = travel(files, "--cache", str(files / "kept"))[1].read_bytes()
    assert first == second
    assert len(list((files / "kept").iterdir())) == 1
    travel(files, "--cache", str(files / "kept"), "--nearest", "1")
    assert len(list((files / "kept").iterdir())) == 2


def test_parquet_holds_the_same(files):
    """The kind of file follows from its name."""
    pytest.importorskip("pyarrow", reason="writing Parquet needs pyarrow")
    _, path = travel(files, out="times.parquet")
    assert pd.read_parquet(path)["time_s"].tolist() == [60.0, 180.0, 300.0]


def test_a_wrong_point_does_not_choose_the_system_for_all(tmp_path):
    """With one of ten points in Africa the times of the others are what they were, and the report names it."""
    (tmp_path / "roads.geojson").write_text(
        json.dumps(
            {
                "type": "Feature",
                "properties": {"maxspeed": "60"},
                "geometry": {"type": "LineString", "coordinates": [[113.9, 22.5], [114.1, 22.5]]},
            }
        )
    )
    good = [f"p{n},{113.9 + n / 50},22.5" for n in range(9)]
    (tmp_path / "sites.csv").write_text("\n".join(["id,lon,lat", "s,114.0,22.5"]))
    found = []
    for name, rows in (("good", good), ("bad", [*good, "astray,23.1,23.1"])):
        (tmp_path / f"{name}.csv").write_text("\n".join(["id,lon,lat", *rows]))
        words = ["travel", str(tmp_path / "roads.geojson"), "--demand", str(tmp_path / f"{name}.csv")]
        words += ["--sites", str(tmp_path / "sites.csv"), "--source-crs", "EPSG:4326", "--minutes", "60"]
        result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / f"{name}.out.csv")])
        assert result.exit_code == 0, result.output
        found.append((tmp_path / f"{name}.out.csv").read_text())
    assert found[0] == found[1]
    assert len(found[0].splitlines()) == 10
    assert "likely wrong: astray" in result.output


@pytest.mark.parametrize(
    ("options", "out", "words"),
    [
        ((), "times.xlsx", "end the name with .csv or .parquet"),
        ((), "nowhere/times.csv", "the folder does not exist"),
        (("--demand-id", "name"), "times.csv", "name"),
        (("--demand", "absent.csv"), "times.csv", "absent.csv"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(files, options, out, words):
    """One message, exit code 3, no file."""
    result, path = travel(files, *options, out=out)
    assert result.exit_code == 3
    assert words in result.output
    assert not path.exists()
