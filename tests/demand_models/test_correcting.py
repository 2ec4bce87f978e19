"""Control totals of fleets and of all fleets together."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from demand_models import ControlTotals, DemandContext, DemandError, Measured, PrivateEV, Taxi, correction

#: 400 kWh a day: 100 in the East, 300 in the West, as its people.
CARS = PrivateEV(source="assumption", stock={2025: 400}, km_per_day=10, kwh_per_km=0.1, public_share=1)
#: 200 kWh a day, at hubs: 50 in the East, 150 in the West.
TAXIS = Taxi(
    source="assumption",
    stock={2025: 10, 2030: 40},
    shifts_per_day=2,
    km_per_shift=100,
    kwh_per_km=0.1,
    public_share=1,
    population_share=0,
    layer="hubs",
    weight="trips",
)


def totals(**given):
    """Control totals from a known source."""
    return ControlTotals(source="statistics", **given)


def with_totals(model, **given):
    """A fleet with totals of its charging."""
    return replace(model, totals={"charging": totals(**given)})


@pytest.fixture
def context_of(cells, hubs):
    """Contexts by year, with the city and the known charging of each district."""
    districts = pd.DataFrame({"district": ["East", "West"], "city": ["Port", "Hill"], "kwh": ["240", "360"]})
    return lambda year: DemandContext(year=year, cells=cells, layers={"hubs": hubs}, districts=districts)


def by(column, fleets, correct, context):
    """Charging by a column after correction."""
    frames = [correct.apply(model.build(context, fleet)).frame for fleet, model in fleets.items()]
    return pd.concat(frames).groupby(column)["demand"].sum().to_dict()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"total": 1000}, {"East": 250, "West": 750}),
        ({"by_district": {"East": 30, "West": 10}}, {"East": 30, "West": 10}),
        ({"district_column": "kwh"}, {"East": 240, "West": 360}),
        ({"by_group": {"city": {"Port": 7, "Hill": 5}}}, {"East": 7, "West": 5}),
        ({"total": 40, "by_district": {"East": 30, "West": 10}}, {"East": 30, "West": 10}),
    ],
)
def test_a_fleet_meets_its_totals(context_of, given, expected):
    """The demand of a fleet adds up to what is known of it, to 1e-9 relative."""
    fleets = {"cars": with_totals(CARS, **given)}
    correct = correction(fleets, context_of, year=2025)
    assert by("district", fleets, correct, context_of(2025)) == pytest.approx(expected, rel=1e-9, abs=0)


def test_fleets_and_districts_are_met_together(context_of):
    """300 kWh of taxis, and 240 and 360 by district for both fleets: cars take the other 300."""
    fleets = {"cars": CARS, "taxis": with_totals(TAXIS, total=300)}
    correct = correction(fleets, context_of, year=2025, all_fleets={"charging": totals(district_column="kwh")})
    context = context_of(2025)
    assert by("district", fleets, correct, context) == pytest.approx({"East": 240, "West": 360}, rel=1e-9, abs=0)
    assert by("fleet", fleets, correct, context) == pytest.approx({"cars": 300, "taxis": 300}, rel=1e-9, abs=0)


def test_other_years_keep_the_factors(context_of):
    """Taxis grow from 10 to 40 as the model says, from the total of 2025."""
    fleets = {"taxis": with_totals(TAXIS, total=100)}
    correct = correction(fleets, context_of, year=2025)
    assert by("fleet", fleets, correct, context_of(2030)) == pytest.approx({"taxis": 400}, rel=1e-9)


def test_totals_may_be_of_a_year_not_studied(context_of):
    """A total of 2030 holds in 2030, and a quarter of it in 2025."""
    fleets = {"taxis": with_totals(TAXIS, total=100, year=2030)}
    correct = correction(fleets, context_of, year=2025)
    assert by("fleet", fleets, correct, context_of(2025)) == pytest.approx({"taxis": 25}, rel=1e-9)


def test_scale_multiplies_the_total(context_of):
    """Totals are those of a scale of 1, so that a what-if run is not undone."""
    fleets = {"taxis": replace(with_totals(TAXIS, total=100), scale=1.5)}
    assert by("fleet", fleets, correction(fleets, context_of, year=2025), context_of(2025)) == pytest.approx(
        {"taxis": 150}
    )


def test_without_totals_nothing_changes(context_of):
    """The same rows, not only the same numbers."""
    points = CARS.build(context_of(2025), "cars")
    correct = correction({"cars": CARS}, context_of, year=2025)
    assert correct.apply(points) is points
    assert correct.changes == {}


def test_other_fleets_and_services_are_kept(context_of):
    """A total of taxis' charging changes neither cars nor swaps."""
    taxis = replace(with_totals(TAXIS, total=100), swap_share=0.5, kwh_per_swap=10)
    correct = correction({"cars": CARS, "taxis": taxis}, context_of, year=2025)
    cars = CARS.build(context_of(2025), "cars")
    pd.testing.assert_frame_equal(correct.apply(cars).frame, cars.frame, check_exact=True)
    assert by("service", {"taxis": taxis}, correct, context_of(2025)) == pytest.approx(
        {"charging": 100, "swapping": 10}
    )


