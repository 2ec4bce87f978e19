"""The demand of a study: fleets, years, and the control totals of its file."""

import hashlib
import shutil
from pathlib import Path

import pytest

from demand_models import demand_report
from siting.area import build_area
from siting.audit import audit_run
from siting.demand import build_demand, demand_context, demand_correction
from siting.errors import StudyError
from siting.layers import read_layers
from siting.run_folder import write_run
from siting.study import Study


def built(study):
    """The demand rows of a study."""
    return build_demand(study, build_area(study, read_layers(study))).frame


def by_district(frame):
    """Demand by district."""
    return frame.groupby("district")["demand"].sum().to_dict()


def totals(**given):
    """Totals of charging in a study file."""
    return {"charging": {"source": "statistics"} | given}


def test_without_totals_counts_are_taken_as_they_are(world):
    """360 kWh are counted in the west and 150 in the east."""
    assert by_district(built(world.read())) == {"西区": 360, "东区": 150}


def test_a_fleet_meets_its_totals(world):
    """The block of a fleet may say what it adds up to in each district."""
    world.study["demand"]["cars"]["totals"] = totals(by_district={"西区": 36, "东区": 30})
    assert by_district(built(world.read())) == pytest.approx({"西区": 36, "东区": 30}, rel=1e-9)


def test_all_fleets_meet_the_totals_of_the_study(world):
    """100 kWh of all fleets, by groups of districts that a column of their layer names."""
    world.study["totals"] = totals(by_group={"name_en": {"West": 40, "East": 60}})
    assert by_district(built(world.read())) == pytest.approx({"西区": 40, "东区": 60}, rel=1e-9)


def test_totals_of_the_first_year_grow_with_the_demand(world):
    """A total of 51 in 2025 is 102 in 2030, when the counts have doubled; ids name the year."""
    world.grow(y2025=1.0, y2030=2.0).study["totals"] = totals(total=51)
    frame = built(world.read())
    assert frame.groupby("year")["demand"].sum().to_dict() == pytest.approx({2025: 51, 2030: 102})
    assert all(row.id.endswith(f":{row.year}") for row in frame.itertuples())


def test_totals_that_cannot_be_met_name_study_and_district(world):
    """The study, the key and the district are named."""
    world.study["totals"] = totals(by_district={"西区": 36})
    with pytest.raises(StudyError, match=r"(?s)study\.toml.*totals\.charging\.by_district: no total for '东区'"):
        built(world.read())


def test_a_misspelt_key_of_totals_is_told(world):
    """The nearest key is named, also in the block of a fleet."""
    world.study["demand"]["cars"]["totals"] = totals(by_distrit={"西区": 36})
    with pytest.raises(StudyError, match=r'demand\.cars\.totals\.charging\.by_distrit: unknown key.*"by_district"'):
        world.read()


def test_a_misspelt_key_that_all_fleets_share_is_told(world):
    """Keys that every block has are among those a message may offer."""
    world.study["demand"]["cars"]["rangs"] = {}
    with pytest.raises(StudyError, match=r'demand\.cars\.rangs: unknown key; did you mean "ranges"'):
        world.read()


def test_a_study_with_totals_round_trips(world, tmp_path):
    """The resolved study that a run folder keeps is read as the same study."""
    world.study["totals"] = totals(total=100, by_group={"name_en": {"West": 40, "East": 60}})
    study = world.read()
    (tmp_path / "again.toml").write_text(study.to_toml(), encoding="utf-8")
    assert Study.from_toml(tmp_path / "again.toml") == study


def test_a_run_with_totals_verifies(world, tmp_path):
    """What is served is checked against the demand that keeps the totals."""
    world.study["totals"] = totals(total=100)
    result = world.run()
    assert result.kpis["services"]["charging"]["demand"] == pytest.approx(100)
    assert audit_run(write_run(result, tmp_path)) == []


def test_a_fleet_of_a_study_is_reported(world):
    """What a study's fleet is made of: its layer, its totals before and after."""
    world.study["demand"]["cars"]["totals"] = totals(total=51)
    study = world.read()
    area = build_area(study, read_layers(study))
    report = demand_report(
        study.model_of("cars"), demand_context(study, area, 2025), "cars", demand_correction(study, area)
    )
    assert [(found.layer, found.column, found.rows) for found in report.inputs] == [("demand", "kwh", 5)]
    charging = report.services["charging"]
    assert (charging.before, charging.after) == (pytest.approx(510), pytest.approx(51))


def test_a_saved_model_is_an_input_of_the_study(world):
    """A block that reads a model predicts with it, its file is hashed, and the resolved study reads the same."""
    saved = Path(__file__).parents[1] / "demand_models" / "learned" / "as_counted.json"
    world.study["demand"] = {
        "cars": {
            "model": "learned",
            "file": "model.json",
            "features": {"trips": {"kind": "own", "name": "trips", "unit": "trips", "column": "kwh"}},
            "layer": "demand",
            "service": "charging",
            "vehicle": "car",
            "source": "learned",
        }
    }
    world.write()
    shutil.copyfile(saved, world.folder / "model.json")
    result = world.run()
    assert result.kpis["services"]["charging"]["demand"] == pytest.approx(510)
    entry = next(entry for entry in result.inputs if entry["name"] == "demand.cars.file")
    assert entry["sha256"] == hashlib.sha256(saved.read_bytes()).hexdigest()
    assert not audit_run(write_run(result, world.folder / "runs"))
    world.study["demand"]["cars"]["features"]["hub"] = {"kind": "nearest", "name": "h", "layer": "hub", "at_most_km": 1}
    with pytest.raises(StudyError, match=r'demand\.cars\.features\.hub\.layer: layer "hub" is not among \[layers\]'):
        world.read()
