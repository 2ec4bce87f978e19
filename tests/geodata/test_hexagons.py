"""Hexagons share out the area, and are those of every other user of H3."""

import sys

import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from geodata.errors import CrsError, LayerError
from geodata.hexagons import hexagon_areas

h3 = pytest.importorskip("h3", reason="the optional h3 is not installed")
UTM = "EPSG:32649"
TOWN = box(736_000, 2_556_000, 742_000, 2_560_000)


@pytest.fixture(scope="module")
def cells():
    return hexagon_areas(TOWN, 8, crs=UTM)


def test_they_share_out_the_area(cells):
    """Nothing is counted twice and only slivers are lost."""
    assert cells["area_km2"].sum() == pytest.approx(24, rel=1e-3)
    assert cells.union_all().area == pytest.approx(cells["area_km2"].sum() * 1e6, rel=1e-6)
    assert shapely.covers(TOWN.buffer(1e-3), cells.geometry.to_numpy()).all()


def test_ids_are_h3_indices(cells):
    """Each part lies in the cell that h3 itself finds for it, and ids are sorted."""
    assert list(cells["id"]) == sorted(cells["id"])
    for name, spot in zip(cells["id"], cells.representative_point().to_crs(4326), strict=True):
        assert h3.latlng_to_cell(spot.y, spot.x, 8) == name


def test_whole_cells_have_the_area_of_h3(cells):
    """A cell in the middle has the area that h3 states, to the scale of the projection."""
    name = h3.latlng_to_cell(*reversed(cells.to_crs(4326).union_all().centroid.coords[0]), 8)
    row = cells[cells["id"] == name].iloc[0]
    assert row["area_km2"] == pytest.approx(h3.cell_area(name, unit="km^2"), rel=5e-3)


def test_an_area_smaller_than_a_cell():
    """A block lies in one or a few cells that cover it."""
    block = box(736_000, 2_556_000, 736_100, 2_556_100)
    assert hexagon_areas(block, 6, crs=UTM).empty
    assert hexagon_areas(block, 9, crs=UTM)["area_km2"].sum() == pytest.approx(0.01, rel=0.2)


def test_water_takes_its_cells():
    """Nothing is left where no cell may be, and an empty area or a line has none."""
    assert hexagon_areas(TOWN, 8, crs=UTM, minus=TOWN).empty
    assert hexagon_areas(Polygon(), 8, crs=UTM).empty
    assert list(hexagon_areas(LineString([(736_000, 2_556_000), (737_000, 2_557_000)]), 8, crs=UTM).columns) == [
        "id",
        "area_km2",
        "geometry",
    ]


@pytest.mark.parametrize("resolution", [-1, 16])
def test_a_resolution_is_one_of_h3(resolution):
    """H3 has the resolutions 0 to 15."""
    with pytest.raises(ValueError, match="resolution from 0 to 15"):
        hexagon_areas(TOWN, resolution, crs=UTM)


def test_too_many_cells_are_refused():
    """A town in cells of one square metre is stopped before it fills the memory."""
    with pytest.raises(ValueError, match="more than 5000000 cells here"):
        hexagon_areas(TOWN, 15, crs=UTM)


def test_degrees_are_refused():
    """Cells have square metres."""
    with pytest.raises(CrsError, match="hexagons: CRS EPSG:4326 is not projected"):
        hexagon_areas(box(113, 23, 114, 24), 5, crs="EPSG:4326")


def test_without_h3_it_says_what_to_install(monkeypatch):
    """The library is an extra, and only these cells need it."""
    monkeypatch.setitem(sys.modules, "h3", None)
    with pytest.raises(LayerError, match=r'install "siting\[h3\]"'):
        hexagon_areas(TOWN, 8, crs=UTM)
