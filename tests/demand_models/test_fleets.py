"""Fleets of depots, grounds, parcels, tonnes and rentals, one property at a time."""

from dataclasses import replace

import pytest

from demand_models import (
    CityLogistics,
    DemandContext,
    DemandError,
    DepotFleet,
    GroundFleet,
    HeavyTrucks,
    SharedCars,
    Taxi,
)

BUSES = DepotFleet(
    source="counted",
    vehicle="truck",
    km_per_day=200,
    kwh_per_km=1.0,
    public_share=1,
    layer="hubs",
    weight="trips",
)
YARD = GroundFleet(
    source="assumption",
    stock={2025: 10},
    hours_per_day=12,
    kwh_per_hour=20,
    public_share=0.5,
    layer="hubs",
    weight="trips",
)
PORT = HeavyTrucks(
    source="assumption",
    payload_t=2,
    km_per_trip=10,
    battery_share={2025: 1},
    kwh_per_km=1,
    public_share=1,
    layer="hubs",
    weight="trips",
)
PARCELS = CityLogistics(
    source="assumption",
    parcels_per_person={2025: 0.25},
    electric_share=1,
    parcels_per_tour=50,
    km_per_tour=60,
    kwh_per_km=0.5,
    public_share=1,
    population_share=1,
)
SHARED = SharedCars(
    source="assumption",
    rentals_per_1000_people={2025: 10},
    km_per_rental=20,
    kwh_per_km=0.125,
    public_share=1,
    population_share=1,
)

TRIPS = Taxi(
    source="counted",
    km_per_trip=10,
    empty_share=0.5,
    kwh_per_km=0.2,
    public_share=1,
    population_share=0,
    layer="hubs",
    weight="trips",
)


def by_place(points):
    """Demand by place."""
    return dict(zip(points.frame["place"], points.frame["demand"], strict=True))


def test_vehicles_may_be_counted_at_the_depots(context):
    """Without a stock depots of 1 and 3 buses take 200 kWh for each, in any year."""
    assert by_place(BUSES.build(context, "bus")) == pytest.approx({"hubs:airport": 200, "hubs:station": 600})


def test_a_stock_is_spread_over_the_depots(context):
    """8 buses stand as 1 to 3 where the column counts routes."""
    points = replace(BUSES, stock={2025: 8}).build(context, "bus")
    assert by_place(points) == pytest.approx({"hubs:airport": 400, "hubs:station": 1200})


def test_vehicles_off_the_road_take_nothing(context):
    """Half of the vehicles on the road take half the energy."""
    assert by_place(replace(BUSES, on_road_share=0.5).build(context, "bus"))["hubs:station"] == pytest.approx(300)


def test_a_fuel_cell_fleet_asks_for_hydrogen_alone(context):
    """4 buses of 200 km at 0.1 kg per km, half of it taken outside the depots, ask for 40 kg."""
    buses = replace(BUSES, kwh_per_km=None, h2_kg_per_km=0.1, public_share=0.5)
    frame = buses.build(context, "bus").frame
    assert set(frame["service"]) == {"hydrogen"}
    assert frame["demand"].sum() == pytest.approx(40)


def test_ground_vehicles_take_energy_by_the_hour(context):
    """10 vehicles of 12 hours at 20 kWh, half of it at stations, take 1,200 kWh, as 1 to 3."""
    assert by_place(YARD.build(context, "yard")) == pytest.approx({"hubs:airport": 300, "hubs:station": 900})


def test_hydrogen_yards_ask_for_hydrogen(context):
    """10 vehicles of 12 hours at 0.5 kg, half of it at stations, take 30 kg."""
    frame = replace(YARD, kwh_per_hour=None, h2_kg_per_hour=0.5).build(context, "yard").frame
    assert (set(frame["service"]), frame["demand"].sum()) == ({"hydrogen"}, pytest.approx(30))


def test_trucks_return_empty(context):
    """4 tonnes are 2 trips of 10 km and as much back: 40 kWh; with a load back on the way 20 kWh."""
    assert by_place(PORT.build(context, "port")) == pytest.approx({"hubs:airport": 10, "hubs:station": 30})
    one_way = replace(PORT, empty_share=0).build(context, "port")
    assert one_way.frame["demand"].sum() == pytest.approx(20)


