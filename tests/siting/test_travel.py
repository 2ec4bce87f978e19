"""The tiny world on roads: minutes follow the road, not the straight line."""

import json

import pandas as pd
import pyogrio
import pytest

from siting import Study
from siting.audit import audit_run
from siting.audit.files import sha256
from siting.check import check_study, check_text
from siting.errors import StudyError
from siting.formats.geopackage import read_layers
from siting.pipeline import prepare
from siting.run_folder import write_run


def minutes(study):
    """Minutes of each pair by place and site."""
    ready = prepare(study)
    problem, rows = ready.assembly.problem, ready.assembly.rows
    sites = ready.sites.frame["id"].to_numpy()[problem.site[problem.pair_option]]
    places = rows["place"].to_numpy()[problem.pair_row]
    return {
        (place.removeprefix("demand:"), site.removeprefix("site:")): round(time_s / 60, 4)
        for place, site, time_s in zip(places, sites, problem.pair_time_s, strict=True)
    }


STRAIGHT = {("a", "p"): 1.0, ("b", "p"): 1.0, ("c", "p"): 5.0, ("d", "q"): 2.0}


def test_a_road_along_the_places_gives_the_straight_times(world):
    """At 60 km/h on a straight road a kilometre takes a minute, as in the world without roads."""
    assert minutes(world.read()) == STRAIGHT
    assert minutes(world.drive((0, 20, 60)).read()) == STRAIGHT


def test_a_slow_stretch_puts_a_place_beyond_the_standard(world):
    """Between 4 and 8 km a kilometre takes two minutes: c is 9 minutes from p, and farther than 5 from all."""
    found = minutes(world.drive((0, 4, 60), (4, 8, 30), (8, 20, 60)).read())
    assert found == {pair: time for pair, time in STRAIGHT.items() if pair[0] != "c"}


def test_a_share_of_the_speed_lengthens_every_way(world):
    """At half the speed only what is 2.5 minutes away at full speed is within 5."""
    found = minutes(world.drive((0, 20, 60)).read("travel.roads.speed_share=0.5"))
    assert found == {pair: 2 * time for pair, time in STRAIGHT.items() if time <= 2.5}


def test_the_way_to_the_road_counts(world):
    """A site 500 m off the road at 5 km/h is 6 minutes from it, and reached by nobody; at 50 km/h 0.6 minutes."""
    world.sites["p"]["north_km"] = 5.5
    slow = world.drive((0, 20, 60)).read()
    assert ("a", "p") not in minutes(slow)
    assert minutes(world.read("travel.roads.access_kmh=50"))["a", "p"] == 1.6


def test_roads_of_another_area_are_refused(world):
    """Where no place or no site is within reach nothing could be reached; the nearest is said."""
    study = world.drive((200, 220, 60), reach_m=400).read()
    with pytest.raises(StudyError) as refused:
        prepare(study)
    assert "travel.roads: no place of demand lies within 400 m (reach_m) of the roads" in refused.value.faults[0]
    assert "no site lies within 400 m" in refused.value.faults[1]


def test_check_says_how_far_the_roads_are(world):
    """With a reach of 400 m a site 500 m off is one of two, in the JSON and in the text."""
    world.sites["p"]["north_km"] = 5.5
    found = check_study(world.drive((0, 20, 60), access_kmh=50, reach_m=400).read())
    [ends] = found["roads"].values()
    assert ends["demand"]["beyond_reach"] == 0
    assert (ends["sites"]["beyond_reach"], ends["sites"]["points"], ends["sites"]["farthest_m"]) == (1, 2, 500.0)
    assert "1 of 2 sites are farther than 400 m from them (median 250 m, most 500 m)" in check_text(found)
    assert check_study(world.drive().read("travel.method=straight_line"))["roads"] == {}


def test_a_place_far_from_all_roads_cannot_be_reached(world):
    """With a reach of 400 m, a site 500 m off has no pairs."""
    world.sites["p"]["north_km"] = 5.5
    found = minutes(world.drive((0, 20, 60), access_kmh=50, reach_m=400).read())
    assert {site for _, site in found} == {"q"}


def test_one_way_roads_are_driven_their_way(world):
    """On a road to the east and one back that is far off, a at km 2 reaches p at km 3, and b at km 4 does not."""
    world.drive((0, 20, 60, "yes"))
    far = {"type": "LineString", "coordinates": [[520_000, 2_505_000], [520_000, 2_509_000], [500_000, 2_505_000]]}
    world.write()
    file = world.folder / "roads.geojson"
    roads = json.loads(file.read_text())
    roads["features"].append({"type": "Feature", "properties": {"maxspeed": 60, "oneway": "yes"}, "geometry": far})

    file.write_text(json.dumps(roads))
    found = minutes(Study.from_toml(world.path))
    assert ("a", "p") in found
    assert ("b", "p") not in found


