"""Flows from trips: places on a road of 200 km, between which trucks drive; which vehicles drive where, and how far."""

import itertools
import json

import pytest
import shapely

from siting.area import build_area
from siting.audit import audit_run
from siting.errors import StudyError
from siting.flows import build_flows
from siting.layers import read_layers
from siting.pipeline import prepare
from siting.run_folder import write_run
from siting.study import Study

EAST_M, NORTH_M = 500_000, 2_500_000


def matrix(km):
    """Rows of both directions of pairs."""
    return "from,to,km\n" + "".join(f"{a},{b},{n}\n{b},{a},{n}\n" for (a, b), n in km.items())


@pytest.fixture
def towns(world):
    """Towns a, b and c at 10, 60 and 160 km; sites at 10, 35, 60, 85, 110, 135 and 160 km; trips in od.csv.

    The road goes along them, and there is another from b to c, 50 km to the north in between and closed to nobody.
    """
    world.road(0, 25, 50, 75, 100, 125, 150, capacity=False)
    world.demand = {"a": {"km": 10, "w": 1}, "b": {"km": 60, "w": 2}, "c": {"km": 160, "w": 1}}
    world.study["layers"]["towns"] = {"path": "demand.csv", "crs": "EPSG:4547", "id": "id"}
    world.roads = {"ab": {"km": [10, 60]}, "bc": {"km": [60, 160]}}
    block = world.study["flows"]["fuel"]
    for key in ("layer", "vehicles_column"):
        del block[key]
    block["trips"] = {"places": "towns", "table": {"path": "od.csv"}}
    block["roads"] = {"path": "roads.geojson", "crs": "EPSG:4547", "source": "invented"}
    del world.study["layers"]["roads"]
    world.folder.mkdir(parents=True, exist_ok=True)
    (world.folder / "od.csv").write_text("origin,destination,trips\na,b,6\nb,a,4\na,c,8\n", encoding="utf-8")
    return world


def change(world, **trips):
    """Change the block of trips."""
    block = world.study["flows"]["fuel"]["trips"]
    block |= trips
    world.study["flows"]["fuel"]["trips"] = {key: value for key, value in block.items() if value is not None}
    return world


def flows(world):
    """The flows of the study."""
    study = world.read()
    return build_flows(study, build_area(study, read_layers(study)))


def told(world):
    """What is wrong with the study."""
    with pytest.raises(StudyError) as caught:
        flows(world)
    return "; ".join(caught.value.faults)


def test_trips_of_both_directions_are_one_flow(towns):
    """6 one way and 4 the other are 5 round trips; of 8 in one direction half are."""
    found = flows(towns)
    assert found.frame.set_index("id")["vehicles_per_day"].to_dict() == {"fuel:a-b": 5, "fuel:a-c": 4}
    assert found.length_km == pytest.approx([50, 150])
    assert found.demand == pytest.approx([5 * 0.1 * 100, 4 * 0.1 * 300])


def test_paths_name_the_places_that_they_pass(towns):
    """From a to c the path passes b after 50 km."""
    path = flows(towns).path
    own = path[path["flow"] == "fuel:a-c"]
    assert own["place"].tolist() == ["a", "b", "c"]
    assert own["km"].tolist() == pytest.approx([0, 50, 150])


def test_the_length_factor_makes_roads_longer(towns):
    """At 1.2 km of road per km drawn all kilometres grow, those of the places passed as well."""
    towns.study["flows"]["fuel"]["length_factor"] = 1.2
    path = flows(towns).path
    assert path.loc[path["flow"] == "fuel:a-c", "km"].tolist() == pytest.approx([0, 60, 180])


def test_a_study_with_trips_is_solved_and_passes_the_audit(towns, tmp_path):
    """Trucks of 100 km from a to c need three stations on the way, of which one carries those to b; all is driven."""
    result = towns.run()
    assert result.flows["share"].tolist() == [1, 1]
    assert result.flows["name_en"].tolist() == ["Place a - Place b", "Place a - Place c"]
    assert result.flows["name_zh"].tolist() == ["a地—b地", "a地—c地"]
    folder = write_run(result, tmp_path / "runs")
    assert audit_run(folder) == []
    names = [entry["name"] for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["inputs"]]
    assert {"flows.fuel.roads", "flows.fuel.trips.table"} <= set(names)


