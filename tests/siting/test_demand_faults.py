"""Faults of the demand of parts, retired batteries and learned models: one clear report, nothing lost."""

import shutil
from pathlib import Path

import pytest

from demand_models.learned import load_model, save_model
from demand_models.learned.predictors import Linear
from siting.area import build_area
from siting.audit import audit_run
from siting.demand import build_demand
from siting.demand_build import build_layers
from siting.errors import NoAnswerError, StudyError
from siting.layers import read_layers
from siting.run_folder import write_run

SAVED = Path(__file__).parents[1] / "demand_models" / "learned" / "as_counted.json"
PARTS = {
    "model": "parts_logistics",
    "vehicles_per_year": {"2025": 1000},
    "parts_t_per_vehicle": 1.5,
    "warehouse_share": 0.5,
    "working_days": 250,
    "layer": "demand",
    "weight": "kwh",
    "source": "assumption",
}
BATTERIES = {
    "model": "battery_take_back",
    "stock": {"2025": 1000},
    "retired_share": {"2025": 0.1},
    "kg_per_battery": 400,
    "collected_share": 0.5,
    "population_share": 0,
    "layer": "demand",
    "weight": "kwh",
    "source": "assumption",
}
LEARNED = {
    "model": "learned",
    "file": "model.json",
    "features": {"trips": {"kind": "own", "name": "trips", "unit": "trips", "column": "kwh"}},
    "layer": "demand",
    "service": "parts",
    "vehicle": "truck",
    "source": "learned",
}


@pytest.fixture
def supply(world):
    """The tiny world with plants, batteries and a learned model at its places."""
    world.study["demand"] = {"plants": PARTS, "batteries": BATTERIES, "model": LEARNED}
    world.facilities = {}
    world.offer("store", parts=(100, 5), take_back=(100, 5), vehicles=["truck"]).allow("store")
    world.folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SAVED, world.folder / "model.json")
    return world


def change(world, fleet, **keys):
    """Change the block of a fleet; None takes a key out."""
    block = world.study["demand"][fleet] | keys
    world.study["demand"][fleet] = {key: value for key, value in block.items() if value is not None}
    return world


def build(world):
    """Build the demand of the study."""
    study = world.read()
    return build_demand(study, build_area(study, read_layers(study)))


def told(world):
    """What is wrong with the study."""
    with pytest.raises(StudyError) as caught:
        build(world)
    return caught.value.faults


def test_the_world_is_sound(supply, tmp_path):
    """Without a fault it is solved, and passes the audit."""
    result = supply.run()
    assert set(result.kpis["services"]) == {"parts", "take_back"}
    assert not audit_run(write_run(result, tmp_path / "runs"))


@pytest.mark.parametrize(
    ("fleet", "keys", "words"),
    [
        # Wrong units: kilograms for tonnes, grams for kilograms, per cent for shares, hours for days.
        ("plants", {"parts_t_per_vehicle": 1400}, "demand.plants.parts_t_per_vehicle: must be at most 60 (found 1400)"),
        ("plants", {"warehouse_share": 30}, "demand.plants.warehouse_share: must be at most 1 (found 30)"),
        ("plants", {"working_days": 6000}, "demand.plants.working_days: must be at most 366 (found 6000)"),
        ("batteries", {"kg_per_battery": 445_000}, "demand.batteries.kg_per_battery: must be at most 5000"),
        ("batteries", {"retired_share": {"2025": 5}}, "demand.batteries.retired_share.2025: must be at most 1"),
        ("model", {"coverage": 80}, "demand.model.coverage: must be at most 0.99 (found 80)"),
        ("model", {"interval": -2}, "demand.model.interval: must be at least -1 (found -2)"),
        ("model", {"service": "part"}, "demand.model.service: use 'charging'"),
        # Negative amounts.
        ("plants", {"vehicles_per_year": {"2025": -1}}, "demand.plants.vehicles_per_year.2025: must be at least 0"),
        ("batteries", {"stock": {"2025": -1}}, "demand.batteries.stock.2025: must be at least 0"),
        # Ranges in another unit than their parameter.
        (
            "plants",
            {"ranges": {"parts_t_per_vehicle": [1200, 1600]}},
            "ranges.parts_t_per_vehicle: 1200 is not allowed",
        ),
        ("batteries", {"ranges": {"collected_share": [0.6, 0.9]}}, "collected_share = 0.5 is outside of [0.6, 0.9]"),
        # Missing and unknown names.
        ("model", {"features": {"a": {"kind": "near"}}}, "demand.model.features.a"),
        ("model", {"layer": "demnad"}, 'demand.model.layer: layer "demnad" is not among [layers]'),
        ("batteries", {"layer": "yards"}, 'demand.batteries.layer: layer "yards" is not among [layers]'),
    ],
)
def test_a_block_that_cannot_be_is_refused(supply, fleet, keys, words):
    """Units, signs and names are checked before a layer is read; the key is named with what was found."""
    assert any(words in fault for fault in told(change(supply, fleet, **keys))), told(supply)


