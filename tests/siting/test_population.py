"""People of the cells like what stands there: totals of districts, lines, areas and points, and what is refused.

Two districts of 100 km² side by side, cells of 2 km; places and roads lie 5 km north of the southern border.
"""

import json

import numpy as np
import pytest

from geodata import LayerError
from siting.area import build_area
from siting.audit import audit_run
from siting.demand_build import build_layers, build_text
from siting.errors import StudyError
from siting.layers import read_layers
from siting.run_folder import write_run

EAST_M, NORTH_M = 500_000, 2_500_000


def ring(west_km, south_km, east_km, north_km):
    """Corners of a rectangle, around it."""
    corners = [(west_km, south_km), (east_km, south_km), (east_km, north_km), (west_km, north_km), (west_km, south_km)]
    return [[EAST_M + x * 1000, NORTH_M + y * 1000] for x, y in corners]


def put(world, *shapes, **columns):
    """Give the world a layer `houses` of geometries, with columns of the rows."""
    features = [
        {"type": "Feature", "properties": {name: rows[n] for name, rows in columns.items()}, "geometry": shape}
        for n, shape in enumerate(shapes)
    ]
    world.folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (world.folder / "houses.geojson").write_text(text, encoding="utf-8")
    world.study["layers"]["houses"] = {"path": "houses.geojson", "crs": "EPSG:4547"}


def house(west_km, south_km, east_km, north_km):
    """A rectangle as GeoJSON."""
    return {"type": "Polygon", "coordinates": [ring(west_km, south_km, east_km, north_km)]}


def road(*km):
    """A straight road as GeoJSON."""
    return {"type": "LineString", "coordinates": [[EAST_M + x * 1000, NORTH_M + 5_000] for x in km]}


@pytest.fixture
def town(world):
    """900 people in the west, 100 in the east, like a layer that is to be put there."""
    for feature, people in zip(world.districts, (900, 100), strict=True):
        feature["properties"]["people"] = people
    world.study["area"]["cell_m"] = 2000
    world.study["population"] = {"column": "people", "like": "houses", "source": "census"}
    return world


def area_of(world, *overrides):
    """The area of a world."""
    study = world.read(*overrides)
    return build_area(study, read_layers(study))


