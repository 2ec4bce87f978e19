"""Layers: files in, metric tables with ids and districts out."""

import csv
import hashlib

import pytest

from geodata import LayerError
from siting.errors import StudyError
from siting.layers import read_layers, sha256


def districts_of(study, name="demand"):
    frame = read_layers(study).frames[name]
    return dict(zip(frame["id"], frame["district"], strict=True))


def test_rows_know_their_district(world):
    """Every row of a layer carries the name of the district it lies in."""
    assert districts_of(world.read()) == {"a": "西区", "b": "西区", "c": "西区", "d": "东区", "e": "东区"}


def test_a_point_on_the_common_border_belongs_to_the_first_district(world):
    """A border point belongs to the first district by name, whatever the order of the polygons in the file."""
    world.demand["c"]["km"] = 10
    first = districts_of(world.read())["c"]
    world.districts.reverse()
    assert districts_of(world.read())["c"] == first == min("西区", "东区")


@pytest.mark.parametrize(("tolerance_m", "district"), [(999, ""), (1000, "东区")])
def test_a_point_outside_within_the_tolerance(world, tolerance_m, district):
    """A point outside of all districts counts to the nearest within the tolerance, its boundary included."""
    world.demand["e"]["km"] = 21
    assert districts_of(world.read(f"area.tolerance_m={tolerance_m}"))["e"] == district


def test_districts_lie_in_themselves(world):
    """The district layer carries its own names, also where the file calls the column otherwise."""
    for feature in world.districts:
        feature["properties"]["name"] = feature["properties"].pop("district")
    assert set(districts_of(world.read("area.district=name"), "districts").values()) == {"西区", "东区"}


def test_inputs_are_listed_with_their_hashes(world):
    """Every file of the study is listed with its content's hash, the tables with rows and CRS too."""
    study = world.read()
    inputs = {entry["name"]: entry for entry in read_layers(study).inputs}
    assert set(inputs) == {"districts", "demand", "sites", "plan", "facilities"}
    for entry in inputs.values():
        content = (world.folder / entry["path"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest() == sha256(world.folder / entry["path"])
    assert (inputs["demand"]["rows"], inputs["demand"]["crs"]) == (5, "EPSG:4547")
    assert (inputs["plan"]["rows"], inputs["plan"]["crs"]) == (None, None)


def test_renamed_columns_and_chosen_rows(world):
    """A column is renamed for the study, and rows are kept by the value of a column of the file."""
    world.study["layers"]["demand"] |= {"columns": {"asked": "kwh"}, "where": {"id": ["a", "c"]}}
    frame = read_layers(world.read()).frames["demand"]
    assert list(frame["id"]) == ["a", "c"]
    assert list(frame["asked"]) == ["100", "60"]


def test_rows_are_numbered_without_an_id_column(world):
    """Without an id column, rows are numbered in the order of the file."""
    del world.study["layers"]["demand"]["id"]
    ids = list(read_layers(world.read()).frames["demand"]["id"])
    assert ids == [f"row000{n}" for n in range(1, 6)]


def test_geographic_layers_are_converted(world):
    """A layer in longitude and latitude comes out in metres, where its twin in metres lies."""
    metric = read_layers(world.read()).frames["demand"]
    degrees = metric.to_crs("EPSG:4326")
    path = world.write().with_name("demand.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name_zh", "name_en", "kwh", "经度", "纬度"])
        for row, point in zip(degrees.itertuples(), degrees.geometry, strict=True):
            writer.writerow([row.id, row.name_zh, row.name_en, row.kwh, repr(point.x), repr(point.y)])
    world.study["layers"]["demand"]["crs"] = "EPSG:4326"
    text = path.read_text(encoding="utf-8")
    study = world.read()
    path.write_text(text, encoding="utf-8")
    assert read_layers(study).frames["demand"].geometry.geom_equals_exact(metric.geometry, 1e-3).all()


def test_faults_of_several_layers_in_one_report(world):
    """Every layer that cannot be read is named with its file, in one report."""
    world.study["layers"]["demand"]["path"] = "deman.csv"
    del world.study["layers"]["sites"]["crs"]
    with pytest.raises(StudyError) as caught:
        read_layers(world.read())
    first, second = caught.value.faults
    assert first.startswith("layer demand: ")
    assert 'did you mean "demand.csv"?' in first
    assert second.startswith("layer sites: ")
    assert 'set crs = "EPSG:4326"' in second


def test_no_row_is_left(world):
    """A choice of rows that leaves none is a fault that repeats the choice."""
    world.study["layers"]["demand"]["where"] = {"id": ["zz"]}
    with pytest.raises(StudyError, match="no row has id in zz; check the layer's where"):
        read_layers(world.read())


def test_two_districts_of_a_name(world):
    """District names are unique, or the rows that share one are named with the file."""
    world.districts.append(world.districts[0])
    with pytest.raises(LayerError, match=r"districts.geojson: .* '西区' \(rows 1, 3\); make them unique"):
        read_layers(world.read())


def test_a_speed_of_zero(world):
    """A district in which nothing moves is named."""
    for feature in world.districts:
        feature["properties"]["v"] = 0
    world.districts[1]["properties"]["v"] = 30
    with pytest.raises(LayerError, match='column "v": 0 km/h in 西区; give a speed above 0'):
        read_layers(world.read("travel.speed_column=v"))


def test_a_metric_crs_of_another_country_is_refused(world):
    """Distances in a zone made for elsewhere are wrong without a word, so the message names the zone and the place."""
    world.study["area"]["crs"] = "EPSG:32633"
    with pytest.raises(StudyError, match=r"area\.crs: EPSG:32633 .* is made for 12 to 18 E"):
        read_layers(world.read())
