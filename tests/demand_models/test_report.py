"""What a fleet's demand is made of."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from demand_models import MODELS, ControlTotals, DemandContext, PrivateEV, Taxi, correction, demand_report
from demand_models.ranges import parameters_of
from demand_models.report import descriptions

#: 400 kWh a day, a quarter as swaps of 10 kWh; half at the people, half at hubs of 1 and 3 trips.
TAXI = Taxi(
    source="operators, 2024",
    sources={"kwh_per_km": "assumption"},
    ranges={"km_per_shift": (50, 200)},
    stock={2025: 20},
    shifts_per_day=2,
    km_per_shift=100,
    kwh_per_km=0.1,
    public_share=1,
    swap_share=0.25,
    kwh_per_swap=10,
    population_share=0.5,
    layer="hubs",
    weight="trips",
    profile=(0.5, 0.5, *[0] * 22),
)


def reported(model, context, fleets=None):
    """The report of a fleet called taxi."""
    fleets = fleets or {"taxi": model}
    return demand_report(model, context, "taxi", correction(fleets, lambda _: context, year=2025))


def test_totals_before_and_after(context):
    """300 kWh charged are fitted to 600, swaps are left alone."""
    taxi = replace(TAXI, totals={"charging": ControlTotals(total=600, source="bills")})
    services = reported(taxi, context).services
    charging, swapping = services["charging"], services["swapping"]
    assert (charging.unit, charging.before, charging.after) == ("kWh", pytest.approx(300), pytest.approx(600))
    assert (swapping.unit, swapping.before, swapping.after) == ("swaps", pytest.approx(10), pytest.approx(10))
    (change,) = charging.changes
    assert (change.margin, change.before, change.after) == (
        "demand 'taxi': totals.charging.total",
        pytest.approx(300),
        pytest.approx(600),
    )
    assert swapping.changes == ()


def test_totals_of_other_fleets_are_not_told(context):
    """A report speaks of its own totals and of those of all fleets together."""
    cars = PrivateEV(
        source="s",
        stock={2025: 1},
        km_per_day=10,
        kwh_per_km=0.1,
        public_share=1,
        totals={"charging": ControlTotals(total=600, source="bills")},
    )
    assert reported(TAXI, context, {"taxi": TAXI, "cars": cars}).services["charging"].changes == ()


def test_where_the_demand_stands(context):
    """Charging stands on a, b, airport and station as 1, 3, 1, 3 of 37.5 kWh; the upper tenth is one of four places."""
    charging = reported(TAXI, context).services["charging"]
    assert charging.places == 4
    assert charging.quantiles == pytest.approx({0: 37.5, 10: 37.5, 25: 37.5, 50: 75, 75: 112.5, 90: 112.5, 100: 112.5})
    assert charging.top_share == pytest.approx(3 / 8)
    assert charging.by_district == pytest.approx({"East": 75, "West": 225})


def test_the_busiest_hour(context):
    """Half of the day's charging is taken in its first hour."""
    charging = reported(TAXI, context).services["charging"]
    assert (charging.peak_hour, charging.peak_demand) == (0, pytest.approx(150))


def test_inputs_are_told(context):
    """Three hubs and three cells, two of each with demand."""
    found = [(i.layer, i.column, i.rows, i.rows_with_demand) for i in reported(TAXI, context).inputs]
    assert found == [("hubs", "trips", 3, 2), ("cells", "population", 3, 2)]


def test_columns_of_districts_are_inputs(cells):
    """What is read from the layer of the districts is told too."""
    districts = pd.DataFrame({"district": ["East", "West"], "home": [0.5, 0.25]})
    context = DemandContext(year=2025, cells=cells, districts=districts)
    cars = PrivateEV(
        source="s",
        stock={2025: 1},
        km_per_day=10,
        kwh_per_km=0.1,
        public_share=0,
        home_share_column="home",
        public_share_without_home=1,
    )
    assert [(i.layer, i.column, i.rows) for i in reported(cars, context).inputs] == [
        ("cells", "population", 3),
        ("districts", "home", 2),
    ]


def test_parameters_carry_unit_source_and_range(context):
    """Each number has its unit, its own source or that of the block, and what its range leaves open."""
    lines = {line.name: line for line in reported(TAXI, context).parameters}
    assert (lines["km_per_shift"].value, lines["km_per_shift"].unit) == (100, "km per shift")
    assert lines["km_per_shift"].source == "operators, 2024"
    assert lines["kwh_per_km"].source == "assumption"
    assert lines["kwh_per_km"].effect is None
    effect = lines["km_per_shift"].effect
    assert (effect.totals_low["charging"], effect.totals_high["charging"]) == pytest.approx((150, 600))


def test_the_formula_is_that_of_the_code(context):
    """Summary and formula are the model's own documentation."""
    report = reported(TAXI, context)
    assert report.summary.startswith("Energy that taxis and ride-hailing cars take at public stations")
    assert "E = f N(t) n d e u" in report.formula


def test_a_report_is_plain_data(context):
    """It can be written as JSON, and twice the same."""
    taxi = replace(TAXI, totals={"charging": ControlTotals(by_district={"East": 1, "West": 2}, source="bills")})
    text = json.dumps(reported(taxi, context).to_dict(), allow_nan=False)
    assert json.dumps(reported(taxi, context).to_dict(), allow_nan=False) == text
    assert json.loads(text)["services"]["charging"]["changes"][0]["group"] == "East"


def test_a_fleet_without_vehicles_is_noted(context):
    """There is nothing to be told but that."""
    report = reported(replace(TAXI, stock={2025: 0}, ranges={}), context)
    assert report.services == {}
    assert report.notes == ("the fleet asks for nothing in this year: its number, a share or the scale is 0",)


def test_what_totals_empty_and_what_lies_outside_is_noted(context, hubs):
    """Nothing is lost without a word."""
    hubs = hubs.assign(trips=["1", "3", "4"])
    context = DemandContext(year=2025, cells=context.cells, layers={"hubs": hubs})
    taxi = replace(TAXI, swap_share=0, population_share=0)
    assert reported(taxi, context).notes == ("200 kWh a day of charging stand outside every district: hubs:closed",)
    emptied = replace(taxi, totals={"charging": ControlTotals(by_district={"East": 9, "West": 0, "": 0}, source="s")})
    assert reported(emptied, context).notes == ("2 of 3 rows are emptied by control totals of 0",)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_parameter_states_its_unit(model):
    """The description of each number holds its unit in brackets."""
    described = descriptions(model)
    assert not [name for name in parameters_of(model) if not described[name][1]]
