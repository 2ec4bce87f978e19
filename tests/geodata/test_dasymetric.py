"""Totals go to cells by weight, and come out whole."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from geodata.dasymetric import spread_totals
from geodata.errors import CrsError, LayerError
from geodata.grid import square_areas
from geodata.joins import length_in_m

UTM = "EPSG:32649"


def layer(districts, area_km2=None, crs=UTM):
    area = [1.0] * len(districts) if area_km2 is None else area_km2
    points = [Point(row, 0) for row in range(len(districts))]
    return gpd.GeoDataFrame({"district": districts, "area_km2": area}, geometry=points, crs=crs)


def test_without_weights_the_area_counts():
    """Six people over one and two square kilometres are two and four."""
    spread = spread_totals(layer(["a", "a"], [1.0, 2.0]), {"a": 6})
    assert list(spread.values) == [2, 4]
    assert spread.remarks == ()


def test_weights_count_within_a_district_only():
    """A district's total follows its own weights, however large those of its neighbour are."""
    spread = spread_totals(layer(["b", "a", "b", "a"]), {"a": 10, "b": 100}, weight=[1, 1e9, 3, 1e9])
    assert list(spread.values) == [25, 5, 75, 5]


def test_cells_without_weight_are_reported():
    """A cell without roads gets nothing, and the count of such cells is said."""
    spread = spread_totals(layer(["a", "a", "a"]), {"a": 10}, weight=[1, 0, 1])
    assert list(spread.values) == [5, 0, 5]
    assert list(spread.empty) == [1]
    assert spread.remarks == ("1 of 3 cells have no weight and get nothing",)


def test_a_district_without_weights_falls_back_to_area():
    """Where no cell has a weight the total is spread by area, and said to be; with nothing to spread it is not."""
    cells = layer(["a", "a", "b", "c"], [1.0, 3.0, 1.0, 1.0])
    spread = spread_totals(cells, {"a": 8, "b": 1, "c": 0}, weight=[0, 0, 5, 0])
    assert list(spread.values) == [2, 6, 1, 0]
    assert spread.by_area == ("a",)
    assert len(spread.empty) == 0
    assert spread.remarks == ("spread by area, as no cell has a weight: a",)


def test_roads_as_weights():
    """A town of two square kilometres whose roads lie in the western one has its people there."""
    cells = square_areas(LineString([(0, 500), (2000, 500)]).buffer(500, cap_style="flat"), 1000, crs=UTM)
    roads = gpd.GeoSeries([LineString([(0, 500), (1200, 500)])], crs=UTM)
    spread = spread_totals(cells.assign(district="town"), {"town": 1200}, weight=length_in_m(cells.geometry, roads))
    assert list(spread.values) == pytest.approx([1000, 200])


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(1e-6, 1e3), st.one_of(st.just(0.0), st.floats(1e-300, 1e300))),
        min_size=1,
        max_size=40,
    ),
    totals=st.tuples(*[st.one_of(st.just(0.0), st.floats(1e-6, 1e12))] * 3),
)
def test_totals_come_out_whole(rows, totals):
    """Whatever the weights, the cells of a district add up to its total, none is negative or lost."""
    districts, area, weight = zip(*rows, strict=True)
    wanted = {name: total for name, total in zip("abc", totals, strict=True) if name in districts}
    spread = spread_totals(layer(list(districts), list(area)), wanted, weight=weight)
    assert (spread.values >= 0).all()
    for name, total in wanted.items():
        assert spread.values[np.array(districts) == name].sum() == pytest.approx(total, rel=1e-9, abs=0)


def test_all_faults_at_once():
    """Cells without a total, totals without cells, and numbers out of range come in one error."""
    with pytest.raises(LayerError) as caught:
        spread_totals(layer(["a", "b"], [1.0, 0.0]), {"a": -1, "c": 5}, weight=[np.nan, 1])
    assert caught.value.faults == (
        'column "area_km2" must be above 0; it is not in rows 2',
        "weights must be finite and at least 0; they are not in rows 1",
        "totals must be finite and at least 0; found a (-1)",
        "cells of districts without a total: b; give one (0 is a total)",
        "districts with a total but without cells: c; give smaller cells, or no total",
    )


def test_what_does_not_fit_is_refused():
    """A missing column, another number of weights, and degrees are said to be so."""
    with pytest.raises(LayerError, match=r'column "district" is missing; did you mean "distrikt"\?'):
        spread_totals(layer(["a"]).rename(columns={"district": "distrikt"}), {"a": 1})
    with pytest.raises(LayerError, match="3 weights for 1 cells"):
        spread_totals(layer(["a"]), {"a": 1}, weight=[1, 2, 3])
    with pytest.raises(CrsError, match="totals over cells: CRS EPSG:4326 is not projected"):
        spread_totals(layer(["a"], crs=4326), {"a": 1})
