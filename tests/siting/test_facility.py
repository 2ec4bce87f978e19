"""Facility types: the built-in catalogue, and what a catalogue may not say."""

import re
import tomllib

import pytest

from geodata import ENERGY, SERVICES, UNITS
from siting.document import to_toml, validated
from siting.errors import StudyError
from siting.facility import Catalogue, built_in_catalogue

BUILT_IN = built_in_catalogue(SERVICES)
OF_VEHICLES = built_in_catalogue(ENERGY)
OF_SUPPLY = built_in_catalogue({"parts", "take_back"})
# What part C of the first catalogue asks for, by what it does.
EXPECTED = {
    "slow_lot",
    "fast_hub",
    "truck_charging_hub",
    "swap_car",
    "swap_truck",
    "hydrogen_first",
    "hydrogen_second",
    "hydrogen_conversion",
    "mixed_station",
    "integrated_station",
    # Parts logistics and battery take-back.
    "parts_centre",
    "transit_warehouse",
    "take_back_point",
    "take_back_centre",
}


def test_the_catalogue_is_complete():
    """The built-in catalogue holds every kind of station that the plans speak of."""
    assert set(BUILT_IN.root) == EXPECTED


@pytest.mark.parametrize("type_id", sorted(BUILT_IN.root))
def test_entry_is_sourced_and_labelled(type_id):
    """Every entry has labels in both languages, known units, and a source that says what is assumed."""
    facility = BUILT_IN[type_id]
    assert re.search("[\u4e00-\u9fff]", facility.label_zh)
    assert re.search("[\u4e00-\u9fff]", facility.module_zh)
    assert facility.label_en.isascii()
    assert facility.module_en.isascii()
    assert set(facility.services) <= set(UNITS)
    assert len(facility.source) > 40
    assert re.search("assumption|derived", facility.source)


@pytest.mark.parametrize("type_id", sorted(BUILT_IN.root))
def test_entry_is_of_a_plausible_size(type_id):
    """Money, power and travel times are of the order of real stations; a station costs something and draws power."""
    facility = BUILT_IN[type_id]
    least = facility.fixed_cost_cny + facility.min_modules * facility.module_cost_cny
    most = facility.fixed_cost_cny + facility.max_modules * facility.module_cost_cny
    assert 1e5 <= least <= most <= 1e8
    assert 0 < facility.yearly_fixed_cny + facility.yearly_module_cny < 0.2 * most
    assert 0 < facility.kw_per_module * facility.max_modules - facility.onsite_kw <= 20_000
    assert 2 <= facility.standard_min <= (30 if type_id in OF_VEHICLES.root else 120)
    assert 5 <= facility.life_years <= 30


def test_types_are_told_apart_on_the_map():
    """No two types have the same colour and shape, nor those of a catalogue the same shape: colour is not needed."""
    looks = [(facility.colour.lower(), facility.marker) for facility in BUILT_IN.root.values()]
    assert len(set(looks)) == len(looks)
    for catalogue in (OF_VEHICLES, OF_SUPPLY):
        assert len({facility.marker for facility in catalogue.root.values()}) == len(catalogue.root)


def test_the_built_in_types_are_those_of_the_services_asked_for():
    """Types of supply networks stand in no study of vehicles, and the other way round."""
    assert not set(OF_VEHICLES.root) & set(OF_SUPPLY.root)
    assert {**OF_VEHICLES.root, **OF_SUPPLY.root} == BUILT_IN.root


def test_labels_are_told_apart():
    """No two types have the same name in a language."""
    for label in ("label_zh", "label_en"):
        assert len({getattr(facility, label) for facility in BUILT_IN.root.values()}) == len(BUILT_IN.root)


@pytest.mark.parametrize(
    ("service", "count"), [("charging", 5), ("swapping", 2), ("hydrogen", 4), ("parts", 2), ("take_back", 2)]
)
def test_offering(service, count):
    """A service is offered by all types that list it, the mixed one included."""
    offering = BUILT_IN.offering(service)
    assert len(offering) == count
    assert all(service in BUILT_IN[type_id].services for type_id in offering)
    assert ("mixed_station" in offering) == (service in ("charging", "hydrogen"))


def test_standard_is_that_of_the_slowest_service():
    """A mixed station is reached within the largest of its standards."""
    assert BUILT_IN["mixed_station"].standard_min == 20


