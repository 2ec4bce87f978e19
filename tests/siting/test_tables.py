"""The answer back on ids: every figure of the tiny world is known from its drawing (see conftest)."""

import numpy as np
import pytest
from shapely import LineString


def about(value):
    """Later stages may give up 0.01 % of all value, so an amount that is served is known to that."""
    return pytest.approx(value, abs=1e-4)


def table(frame, key):
    return frame.set_index(key)


def test_facilities(tiny):
    """Two stations open: four chargers at p for 1,400 CNY, one at q for 1,100 CNY."""
    sites = table(tiny.sites, "facility_id")
    assert list(sites.index) == ["site:p|charger", "site:q|charger"]
    assert list(sites["status"]) == ["new", "new"]
    assert list(sites["modules"]) == list(sites["new_modules"]) == [4, 1]
    assert list(sites["cost_cny"]) == [1400, 1100]
    assert list(sites["yearly_cost_cny"]) == [14, 11]
    assert list(sites["power_kw"]) == [40, 10]
    assert list(sites["land_m2"]) == [13, 7]
    assert list(sites["demand_charging_kwh"]) == [about(360), about(100)]
    assert list(sites["use_share"]) == [about(0.9), about(1)]
    assert list(sites["points_served"]) == [3, 1]
    assert list(sites["priority"]) == [1, 2]
    assert list(sites["district"]) == ["西区", "东区"]
    assert list(sites["place_zh"]) == ["a地", "d地"]
    assert list(sites["reach_km"]) == list(sites["standard_min"]) == [5, 5]


def test_demand(tiny):
    """All but e is served and covered, c exactly at the standard; e is demand that no candidate reaches."""
    demand = table(tiny.demand, "place")
    assert list(demand["served"]) == [about(value) for value in (100, 200, 60, 100, 0)]
    assert list(demand["covered"]) == list(demand["reachable"]) == [True, True, True, True, False]
    assert set(demand["unit"]) == {"kWh"}
    assert set(demand["kind"]) == {"measured"}


def test_assignment(tiny):
    """Who goes where, how far and how long: a kilometre is a minute, and the line joins place and site."""
    rows = tiny.assignment
    assert list(zip(rows["row_id"].str[7], rows["facility_id"].str[5], strict=True)) == [
        ("a", "p"),
        ("b", "p"),
        ("c", "p"),
        ("d", "q"),
    ]
    assert list(rows["time_min"]) == pytest.approx([1, 1, 5, 2])
    assert list(rows["distance_km"]) == [1, 1, 5, 2]
    assert rows.geometry.iloc[0].equals(LineString([(502_000, 2_505_000), (503_000, 2_505_000)]))


def test_what_is_assigned_is_what_is_served(tiny):
    """The assignment adds up to what each place receives and what each facility gives."""
    by_row = tiny.assignment.groupby("row_id")["served"].sum()
    served = table(tiny.demand, "row_id")["served"]
    assert by_row.to_dict() == pytest.approx(served[served > 0].to_dict())
    by_facility = tiny.assignment.groupby("facility_id")["served"].sum()
    assert by_facility.to_dict() == pytest.approx(table(tiny.sites, "facility_id")["demand_charging_kwh"].to_dict())


def test_districts(tiny):
    """Shares are of the district's own demand; a service nobody asks for has no share."""
    districts = table(tiny.districts, "district")
    assert districts.loc["西区", "share_served_charging"] == about(1)
    assert districts.loc["东区", "share_served_charging"] == about(100 / 150)
    assert districts["share_served_swapping"].to_list() == [None, None]
    assert districts["stations"].to_dict() == {"西区": 1, "东区": 1}
    assert districts["name_en"].to_dict() == {"西区": "West", "东区": "East"}


@pytest.mark.parametrize("name", ["sites", "demand", "assignment", "districts", "places"])
def test_tables_are_metric_and_in_order(tiny, name):
    """Every table is in the study's metric CRS, with a plain index and unique rows in a fixed order."""
    frame = getattr(tiny, name)
    assert frame.crs == "EPSG:4547"
    assert list(frame.index) == list(range(len(frame)))
    key = {"assignment": ["row_id", "facility_id"], "places": ["name_zh"], "districts": ["district"]}.get(
        name, [frame.columns[0]]
    )
    rows = list(frame[key].itertuples(index=False, name=None))
    assert rows == sorted(set(rows))


