"""The diagnosis of a network that can be done in the head."""

import pandas as pd
import pytest

from siting.diagnosis import diagnose
from siting.diagnosis.page import flow_notes
from siting.diagnosis.words import Words
from siting.errors import StudyError


def row(table, **keys):
    """The one row of a table with these values."""
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_coverage_of_the_whole_area(found):
    """a, b and c are within the standard of both stations; d and e of none."""
    whole = found.services["charging"]
    assert (whole["demand"], whole["covered"], whole["overlap"]) == (510, 360, 360)
    assert whole["stations_per_covered"] == pytest.approx(2)
    assert (whole["served"], whole["unserved"], whole["out_of_reach"]) == pytest.approx((360, 150, 150))


def test_coverage_by_district(found):
    """The west is served, the east is not; stations count where they stand."""
    west, east = (row(found.districts, district=name) for name in ("西区", "东区"))
    assert (west["served_share"], west["stations"], west["capacity"]) == pytest.approx((1, 2, 400))
    assert (east["covered_share"], east["served"], east["stations"], east["demand"]) == (0, 0, 0, 150)


def test_a_boundary_is_covered(network_world):
    """A place exactly at the standard counts; a metre more and it does not."""
    network_world.existing = {"west": {"km": 3, "type": "charger", "modules": 3}}
    assert diagnose(network_world.read()).services["charging"]["covered"] == 360
    network_world.existing = {"west": {"km": 2.999, "type": "charger", "modules": 3}}
    assert diagnose(network_world.read()).services["charging"]["covered"] == 300


def test_stations_serve_with_the_least_driving(found):
    """The station at km 3 serves a and b, that at km 6 serves c: no other full way to serve is shorter."""
    west, mid = (row(found.stations, station=f"old:{name}") for name in ("west", "mid"))
    assert (west["given"], west["use"], mid["given"], mid["use"]) == pytest.approx((300, 1, 60, 0.6))
    assert west["types"] == "charger × 3"


def test_the_spread_of_use(found):
    """One of two stations is above 90 %, none below 25 %."""
    whole = found.services["charging"]
    assert (whole["below_10"], whole["below_25"], whole["above_90"]) == (0, 0, 0.5)
    assert whole["use"] == pytest.approx(0.9)


def test_what_would_be_lost(found):
    """Without km 3 the other gives 100 of 360; without km 6 the first gives 300."""
    lost = {name: row(found.stations, station=f"old:{name}")["lost"] for name in ("west", "mid")}
    assert lost == pytest.approx({"west": 260, "mid": 60})
    assert found.services["charging"]["unmissed"] == 0


def test_a_station_that_nobody_would_miss(network_world):
    """With a fourth module at km 3 all of c finds a place there."""
    network_world.existing["west"]["modules"] = 4
    found = diagnose(network_world.read())
    assert row(found.stations, station="old:mid")["lost"] == 0
    assert (found.services["charging"]["unmissed"], found.services["charging"]["unmissed_capacity"]) == (1, 100)


def test_minutes_to_the_nearest_station(found):
    """Half of the demand (a and b, 300 of 510) has a station within a minute; in the east the middle is d."""
    assert found.services["charging"]["minutes_to_nearest"] == pytest.approx(1)
    assert row(found.districts, district="东区")["minutes_to_nearest"] == pytest.approx(6)


def test_the_nearest_station_is_found_however_far(found):
    """Place e is 13.5 km from the station at km 6, far beyond any standard."""
    place = row(found.places, place="demand:e")
    assert (place["nearest"], place["why"]) == ("old:mid", "out_of_reach")
    assert place["minutes"] == pytest.approx(13.5)


def test_underserved_places_come_by_what_is_unserved(found):
    """Place d lacks 100, e lacks 50, and nobody else lacks anything."""
    assert list(zip(found.places["place"], found.places["unserved"], strict=True)) == [
        ("demand:d", 100),
        ("demand:e", 50),
    ]


def test_full_stations_are_told_from_those_out_of_reach(network_world):
    """With one module at km 3 the stations have 200 for 360: 160 is within reach of stations that are full."""
    network_world.existing["west"]["modules"] = 1
    found = diagnose(network_world.read())
    assert found.places[found.places["why"] == "full"]["unserved"].sum() == pytest.approx(160)
    assert found.services["charging"]["out_of_reach"] == pytest.approx(150)


def test_vehicles_that_nothing_serves_have_no_station(network_world):
    """Trucks ask for charging, the chargers serve cars."""
    for place in network_world.demand.values():
        place["truck_kwh"] = 10
    network_world.ask("charging", "truck_kwh", vehicle="truck")
    found = diagnose(network_world.read())
    places = found.places
    assert found.services["charging"]["minutes_to_nearest"] == pytest.approx(1)
    trucks = places[places["vehicle"] == "truck"]
    assert (len(trucks), set(trucks["why"]), set(trucks["nearest"])) == (5, {"no_station"}, {""})


def test_what_one_more_station_would_bring(found):
    """A module at km 14 serves d for 1,100 CNY; more modules would find nobody."""
    gain = row(found.candidates, candidate="site:r")
    assert (gain["modules"], gain["gain_charging_kwh"], gain["cost_cny"]) == pytest.approx((1, 100, 1100))
    assert gain["value_per_million_cny"] == pytest.approx(100 / 1100 * 1e6)
    assert gain["exact"]