@pytest.mark.parametrize(
    ("fleet", "keys", "words"),
    [
        ("plants", {"vehicles_per_year": {"2024": 1}}, "demand 'plants': vehicles_per_year: 2025 is outside"),
        ("plants", {"weight": "kwk"}, "demand 'plants': layer 'demand': no column \"kwk\""),
        (
            "batteries",
            {"stock_column": "cars", "population_share": 0.5},
            "demand 'batteries': 0.5 of it fol",
        ),
        ("model", {"file": "none.json"}, "cannot be read"),
        ("model", {"features": {"a": LEARNED["features"]["trips"] | {"unit": "km"}}}, "feature 'trips' is in 'km'"),
    ],
)
def test_a_block_that_does_not_fit_its_layers_is_refused(supply, fleet, keys, words):
    """Years, columns, cells, files and features that are not there are named with the fleet."""
    if keys.get("file") == "none.json":
        with pytest.raises(StudyError, match=r"none\.json"):
            change(supply, fleet, **keys).run()
        return
    assert any(words in fault for fault in told(change(supply, fleet, **keys))), told(supply)


def test_the_faults_of_all_fleets_come_at_once(supply):
    """Three fleets with a fault each are three sentences of one message."""
    change(supply, "plants", weight="kwk")
    change(supply, "batteries", stock={"2020": 1}, retired_share={"2020": 0.1})
    change(supply, "model", features={"a": LEARNED["features"]["trips"] | {"unit": "km"}})
    faults = told(supply)
    assert len(faults) == 3
    assert [name for name in ("'plants'", "'batteries'", "'model'") if any(name in fault for fault in faults)] == [
        "'plants'",
        "'batteries'",
        "'model'",
    ]


@pytest.mark.parametrize("kwh", ["-5", "many", ""])
def test_a_place_with_no_amount_is_named(supply, kwh):
    """A negative or unreadable weight is refused with its row, for all fleets that read it."""
    supply.demand["b"]["kwh"] = kwh
    faults = told(supply)
    assert {"'plants'", "'batteries'"} <= {fault.split()[1].rstrip(":") for fault in faults}
    assert all("row" in fault and "2" in fault for fault in faults)


def test_a_wild_prediction_is_refused(supply):
    """A model far outside of what it learned says so, with the place."""
    model = load_model(supply.folder / "model.json")
    steep = type(model)(**{**vars(model), "predictor": Linear(0.0, model.predictor.coefficients * 1000)})
    save_model(steep, supply.folder / "model.json")
    assert "demand 'model': the model predicts no finite number at a, b, c" in told(supply)[0]


@pytest.mark.parametrize(
    ("fleet", "keys"),
    [
        ("plants", {"vehicles_per_year": {"2025": 0}}),
        ("batteries", {"stock": {"2025": 0}}),
        ("batteries", {"collected_share": 0}),
        ("model", {"total": 0}),
        ("plants", {"scale": 0}),
    ],
)
def test_a_fleet_that_asks_for_nothing_is_noted(supply, fleet, keys):
    """A fleet without vehicles, or with a total of zero, is no fault: its report says that it asks for nothing."""
    reports = {report.fleet: report for report in build_layers(change(supply, fleet, **keys).read()).reports}
    assert reports[fleet].services == {}
    assert any("asks for nothing" in note for note in reports[fleet].notes)
    assert all(report.services for name, report in reports.items() if name != fleet)


def test_nothing_at_all_is_refused(supply):
    """All fleets without demand are one fault."""
    for fleet in ("plants", "batteries", "model"):
        change(supply, fleet, scale=0)
    assert list(told(supply)) == ["demand: all fleets together ask for nothing; check stocks, shares and scale"]


@pytest.mark.parametrize(
    ("by_district", "words"),
    [
        ({"西区": 1.0}, "no total for '东区'"),
        ({"西区": 1.0, "东区": 1.0, "北区": 1.0}, "not among the districts: '北区'"),
    ],
)
def test_totals_of_missing_and_unknown_districts_are_refused(supply, by_district, words):
    """Control totals of the new services are checked like all others."""
    supply.study["totals"] = {"take_back": {"by_district": by_district, "source": "counted"}}
    assert any(words in fault for fault in told(supply))


def test_a_total_of_zero_empties_a_district_and_says_so(supply):
    """A district whose total is 0 loses its rows, and the report counts them."""
    change(supply, "batteries", totals={"take_back": {"by_district": {"西区": 9.0, "东区": 0}, "source": "counted"}})
    report = next(report for report in build_layers(supply.read()).reports if report.fleet == "batteries")
    assert report.services["take_back"].by_district == {"西区": pytest.approx(9)}
    assert any("emptied by control totals of 0" in note for note in report.notes)


def test_a_service_that_no_type_offers_is_out_of_reach(supply):
    """Tonnes that nobody may handle are told as beyond every candidate, not left out."""
    supply.facilities.clear()
    supply.offer("point", take_back=(100, 5), vehicles=["truck"]).allow("point")
    parts = supply.run().kpis["services"]["parts"]
    assert parts["share"] == 0
    assert parts["unreachable"] == pytest.approx(parts["demand"])


def test_a_type_of_another_service_is_not_of_the_study(supply):
    """A study without a catalogue of its own has the built-in types of what it asks for; another one is named."""
    del supply.study["facilities"]
    supply.allow("fast_hub", "take_back_point")
    with pytest.raises((StudyError, NoAnswerError), match='"fast_hub" is not a facility type of the catalogue'):
        supply.run()