def test_straight_lines_have_the_kilometres_of_a_table(towns, tmp_path):
    """Without roads a truck drives the straight line, stretched to the km given; stations stand where it leads past."""
    del towns.study["flows"]["fuel"]["roads"]
    change(towns, distances={"path": "km.csv", "origin": "from", "destination": "to"})
    km = {("a", "b"): 55, ("a", "c"): 180, ("b", "c"): 120}
    (towns.folder / "km.csv").write_text(matrix(km), encoding="utf-8")
    assert flows(towns).length_km == pytest.approx([55, 180])
    result = towns.run()
    assert result.flows.set_index("flow")["length_km"].to_dict() == pytest.approx({"fuel:a-b": 55, "fuel:a-c": 180})
    assert result.flows["share"].tolist() == [1, 1]
    assert audit_run(write_run(result, tmp_path / "runs")) == []


def test_straight_lines_without_a_table_have_the_detour_factor(towns):
    """1.5 km of road per km."""
    del towns.study["flows"]["fuel"]["roads"]
    towns.study["travel"]["detour_factor"] = 1.5
    assert flows(towns).length_km == pytest.approx([75, 225])


def test_gravity_on_the_roads(towns):
    """Without deterrence a and c send half of 100 trips each to b, which sends them back: 25 round trips each."""
    change(towns, table=None, gravity={"total": 100, "production": "w", "b": 0})
    found = flows(towns)
    assert found.frame.set_index("id")["vehicles_per_day"].to_dict() == pytest.approx({"fuel:a-b": 25, "fuel:b-c": 25})


def test_gravity_meets_its_mean_on_a_table(towns):
    """Vehicle km over vehicles is the mean, on the km of the table; the total is in round trips."""
    towns.demand["d"] = {"km": 110, "w": 2}
    km = {("a", "b"): 55, ("a", "c"): 180, ("b", "c"): 120, ("a", "d"): 120, ("b", "d"): 60, ("c", "d"): 60}
    towns.study["flows"]["fuel"].pop("roads")
    change(
        towns,
        table=None,
        gravity={"total": 100, "production": "w", "mean_km": 80},
        distances={"path": "km.csv", "origin": "from", "destination": "to"},
    )
    (towns.folder / "km.csv").write_text(matrix(km), encoding="utf-8")
    found = flows(towns)
    vehicles = found.frame["vehicles_per_day"].to_numpy()
    assert vehicles.sum() == pytest.approx(50, rel=1e-9)
    assert vehicles @ found.length_km / vehicles.sum() == pytest.approx(80, rel=1e-9)


def test_trips_are_divided_among_paths(towns):
    """The second road from b to c takes a part of the trips, which add up, each on its own line."""
    towns.roads["ring"] = {"km": [60, 160]}
    change(towns, paths=2, logit_scale_min=30)
    path = towns.write().parent / "roads.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    ring = layer["features"][-1]["geometry"]
    ring["coordinates"].insert(1, [EAST_M + 110_000, NORTH_M + 10_000])
    path.write_text(json.dumps(layer), encoding="utf-8")
    study = Study.from_toml(towns.path)
    found = build_flows(study, build_area(study, read_layers(study)))
    vehicles = found.frame.set_index("id")["vehicles_per_day"]
    assert vehicles.index.tolist() == ["fuel:a-b", "fuel:a-c", "fuel:a-c:2"]
    assert vehicles["fuel:a-c"] + vehicles["fuel:a-c:2"] == pytest.approx(4)
    assert vehicles["fuel:a-c"] > vehicles["fuel:a-c:2"] > 0
    assert shapely.length(found.frame.geometry.to_numpy()) / 1000 == pytest.approx(found.length_km)


def test_tables_may_use_other_names(towns):
    """A column of the places says what the tables call them."""
    change(towns, key="name_zh")
    (towns.folder / "od.csv").write_text("origin,destination,trips\na地,b地,6\n", encoding="utf-8")
    assert flows(towns).frame["id"].tolist() == ["fuel:a-b"]