def test_the_number_of_modules_brings_most_for_money(network_world):
    """At 250 kWh two full modules cost 1,200, three cost 1,300 for 250: 166.7 against 192.3 per 1,000 CNY."""
    network_world.demand["d"]["kwh"] = 250
    gain = row(diagnose(network_world.read()).candidates, candidate="site:r")
    assert (gain["modules"], gain["gain_charging_kwh"]) == pytest.approx((3, 250))


def test_a_new_station_may_free_another(network_world):
    """By itself it finds the 30 kWh of z; it may also take a from the full station, which then serves more of b."""
    network_world.demand = {"z": {"km": 0, "kwh": 30}, "a": {"km": 5, "kwh": 100}, "b": {"km": 9, "kwh": 200}}
    network_world.sites = {"r": {"km": 1}}
    network_world.existing = {"west": {"km": 6, "type": "charger", "modules": 2}}
    gain = row(diagnose(network_world.read()).candidates, candidate="site:r")
    assert (gain["modules"], gain["gain_charging_kwh"]) == pytest.approx((1, 100))


def test_a_station_is_a_site_with_all_that_stands_there(network_world):
    """Two types at one site are one station: no overlap, and closing it closes both."""
    network_world.offer("slow", charging=(50, 2))
    network_world.existing = {"west": {"km": 3, "slow": 1, "fast": 2}}
    source = network_world.study["sites"]["sources"]["old"]
    del source["type_column"], source["modules_column"]
    source["modules"] = {"charger": "fast", "slow": "slow"}
    found = diagnose(network_world.read())
    whole, station = found.services["charging"], found.stations.iloc[0]
    assert (whole["stations"], whole["overlap"], whole["capacity"]) == (1, 0, 250)
    assert (station["given"], station["lost"]) == pytest.approx((250, 250))
    assert station["types"] == "charger × 2, slow × 1"


def test_nothing_is_diagnosed_where_nothing_stands(world):
    """A study without existing stations says what to add."""
    with pytest.raises(StudyError, match='add a source of kind "existing"'):
        diagnose(world.read())


def test_nothing_is_diagnosed_where_no_place_asks(world):
    """Where all demand drives along roads there is nothing to say."""
    world.road(20, 60).stand(old={"km": 40, "type": "pump", "modules": 1})
    with pytest.raises(StudyError, match="no place asks for anything in 2025"):
        diagnose(world.read())


def test_a_service_that_nothing_offers_is_unserved(network_world):
    """Swaps are asked for, no station swaps: all of it is unserved, and a new station would bring them."""
    network_world.demand["d"]["swaps"] = 7
    network_world.ask("swapping", "swaps").allow("charger", "swapper")
    found = diagnose(network_world.read())
    swapping = found.services["swapping"]
    assert (swapping["stations"], swapping["unserved"], swapping["use"]) == (0, 7, None)
    assert row(found.candidates, type="swapper")["gain_swapping_swaps"] == 7


def test_the_last_year_is_diagnosed(network_world):
    """With demand twice as large in 2030 the stations have 400 for 720 within reach."""
    network_world.grow(y2025=1.0, y2030=2.0)
    whole = diagnose(network_world.read()).services["charging"]
    assert (whole["demand"], whole["served"]) == pytest.approx((1020, 400))


def test_what_was_really_built_stands(network_world):
    """A station built in a year that is over counts as standing, and is no candidate."""
    network_world.grow(y2025=1.0, y2030=1.0).built(("site:r|charger", 1, 2025))
    found = diagnose(network_world.read())
    assert row(found.stations, station="site:r")["given"] == pytest.approx(100)
    assert found.candidates.empty


def test_flows_are_left_out_and_said(world):
    """Trucks along a road ask for hydrogen: the diagnosis names them and counts them nowhere."""
    world.road(20, 60).stand(old={"km": 40, "type": "pump", "modules": 1})
    world.demand = {"x": {"km": 41, "kg": 5}}
    world.study["layers"]["demand"] = {"path": "demand.csv", "crs": "EPSG:4547", "id": "id", "source": "invented"}
    world.study["demand"]["trucks"] = {
        "model": "measured", "layer": "demand", "column": "kg", "service": "hydrogen", "vehicle": "truck",
        "source": "counted",
    }  # fmt: skip
    found = diagnose(world.read())
    assert found.about["flows"]["hydrogen"]["flows"] == 1
    assert found.services["hydrogen"]["demand"] == 5
    (note,) = flow_notes(found.about, Words("en"))
    assert note.startswith("Demand along roads is left out: 1 flows for Hydrogen")


def test_on_roads_as_on_straight_lines(network_world, found):
    """A straight road driven at a kilometre a minute changes nothing, for the nearest station far away either."""
    on_roads = diagnose(network_world.drive((0, 20, 60)).read())
    pd.testing.assert_frame_equal(on_roads.places, found.places)
    pd.testing.assert_frame_equal(on_roads.stations, found.stations)
    pd.testing.assert_frame_equal(on_roads.districts, found.districts)


def test_what_stands_is_the_same_whatever_is_asked(network_world, found):
    """A study with a classic objective and a standard of its own has the network that it has without."""
    asked = diagnose(network_world.read("objective=max_cover", "objective.p=9", "objective.standard_min=1"))
    assert asked.services == found.services