def test_reasons(tiny):
    """Every facility says what it serves and how much of it has nowhere else to go, in both languages."""
    first = tiny.sites.iloc[0]
    assert first["reason_en"] == "Serves 360 kWh a day; for 100% of it, this is the only station within reach."
    assert first["reason_zh"] == "每日服务 360 千瓦时，其中 100% 只有本站可去。"


def test_a_useless_station_says_why_it_stands(world):
    """An exact count forces a station where nobody goes; it is the cheapest, and its reason says so."""
    world.count(exactly=3).sites["r"] = {"km": 16.5, "north_km": 9.9}
    sites = table(world.run().sites, "facility_id")
    useless = sites.loc["site:r|charger"]
    assert useless[["modules", "use_share", "points_served", "priority", "value_served"]].to_list() == [1, 0, 0, 3, 0]
    assert useless["reason_en"] == "Opened to reach “line”; no demand falls to it."
    assert useless["reason_zh"] == "为达到“指标”的数量而设；没有分配到需求。"


def test_a_station_where_others_go_too(world):
    """Of two stations that share their demand, neither is the only one within the standard."""
    world.sites["p2"] = {"km": 4}
    world.demand["a"]["kwh"] = 500
    reasons = table(world.run().sites, "site_id")["reason_en"]
    assert reasons["site:p"].endswith("other stations are within reach of all of it.")
    assert reasons["site:q"].endswith("for 100% of it, this is the only station within reach.")


def test_standing_stations_are_kept_and_cost_nothing(world):
    """A station that stands is kept, free of cost, even where nobody goes."""
    world.stand(
        o={"km": 5, "type": "charger", "modules": 2}, far={"km": 17, "north_km": 0, "type": "swapper", "modules": 1}
    )
    sites = table(world.run().sites, "facility_id")
    assert sites.loc["old:o|charger", ["status", "modules", "new_modules", "cost_cny", "land_m2"]].to_list() == [
        "existing",
        2,
        0,
        0,
        0,
    ]
    assert sites.loc["old:o|charger", "reason_en"].startswith("Stands already; serves ")
    assert sites.loc["old:far|swapper", "reason_en"] == "Stands already; no demand falls to it."
    # 360 kWh in the west need two modules beyond the two that stand.
    assert sites.loc["site:p|charger", "modules"] == 2


def test_a_standing_station_may_grow(world):
    """A station that may grow pays for what is added alone, which is cheaper than a new one."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2})
    world.study["sites"]["sources"]["old"]["expand"] = True
    sites = table(world.run().sites, "facility_id")
    assert "site:p|charger" not in sites.index
    assert sites.loc["old:o|charger", ["modules", "new_modules", "cost_cny", "land_m2"]].to_list() == [4, 2, 200, 4]


def test_a_forbidden_station_is_closed(world):
    """A station that stands at a forbidden site is no longer there."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2})
    result = world.run('sites.forbid=["old:o"]')
    assert "old:o" not in set(result.sites["site_id"])
    assert result.kpis["services"]["charging"]["share_before"] == 0


def test_required_by_the_study(world):
    """A required type opens where it is required, though nobody asks for it, and says so."""
    sites = table(world.run('sites.require."site:p"=swapper').sites, "facility_id")
    assert sites.loc["site:p|swapper", ["status", "modules"]].to_list() == ["required", 1]
    assert sites.loc["site:p|swapper", "reason_en"] == "Required; no demand falls to it."
    assert "site:p|charger" not in sites.index  # one type at a site


def test_required_sites_of_a_layer(world):
    """Something opens at every site of a required layer."""
    world.sites["r"] = {"km": 16.5, "north_km": 9.9}
    world.study["sites"]["sources"]["site"]["status"] = "required"
    sites = table(world.run().sites, "site_id")
    assert set(sites.index) == {"site:p", "site:q", "site:r"}
    assert set(sites["status"]) == {"required"}