def test_a_tonne_of_load_costs_energy_on_the_loaded_way_only(context):
    """4 tonnes over 10 km at 0.1 kWh per tonne-km add 4 kWh to the 40, whatever the payload."""
    loaded = replace(PORT, kwh_per_tkm=0.1)
    assert loaded.build(context, "port").frame["demand"].sum() == pytest.approx(44)
    assert replace(loaded, payload_t=4).build(context, "port").frame["demand"].sum() == pytest.approx(24)


def test_trucks_cannot_carry_more_than_all(context):
    """Shares that add up to more than 1 are refused with the year."""
    both = replace(PORT, fuel_cell_share={2025: 0.5}, h2_kg_per_km=0.1)
    with pytest.raises(DemandError, match=r"demand 'port': battery_share 1 and fuel_cell_share 0\.5 of 2025"):
        both.build(context, "port")


def test_parcels_go_where_people_live(context):
    """400 people get 100 parcels, 2 tours of 60 km at 0.5 kWh: 60 kWh, as 100 to 300 people."""
    assert by_place(PARCELS.build(context, "vans")) == pytest.approx({"a": 15, "b": 45})


def test_rentals_begin_where_people_live_and_at_hubs(context):
    """400 people make 4 rentals of 20 km at 1/8 kWh: 10 kWh, half of it at home, half at the hubs."""
    half = replace(SHARED, population_share=0.5, layer="hubs", weight="trips")
    expected = {"a": 1.25, "b": 3.75, "hubs:airport": 1.25, "hubs:station": 3.75}
    assert by_place(half.build(context, "share")) == pytest.approx(expected)


def test_taxis_may_be_counted_by_their_trips(context):
    """1 and 3 trips of 10 km with passengers and 5 km without take 3 kWh each, where they begin."""
    assert by_place(TRIPS.build(context, "taxi")) == pytest.approx({"hubs:airport": 3, "hubs:station": 9})


@pytest.mark.parametrize("model", [PARCELS, SHARED])
def test_what_is_counted_per_person_needs_people(model, context, empty_context):
    """A study without cells, or with cells where nobody lives, is refused."""
    with pytest.raises(DemandError, match="demand 'x': it is counted per person, but the study has no cells"):
        model.build(empty_context, "x")
    nobody = DemandContext(year=2025, cells=context.cells.assign(population=0.0))
    with pytest.raises(DemandError, match="demand 'x': it is counted per person, but nobody lives"):
        model.build(nobody, "x")


def test_depots_without_a_vehicle_are_refused(context, hubs):
    """A fleet whose vehicles are counted and none is found is refused with the column and the layer."""
    nothing = DemandContext(year=2025, cells=context.cells, layers={"hubs": hubs.assign(trips="0")})
    for model in (BUSES, PORT, TRIPS):
        with pytest.raises(DemandError, match="demand 'bus': trips in layer 'hubs': all are zero"):
            model.build(nothing, "bus")


@pytest.mark.parametrize(
    ("model", "changed", "message"),
    [
        (BUSES, {"weight": None}, "there is no stock.*but weight not given"),
        (BUSES, {"h2_kg_per_km": 0.1}, "kwh_per_km and h2_kg_per_km of .* given; give exactly one"),
        (BUSES, {"kwh_per_km": None}, "none of kwh_per_km, h2_kg_per_km given"),
        (BUSES, {"swap_share": 0.5}, "but kwh_per_swap not given"),
        (YARD, {"kwh_per_hour": None}, "none of kwh_per_hour, h2_kg_per_hour given"),
        (PORT, {"weight": None}, "there are no tonnes_per_day.*but weight not given"),
        (PORT, {"battery_share": {}}, "neither battery_share nor fuel_cell_share"),
        (PORT, {"kwh_per_km": None}, "battery_share is given, but kwh_per_km not given"),
        (PORT, {"fuel_cell_share": {2025: 0.1}}, "fuel_cell_share is given, but h2_kg_per_km not given"),
        (TRIPS, {"km_per_trip": None}, "there is no stock.*but km_per_trip not given"),
        (TRIPS, {"stock": {2025: 1}}, "stock is given, but shifts_per_day and km_per_shift not given"),
        (PARCELS, {"population_share": 0.5}, "but layer not given"),
        (SHARED, {"swap_share": 0.5}, "but kwh_per_swap not given"),
    ],
)
def test_parameters_that_need_each_other_are_asked_for(model, changed, message):
    """A block whose settings need further parameters is refused when it is made, with their names."""
    with pytest.raises(DemandError, match=message):
        replace(model, **changed)
