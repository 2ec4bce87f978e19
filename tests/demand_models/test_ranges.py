"""Ranges of parameters."""

from dataclasses import replace

import pytest

from demand_models import MODELS, DemandError, PrivateEV, Taxi
from demand_models.ranges import beyond_ranges, effects_of_ranges, parameters_of

#: 10 cars of 2 shifts of 100 km at 0.2 kWh: 400 kWh, a quarter of it as swaps of 25 kWh.
TAXI = Taxi(
    source="assumption",
    stock={2025: 10},
    shifts_per_day=2,
    km_per_shift=100,
    kwh_per_km=0.2,
    public_share=1,
    swap_share=0.25,
    kwh_per_swap=25,
    population_share=1,
)


def test_numbers_may_have_ranges_and_nothing_else():
    """Texts, services and the tables of the block itself have none; numbers by year are told apart."""
    names = parameters_of(PrivateEV)
    assert {"stock", "km_per_day", "kwh_per_km", "kwh_per_km_by_year", "home_share", "scale"} <= set(names)
    assert not {"model", "source", "ranges", "profile", "home_share_column"} & set(names)
    assert (names["stock"].by_year, names["km_per_day"].by_year) == (True, False)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_model_has_parameters(model):
    """Each has at least its scale, and nearly all have more."""
    assert "scale" in parameters_of(model)


def test_each_parameter_moves_alone(context):
    """With 80 to 120 km charging is 240 to 360 kWh; with 5 to 20 cars 150 to 600, the other at its value."""
    taxi = replace(TAXI, ranges={"km_per_shift": (80, 120), "stock": (5, 20)})
    effects = effects_of_ranges(taxi, context, "taxi")
    found = [(e.parameter, e.totals_low["charging"], e.totals_high["charging"]) for e in effects]
    assert found == [
        ("km_per_shift", pytest.approx(240), pytest.approx(360)),
        ("stock", pytest.approx(150), pytest.approx(600)),
    ]


def test_services_may_move_against_each_other(context):
    """More swaps are less charging, and a service that vanishes has no total."""
    (effect,) = effects_of_ranges(replace(TAXI, ranges={"swap_share": (0, 1)}), context, "taxi")
    assert effect.totals_low == {"charging": pytest.approx(400)}
    assert effect.totals_high == {"swapping": pytest.approx(16)}


def test_a_year_outside_of_the_range_is_noted(context):
    """One range speaks of all years: 10 cars lie in 5 to 20 and 4,000 do not; a year between is left alone."""
    taxi = replace(TAXI, stock={2025: 10, 2030: 4000}, ranges={"stock": (5, 20), "km_per_shift": (80, 120)})
    assert [beyond_ranges(taxi, year) for year in (2025, 2027)] == [[], []]
    assert beyond_ranges(taxi, 2030) == ["stock = 4,000 in 2030 is outside of its range, 5 to 20"]


def test_ranges_change_no_demand(context):
    """What is built is built from the values."""
    plain = TAXI.build(context, "taxi").frame
    ranged = replace(TAXI, ranges={"km_per_shift": (80, 120)}).build(context, "taxi").frame
    assert ranged.equals(plain)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        (
            {"km_per_shif": (1, 2)},
            r'ranges\.km_per_shif: not a parameter .*; did you mean "km_per_shift"',
        ),
        ({"layer": (1, 2)}, r"ranges\.layer: not a parameter that is a number"),
        ({"km_per_shift": (120, 80)}, r"ranges\.km_per_shift: \[120, 80\] is not a range"),
        ({"km_per_shift": (0, float("inf"))}, r"ranges\.km_per_shift: \[0, inf\] is not a range"),
        ({"public_share": (0.5, 1.5)}, r"ranges\.public_share: 1\.5 is not allowed, it must be at most 1"),
        ({"kwh_per_swap": (0, 30)}, r"ranges\.kwh_per_swap: 0 is not allowed, it must be above 0"),
        (
            {"kwh_per_km": (12, 16)},
            r"ranges\.kwh_per_km: kwh_per_km = 0\.2 is outside of \[12, 16\]",
        ),
    ],
)
def test_ranges_that_cannot_be_are_refused(ranges, message):
    """A wrong name, order, bound or unit is told with the key."""
    with pytest.raises(DemandError, match=message):
        replace(TAXI, ranges=ranges)


def test_a_range_needs_its_value():
    """A parameter that is not given has no range either; all faults come at once."""
    with pytest.raises(DemandError, match=r"kwh_per_swap: kwh_per_swap itself is not given.*; ranges\.stok: not"):
        replace(TAXI, swap_share=0, kwh_per_swap=None, ranges={"kwh_per_swap": (20, 30), "stok": (1, 2)})


def test_sources_name_keys_of_the_block():
    """A figure's own source stands under its key; a misspelt one is told."""
    assert replace(TAXI, sources={"kwh_per_km": "meters"}).sources == {"kwh_per_km": "meters"}
    with pytest.raises(DemandError, match=r'sources\.kwh_per_kn: no key of this block; did you mean "kwh_per_km"'):
        replace(TAXI, sources={"kwh_per_kn": "meters"})