@pytest.mark.parametrize(("most", "types"), [(1, 1), (2, 2)])
def test_two_types_at_a_site(world, most, types):
    """Where two types may stand at a site, both open for the two services asked for there."""
    world.allow("charger", "swapper").ask("swapping", "swaps").demand["a"]["swaps"] = 25
    result = world.run(f"sites.max_types_per_site={most}")
    assert (result.sites["site_id"] == "site:p").sum() == types


def test_a_mixed_station_serves_both(world):
    """A mixed station serves both of its services from the same modules."""
    world.offer("mixed", charging=(100, 5), hydrogen=(20, 5), fixed_cost_cny=1500)
    world.ask("hydrogen", "kg").allow("mixed").demand["a"]["kg"] = 40
    station = table(world.run().sites, "site_id").loc["site:p"]
    assert station["modules"] == 4
    assert station["demand_charging_kwh"] == about(360)
    assert station["demand_hydrogen_kg"] == about(40)
    assert station["use_share"] == about(0.9)
    assert station["value_served"] == about(360 + 20 * 40)
    assert "360 kWh and 40 kg a day" in station["reason_en"]


@pytest.mark.parametrize(("onsite_kw", "modules", "power_kw"), [(0, 2, 20), (15, 3, 15), (100, 4, 0)])
def test_onsite_power(world, onsite_kw, modules, power_kw):
    """On-site power lets more modules stand on the same grid, and what they make is not drawn from it."""
    world.sites["p"]["grid_kw"] = 20
    world.facilities["charger"]["onsite_kw"] = onsite_kw
    station = table(world.run().sites, "site_id").loc["site:p"]
    assert (station["modules"], station["power_kw"]) == (modules, power_kw)


def test_vehicle_classes_have_their_own_stations(world):
    """A truck charger serves the trucks at a place and leaves its cars to the car charger."""
    world.offer("hub", charging=(100, 5), vehicles=["truck"]).ask("charging", "kg", vehicle="truck")
    world.demand["a"]["kg"] = 150
    result = world.run("sites.max_types_per_site=2")
    sites = table(result.sites, "facility_id")
    assert sites.loc["site:p|hub", "modules"] == 2
    assert sites.loc["site:p|hub", "demand_charging_kwh"] == about(150)
    assert sites.loc["site:p|charger", "demand_charging_kwh"] == about(360)
    rows = table(result.demand, "row_id")
    assert (rows.loc["demand:a|charging|truck", "demand"], rows.loc["demand:a|charging|car", "demand"]) == (150, 100)


def test_capacity_binds(world):
    """Four modules give 400 kWh a day and no more; the rest is covered and not served."""
    world.demand["a"]["kwh"] = 500
    result = world.run()
    station = table(result.sites, "site_id").loc["site:p"]
    assert station["demand_charging_kwh"] == about(400)
    row = table(result.demand, "place").loc["demand:a"]
    assert row["covered"]
    assert row["served"] <= 400 < row["demand"]


def test_priority_is_by_value_then_id(world):
    """Stations of equal value are ranked by their ids; ranks run from 1 without gaps."""
    world.demand = {"a": {"km": 3, "kwh": 100}, "d": {"km": 14, "kwh": 100}, "x": {"km": 6, "kwh": 200}}
    world.sites["z"] = {"km": 6}
    world.facilities["charger"]["services"]["charging"]["standard_min"] = 1
    sites = table(world.run().sites, "site_id")
    assert sites["priority"].to_dict() == {"site:z": 1, "site:p": 2, "site:q": 3}


def test_no_site_opens_where_nothing_is_worth_it(world):
    """A budget of nothing leaves the map empty, and every table is still there."""
    result = world.require(budgets={"b": {"cny": 0}}).run()
    assert result.sites.empty
    assert result.assignment.empty
    assert (result.demand["served"] == 0).all()
    assert result.demand["reachable"].sum() == 4
    assert not result.demand["covered"].any()
    assert np.isfinite(result.districts["stations"]).all()
    assert "map" in result.draw()
