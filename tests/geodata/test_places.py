"""People know a point by the place next to it."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata.errors import CrsError, LayerError
from geodata.places import nearest_places

UTM = "EPSG:32649"


def places(*rows, crs=UTM):
    zh, en, spots = zip(*rows, strict=True) if rows else ((), (), ())
    return gpd.GeoDataFrame({"name_zh": list(zh), "name_en": list(en)}, geometry=[Point(xy) for xy in spots], crs=crs)


def points(*coordinates, index=None):
    return gpd.GeoSeries([Point(xy) for xy in coordinates], index=index, crs=UTM)


TOWNS = places(("石楼", "Shilou", (0, 0)), ("沙湾", "Shawan", (10_000, 0)))


def test_nearest_place_and_distance():
    """Three kilometres east and four north of a place are five kilometres."""
    found = nearest_places(points((3000, 4000), (10_000, 0), index=[7, 3]), TOWNS)
    assert list(found.index) == [7, 3]
    assert list(found["place_zh"]) == ["石楼", "沙湾"]
    assert list(found["place_en"]) == ["Shilou", "Shawan"]
    assert list(found["place_km"]) == [5.0, 0.0]


def test_ties_go_by_name():
    """Half way between two places the first by name is named, whatever the order of the file."""
    for rows in (TOWNS, TOWNS.iloc[::-1]):
        assert list(nearest_places(points((5000, 3000)), rows)["place_zh"]) == ["沙湾"]


def test_a_missing_name_is_lent_by_the_other_language():
    """A place with one name has it in both languages."""
    found = nearest_places(points((0, 0), (9, 9)), places((None, "Luojing", (0, 0)), ("龙潭", " ", (9, 9))))
    assert found[["place_zh", "place_en"]].to_numpy().tolist() == [["Luojing", "Luojing"], ["龙潭", "龙潭"]]


def test_a_place_without_any_name_is_a_fault():
    """Nameless places are named by row."""
    with pytest.raises(LayerError, match="places: no name in rows 2"):
        nearest_places(points((0, 0)), places(("a", "a", (0, 0)), ("", float("nan"), (1, 1))))


def test_without_places_there_is_no_distance():
    """Absence of places is empty names and a missing distance, never a number."""
    found = nearest_places(points((0, 0), index=["p"]), places())
    assert found.loc["p", "place_zh"] == ""
    assert np.isnan(found.loc["p", "place_km"])


def test_without_points_there_is_no_row():
    """No points give an empty table with the same columns."""
    found = nearest_places(points(), TOWNS)
    assert list(found.columns) == ["place_zh", "place_en", "place_km"]
    assert len(found) == 0


def test_bad_places_are_refused():
    """Places need both name columns, points, and the CRS of the points."""
    with pytest.raises(LayerError, match='column "name_en" is missing'):
        nearest_places(points((0, 0)), TOWNS.drop(columns="name_en"))
    with pytest.raises(LayerError, match="places: not a single point"):
        nearest_places(points((0, 0)), TOWNS.set_geometry([box(0, 0, 1, 1), Point(0, 0)]).set_crs(UTM))
    with pytest.raises(CrsError, match="points and places"):
        nearest_places(points((0, 0)), TOWNS.set_crs(32650, allow_override=True))


@given(
    towns=st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=1, max_size=8),
    spots=st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=1, max_size=8),
)
def test_nearest_equals_looking_at_every_place(towns, spots):
    """The answer is the first place by (distance, name)."""
    rows = [(f"p{n}", f"p{n}", xy) for n, xy in enumerate(towns)]
    found = nearest_places(points(*spots), places(*rows))
    for spot, name, distance_km in zip(spots, found["place_zh"], found["place_km"], strict=True):
        nearest = min((np.hypot(spot[0] - x, spot[1] - y), zh) for zh, _, (x, y) in rows)
        assert (distance_km * 1000, name) == (pytest.approx(nearest[0]), nearest[1])
