"""Trucks on a straight road of 150 km, which a full tank of 100 km cannot drive: which stations carry them.

On the circle of there and back, 300 km, a station at km q stands at q and at 300 - q; no two neighbours may be more
than 100 km apart.
"""

import numpy as np
import pytest

from siting.errors import StudyError
from siting.pipeline import prepare


def opened(result):
    """Modules by the km of their site."""
    ids = result.sites["site_id"].str.removeprefix("site:k").astype(float)
    return dict(sorted(zip(ids, result.sites["modules"], strict=True)))


def flow(result, year=2025):
    """The only flow in a year."""
    return result.flows[result.flows["year"] == year].iloc[0]


def test_two_stations_carry_the_trucks(world):
    """With 50 and 100 km both are needed, and either alone carries nobody."""
    result = world.road(50, 100, capacity=False).run()
    assert opened(result) == {50: 1, 100: 1}
    assert flow(result)["vehicles_served"] == 10
    assert flow(result)["facility_ids"] == "site:k50|pump, site:k100|pump"


@pytest.mark.parametrize("one", [(50,), (75,), (100,)])
def test_one_station_is_not_enough(world, one):
    """Half a tank reaches 50 km, and a full one from there only back to where it began."""
    result = world.road(*one, capacity=False).run()
    assert opened(result) == {}
    assert not flow(result)["share"]
    assert not result.demand["reachable"].any()


def test_a_station_at_the_origin_fills_the_tank(world):
    """From the origin with a full tank one station at km 100 is enough: 0, 100 and 200 of 300 km."""
    assert opened(world.road(0, 100, capacity=False).run()) == {0: 1, 100: 1}


def test_a_detour_is_driven_there_and_back(world):
    """Stations half a kilometre off the road cost a kilometre of range: 99 km apart is right, 100 km too far."""
    keys = {"capacity": False, "max_detour_km": 1}
    assert opened(world.road((49.5, 0.5), (99, 0.5), end_km=148.5, **keys).run()) == {49.5: 1, 99: 1}
    assert opened(world.road((50, 0.5), (100, 0.5), **keys).run()) == {}


def test_a_station_beyond_the_longest_detour_does_not_count(world):
    """Half a kilometre off and back is a kilometre: the boundary counts, a metre less does not."""
    stations = (40, 0.5), (80, 0.5), (120, 0.5)
    assert prepare(world.road(*stations, max_detour_km=1).read()).assembly.reachable.all()
    assert not prepare(world.road(*stations, max_detour_km=0.999).read()).assembly.reachable.any()


def test_the_detour_factor_and_the_length_factor_count(world):
    """At twice the straight line a station takes twice the detour; a road drawn at half its length is 150 km long."""
    world.road(25, 50, end_km=75, capacity=False, length_factor=2)
    result = world.run()
    assert opened(result) == {25: 1, 50: 1}
    assert flow(result)["length_km"] == pytest.approx(150)
    world.road((50, 0.5), max_detour_km=1)
    world.study["travel"]["detour_factor"] = 2.0
    assert prepare(world.read()).assembly.stops.empty


def test_energy_is_bought_where_the_stretch_begins(world):
    """10 trucks burn 300 kg a day, half of it bought at each station: 2 modules of 100 kg each."""
    result = world.road(50, 100).run()
    assert opened(result) == {50: 2, 100: 2}
    assert result.demand["demand"].tolist() == pytest.approx([300])
    assert result.assignment["served"].tolist() == pytest.approx([150, 150])
    assert result.sites["demand_hydrogen_kg"].tolist() == pytest.approx([150, 150])
    assert result.kpis["flows"]["fuel"] == pytest.approx({"vehicles": 10, "served": 10, "share": 1})


def test_the_scarcest_stretch_decides(world):
    """With one module at each station 100 of 150 kg can be bought there, by two thirds of the trucks."""
    world.road(50, 100)
    world.facilities["pump"]["max_modules"] = 1
    result = world.run()
    assert flow(result)["share"] == pytest.approx(2 / 3)
    assert result.assignment["served"].tolist() == pytest.approx([100, 100])
    assert result.kpis["services"]["hydrogen"]["share"] == pytest.approx(2 / 3)


def test_assignments_begin_where_the_truck_leaves_the_road(world):
    """A station half a kilometre off is reached by a line of 500 m, and by a detour of 1 km in a minute."""
    result = world.road((49.5, 0.5), (99, 0.5), end_km=148.5, max_detour_km=1).run()
    assert result.assignment.length.tolist() == pytest.approx([500, 500])
    assert result.assignment["distance_km"].tolist() == pytest.approx([1, 1])
    assert result.assignment["time_min"].tolist() == pytest.approx([1, 1])


