"""Services of a study: columns, pages and types stand where it asks for them or its catalogue offers them."""

import csv
import json

import pytest

from geodata import ENERGY
from siting import Study
from siting.audit import audit_run
from siting.diagnosis import diagnose
from siting.run_folder import write_run

BATTERIES = {
    "model": "battery_take_back",
    "stock": {"2025": 36_500},
    "retired_share": {"2025": 0.1},
    "kg_per_battery": 10,
    "collected_share": 1,
    "population_share": 0,
    "layer": "demand",
    "weight": "kwh",
    "source": "assumption",
}


@pytest.fixture
def take_back(world):
    """The tiny world where batteries, 100 kg a day for 510 of weight, are taken back; 25 kg a rack within 5 minutes."""
    world.facilities = {}
    world.offer("point", take_back=(25, 5), vehicles=["truck"]).allow("point")
    world.study["demand"] = {"batteries": BATTERIES}
    return world


def test_a_take_back_network_is_sited(take_back):
    """A point in the west takes back batteries of three places, one in the east those of one; none that of the last."""
    result = take_back.run()
    batteries = result.kpis["services"]["take_back"]
    assert batteries["unit"] == "kg"
    assert batteries["demand"] == pytest.approx(100)
    assert batteries["served"] == pytest.approx(100 * 460 / 510)
    sites = result.sites.set_index("site_id")
    assert sites["demand_take_back_kg"].to_dict() == pytest.approx(
        {"site:p": 100 * 360 / 510, "site:q": 100 * 100 / 510}
    )
    assert sites["modules"].to_dict() == {"site:p": 3, "site:q": 1}
    assert "kg" in sites["reason_en"]["site:p"]


def test_only_its_own_service_is_told(take_back, tmp_path):
    """Tables, layers and pages of a study of take-back speak of no energy, and what was written passes the audit."""
    folder = write_run(take_back.run(), tmp_path / "runs")
    with (folder / "sites.csv").open(encoding="utf-8-sig", newline="") as file:
        heads = next(csv.reader(file))
    assert [name for name in heads if name.startswith("demand_")] == ["demand_take_back_kg"]
    assert set(json.loads((folder / "kpis.json").read_text(encoding="utf-8"))["services"]) == {"take_back"}
    page = (folder / "summary.html").read_text(encoding="utf-8")
    assert "退役电池回收" in page
    assert "充电" not in page
    assert "demand_take_back_kg" in (folder / "map.html").read_text(encoding="utf-8")
    assert not audit_run(folder)


def test_energy_and_supply_share_one_solve(world, tmp_path):
    """With cars that charge beside it, the columns of vehicles' services stand, and the new one behind them."""
    world.offer("point", take_back=(25, 5), vehicles=["truck"]).allow("charger", "point")
    world.study["sites"]["max_types_per_site"] = 2
    world.study["demand"]["batteries"] = BATTERIES
    study = world.read()
    assert study.services == (*ENERGY, "take_back")
    result = world.run()
    assert set(result.kpis["services"]) == {"charging", "take_back"}
    assert not audit_run(write_run(result, tmp_path / "runs"))


def test_a_study_of_vehicles_knows_no_other_service(world):
    """Its catalogue, its columns and its identity are what they were before there were others."""
    del world.study["facilities"]
    world.allow("fast_hub")
    study = world.read()
    assert study.services == ENERGY
    assert all(set(kind.services) <= set(ENERGY) for kind in study.catalogue.root.values())
    assert set(study.model_dump()["value"]) == set(ENERGY)


def test_a_value_that_is_set_is_part_of_the_study(world):
    """The value of a tonne is told once it is set, and read again from what was written."""
    study = world.read("value.parts=300")
    assert study.model_dump()["value"]["parts"] == 300
    again = Study.from_dict(study.model_dump(exclude_unset=True))
    assert again.value_of("parts") == 300
    assert "parts = 300" in study.to_toml()


def test_parts_and_measured_tonnes_meet_at_built_in_types(world):
    """A study without a catalogue that counts tonnes of parts gets the built-in warehouses, and nothing else."""
    del world.study["facilities"]
    world.study["demand"] = {}
    world.study["demand"]["plants"] = {
        "model": "measured",
        "layer": "demand",
        "column": "kwh",
        "service": "parts",
        "vehicle": "truck",
        "source": "counted",
    }
    world.allow("transit_warehouse")
    study = world.read()
    assert set(study.catalogue.root) == {"parts_centre", "transit_warehouse"}
    assert study.services == ("parts",)
    assert world.run().kpis["services"]["parts"]["share"] == pytest.approx(1)


def test_a_network_of_another_service_is_diagnosed(take_back):
    """What stands for take-back is diagnosed like any network, with the gains in its own unit."""
    take_back.stand(old={"km": 3, "type": "point", "modules": 2})
    diagnosis = diagnose(take_back.read())
    assert set(diagnosis.services) == {"take_back"}
    gains = [name for name in diagnosis.candidates.columns if name.startswith("gain_")]
    assert gains == ["gain_take_back_kg"]
    assert diagnosis.candidates["gain_take_back_kg"].gt(0).any()
