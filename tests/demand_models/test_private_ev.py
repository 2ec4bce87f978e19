"""Private cars: who charges at home, where the cars are, and how consumption changes."""

from dataclasses import replace

import pandas as pd
import pytest

from demand_models import DemandContext, DemandError, PrivateEV

#: 400 cars of 10 km and 0.5 kWh: 2,000 kWh a day, half of it public.
CARS = PrivateEV(source="assumption", stock={2025: 400}, km_per_day=10, kwh_per_km=0.5, public_share=0.5)
#: 0.16 to 0.12 kWh per km, as 16 and 12 kWh per 100 km.
USE = {2020: 0.16, 2030: 0.12}


@pytest.fixture
def districts():
    """East has a charger for every second car and as many cars as West, which has none."""
    return pd.DataFrame({"district": ["East", "West"], "home": ["0.5", "0"], "cars": [10, 10], "none": [0, 0]})


@pytest.fixture
def context(cells, districts):
    """The cells in 2025 with their districts."""
    return DemandContext(year=2025, cells=cells, districts=districts)


def by_place(points):
    """Demand by place."""
    return dict(zip(points.frame["place"], points.frame["demand"], strict=True))


def test_cars_without_a_charger_at_home_charge_in_public(context):
    """With a quarter of the cars at home and 0.2 and 1 public, 0.8 of 2,000 kWh are public."""
    model = replace(CARS, home_share=0.25, public_share=0.2, public_share_without_home=1)
    assert by_place(model.build(context, "cars")) == pytest.approx({"a": 400, "b": 1200})


def test_home_chargers_may_differ_by_district(context):
    """East needs half of its 500 kWh in public, West all of its 1,500."""
    model = replace(CARS, home_share_column="home", public_share=0, public_share_without_home=1)
    assert by_place(model.build(context, "cars")) == pytest.approx({"a": 250, "b": 1500})


def test_everybody_at_home_is_the_plain_model(context):
    """With a charger for every car the public share is that of these cars."""
    at_home = replace(CARS, home_share=1, public_share_without_home=1)
    assert by_place(at_home.build(context, "cars")) == by_place(CARS.build(context, "cars"))


def test_nobody_in_public_is_a_valid_empty_layer(context):
    """Where all charge at home there is no demand."""
    model = replace(CARS, home_share=1, public_share=0, public_share_without_home=1)
    assert len(model.build(context, "cars")) == 0


def test_cars_may_be_counted_by_district(context):
    """With as many cars in either district each takes 500 kWh, whatever its people."""
    assert by_place(replace(CARS, stock_column="cars").build(context, "cars")) == pytest.approx({"a": 500, "b": 500})


@pytest.mark.parametrize(("year", "kwh"), [(2020, 0.16), (2025, (0.16 * 0.12) ** 0.5), (2030, 0.12)])
def test_consumption_falls_by_year(cells, year, kwh):
    """From 16 to 12 kWh per 100 km at a constant rate."""
    model = replace(CARS, stock={2020: 400, 2030: 400}, kwh_per_km=None, kwh_per_km_by_year=USE)
    total = model.build(DemandContext(year=year, cells=cells), "cars").frame["demand"].sum()
    assert total == pytest.approx(4000 * kwh * 0.5)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"home_share": 0.5}, "home_share is given, but public_share_without_home not given"),
        ({"public_share_without_home": 0.5}, "neither home_share nor home_share_column; give one of them"),
        ({"home_share": 0.5, "home_share_column": "home"}, "home_share and home_share_column given; give one of them"),
        ({"kwh_per_km_by_year": USE}, "kwh_per_km and kwh_per_km_by_year of .* given; give exactly one"),
    ],
)
def test_settings_that_do_not_fit_are_refused(changed, message):
    """A block that says a thing twice or by half is refused when it is made."""
    with pytest.raises(DemandError, match=message):
        replace(CARS, **changed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"stock_column": "car"}, r'demand .x.: stock_column: .*no column "car".*did you mean "cars"'),
        ({"stock_column": "none"}, "demand 'x': stock_column 'none' has no vehicles in any district"),
        (
            {"home_share_column": "cars", "public_share_without_home": 1},
            "home_share_column: above 1 in East: 10, West: 10",
        ),
    ],
)
def test_columns_of_districts_are_checked(context, changed, message):
    """A column that is not there, or that cannot be what it is said to be, is named."""
    with pytest.raises(DemandError, match=message):
        replace(CARS, **changed).build(context, "x")


def test_a_district_without_its_row_is_named(cells, districts):
    """Cells in a district that the table does not have are not given a number by guess."""
    context = DemandContext(year=2025, cells=cells, districts=districts[:1])
    with pytest.raises(DemandError, match="no district 'West', where cells are; add its row"):
        replace(CARS, home_share_column="home", public_share_without_home=1).build(context, "x")
    with pytest.raises(DemandError, match="no total for 'West'"):
        replace(CARS, stock_column="cars").build(context, "x")


def test_a_district_twice_in_the_table_is_refused(cells, districts):
    """Which of its rows holds would be a guess."""
    with pytest.raises(DemandError, match="districts: East stand more than once"):
        DemandContext(year=2025, cells=cells, districts=pd.concat([districts, districts[:1]]))