def test_reasons_name_the_trucks(world):
    """A station that serves flows alone says how many vehicles it carries, on how many paths."""
    sites = world.road(50, 100, capacity=False).run().sites
    assert set(sites["reason_en"]) == {"Carries 10 trucks a day on 1 path."}
    assert set(sites["reason_zh"]) == {"每日供 1 条路线上的 10 辆货车加能。"}


@pytest.mark.parametrize("years", ["joint", "rolling"])
def test_stations_grow_with_the_trucks(world, years):
    """Twice the trucks buy 300 kg at each station: 2 modules in 2025, for which there is just the money, 3 in 2030."""
    world.road(50, 100, growth={"2025": 1.0, "2030": 2.0}).spend(2400, 2025)
    world.study["years"] = [2025, 2030]
    world.study["solver"]["years"] = years
    result = world.run()
    assert opened(result) == {50: 3, 100: 3}
    assert result.phases.groupby("year")["modules"].sum().to_dict() == {2025: 4, 2030: 6}
    assert flow(result, 2030)["vehicles_served"] == pytest.approx(20)
    assert result.kpis["years"]["2025"]["flows"]["fuel"]["served"] == pytest.approx(10)


def test_points_and_flows_share_a_station(world):
    """A depot at km 100 asks for 100 kg; with the 150 kg of the trucks that is 3 modules, and 400 kg in all."""
    world.road(50, 100)
    world.demand = {"d": {"km": 110, "kg": 100}}
    world.study["layers"]["demand"] = {"path": "demand.csv", "crs": "EPSG:4547", "id": "id"}
    world.study["demand"]["depot"] = {
        "model": "measured", "layer": "demand", "column": "kg", "service": "hydrogen", "vehicle": "truck",
        "source": "counted",
    }  # fmt: skip
    result = world.run()
    assert opened(result) == {50: 2, 100: 3}
    assert result.kpis["services"]["hydrogen"]["demand"] == pytest.approx(400)
    assert result.sites["points_served"].tolist() == [1, 0]  # k100, k50


def test_several_fleets_refuel_on_their_own_range(world):
    """Trucks that go 200 km need one station where those of 100 km need two."""
    world.road(50, 100, capacity=False)
    world.study["flows"]["far"] = world.study["flows"]["fuel"] | {"range_km": 200}
    world.count(types=["pump"], exactly=1)
    result = world.run()
    assert result.flows.set_index("fleet")["share"].to_dict() == {"far": 1, "fuel": 0}


def test_all_faults_of_flows_are_told_at_once(world):
    """A column that is not there and a year without growth stand in one message."""
    world.road(50, 100, vehicles_column="lorries")
    world.study["flows"]["other"] = world.study["flows"]["fuel"] | {
        "vehicles_column": "trucks",
        "growth": {"2030": 2.0},
    }
    with pytest.raises(StudyError) as caught:
        prepare(world.read())
    assert [word for word in ("lorries", "flows.other: growth: 2025") if word not in str(caught.value)] == []


def test_a_flow_must_be_a_line(world):
    """A layer of points is refused with the rows that are no lines."""
    world.road(50, 100, layer="sites", vehicles_column="km")
    with pytest.raises(StudyError, match="not a single line"):
        prepare(world.read())


def test_an_unknown_layer_is_named(world):
    """A layer that the study does not have is a fault of the study."""
    with pytest.raises(StudyError, match=r'flows\.fuel\.layer: layer "motorways"'):
        world.road(50, 100, layer="motorways").read()


def test_nobody_drives_where_there_are_no_vehicles(world):
    """A flow of 0 vehicles is no row of demand."""
    world.road(50, 100)
    world.roads["idle"] = {"km": [10, 60], "trucks": 0}
    assert len(prepare(world.read()).assembly.rows) == 1


def test_sets_of_a_flow_take_up_all_of_its_energy(world):
    """The draws of a flow's cover sets add up to 1; without capacities they are 0."""
    problem = prepare(world.road(25, 50, 75, 100).read()).assembly.problem
    assert np.bincount(problem.set_row, problem.set_draw) == pytest.approx([1])
    problem = prepare(world.road(25, 50, 75, 100, capacity=False).read()).assembly.problem
    assert not problem.set_draw.any()
