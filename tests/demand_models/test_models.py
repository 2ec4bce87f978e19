"""Where each model puts its demand, and what it refuses."""

from dataclasses import replace

import pytest

from demand_models import DemandContext, DemandError, Freight, Measured, PrivateEV, Taxi

PRIVATE = PrivateEV(source="assumption", stock={2025: 200}, km_per_day=50, kwh_per_km=0.2, public_share=0.3)
TAXI = Taxi(
    source="assumption",
    stock={2025: 50},
    shifts_per_day=2,
    km_per_shift=150,
    kwh_per_km=0.15,
    public_share=0.8,
    population_share=0.2,
    layer="hubs",
    weight="trips",
)
TRUCKS = Freight(
    source="assumption",
    fuel_cell_stock={2025: 20},
    fuel_cell_km_per_day=300,
    h2_kg_per_km=0.08,
    population_share=0.0,
    layer="hubs",
    weight="trips",
)
COUNTS = Measured(source="assumption", layer="hubs", column="trips", service="swapping", vehicle="car")


def by_place(points):
    """Demand per day by place."""
    return points.frame.groupby("place")["demand"].sum().to_dict()


def test_private_cars_stand_where_people_live(context):
    """600 kWh are shared as 100 to 300 people, and without swaps there are no swap rows."""
    points = PRIVATE.build(context, "private")
    assert by_place(points) == pytest.approx({"a": 150, "b": 450})
    assert set(points.frame["service"]) == {"charging"}


def test_taxis_stand_at_hubs_and_where_people_live(context):
    """Of 1,800 kWh a fifth follows the people (1 to 3), the rest the trips (1 to 3)."""
    expected = {"a": 90, "b": 270, "hubs:airport": 360, "hubs:station": 1080}
    assert by_place(TAXI.build(context, "taxi")) == pytest.approx(expected)


def test_without_a_weight_all_rows_attract_alike(context):
    """Three hubs share what stands on the layer in equal parts."""
    demand = by_place(replace(TAXI, weight=None, population_share=0.0).build(context, "taxi"))
    assert demand == pytest.approx({"hubs:airport": 600, "hubs:closed": 600, "hubs:station": 600})


def test_areas_are_stood_for_by_a_point_inside(context):
    """Demand of an area stands on a point within it."""
    frame = TAXI.build(context, "taxi").frame.set_index("place")
    area = context.layers["hubs"].set_index("id").geometry["station"]
    assert frame.geometry["hubs:station"].within(area)


def test_fuel_cell_trucks_alone_ask_for_hydrogen_alone(context):
    """20 trucks of 300 km at 0.08 kg per km take 480 kg, at the hubs as 1 to 3, and no power."""
    points = TRUCKS.build(context, "fcev")
    assert by_place(points) == pytest.approx({"hubs:airport": 120, "hubs:station": 360})
    assert set(zip(points.frame["service"], points.frame["vehicle"], strict=True)) == {("hydrogen", "truck")}


def test_a_layer_alone_needs_no_cells(empty_context, hubs):
    """A fleet that stands on a layer only can be built in a study without cells."""
    context = DemandContext(year=2025, cells=empty_context.cells, layers={"hubs": hubs})
    assert TRUCKS.build(context, "fcev").frame["demand"].sum() == pytest.approx(480)


def test_measured_demand_is_taken_as_it_is(context):
    """Counts stay the counts; a row that counted nothing is left out."""
    assert by_place(COUNTS.build(context, "swaps")) == {"hubs:airport": 1, "hubs:station": 3}


