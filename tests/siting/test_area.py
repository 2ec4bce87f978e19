"""The study area: cells with people, speeds, and named places."""

import sys

import pytest

from demand_models import DemandError
from siting.area import build_area
from siting.errors import StudyError
from siting.layers import read_layers


def area_of(study):
    return build_area(study, read_layers(study))


def populated(world, west=900, east=100):
    """The world with people, spread over cells of 2 km."""
    for feature, people in zip(world.districts, (west, east), strict=True):
        feature["properties"]["people"] = people
    world.study["area"]["cell_m"] = 2000
    world.study["population"] = {
        "column": "people",
        "centres": "demand",
        "weight": "kwh",
        "decay_km": 2,
        "background_share": 0.2,
        "source": "assumption",
    }
    return world


def test_no_cells_without_a_size(world):
    """A study without a cell size has no cells."""
    assert area_of(world.read()).cells.empty


def test_cells_cover_the_area(world):
    """Cells of 2 km fill two districts of 100 km² with 4 km² each, every one in its district."""
    cells = area_of(world.read("area.cell_m=2000")).cells
    assert len(cells) == 50
    assert cells["area_km2"].sum() == pytest.approx(200)
    assert cells["district"].value_counts().to_dict() == {"西区": 25, "东区": 25}
    assert (cells["population"] == 0).all()


def test_hexagons_share_out_the_area(world):
    """Cells of H3 fill both districts but for slivers, each with one district."""
    pytest.importorskip("h3", reason="the optional h3 is not installed")
    cells = area_of(world.read("area.h3_resolution=7")).cells
    assert cells["area_km2"].sum() == pytest.approx(200, rel=5e-3)
    assert set(cells["district"]) == {"西区", "东区"}
    assert (cells["population"] == 0).all()


def test_cells_are_of_one_kind(world):
    """Squares and hexagons at once are refused."""
    with pytest.raises(
        StudyError, match=r"area: cells are squares \(cell_m\) or those of H3 \(h3_resolution\); give one"
    ):
        world.read("area.cell_m=2000", "area.h3_resolution=7")


def test_hexagons_need_h3(world, monkeypatch):
    """Without the library the study says what to install."""
    monkeypatch.setitem(sys.modules, "h3", None)
    with pytest.raises(StudyError, match=r'area.h3_resolution: .*install "siting\[h3\]"'):
        area_of(world.read("area.h3_resolution=7"))


@pytest.mark.parametrize("cells", ["cell_m=1", "h3_resolution=15"])
def test_a_mistaken_size_is_refused(world, cells):
    """Cells of a square metre are named by their key before they fill the memory."""
    pytest.importorskip("h3", reason="the optional h3 is not installed")
    with pytest.raises(StudyError, match=rf"area.{cells.split('=')[0]}: .* more than 5000000 cells here"):
        area_of(world.read(f"area.{cells}"))


def test_population_sums_to_the_districts(world):
    """Cells of a district hold its people exactly, and more of them near a centre than far away."""
    cells = area_of(populated(world).read()).cells.set_index("id")
    people = cells.groupby("district")["population"].sum()
    assert people["西区"] == pytest.approx(900, rel=1e-9)
    assert people["东区"] == pytest.approx(100, rel=1e-9)
    west = cells[cells["district"] == "西区"]
    from_b = (west.geometry.x - 504_000).abs() + (west.geometry.y - 2_505_000).abs()
    assert west["population"].idxmax() in from_b[from_b < 3000].index


def test_people_without_a_cell(world):
    """People in a district that is excluded altogether are not lost silently."""
    populated(world)
    world.study["layers"]["lake"] = {"path": "lake.geojson", "crs": "EPSG:4547"}
    study_file = world.write()
    study_file.with_name("lake.geojson").write_text(
        study_file.with_name("districts.geojson").read_text(encoding="utf-8"), encoding="utf-8"
    )
    world.study["layers"]["lake"]["where"] = {"name_en": ["East"]}
    world.study["area"]["exclude"] = ["lake"]
    with pytest.raises(DemandError, match="东区"):
        area_of(world.read())


def test_speed_by_district(world):
    """A point is driven to at its district's speed, and at the general one where there is none."""
    for feature, speed in zip(world.districts, (20, 40), strict=True):
        feature["properties"]["v"] = speed
    area = area_of(world.read("travel.speed_column=v"))
    points = area.layers.frames["demand"].geometry
    assert list(area.speeds(points)) == [20, 20, 20, 40, 40]
    assert list(area_of(world.read()).speeds(points)) == [60] * 5


def test_place_names(world):
    """A point is known by the nearest named place; without places it has no name and no distance."""
    area = area_of(world.read())
    sites = area.layers.frames["sites"].geometry
    assert area.place_names(sites).iloc[1].to_dict() == {"place_zh": "d地", "place_en": "Place d", "place_km": 2.0}
    del world.study["area"]["places"]
    named = area_of(world.read()).place_names(sites)
    assert (named["place_zh"] == "").all()
    assert named["place_km"].isna().all()


def test_places_may_be_polygons(world):
    """A named area is placed by a point inside it."""
    for feature in world.districts:
        feature["properties"]["name_zh"] = feature["properties"]["district"]
    area = area_of(world.read("area.places=districts"))
    assert list(area.places["name_zh"]) == ["西区", "东区"]
    assert list(area.place_names(area.layers.frames["sites"].geometry)["place_en"]) == ["West", "East"]


def test_places_do_not_depend_on_the_order_of_rows(world):
    """Places come in the order of their ids."""
    names = list(area_of(world.read()).places["name_zh"])
    world.demand = dict(reversed(world.demand.items()))
    assert list(area_of(world.read()).places["name_zh"]) == names == ["a地", "b地", "c地", "d地", "e地"]
