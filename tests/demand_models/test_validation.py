"""The models are plain dataclasses that pydantic validates as they stand."""

from dataclasses import asdict, fields
from typing import Annotated, Union

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from demand_models import MODELS

ADAPTER = TypeAdapter(Annotated[Union[*MODELS.values()], Field(discriminator="model")])

# As read from TOML, where the keys of a table are text.
BLOCKS = {
    "private_ev": {
        "model": "private_ev",
        "source": "assumption",
        "stock": {"2020": 270000, "2025": 800000},
        "km_per_day": 40,
        "kwh_per_km": 0.16,
        "public_share": 0.35,
    },
    "taxi": {
        "model": "taxi",
        "source": "assumption",
        "stock": {"2025": 20000},
        "shifts_per_day": 2,
        "km_per_shift": 180,
        "kwh_per_km": 0.16,
        "public_share": 0.9,
        "swap_share": 0.3,
        "kwh_per_swap": 45,
        "population_share": 0.5,
        "layer": "hubs",
    },
    "freight": {
        "model": "freight",
        "source": "assumption",
        "fuel_cell_stock": {"2025": 2500},
        "fuel_cell_km_per_day": 200,
        "h2_kg_per_km": 0.06,
        "population_share": 1,
    },
    "heavy_trucks": {
        "model": "heavy_trucks",
        "source": "assumption",
        "payload_t": 30,
        "km_per_trip": 80,
        "fuel_cell_share": {"2025": 0.1},
        "h2_kg_per_km": 0.06,
        "layer": "ports",
        "weight": "tonnes",
    },
    "city_logistics": {
        "model": "city_logistics",
        "source": "assumption",
        "parcels_per_person": {"2025": 0.3},
        "electric_share": 0.8,
        "parcels_per_tour": 120,
        "km_per_tour": 60,
        "kwh_per_km": 0.3,
        "public_share": 0.5,
        "population_share": 1,
    },
    "depot_fleet": {
        "model": "depot_fleet",
        "source": "assumption",
        "vehicle": "truck",
        "km_per_day": 180,
        "kwh_per_km": 1.1,
        "public_share": 0.2,
        "layer": "depots",
        "weight": "buses",
    },
    "ground_fleet": {
        "model": "ground_fleet",
        "source": "assumption",
        "stock": {"2025": 300},
        "hours_per_day": 12,
        "h2_kg_per_hour": 1.5,
        "public_share": 1,
        "layer": "ports",
    },
    "shared_cars": {
        "model": "shared_cars",
        "source": "assumption",
        "rentals_per_1000_people": {"2025": 2},
        "km_per_rental": 25,
        "kwh_per_km": 0.14,
        "public_share": 1,
        "population_share": 1,
    },
    "parts_logistics": {
        "model": "parts_logistics",
        "source": "assumption",
        "parts_t_per_vehicle": 1.4,
        "warehouse_share": 0.3,
        "working_days": 250,
        "layer": "plants",
        "weight": "vehicles",
    },
    "battery_take_back": {
        "model": "battery_take_back",
        "source": "assumption",
        "sold": {"2015": 1000, "2025": 100000},
        "life_years": 7,
        "life_shape": 3.5,
        "kg_per_battery": 445,
        "collected_share": 0.6,
        "population_share": 1,
    },
    "learned": {
        "model": "learned",
        "source": "assumption",
        "file": "model.json",
        "features": {"hub": {"kind": "nearest", "name": "nearest hub", "layer": "hubs", "at_most_km": 20}},
        "service": "charging",
        "vehicle": "car",
    },
    "measured": {
        "model": "measured",
        "source": "assumption",
        "layer": "stations",
        "column": "kwh",
        "service": "charging",
        "vehicle": "car",
    },
}

every_block = pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())


def test_every_model_has_a_block():
    """The registry and the blocks of this file name the same models."""
    assert set(BLOCKS) == set(MODELS)


@every_block
def test_a_block_becomes_its_model(block):
    """The key `model` chooses the class, years become numbers, and what is written out is read again unchanged."""
    model = ADAPTER.validate_python(block)
    assert type(model) is MODELS[block["model"]]
    assert all(isinstance(year, int) for year in getattr(model, "stock", {}))
    assert ADAPTER.validate_python(asdict(model)) == model


@every_block
def test_an_unknown_key_is_rejected(block):
    """A key that the model does not have is a fault, named by its place."""
    with pytest.raises(ValidationError, match=r"km_per_dya\s+Unexpected"):
        ADAPTER.validate_python(block | {"km_per_dya": 40})


@every_block
@pytest.mark.parametrize("scale", [-0.1, float("inf"), float("nan")])
def test_a_scale_out_of_range_is_rejected(block, scale):
    """A negative or infinite scale is a fault."""
    with pytest.raises(ValidationError, match="scale"):
        ADAPTER.validate_python(block | {"scale": scale})