def test_trucks_drive_as_trucks(world):
    """A truck keeps to 80 km/h where a car drives 120."""
    world.ask("hydrogen", "kwh", vehicle="truck").offer("pump", hydrogen=(20, 10), vehicles=["car", "truck"])
    ready = prepare(world.drive((0, 20, 120)).read())
    rows, problem = ready.assembly.rows, ready.assembly.problem
    least = pd.Series(problem.pair_time_s).groupby(rows["vehicle"].to_numpy()[problem.pair_row]).min()
    assert dict(least) == pytest.approx({"car": 30.0, "truck": 45.0})


def test_the_answer_on_roads_passes_the_audit(world, tmp_path):
    """What was solved on roads is driven again by other code, and says that it is on roads."""
    result = world.drive((0, 4, 60), (4, 8, 30), (8, 20, 60)).run()
    folder = write_run(result, tmp_path / "runs")
    assert audit_run(folder) == []
    assert "on roads" in result.kpis["travel_method"]
    assert list(read_layers(folder / "sites.gpkg")["roads"]["road_class"]) == ["road"]
    assert result.map_tables().roads is not None
    assert "fastest way on roads, always" in result.meta["method_en"]
    served = result.demand.set_index("place")["served"]
    assert served["demand:c"] == 0
    assert served["demand:a"] == 100


def test_roads_drawn_elsewhere_do_not_pass_the_audit(world, tmp_path):
    """Lines that are moved by 50 m are not those that were driven on, although the manifest has their hash."""
    folder = write_run(world.drive((0, 20, 60)).run(), tmp_path / "runs")
    roads = pyogrio.read_dataframe(folder / "sites.gpkg", layer="roads")
    moved = roads.to_crs("EPSG:4547").translate(0, 50).to_crs(roads.crs)
    pyogrio.write_dataframe(roads.set_geometry(moved), folder / "sites.gpkg", layer="roads")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["outputs"]["sites.gpkg"] = sha256(folder / "sites.gpkg")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    [fault] = audit_run(folder)
    assert "layer roads: 2 of 2 vertices are no nodes of the study's roads, up to 50 m off" in fault


def test_a_place_at_the_standard_is_served_and_passes_the_audit(world, tmp_path):
    """C is exactly 5 minutes from p: within the standard, for the solver and for the audit."""
    result = world.drive((0, 20, 60)).run()
    assert result.demand.set_index("place")["served"]["demand:c"] == 60
    assert audit_run(write_run(result, tmp_path / "runs")) == []


def test_a_wrong_time_on_roads_shows(world, tmp_path, monkeypatch):
    """An assembly that halves the times is found out from the files."""
    from dataclasses import replace

    from siting import travel

    right = travel.road_times

    def halved(*given, **keys):
        times, report = right(*given, **keys)
        return replace(times, time_s=times.time_s / 2), report

    with monkeypatch.context() as patch:
        patch.setattr(travel, "road_times", halved)
        folder = write_run(world.drive((0, 4, 60), (4, 8, 30), (8, 20, 60)).run(), tmp_path / "runs")
    assert any("time_min is" in fault for fault in audit_run(folder))


def test_a_cache_changes_nothing(world):
    """Times that were kept from the first run serve the second, and are the same."""
    study = world.drive((0, 20, 60), cache="kept").read()
    assert minutes(study) == minutes(study) == STRAIGHT
    assert len(list((world.folder / "kept").glob("*.npz"))) == 1


def test_roads_belong_to_the_inputs(world):
    """Another road file is another run."""
    first = prepare(world.drive((0, 20, 60)).read())
    assert [entry["path"] for entry in first.inputs if entry["name"] == "roads"] == ["roads.geojson"]
    second = prepare(world.drive((0, 20, 50)).read())
    assert first.run_id != second.run_id


def test_the_method_asks_for_roads(world):
    """Roads as the method without a file is a fault of the study."""
    with pytest.raises(StudyError, match=r"needs \[travel.roads\]"):
        world.read('travel.method="roads"')


def test_a_missing_file_and_a_strange_class_are_told(world):
    """The message names the file, or the class with what it may have meant."""
    study = world.drive((0, 20, 60), path="nowhere.geojson").read()
    with pytest.raises(StudyError, match=r"nowhere\.geojson"):
        prepare(study)
    study = world.drive((0, 20, 60)).read("travel.roads.speed_share_by_class={motorwy = 0.5}")
    with pytest.raises(StudyError, match="motorwy"):
        prepare(study)