def people_at(area, *km):
    """People of the cells through which the road runs, by km."""
    spots = {(int(point.x) // 2000, int(point.y) // 2000): n for n, point in enumerate(area.cells.geometry)}
    rows = [spots[int(EAST_M + x * 1000) // 2000, (NORTH_M + 5000) // 2000] for x in km]
    return area.cells["population"].to_numpy()[rows].tolist()


def totals(area):
    """People by district."""
    return area.cells.groupby("district")["population"].sum().to_dict()


def test_people_live_along_roads(town):
    """Three quarters of the road of the west lie in one cell and its people with them, the rest in the next."""
    put(town, road(2.5, 4, 4.5), road(11, 12))
    area = area_of(town)
    assert people_at(area, 3, 5) == pytest.approx([675, 225])
    assert people_at(area, 11) == pytest.approx([100])
    assert totals(area) == pytest.approx({"西区": 900, "东区": 100}, rel=1e-9)


def test_a_district_without_roads_is_spread_by_area(town):
    """All 25 cells of the east have 4 of its 100 people; that, and the 24 empty cells of the west, are told."""
    put(town, road(2.5, 3.5))
    area = area_of(town)
    assert area.cells.loc[area.cells["district"] == "东区", "population"].tolist() == pytest.approx([4] * 25)
    assert area.spread.remarks == (
        "spread by area, as no cell has a weight: 东区",
        "24 of 50 cells have no weight and get nothing",
    )


def test_a_share_is_spread_evenly(town):
    """Half of the people live everywhere alike, so that no cell is empty."""
    put(town, road(2.5, 3.5), road(11, 12))
    area = area_of(town, "population.background_share=0.5")
    assert people_at(area, 3, 5) == pytest.approx([450 + 18, 18])
    assert area.spread.remarks == ()
    assert totals(area) == pytest.approx({"西区": 900, "东区": 100}, rel=1e-9)


def test_people_live_in_buildings(town):
    """A house counts by its ground, times its floors where they are given."""
    put(town, house(0.5, 4.5, 1.5, 5.5), house(2.5, 4.5, 3.5, 5.5), house(11, 4.5, 11.5, 5), floors=[1, 2, 9])
    assert people_at(area_of(town), 1, 3, 11) == pytest.approx([450, 450, 100])
    assert people_at(area_of(town, "population.weight=floors"), 1, 3, 11) == pytest.approx([300, 600, 100])


def test_lanes_multiply_roads(town):
    """A road of three lanes has three times the people of one of the same length."""
    put(town, road(0.5, 1.5), road(2.5, 3.5), road(11, 12), lanes=[1, 3, 1])
    assert people_at(area_of(town, "population.weight=lanes"), 1, 3) == pytest.approx([225, 675])


def test_invalid_outlines_count_by_what_they_enclose(town):
    """A house drawn as an hourglass has the area of its two halves; one that is flat has none."""
    (a, b, c, d, _), flat = ring(2.5, 4.5, 3.5, 5.5), ring(5, 5, 5.5, 5)
    hourglass = {"type": "Polygon", "coordinates": [[a, c, b, d, a]]}
    put(town, house(0.5, 4.5, 1.5, 5.5), hourglass, {"type": "Polygon", "coordinates": [flat]})
    assert people_at(area_of(town), 1, 3, 5) == pytest.approx([600, 300, 0])


def test_people_live_at_places(town):
    """Places count by number, or by a weight: three in the west, of which b has 200 of 360."""
    for name, km in {"b": 4.5, "c": 8.5, "d": 12.5}.items():
        town.demand[name]["km"] = km
    town.study["population"]["like"] = "demand"
    assert people_at(area_of(town), 5, 9, 13) == pytest.approx([300, 300, 50])
    assert people_at(area_of(town, "population.weight=kwh"), 5, 9, 19) == pytest.approx([500, 150, 100 / 3])


def test_hexagons_hold_the_same_people(town):
    """Also cells of H3 hold the people of each district exactly, along its road; their ids are those of H3."""
    h3 = pytest.importorskip("h3", reason="the optional h3 is not installed")
    del town.study["area"]["cell_m"]
    put(town, road(2.5, 3.5), road(11, 12))
    area = area_of(town, "area.h3_resolution=7")
    assert totals(area) == pytest.approx({"西区": 900, "东区": 100}, rel=1e-9)
    spots = area.cells.to_crs("EPSG:4326").geometry
    assert list(area.cells["id"]) == [h3.latlng_to_cell(spot.y, spot.x, 7) for spot in spots]
    inhabited = area.cells[area.cells["population"] > 0]
    assert (np.abs(inhabited.geometry.y - NORTH_M - 5_000) < 3_000).all()


REFUSED = {
    "both": ({"centres": "demand"}, "population: people are spread around centres, or like a layer; give one of the"),
    "neither": ({"like": None}, "population: people are spread around centres, or like a layer; give one of the"),
    "decay": ({"decay_km": 2}, "population: decay_km: belongs to centres; leave it out with like"),
    "centres": ({"like": None, "centres": "demand"}, "population: decay_km and background_share: missing; centres"),
    "unknown": ({"like": "nowhere"}, r'population.like: layer "nowhere" is not among \[layers\]'),
}


@pytest.mark.parametrize(("keys", "said"), REFUSED.values(), ids=REFUSED)
def test_one_way_with_its_keys(town, keys, said):
    """Exactly one way is given, with the keys that belong to it, of a layer that is there."""
    put(town, road(2.5, 3.5))
    settings = town.study["population"] | keys
    town.study["population"] = {key: value for key, value in settings.items() if value is not None}
    with pytest.raises(StudyError, match=said):
        town.read()


def test_negative_weights_are_refused(town):
    """A house of minus two floors is named with its row."""
    put(town, house(0.5, 4.5, 1.5, 5.5), house(2.5, 4.5, 3.5, 5.5), floors=[1, -2])
    with pytest.raises(LayerError, match=r'houses.geojson: column "floors": below 0 in rows 2'):
        area_of(town, "population.weight=floors")


@pytest.mark.parametrize("floors", [[0], [1]])
def test_a_layer_with_nothing_in_the_area_is_refused(town, floors):
    """A house in the sea, or one without floors, says nothing of where people live."""
    put(town, house(0.5, 4.5, 1.5, 5.5) if floors == [0] else house(-9, 0, -8, 1), floors=floors)
    with pytest.raises(StudyError, match=r'population.like: nothing of layer "houses" .* stands in any cell'):
        area_of(town, "population.weight=floors")


def test_lines_and_areas_are_not_compared(town):
    """Metres and square metres have no common measure."""
    put(town, house(0.5, 4.5, 1.5, 5.5), road(2.5, 3.5))
    with pytest.raises(LayerError, match=r"houses.geojson: lines and areas cannot be weighed against each other"):
        area_of(town)


def driven(town):
    """Private cars where people live, beside the demand that was counted."""
    town.study["demand"]["private"] = {
        "model": "private_ev",
        "stock": {"2025": 100},
        "km_per_day": 20,
        "kwh_per_km": 0.2,
        "public_share": 1,
        "source": "assumption",
    }
    return town


@pytest.mark.parametrize("cells", ["cell_m=2000", "h3_resolution=7"])
def test_a_run_is_verified_and_says_how_people_were_spread(town, tmp_path, cells):
    """Whatever the cells, the run stands the second check, and the method names layer, source and remarks."""
    if cells.startswith("h3"):
        pytest.importorskip("h3", reason="the optional h3 is not installed")
        del town.study["area"]["cell_m"]
    put(town, road(2.5, 3.5))
    result = driven(town).run(f"area.{cells}", "population.background_share=0.1")
    assert audit_run(write_run(result, tmp_path / "runs")) == []
    for text in (result.meta["method_en"], result.meta["method_zh"]):
        assert "houses" in text
        assert "census" in text
        assert "10%" in text
        assert "东区" in text


def test_remarks_stand_in_the_report_of_fleets_in_cells(town):
    """The report of cars that stand in cells says where people could not be spread; that of counted demand does not."""
    put(town, road(2.5, 3.5))
    build = build_layers(driven(town).read())
    notes = {report.fleet: report.notes for report in build.reports}
    assert notes["cars"] == ()
    assert notes["private"] == (
        "people of the cells, like houses: spread by area, as no cell has a weight: 东区",
        "people of the cells, like houses: 24 of 50 cells have no weight and get nothing",
    )
    assert "note: people of the cells, like houses: spread by area" in build_text(build)
    assert "24 of 50 cells" in build.page("en")


def test_what_is_not_said_does_not_change_a_run_s_id(town):
    """A study without these keys is hashed as before there were any."""
    town.study["population"] = {"centres": "demand", "decay_km": 1, "background_share": 0, "source": "x"}
    said = town.read().model_dump()
    assert "h3_resolution" not in said["area"]
    assert "like" not in said["population"]
