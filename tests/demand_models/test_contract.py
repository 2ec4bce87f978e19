"""What every demand model of the registry promises."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from demand_models import (
    MODELS,
    BatteryTakeBack,
    CityLogistics,
    ControlTotals,
    DemandContext,
    DemandError,
    DepotFleet,
    Freight,
    GroundFleet,
    HeavyTrucks,
    Learned,
    Measured,
    PartsLogistics,
    PrivateEV,
    SharedCars,
    Taxi,
    correction,
    demand_report,
)
from demand_models.learned import Own
from geodata.demand import DemandPoints
from geodata.services import UNITS

SOURCE = "assumption"

PRIVATE = PrivateEV(
    source=SOURCE,
    stock={2020: 100, 2030: 400},
    km_per_day=50,
    kwh_per_km=0.2,
    public_share=0.3,
    swap_share=0.25,
    kwh_per_swap=45,
)
TAXI = Taxi(
    source=SOURCE,
    stock={2025: 50},
    shifts_per_day=2,
    km_per_shift=150,
    kwh_per_km=0.15,
    public_share=0.8,
    swap_share=0.5,
    kwh_per_swap=30,
    population_share=0.2,
    layer="hubs",
    weight="trips",
)
FREIGHT = Freight(
    source=SOURCE,
    battery_stock={2025: 10},
    battery_km_per_day=200,
    kwh_per_km=1.5,
    public_share=0.6,
    swap_share=0.4,
    kwh_per_swap=280,
    fuel_cell_stock={2025: 20},
    fuel_cell_km_per_day=300,
    h2_kg_per_km=0.08,
    population_share=0.25,
    layer="hubs",
    weight="trips",
)
HEAVY = HeavyTrucks(
    source=SOURCE,
    tonnes_per_day={2025: 900},
    payload_t=30,
    km_per_trip=40,
    empty_share=0.5,
    battery_share={2025: 0.5},
    kwh_per_km=1.0,
    kwh_per_tkm=0.02,
    public_share=0.5,
    swap_share=0.25,
    kwh_per_swap=282,
    fuel_cell_share={2025: 0.2},
    h2_kg_per_km=0.05,
    h2_kg_per_tkm=0.001,
    layer="hubs",
    weight="trips",
)
PARCELS = CityLogistics(
    source=SOURCE,
    parcels_per_person={2020: 0.1, 2030: 0.4},
    electric_share=0.75,
    parcels_per_tour=60,
    km_per_tour=80,
    kwh_per_km=0.3,
    public_share=0.5,
    swap_share=0.2,
    kwh_per_swap=40,
    population_share=0.6,
    layer="hubs",
    weight="trips",
)
BUSES = DepotFleet(
    source=SOURCE,
    vehicle="truck",
    stock={2025: 20},
    on_road_share=0.9,
    km_per_day=200,
    kwh_per_km=1.1,
    public_share=0.5,
    swap_share=0.25,
    kwh_per_swap=200,
    layer="hubs",
    weight="trips",
)
YARD = GroundFleet(
    source=SOURCE,
    stock={2025: 40},
    hours_per_day=10,
    kwh_per_hour=15,
    public_share=0.5,
    swap_share=0.5,
    kwh_per_swap=150,
    layer="hubs",
    weight="trips",
)
SHARED = SharedCars(
    source=SOURCE,
    rentals_per_1000_people={2025: 5},
    km_per_rental=30,
    kwh_per_km=0.15,
    public_share=1,
    swap_share=0.5,
    kwh_per_swap=30,
    population_share=0.4,
    layer="hubs",
    weight="trips",
)
PARTS = PartsLogistics(
    source=SOURCE,
    vehicles_per_year={2020: 50_000, 2030: 200_000},
    parts_t_per_vehicle=1.5,
    warehouse_share=0.4,
    working_days=250,
    layer="hubs",
    weight="trips",
)
TAKE_BACK = BatteryTakeBack(
    source=SOURCE,
    stock={2025: 7300},
    retired_share={2025: 0.02},
    kg_per_battery=400,
    collected_share=0.5,
    population_share=0.5,
    layer="hubs",
    weight="trips",
)
MEASURED = Measured(source=SOURCE, layer="hubs", column="trips", service="charging", vehicle="car")

# Predicts what its one feature says: expm1(0 + 1 * log1p(x)).
LEARNED = Learned(
    source=SOURCE,
    file=str(Path(__file__).parent / "learned" / "as_counted.json"),
    layer="hubs",
    features={"trips": Own(name="trips", unit="trips", column="trips")},
    service="charging",
    vehicle="car",
)

# Model and the total per day of each service, from its formula.
CASES = {
    "private_ev": (
        PRIVATE,
        # sqrt(100 * 400) = 200 vehicles halfway; 200 * 50 * 0.2 * 0.3 = 600 kWh, a quarter of it as swaps.
        {"charging": 450.0, "swapping": 150.0 / 45},
    ),
    "taxi": (
        TAXI,
        # 50 * 2 * 150 * 0.15 * 0.8 = 1,800 kWh, half of it as swaps.
        {"charging": 900.0, "swapping": 900.0 / 30},
    ),
    "freight": (
        FREIGHT,
        # 10 * 200 * 1.5 * 0.6 = 1,800 kWh, 40 % of it as swaps; 20 * 300 * 0.08 = 480 kg.
        {"charging": 1080.0, "swapping": 720.0 / 280, "hydrogen": 480.0},
    ),
    "heavy_trucks": (
        HEAVY,
        # 900 / 30 = 30 trips, 30 * 40 * 1.5 = 1,800 km and 900 * 40 = 36,000 tonne-km. Battery trucks carry half:
        # 0.5 * (1,800 + 720) * 0.5 = 630 kWh, a quarter as swaps; fuel cells a fifth: 0.2 * (90 + 36) = 25.2 kg.
        {"charging": 472.5, "swapping": 157.5 / 282, "hydrogen": 25.2},
    ),
    "city_logistics": (
        PARCELS,
        # sqrt(0.1 * 0.4) = 0.2 parcels for each of 400 people, 60 of the 80 by electric vans: 1 tour of 80 km,
        # 80 * 0.3 * 0.5 = 12 kWh, a fifth of it as swaps.
        {"charging": 9.6, "swapping": 2.4 / 40},
    ),
    "depot_fleet": (
        BUSES,
        # 20 * 0.9 * 200 * 1.1 * 0.5 = 1,980 kWh, a quarter of it as swaps.
        {"charging": 1485.0, "swapping": 495.0 / 200},
    ),
    "ground_fleet": (
        YARD,
        # 40 * 10 * 15 * 0.5 = 3,000 kWh, half of it as swaps.
        {"charging": 1500.0, "swapping": 10.0},
    ),
    "shared_cars": (
        SHARED,
        # 5 * 400 / 1000 = 2 rentals, 2 * 30 * 0.15 = 9 kWh, half of it as swaps.
        {"charging": 4.5, "swapping": 4.5 / 30},
    ),
    "parts_logistics": (
        PARTS,
        # 100,000 vehicles halfway, 100,000 * 1.5 * 0.4 / 250 = 240 t.
        {"parts": 240.0},
    ),
    "battery_take_back": (
        TAKE_BACK,
        # 7,300 * 0.02 = 146 batteries a year, 0.4 a day, half of them back: 0.2 * 400 = 80 kg.
        {"take_back": 80.0},
    ),
    "measured": (MEASURED, {"charging": 4.0}),
    "learned": (LEARNED, {"charging": 4.0}),
}

#: Models whose places have amounts; what a feature of a learned one may be is tested there.
WEIGHED = [model for model, _ in CASES.values() if getattr(model, "layer", None) and model is not LEARNED]

every_model = pytest.mark.parametrize(("model", "totals"), CASES.values(), ids=CASES.keys())


def service_totals(points: DemandPoints) -> dict[str, float]:
    """Demand per day by service."""
    return points.frame.groupby("service")["demand"].sum().to_dict()


def test_every_model_has_a_case():
    """The registry and the cases of this file name the same models, and each model its own name."""
    assert set(CASES) == set(MODELS)
    assert {name: model.model for name, (model, _) in CASES.items()} == {name: name for name in MODELS}
    assert all(type(model) is MODELS[name] for name, (model, _) in CASES.items())


@every_model
def test_totals_match_the_formula(model, totals, context):
    """Each service adds up to the total of the model's formula to 1e-9 relative, and no other service appears."""
    assert service_totals(model.build(context, "fleet")) == pytest.approx(totals, rel=1e-9, abs=0)


