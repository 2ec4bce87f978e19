"""Cells share out the area, and keep their place whatever the area."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from geodata.errors import CrsError
from geodata.grid import SLIVER_SHARE, square_areas

UTM = "EPSG:32649"


def test_whole_cells_of_a_rectangle():
    """Two by one kilometres give two cells of one square kilometre with their outlines."""
    cells = square_areas(box(700_000, 2_500_000, 702_000, 2_501_000), 1000, crs=UTM)
    assert list(cells["id"]) == ["c00700r02500", "c00701r02500"]
    assert list(cells["area_km2"]) == [1.0, 1.0]
    assert cells.geometry.iloc[1].equals(box(701_000, 2_500_000, 702_000, 2_501_000))
    assert cells.crs.to_epsg() == 32649


def test_a_cell_keeps_its_id_when_the_area_changes():
    """The grid starts at the origin of the CRS, so a larger area only adds cells."""
    small = square_areas(box(1500, 1500, 2500, 2500), 1000, crs=UTM)
    large = square_areas(box(0, 0, 5000, 900_000), 1000, crs=UTM)
    assert set(small["id"]) < set(large["id"])


def test_ids_sort_by_column_then_row():
    """Sorting the ids walks the grid column by column."""
    cells = square_areas(box(0, 0, 3000, 12_000), 1000, crs=UTM)
    assert list(cells["id"]) == sorted(cells["id"])
    assert list(cells.bounds["miny"][:12]) == [1000 * row for row in range(12)]


def test_slivers_are_dropped():
    """A cell of which less than 1 % is left is no cell; exactly 1 % stays."""
    assert len(square_areas(box(0, 0, 1009.9, 1000), 1000, crs=UTM)) == 1
    assert len(square_areas(box(0, 0, 1010, 1000), 1000, crs=UTM)) == 2


def test_excluded_places_lose_their_cells():
    """Water takes its share of a cell, and the whole cell where nothing else is left."""
    lake = box(1000, 0, 2500, 1000)
    cells = square_areas(box(0, 0, 3000, 1000), 1000, crs=UTM, minus=lake)
    assert list(cells["area_km2"]) == [1.0, 0.5]
    assert not cells.intersection(lake).area.any()


def test_nothing_left_gives_no_cells():
    """An empty area, a line, or an area wholly excluded has no cells."""
    assert len(square_areas(Polygon(), 1000, crs=UTM)) == 0
    assert len(square_areas(LineString([(0, 0), (5000, 5000)]), 1000, crs=UTM)) == 0
    assert list(square_areas(box(0, 0, 1, 1), 1, crs=UTM, minus=box(-1, -1, 2, 2)).columns) == [
        "id",
        "area_km2",
        "geometry",
    ]


def test_cells_west_of_the_origin_are_numbered_too():
    """Negative coordinates give unique ids."""
    cells = square_areas(box(-2000, -2000, 2000, 2000), 1000, crs=UTM)
    assert cells["id"].is_unique
    assert len(cells) == 16


@pytest.mark.parametrize("cell_m", [0, -1, float("nan"), float("inf")])
def test_cell_size_is_a_length(cell_m):
    """A cell size that is no length is refused."""
    with pytest.raises(ValueError, match="cell_m > 0"):
        square_areas(box(0, 0, 1, 1), cell_m, crs=UTM)


def test_a_mistaken_unit_is_refused():
    """A city in cells of one metre is stopped before it fills the memory."""
    with pytest.raises(ValueError, match="more than 5000000 cells here; choose a larger cell_m"):
        square_areas(box(0, 0, 100_000, 100_000), 1, crs=UTM)


def test_degrees_are_refused():
    """Cells have metres."""
    with pytest.raises(CrsError, match="grid: CRS EPSG:4326 is not projected"):
        square_areas(box(113, 23, 114, 24), 1000, crs="EPSG:4326")


@given(
    ring=st.lists(st.tuples(*[st.integers(-50, 50)] * 2), min_size=3, max_size=8, unique=True),
    hole=st.tuples(*[st.integers(-50, 40)] * 2),
    cell_m=st.sampled_from([7.0, 10.0, 33.3]),
)
def test_cells_share_out_the_area(ring, hole, cell_m):
    """Areas sum to the area but for dropped slivers, and each part lies in its own cell and in the area."""
    area = shapely.convex_hull(shapely.multipoints(ring))
    if not isinstance(area, Polygon):
        area = MultiPolygon()
    minus = box(*hole, hole[0] + 10, hole[1] + 10)
    wanted = area.difference(minus)
    cells = square_areas(area, cell_m, crs=UTM, minus=minus)
    full_km2 = cell_m**2 / 1e6
    columns = 100 / cell_m + 2
    missing_km2 = wanted.area / 1e6 - cells["area_km2"].sum()
    assert -1e-12 <= missing_km2 <= SLIVER_SHARE * full_km2 * columns**2
    assert (cells["area_km2"] <= full_km2 * (1 + 1e-9)).all()
    assert (cells["area_km2"] >= SLIVER_SHARE * full_km2 * (1 - 1e-9)).all()
    assert cells["id"].is_unique
    numbers = [name[1:].split("r") for name in cells["id"]]
    for (column, row), part in zip(numbers, cells.geometry, strict=True):
        west, south = int(column) * cell_m, int(row) * cell_m
        assert part.difference(wanted.buffer(1e-9)).area < 1e-12
        assert shapely.covers(box(west, south, west + cell_m, south + cell_m).buffer(1e-9), part)


def test_the_parts_make_up_the_area():
    """Together the outlines are the area, also where it cuts the cells."""
    area = box(500, 500, 2500, 1500)
    assert square_areas(area, 1000, crs=UTM).union_all().equals(area)
