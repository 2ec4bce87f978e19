"""Settings of a layer: which rows are kept, where they are moved, and what a table adds to them."""

import pytest
import shapely

from geodata import LayerError
from geodata.datums.shifts import from_wgs84
from siting import Study
from siting.errors import StudyError
from siting.layers import read_layers


def written(world, name, text, **keys):
    """Write the world with a file beside it and settings of its demand layer; return the layers."""
    world.study["layers"]["demand"] |= keys
    path = world.write()
    (world.folder / name).write_text(text, encoding="utf-8")
    return read_layers(Study.from_toml(path))


def test_a_join_adds_up_the_rows_of_a_table_that_have_the_same_keys(world):
    """Sums run over all rows with equal keys; a row of the layer without any has the sum of nothing, 0."""
    layers = written(
        world,
        "trips.csv",
        "to,trips\na,2\na,3.5\nc,1\nnowhere,100\n",
        join={"table": "trips.csv", "on": {"id": "to"}, "sum": {"arrivals": "trips"}},
    )
    assert dict(zip(layers.frames["demand"]["id"], layers.frames["demand"]["arrivals"], strict=True)) == {
        "a": 5.5,
        "b": 0.0,
        "c": 1.0,
        "d": 0.0,
        "e": 0.0,
    }


def test_a_join_takes_a_column_where_exactly_one_row_fits(world):
    """Taken texts stand as in the table, whatever the order of its rows."""
    rows = "".join(f"{key},0{key}\n" for key in "edcba")
    layers = written(
        world,
        "names.csv",
        f"of,code\n{rows}",
        join={"table": "names.csv", "on": {"id": "of"}, "take": {"code": "code"}},
    )
    assert list(layers.frames["demand"]["code"]) == ["0a", "0b", "0c", "0d", "0e"]


def test_a_join_refuses_to_take_from_none_or_several_rows(world):
    """Absence is never filled in: the rows of the layer are named."""
    with pytest.raises(StudyError, match=r"rows 2, 3, 4, 5: none or several rows of .*names\.csv fit"):
        written(
            world,
            "names.csv",
            "of,code\na,1\nb,2\nb,3\n",
            join={"table": "names.csv", "on": {"id": "of"}, "take": {"code": "code"}},
        )


def test_a_join_without_any_common_key_is_a_fault(world):
    """Keys that never agree are a mistake, not five sums of nothing."""
    with pytest.raises(StudyError, match=r"trips\.csv: no row fits any of .*demand\.csv"):
        written(
            world,
            "trips.csv",
            "to,trips\nA,2\n",
            join={"table": "trips.csv", "on": {"id": "to"}, "sum": {"arrivals": "trips"}},
        )


def test_a_missing_table_of_a_join_is_named(world):
    """The message names the layer and the file."""
    world.study["layers"]["demand"]["join"] = {"table": "gone.csv", "on": {"id": "id"}}
    with pytest.raises(StudyError, match=r"layer demand: .*gone\.csv: the file does not exist"):
        read_layers(world.read())


def test_a_joined_table_is_an_input(world):
    """Its hash is recorded, so that the run id depends on it."""
    inputs = written(world, "t.csv", "id\na\n", join={"table": "t.csv", "on": {"id": "id"}, "sum": {}}).inputs
    assert [entry["path"] for entry in inputs if entry["name"] == "demand.join"] == ["t.csv"]


def test_at_least_keeps_the_boundary_and_sees_joined_columns(world):
    """Rows of exactly the number stay; a joined column counts as one of the file's own."""
    layers = written(
        world,
        "trips.csv",
        "to,trips\na,2\nb,5\nc,6\n",
        join={"table": "trips.csv", "on": {"id": "to"}, "sum": {"arrivals": "trips"}},
        at_least={"arrivals": 5},
    )
    assert list(layers.frames["demand"]["id"]) == ["b", "c"]


def test_clip_leaves_out_what_lies_outside_of_all_districts(world):
    """Without clip the row stays and has no district; with it the recorded count is that of the rows left."""
    world.demand["far"] = {"km": 50, "kwh": 1}
    assert read_layers(world.read()).frames["demand"]["district"].iloc[-1] == ""
    world.study["layers"]["demand"]["clip"] = True
    layers = read_layers(world.read())
    assert list(layers.frames["demand"]["id"]) == ["a", "b", "c", "d", "e"]
    assert {entry["left_out"] for entry in layers.inputs if entry["name"] == "demand"} == {1}
    assert {entry["rows"] for entry in layers.inputs if entry["name"] == "demand"} == {5}


def test_clip_that_leaves_nothing_is_a_fault(world):
    """A layer in another part of the world is a mistake of its CRS."""
    world.demand = {"far": {"km": 50, "kwh": 1}}
    world.study["layers"]["demand"]["clip"] = True
    with pytest.raises(LayerError, match=r"demand\.csv.*outside of all districts"):
        read_layers(world.read())


def test_a_datum_of_web_maps_is_undone(world):
    """A layer in GCJ-02 lies where it does in WGS84, to a centimetre; without its datum some hundred metres off."""
    right = read_layers(world.read()).frames["demand"]
    lon, lat = from_wgs84(*shapely.get_coordinates(right.geometry.to_crs("EPSG:4326")).T, "gcj02")
    layer = world.study["layers"]["demand"] | {"crs": "EPSG:4326", "lon": "lon", "lat": "lat"}
    for row, x, y in zip(world.demand.values(), lon, lat, strict=True):
        row |= {"lon": x, "lat": y}
    world.study["layers"]["demand"] = layer | {"datum": "gcj02"}
    assert read_layers(world.read()).frames["demand"].distance(right).max() < 0.01
    world.study["layers"]["demand"] = layer
    assert read_layers(world.read()).frames["demand"].distance(right).min() > 100


def test_a_datum_needs_degrees(world):
    """Metres cannot be shifted; the message names the layer."""
    world.study["layers"]["demand"]["datum"] = "bd09"
    with pytest.raises(StudyError, match="layer demand"):
        read_layers(world.read())