def test_measured_demand_can_be_scaled_to_a_total(context):
    """With a total of 100 the counts of 1 and 3 become 25 and 75."""
    assert by_place(replace(COUNTS, total=100).build(context, "swaps")) == pytest.approx(
        {"hubs:airport": 25, "hubs:station": 75}
    )


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (replace(PRIVATE, stock={2020: 1, 2024: 2}), r"'x': stock: 2025 is outside the given years 2020 to 2024"),
        (replace(TAXI, layer="hub"), r"'x': layer 'hub' is not among the study's layers \(hubs\).*did you mean .hubs."),
        (replace(TAXI, weight="trip"), r"'x': layer 'hubs'.*trip"),
        (replace(TAXI, weight="id"), r"'x': layer 'hubs'.*1 \('airport'\), 2 \('station'\)"),
        (replace(TRUCKS, fuel_cell_stock={2030: 1}), r"'x': fuel_cell_stock: 2025 is outside the given years 2030"),
        (replace(COUNTS, column="district"), r"'x': layer 'hubs'.*East"),
    ],
)
def test_faults_name_the_block_and_the_parameter(model, message, context):
    """What cannot be built is refused with the fleet, the parameter and what was found."""
    with pytest.raises(DemandError, match="(?s)demand " + message):
        model.build(context, "x")


def test_weights_that_are_all_zero_are_refused(context, hubs):
    """Demand cannot stand on a layer where nothing attracts it; the fleet, the column and the layer are named."""
    nothing = DemandContext(year=2025, cells=context.cells, layers={"hubs": hubs.assign(trips="0")})
    with pytest.raises(DemandError, match="demand 'taxi': trips in layer 'hubs': all are zero"):
        TAXI.build(nothing, "taxi")


def test_cells_without_people_are_refused(context):
    """Demand cannot follow a population of nobody."""
    nobody = DemandContext(year=2025, cells=context.cells.assign(population=0.0))
    with pytest.raises(DemandError, match="demand 'private': population of the cells: all are zero"):
        PRIVATE.build(nobody, "private")


def test_a_layer_without_rows_is_refused(context, hubs):
    """A layer that is there but empty is refused by its name."""
    empty = DemandContext(year=2025, cells=context.cells, layers={"hubs": hubs.iloc[:0]})
    with pytest.raises(DemandError, match="demand 'fcev': layer 'hubs' has no rows"):
        TRUCKS.build(empty, "fcev")


@pytest.mark.parametrize(
    ("model", "changed", "message"),
    [
        (PRIVATE, {"swap_share": 0.1}, r"swap_share is 0\.1, but kwh_per_swap not given"),
        (TAXI, {"swap_share": 0.1}, r"swap_share is 0\.1, but kwh_per_swap not given"),
        (TAXI, {"layer": None}, r"population_share is 0\.2, but layer not given"),
        (TRUCKS, {"layer": None}, "population_share is 0, but layer not given"),
        (TRUCKS, {"fuel_cell_stock": {}}, "neither battery_stock nor fuel_cell_stock is given"),
        (TRUCKS, {"h2_kg_per_km": None}, "fuel_cell_stock is given, but h2_kg_per_km not given"),
        (
            TRUCKS,
            {"battery_stock": {2025: 1}},
            "battery_stock is given, but battery_km_per_day and kwh_per_km and public_share not given",
        ),
        (TRUCKS, {"swap_share": 0.5}, r"swap_share is 0\.5, but kwh_per_swap not given"),
    ],
)
def test_parameters_that_need_each_other_are_asked_for(model, changed, message):
    """A model whose settings need further parameters is refused when it is made, with their names."""
    with pytest.raises(DemandError, match=message):
        replace(model, **changed)


@pytest.mark.parametrize(("year", "total"), [(2025, 4.0), (2030, 6.0), (2035, 9.0)])
def test_counted_demand_grows_by_year(context, year, total):
    """Counts are scaled by the factor of the year; between two given years it grows at a constant rate."""
    counted = Measured(
        layer="hubs",
        column="trips",
        service="charging",
        vehicle="car",
        source="counted",
        growth={2025: 1.0, 2035: 2.25},
    )
    of_year = DemandContext(year=year, cells=context.cells, layers=context.layers)
    assert counted.build(of_year, "x").frame["demand"].sum() == pytest.approx(total)


def test_a_year_without_growth_is_refused(context):
    """A factor is not extrapolated, no more than a stock."""
    counted = Measured(
        layer="hubs", column="trips", service="charging", vehicle="car", source="counted", growth={2020: 1.0}
    )
    with pytest.raises(DemandError, match="demand 'x': growth: 2025 is outside"):
        counted.build(context, "x")
