"""Parts logistics and battery take-back: ages, districts, and what is refused."""

from dataclasses import replace
from math import exp

import pandas as pd
import pytest

from demand_models import BatteryTakeBack, DemandContext, DemandError, PartsLogistics

SOLD = BatteryTakeBack(
    source="assumption",
    sold={2024: 3650, 2025: 7300},
    life_years=2,
    life_shape=1,
    kg_per_battery=100,
    collected_share=1,
    population_share=1,
)
STOCK = BatteryTakeBack(
    source="assumption",
    stock={2025: 3650},
    retired_share={2025: 0.1},
    kg_per_battery=100,
    collected_share=1,
    population_share=1,
)
PARTS = PartsLogistics(
    source="assumption", parts_t_per_vehicle=1.5, warehouse_share=1, working_days=250, layer="hubs", weight="trips"
)


def total(model, context):
    return model.build(context, "fleet").frame["demand"].sum()


def in_year(context, year):
    return DemandContext(year=year, cells=context.cells, layers=context.layers)


def test_lives_of_shape_one_are_exponential(context):
    """With the shape 1 a share 1 - e^(-1/2) of what is left retires in each year of a mean life of two."""
    first, second = 1 - exp(-0.5), exp(-0.5) - exp(-1)
    # 20 batteries of 2025 a day and 10 of 2024, of 100 kg.
    assert total(SOLD, context) == pytest.approx(100 * (20 * first + 10 * second), rel=1e-12)


def test_every_battery_comes_back_once(context):
    """Over the years as many batteries come back as were sold."""
    sold = {2020: 100.0, 2021: 300.0} | dict.fromkeys(range(2022, 2061), 0.0)
    model = replace(SOLD, sold=sold, life_years=6, life_shape=3.5)
    kg = sum(total(model, in_year(context, year)) for year in range(2020, 2061))
    assert kg * 365 == pytest.approx(400 * 100, rel=1e-9)


def test_nothing_comes_back_before_the_first_was_sold(context):
    """A year before the sales begin has no batteries."""
    assert total(SOLD, in_year(context, 2023)) == 0


def test_a_longer_life_brings_fewer_batteries_while_sales_grow(context):
    """The mean life may have a range, and its high end has less."""
    model = replace(SOLD, life_shape=3.5)
    assert total(replace(model, life_years=8), context) < total(model, context)


def test_districts_share_by_their_vehicles(context):
    """With a column of the districts three quarters of the vehicles bring three quarters of the batteries."""
    districts = pd.DataFrame({"district": ["East", "West"], "cars": [30, 10]})
    known = DemandContext(year=2025, cells=context.cells, layers=context.layers, districts=districts)
    frame = replace(STOCK, stock_column="cars").build(known, "fleet").frame
    assert frame.groupby("district")["demand"].sum().to_dict() == pytest.approx({"East": 75.0, "West": 25.0})


def test_plants_may_say_how_many_vehicles_they_build(context):
    """Without a total the layer's column counts the vehicles: 1 and 3 a year of 1.5 t on 250 days."""
    frame = PARTS.build(context, "fleet").frame
    assert frame.set_index("place")["demand"].to_dict() == pytest.approx(
        {"hubs:airport": 1.5 / 250, "hubs:station": 4.5 / 250}
    )


@pytest.mark.parametrize(
    ("model", "changed", "message"),
    [
        (SOLD, {"stock": {2025: 1.0}}, "stock and sold of stock, sold given; give exactly one"),
        (SOLD, {"sold": {}}, "none of stock, sold given"),
        (SOLD, {"life_shape": None}, "sold is given, but life_shape not given"),
        (SOLD, {"ranges": {"sold": (1.0, 2.0)}}, r"ranges\.sold: a year's sales alone say little"),
        (SOLD, {"retired_share": {2025: 0.1}}, "retired_share given, but stock not"),
        (SOLD, {"population_share": 0.5}, "population_share is 0.5, but layer not given"),
        (STOCK, {"retired_share": {}}, "retired_share not; give the share"),
        (STOCK, {"life_years": 5.0}, "life_years given, but sold not"),
        (PARTS, {"weight": None}, "there are no vehicles_per_year"),
    ],
)
def test_what_does_not_fit_together_is_refused(model, changed, message):
    """A block whose keys contradict each other says which, and what to do."""
    with pytest.raises(DemandError, match=message):
        replace(model, **changed)


@pytest.mark.parametrize(
    ("model", "year", "message"),
    [
        (SOLD, 2026, "demand 'fleet': sold: 2026 is outside the given years 2024 to 2025"),
        (STOCK, 2026, "demand 'fleet': stock: 2026 is outside of?"),
        (replace(PARTS, vehicles_per_year={2024: 1.0}), 2025, "demand 'fleet': vehicles_per_year: 2025 is outside"),
    ],
)
def test_a_year_that_is_not_given_is_named(context, model, year, message):
    """Years are not guessed beyond those given."""
    with pytest.raises(DemandError, match=message.replace("of?", "the given years")):
        model.build(in_year(context, year), "fleet")


def test_plants_that_build_nothing_ask_for_nothing(context):
    """A layer without a vehicle in it is refused: there is nothing by which a total could be shared."""
    closed = context.layers["hubs"].assign(trips="0")
    idle = DemandContext(year=2025, cells=context.cells, layers={"hubs": closed})
    with pytest.raises(DemandError, match="demand 'fleet': trips in layer 'hubs': all are zero"):
        PARTS.build(idle, "fleet")