def test_a_total_of_zero_leaves_no_rows(context_of):
    """A district that is known to have none has none."""
    fleets = {"cars": with_totals(CARS, by_district={"East": 0, "West": 10})}
    correct = correction(fleets, context_of, year=2025)
    assert by("district", fleets, correct, context_of(2025)) == pytest.approx({"West": 10})


def test_what_was_changed_is_told(context_of):
    """The sums before and after, by service and district."""
    fleets = {"cars": with_totals(CARS, by_district={"East": 30, "West": 10})}
    changes = correction(fleets, context_of, year=2025).changes["charging"]
    assert [(c.group, c.before, c.after) for c in changes] == [
        ("East", pytest.approx(100), pytest.approx(30)),
        ("West", pytest.approx(300), pytest.approx(10)),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"by_district": {"East": 1}}, r"demand 'cars': totals\.charging\.by_district: no total for 'West'"),
        (
            {"by_district": {"East": 1, "Wets": 2}},
            r"by_district: not among the districts: 'Wets'; did you mean",
        ),
        ({"district_column": "kw"}, r'district_column: .*no column "kw"; did you mean "kwh"'),
        ({"by_group": {"town": {"Port": 1}}}, r'totals\.charging\.by_group\.town: .*no column "town"'),
        ({"by_group": {"city": {"Port": 1}}}, r"by_group\.city: no total for 'Hill'"),
        ({"total": 9, "by_district": {"East": 3, "West": 5}}, r"total and .*by_district: they add up to 9 and 8"),
    ],
)
def test_totals_that_cannot_be_met_are_named(context_of, given, message):
    """The message names the fleet, the service, the key and the district."""
    with pytest.raises(DemandError, match=message):
        correction({"cars": with_totals(CARS, **given)}, context_of, year=2025)


def test_faults_of_all_services_come_at_once(context_of):
    """A total of hydrogen that no fleet asks for, and one of a district that is not there."""
    fleets = {"cars": with_totals(CARS, by_district={"East": 1})}
    with pytest.raises(DemandError, match=r"no total for 'West'.*; totals\.hydrogen\.total: a total for 'all'"):
        correction(fleets, context_of, year=2025, all_fleets={"hydrogen": totals(total=5)})


def test_demand_outside_every_district_needs_a_total_too(cells):
    """Counts at a place outside are named as such, and may be given a total."""
    outside = gpd.GeoDataFrame(
        {"id": ["far"], "district": [""], "kwh": [5]}, geometry=[Point(9000, 0)], crs="EPSG:32649"
    )
    districts = pd.DataFrame({"district": ["East", "West"]})
    context = DemandContext(year=2025, cells=cells, layers={"far": outside}, districts=districts)
    counts = Measured(source="s", layer="far", column="kwh", service="charging", vehicle="car")
    with pytest.raises(DemandError, match="by_district: no total for '' \\(places outside every district\\)"):
        correction({"c": with_totals(counts, by_district={"East": 0})}, lambda _: context, year=2025)
    fleets = {"c": with_totals(counts, by_district={"": 3})}
    assert by("district", fleets, correction(fleets, lambda _: context, year=2025), context) == pytest.approx({"": 3})


def test_totals_of_two_years_are_refused(context_of):
    """A fleet's total of 2025 says nothing beside all fleets' of 2030."""
    fleets = {"taxis": with_totals(TAXIS, total=1)}
    with pytest.raises(DemandError, match=r"totals\.charging: of the years 2025, 2030"):
        correction(fleets, context_of, year=2025, all_fleets={"charging": totals(total=2, year=2030)})


def test_totals_without_fleets_are_refused(context_of):
    """There is nothing to be fitted."""
    with pytest.raises(DemandError, match=r"totals\.charging: there is no fleet"):
        correction({}, context_of, year=2025, all_fleets={"charging": totals(total=2)})


def test_totals_say_a_thing_once():
    """Districts come from the table or from the column, and something must be given."""
    with pytest.raises(DemandError, match="by_district and district_column given"):
        totals(by_district={"East": 1}, district_column="kwh")
    with pytest.raises(DemandError, match="no total given"):
        totals()