@every_model
def test_no_other_service_is_asked_for_than_the_model_names(model, totals, context):
    """The results have columns for the services that a model names, so it names all that it asks for."""
    assert set(totals) <= set(model.services) <= set(UNITS)


@every_model
def test_ids_are_unique_and_kept(model, totals, context):
    """Row ids are made of fleet, place and service, so that they are unique and the same in every run."""
    frame = model.build(context, "fleet").frame
    assert frame["id"].is_unique
    assert list(frame["id"]) == [f"fleet:{row.place}:{row.service}" for row in frame.itertuples()]


@every_model
def test_places_come_from_the_context(model, totals, context):
    """Every place is a cell's id or a layer row's id behind the layer's name, with that row's district."""
    known = dict(zip(context.cells["id"], context.cells["district"], strict=True))
    known |= {f"hubs:{row.id}": row.district for row in context.layers["hubs"].itertuples()}
    frame = model.build(context, "fleet").frame
    assert [known[place] for place in frame["place"]] == list(frame["district"])


@every_model
def test_demand_is_positive_and_has_the_unit_of_its_service(model, totals, context):
    """Rows have a finite, positive demand; places without any are left out; the unit is that of the service."""
    frame = model.build(context, "fleet").frame
    assert np.isfinite(frame["demand"]).all()
    assert (frame["demand"] > 0).all()
    assert not {"c", "hubs:closed"} & set(frame["place"])
    assert list(frame["unit"]) == [UNITS[service] for service in frame["service"]]