@every_block
def test_a_source_is_required(block):
    """No figure without its source."""
    with pytest.raises(ValidationError, match=r"source\s+Field required"):
        ADAPTER.validate_python({key: value for key, value in block.items() if key != "source"})
    with pytest.raises(ValidationError, match=r"source\s+String should have at least 1 character"):
        ADAPTER.validate_python(block | {"source": ""})


@pytest.mark.parametrize(
    ("name", "changed", "place"),
    [
        ("private_ev", {"public_share": 1.2}, "public_share"),
        ("private_ev", {"swap_share": 0.2, "kwh_per_swap": 0}, "kwh_per_swap"),
        ("private_ev", {"stock": {"2025": -1}}, r"stock\.2025"),
        ("private_ev", {"stock": {"soon": 1}}, r"stock\.soon"),
        ("private_ev", {"swap_share": 0.2}, "but kwh_per_swap not given"),
        ("taxi", {"population_share": -0.5}, "population_share"),
        ("taxi", {"layer": None}, "but layer not given"),
        ("freight", {"h2_kg_per_km": -1}, "h2_kg_per_km"),
        ("private_ev", {"kwh_per_km": 16}, "kwh_per_km"),
        ("private_ev", {"km_per_day": 12_000}, "km_per_day"),
        ("private_ev", {"home_share": 1.5}, "home_share"),
        ("freight", {"h2_kg_per_km": 8}, "h2_kg_per_km"),
        ("taxi", {"km_per_shift": None}, "km_per_shift not given"),
        ("private_ev", {"kwh_per_km": None}, "none of kwh_per_km, kwh_per_km_by_year given"),
        ("heavy_trucks", {"payload_t": 0}, "payload_t"),
        ("heavy_trucks", {"fuel_cell_share": {"2025": 1.5}}, "fuel_cell_share"),
        ("city_logistics", {"parcels_per_tour": 0}, "parcels_per_tour"),
        ("depot_fleet", {"on_road_share": 1.1}, "on_road_share"),
        ("depot_fleet", {"vehicle": "bus"}, "vehicle"),
        ("ground_fleet", {"hours_per_day": 25}, "hours_per_day"),
        ("shared_cars", {"layer": None, "population_share": 0.5}, "but layer not given"),
        ("measured", {"service": "parking"}, "service"),
    ],
)
def test_parameters_out_of_range_are_rejected(name, changed, place):
    """Shares above 1, negative stocks and the like are faults, named by their place."""
    with pytest.raises(ValidationError, match=place):
        ADAPTER.validate_python(BLOCKS[name] | changed)


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_describes_every_field(name):
    """The JSON schema carries the attribute docstring of each field, and refuses further keys."""
    schema = TypeAdapter(MODELS[name]).json_schema()
    described = {key for key, entry in schema["properties"].items() if entry.get("description", "").endswith(".")}
    assert described == {field.name for field in fields(MODELS[name])}
    assert schema["additionalProperties"] is False


@every_block
def test_ranges_and_hours_are_read(block):
    """Every block takes ranges and a profile, written out and read again unchanged."""
    shares = [0.5, 0.5] + [0] * 22
    model = ADAPTER.validate_python(block | {"ranges": {"scale": [0.8, 1.2]}, "profile": shares})
    assert (model.ranges, model.hours.shares) == ({"scale": (0.8, 1.2)}, tuple(shares))
    assert ADAPTER.validate_python(asdict(model)) == model
    with pytest.raises(ValidationError, match=r"ranges\.sale: not a parameter"):
        ADAPTER.validate_python(block | {"ranges": {"sale": [0.8, 1.2]}})
    with pytest.raises(ValidationError, match="profile: 1 numbers given"):
        ADAPTER.validate_python(block | {"profile": [1]})


@every_block
def test_control_totals_are_read(block):
    """Every block takes totals by service, written out and read again unchanged, and refuses those without a source."""
    given = {"source": "statistics", "by_district": {"East": 1, "West": 2}, "by_group": {"city": {"Port": 3}}}
    model = ADAPTER.validate_python(block | {"totals": {"charging": given}})
    assert model.totals["charging"].by_district == {"East": 1.0, "West": 2.0}
    assert ADAPTER.validate_python(asdict(model)) == model
    for wrong, place in (
        ({"parking": given}, "parking"),
        ({"charging": {"total": 1}}, r"totals\.charging\.source"),
        ({"charging": given | {"total": -1}}, r"totals\.charging\.total"),
        ({"charging": {"source": "statistics"}}, "no total given"),
    ):
        with pytest.raises(ValidationError, match=place):
            ADAPTER.validate_python(block | {"totals": wrong})