def test_a_tntp_table_is_read_by_its_name(towns):
    """Zones are the places of these ids."""
    towns.demand = {"1": {"km": 10}, "2": {"km": 60}, "3": {"km": 160}}
    change(towns, table={"path": "od_trips.tntp"})
    text = "<NUMBER OF ZONES> 3\n<TOTAL OD FLOW> 12\n<END OF METADATA>\nOrigin 1\n 3 : 12.0;\n"
    (towns.folder / "od_trips.tntp").write_text(text, encoding="utf-8")
    assert flows(towns).frame.set_index("id")["vehicles_per_day"].to_dict() == {"fuel:1-3": 6}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a,b,6\nd,a,4\nb,d,1\nd,b,1", """column "origin": places that are not known: 'd' (rows 2, 4"""),
        ("a,b,6\nb,a,-4", "below 0 in rows 2 ('-4')"),
        ("a,b,0", "the trips add up to 0"),
        ("a,a,2", "from a place to itself in rows 1"),
    ],
)
def test_faults_of_the_table_name_fleet_file_and_row(towns, rows, words):
    """Unknown places, negative trips, no trips, trips to nowhere."""
    (towns.folder / "od.csv").write_text(f"origin,destination,trips\n{rows}\n", encoding="utf-8")
    message = told(towns)
    assert words in message
    assert "flows.fuel: " in message
    assert "od.csv" in message


def test_a_place_off_all_roads_is_named_with_its_row(towns):
    """3 km from the nearest road, where 1 km is near enough."""
    towns.demand["c"] |= {"north_km": 8}
    message = told(towns)
    assert "demand.csv: farther than 1000 m from all roads of roads.geojson: 'c' (row 3, 3.0 km)" in message
    assert "raise flows.fuel.roads.reach_m" in message


def test_two_places_at_one_point_are_named(towns):
    """Between them there is no path."""
    towns.demand["b"]["km"] = 10
    assert "no path on roads.geojson from a to b" in told(towns)
    del towns.study["flows"]["fuel"]["roads"]
    assert "at the same point: a to b" in told(towns)


def test_a_total_too_large_for_one_place_names_it(towns):
    """Town b would have to send 60 of 100 trips to places that take 40."""
    towns.demand["b"]["w"] = 3
    change(towns, table=None, gravity={"total": 100, "production": "w", "b": 0})
    assert "60 trips leave 'b', and all other places that it has trips with take 40" in told(towns)


def test_a_column_of_zeros_is_named(towns):
    """A total cannot be spread over nothing."""
    for town in towns.demand.values():
        town["w"] = 0
    change(towns, table=None, gravity={"total": 100, "production": "w", "b": 0})
    assert 'column "w" of' in told(towns)


def test_distances_below_the_straight_line_are_refused(towns):
    """50 m between two towns 50 km apart are another unit."""
    del towns.study["flows"]["fuel"]["roads"]
    change(towns, distances={"path": "km.csv", "origin": "from", "destination": "to"})
    (towns.folder / "km.csv").write_text(matrix({("a", "b"): 0.05, ("a", "c"): 180, ("b", "c"): 120}), encoding="utf-8")
    assert "fewer km than the straight line from a to b" in told(towns)


def test_several_paths_need_roads(towns):
    """There is but one straight line."""
    del towns.study["flows"]["fuel"]["roads"]
    change(towns, paths=2, logit_scale_min=5)
    assert "2 paths need roads" in told(towns)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"layer": "towns", "vehicles_column": "w"}, "give one of layer and trips"),
        ({"trips": None, "roads": None}, "give one of layer and trips"),
        ({"vehicles_column": "w"}, "vehicles_column together with layer"),
        ({"trips": None, "layer": "towns", "vehicles_column": "w"}, "only trips take roads"),
    ],
)
def test_a_fleet_has_a_layer_or_trips(towns, keys, words):
    """Exactly one of both, with what belongs to it."""
    block = {**towns.study["flows"]["fuel"], **keys}
    towns.study["flows"]["fuel"] = {key: value for key, value in block.items() if value is not None}
    with pytest.raises(StudyError) as caught:
        towns.read()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("trips", "words"),
    [
        ({"table": None}, "give one of table and gravity"),
        ({"gravity": {"total": 1, "production": "w", "b": 0}}, "give one of table and gravity"),
        ({"table": None, "gravity": {"total": 1, "production": "w"}}, "give one of b and mean_km"),
        ({"paths": 2}, "give logit_scale_min together with paths above 1"),
        ({"places": "villages"}, 'flows.fuel.trips.places: layer "villages"'),
    ],
)
def test_trips_are_given_or_modelled(towns, trips, words):
    """What is asked for twice or not at all is said when the file is read."""
    with pytest.raises(StudyError) as caught:
        change(towns, **trips).read()
    assert words in str(caught.value)


def gap(world, max_km, **keys):
    """A line of the plan for the longest drive of the fleet's flows."""
    line = {"flows": "fuel", "max_km": max_km, "service": "hydrogen", "max_detour_km": 0}
    return world.require(gaps={"h2": line | keys})


def row(result, key):
    """A line's row of the scorecard."""
    return next(line for line in result.scorecard if line["line"] == key)


def test_a_gap_line_may_name_a_fleet(towns, tmp_path):
    """The paths of the trips are the roads: from a to b a station every 50 km, from a to c the same as on its road."""
    result = gap(towns, 50).run()
    assert set(result.sites["site_id"]) >= {"site:k50", "site:k100"}
    assert row(result, "h2")["achieved"] == pytest.approx(50)
    assert not audit_run(write_run(result, tmp_path / "runs"))


def test_a_gap_line_may_name_some_flows_of_a_fleet(towns, tmp_path):
    """Only a to b is asked for, whose 50 km are driven without a station between its ends."""
    result = gap(towns, 50, ids=["a-b"], enforce=False).run()
    assert row(result, "h2")["met"]
    longer = gap(towns, 50, ids=["a-c"], enforce=False).run()
    assert row(longer, "h2")["achieved"] >= row(result, "h2")["achieved"]
    assert not audit_run(write_run(longer, tmp_path / "runs"))


def test_the_kilometres_of_a_gap_are_those_of_the_flow(towns):
    """With road 20 % longer than drawn, 150 km on the map are 180 km to drive."""
    towns.study["flows"]["fuel"]["length_factor"] = 1.2
    result = gap(towns, 500, ids=["a-c"], enforce=False).run()
    opened = sorted(float(site.removeprefix("site:k")) * 1.2 for site in result.sites["site_id"])
    ends = [0.0, *opened, 180.0]
    longest = max(b - a for a, b in itertools.pairwise(ends))
    assert row(result, "h2")["achieved"] == pytest.approx(longest)


def test_a_share_may_be_asked_of_a_fleet(towns, tmp_path):
    """All flows of the fleet are driven where all of its demand must be served, and others do not count."""
    towns.study["flows"]["far"] = towns.study["flows"]["fuel"] | {"range_km": 10}
    towns.require(
        shares={
            "fuel": {"flows": "fuel", "service": "hydrogen", "at_least": 1.0},
            "far": {"flows": "far", "service": "hydrogen", "at_least": 0.5, "enforce": False},
        }
    )
    result = towns.run()
    assert row(result, "fuel")["achieved"] == pytest.approx(1)
    assert row(result, "far")["achieved"] == 0
    assert not audit_run(write_run(result, tmp_path / "runs"))


@pytest.mark.parametrize(
    ("kind", "line", "words"),
    [
        ("gaps", {"flows": "fule"}, r'gaps\.h2: flows "fule" is not among \[flows\] \(fuel\); did you mean "fuel"'),
        ("gaps", {"flows": "fuel", "ids": ["a-d"]}, r'gaps\.h2: fleet "fuel" has no flow "a-d"'),
        (
            "gaps",
            {"flows": "fuel", "service": "charging"},
            r'gaps\.h2: flows "fuel" ask for hydrogen, the line for charging',
        ),
        (
            "gaps",
            {"flows": "cars"},
            r'gaps\.h2: flows "cars" is a fleet of \[demand\], whose demand is added to that of oth',
        ),
        ("gaps", {"flows": "fuel", "roads": "towns"}, "give one of roads and flows"),
        ("gaps", {}, "give one of roads and flows"),
        ("gaps", {"flows": "fuel", "length_factor": 1.2}, "length_factor: flows have their own kilometres"),
        ("shares", {"flows": "fule"}, r'shares\.h2: flows "fule" is not among'),
        ("shares", {"flows": "cars"}, r'shares\.h2: flows "cars" is a fleet of \[demand\]'),
    ],
)
def test_a_line_that_names_no_flows_is_refused(towns, kind, line, words):
    """A fleet, flow or service that does not fit is named, with the reason."""
    towns.study["demand"]["cars"] = {
        "model": "measured",
        "layer": "towns",
        "column": "w",
        "service": "hydrogen",
        "vehicle": "truck",
        "source": "counted",
    }
    usual = {"service": "hydrogen", "at_least": 0.5} if kind == "shares" else {}
    usual = usual or {"service": "hydrogen", "max_km": 50, "max_detour_km": 0}
    with pytest.raises(StudyError, match=words):
        prepare(towns.require(**{kind: {"h2": usual | line}}).read())