def test_round_trip():
    """The catalogue is read again as it was written."""
    assert validated(Catalogue, tomllib.loads(to_toml(BUILT_IN)), "again") == BUILT_IN


@pytest.mark.parametrize("type_id", sorted(BUILT_IN.root))
def test_a_one_site_study_runs_for_each_type(world, type_id):
    """A station of each built-in type opens beside demand for all it offers, within its sizes, and serves it."""
    facility = BUILT_IN[type_id]
    del world.study["facilities"]
    world.allow(type_id)
    world.sites = {"p": {"km": 3, "grid_kw": 20_000}}
    world.demand = {"a": {"km": 3.5, "kwh": 1_000, "swaps": 30, "kg": 50, "t": 20}}
    world.study["demand"] = {}
    block = {"model": "measured", "layer": "demand", "source": "counted"}
    columns = {"charging": "kwh", "swapping": "swaps", "hydrogen": "kg", "parts": "t", "take_back": "kg"}
    for vehicle in facility.vehicles:
        for service in facility.services:
            world.study["demand"][f"{vehicle}-{service}"] = block | {
                "service": service,
                "vehicle": vehicle,
                "column": columns[service],
            }
    result = world.run()
    (station,) = result.sites.to_dict("records")
    assert station["type"] == type_id
    assert facility.min_modules <= station["modules"] <= facility.max_modules
    assert station["cost_cny"] == facility.fixed_cost_cny + station["modules"] * facility.module_cost_cny
    for service in facility.services:
        assert result.kpis["services"][service]["share"] == pytest.approx(1, abs=1e-3)


ENTRY = BUILT_IN["fast_hub"].model_dump(mode="json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"min_modules": 61}, "fast_hub: min_modules 61 is above max_modules 60"),
        ({"vehicles": ["car", "car"]}, "fast_hub: vehicles names a class twice (car, car)"),
        ({"vehicles": ["bus"]}, "fast_hub.vehicles.0: use 'car' or 'truck' (found 'bus')"),
        ({"vehicles": []}, "fast_hub.vehicles: 0 given"),
        ({"services": {}}, "fast_hub.services: 0 given"),
        ({"colour": "blue"}, "fast_hub.colour: this text does not fit the pattern"),
        ({"marker": "heart"}, "fast_hub.marker: use 'circle', 'square'"),
        ({"source": " "}, "fast_hub.source: blank; give a text"),
        ({"label_zh": ""}, "fast_hub.label_zh: blank; give a text"),
        ({"fixed_cost_cny": -1}, "fast_hub.fixed_cost_cny: must be at least 0 (found -1)"),
        ({"kw_per_modul": 1}, 'fast_hub.kw_per_modul: unknown key; did you mean "kw_per_module"?'),
        (
            {"services": {"charging": {"capacity_per_module": 0, "standard_min": 5}}},
            "fast_hub.services.charging.capacity_per_module: must be above 0",
        ),
        (
            {"services": {"charging": {"capacity": 1, "capacity_per_module": 1, "standard_min": 5}}},
            'fast_hub.services.charging.capacity: unknown key; did you mean "capacity_per_module"?',
        ),
        (
            {"services": {"charge": {"capacity_per_module": 1, "standard_min": 5}}},
            "fast_hub.services.charge: use 'charging', 'swapping', 'hydrogen', 'parts' or 'take_back'",
        ),
    ],
)
def test_bad_entry(change, words):
    """A type that cannot be is refused with its id, key and what to write instead."""
    with pytest.raises(StudyError) as caught:
        validated(Catalogue, {"fast_hub": ENTRY | change}, "facilities.toml")
    assert words in str(caught.value)


def test_no_number_without_unit_or_source():
    """A type without source, or a service without its standard, is refused: all in one report."""
    entry = {key: value for key, value in ENTRY.items() if key != "source"}
    entry["services"] = {"charging": {"capacity_per_module": 1}}
    with pytest.raises(StudyError) as caught:
        validated(Catalogue, {"a": entry}, "facilities.toml")
    assert caught.value.faults == ("a.services.charging.standard_min: missing; add it", "a.source: missing; add it")


def test_empty_catalogue():
    """A catalogue without any type is refused."""
    with pytest.raises(StudyError, match="give at least 1"):
        validated(Catalogue, {}, "facilities.toml")