@every_model
def test_rows_say_where_they_come_from(model, totals, context):
    """Each row carries the fleet, the year, the source, and whether it was modelled or measured."""
    frame = model.build(context, "fleet").frame
    kind = "measured" if isinstance(model, Measured) else "modelled"
    assert (frame[["fleet", "year", "source", "kind"]] == ["fleet", 2025, SOURCE, kind]).all(axis=None)
    assert frame["vehicle"].nunique() == 1


@every_model
@pytest.mark.parametrize("scale", [0.8, 1.2, 1e6])
def test_scale_scales(model, totals, context, scale):
    """The scale multiplies every row's demand and changes nothing else."""
    plain = model.build(context, "fleet").frame
    scaled = replace(model, scale=scale).build(context, "fleet").frame
    np.testing.assert_allclose(scaled["demand"], plain["demand"] * scale, rtol=1e-12)
    pd.testing.assert_frame_equal(scaled.drop(columns="demand"), plain.drop(columns="demand"))


@every_model
def test_a_total_of_zero_is_a_valid_empty_layer(model, totals, context):
    """A fleet that asks for nothing has no rows, in the CRS of the context."""
    points = replace(model, scale=0.0).build(context, "fleet")
    assert len(points) == 0
    assert points.frame.crs == context.crs
    assert points.totals().empty


@every_model
def test_same_input_same_output_in_any_order(model, totals, context):
    """A second run, and one with cells and layers upside down, give exactly the same rows."""
    first = model.build(context, "fleet").frame
    upside_down = DemandContext(
        year=context.year,
        cells=context.cells.iloc[::-1],
        layers={name: layer.iloc[::-1] for name, layer in context.layers.items()},
    )
    pd.testing.assert_frame_equal(model.build(context, "fleet").frame, first, check_exact=True)
    pd.testing.assert_frame_equal(model.build(upside_down, "fleet").frame, first, check_exact=True)


@every_model
def test_an_empty_context_is_refused_with_the_fleet_named(model, totals, empty_context):
    """Without cells and layers the error names the fleet and says what is missing."""
    with pytest.raises(DemandError, match=r"demand 'night fleet': .*(no cells|layer 'hubs' is not among)"):
        model.build(empty_context, "night fleet")


@every_model
def test_inputs_are_left_as_they_were(model, totals, context):
    """Building demand changes neither the cells nor the layers."""
    cells, hubs = context.cells.copy(), context.layers["hubs"].copy()
    model.build(context, "fleet")
    pd.testing.assert_frame_equal(context.cells, cells)
    pd.testing.assert_frame_equal(context.layers["hubs"], hubs)


def service_by_district(points: DemandPoints) -> dict[tuple[str, str], float]:
    """Demand per day by service and district."""
    return points.frame.groupby(["service", "district"])["demand"].sum().to_dict()


def controlled(model, context, **totals):
    """A fleet with control totals of each of its services, and its demand after fitting."""
    services = service_totals(model.build(context, "fleet"))
    given = {service: ControlTotals(source=SOURCE, **totals) for service in services}
    fleets = {"fleet": replace(model, totals=given)}
    correct = correction(fleets, lambda _: context, year=context.year)
    return correct.apply(fleets["fleet"].build(context, "fleet"))


@every_model
@pytest.mark.parametrize("total", [1e-6, 1.0, 123_456_789.0])
def test_control_totals_are_met(model, totals, context, total):
    """Whatever the model, each service adds up to its control total to 1e-9 relative, at the places it had before."""
    fitted = controlled(model, context, total=total)
    assert service_totals(fitted) == pytest.approx(dict.fromkeys(totals, total), rel=1e-9, abs=0)
    assert list(fitted.frame["id"]) == list(model.build(context, "fleet").frame["id"])


@every_model
def test_control_totals_by_district_are_met(model, totals, context):
    """So do its districts, and a district with a total of 0 has nothing left."""
    fitted = controlled(model, context, by_district={"East": 3.0, "West": 7.0})
    expected = {(service, district): n for service in totals for district, n in (("East", 3.0), ("West", 7.0))}
    assert service_by_district(fitted) == pytest.approx(expected, rel=1e-9, abs=0)
    emptied = controlled(model, context, by_district={"East": 3.0, "West": 0.0})
    assert set(emptied.frame["district"]) == {"East"}


@every_model
@pytest.mark.parametrize(
    ("by_district", "message"),
    [
        ({"East": 1.0}, "no total for 'West'"),
        ({"East": 1.0, "West": 1.0, "Nord": 1.0}, "not among the districts: 'Nord'"),
    ],
)
def test_missing_and_unknown_districts_are_named(model, totals, context, by_district, message):
    """A district without its total, or a total without its district, is refused with fleet and name."""
    with pytest.raises(DemandError, match=f"demand 'fleet': .*{message}"):
        controlled(model, context, by_district=by_district)


@every_model
def test_a_report_adds_up(model, totals, context):
    """The report of each model has its totals, its unit, a place for every row, and districts that add up."""
    correct = correction({"fleet": model}, lambda _: context, year=context.year)
    report = demand_report(model, context, "fleet", correct)
    frame = model.build(context, "fleet").frame
    assert {name: figures.after for name, figures in report.services.items()} == pytest.approx(totals)
    for service, figures in report.services.items():
        assert figures.unit == UNITS[service]
        assert figures.places == (frame["service"] == service).sum()
        assert sum(figures.by_district.values()) == pytest.approx(figures.after)
        assert figures.after / 24 <= figures.peak_demand * (1 + 1e-9)
    assert report.inputs
    assert {line.name for line in report.parameters if not line.unit or not line.source} == set()


@pytest.mark.parametrize("trips", ["-1", "", "many", "nan", "inf"])
@pytest.mark.parametrize("model", WEIGHED, ids=lambda model: model.model)
def test_weights_that_are_no_amounts_are_named(model, context, hubs, trips):
    """A negative, blank or unreadable number of the layer is refused with fleet, column, row and what stands there."""
    faulty = DemandContext(
        year=2025,
        cells=context.cells,
        layers={"hubs": hubs.assign(trips=["1", trips, "0"])},
        districts=context.districts,
    )
    with pytest.raises(DemandError, match=r"demand 'fleet': layer 'hubs': column \"trips\": .*rows? 2"):
        model.build(faulty, "fleet")


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_a_page(name):
    """Each model is documented on a page of its own, which the page of all models names."""
    docs = Path(__file__).resolve().parents[2] / "docs"
    page = (docs / "demand" / f"{name}.md").read_text(encoding="utf-8")
    assert {f"# `{name}`", "**Sources.**", "**Limits.**"} <= set(re.findall(r"# `\w+`|\*\*\w+\.\*\*", page))
    (picture,) = re.findall(r"!\[[^\]]+\]\(\.\./images/demand/(\w+)\.svg\)", page)
    assert picture == name
    assert f"demand/{name}.md" in (docs / "demand.md").read_text(encoding="utf-8")
