"""Each point belongs to one district, the same one every time."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from geodata.districts import Districts
from geodata.errors import CrsError, LayerError
from geodata.points import as_points

UTM = "EPSG:32649"


def layer(shapes, *, crs=UTM, **columns):
    names = list(shapes)
    frame = {"district": names, "name_en": [f"{name} District" for name in names], **columns}
    return gpd.GeoDataFrame(frame, geometry=list(shapes.values()), crs=crs)


def points(*coordinates):
    return gpd.GeoSeries([Point(xy) for xy in coordinates], crs=UTM)


@pytest.fixture
def squares():
    """Two unit squares side by side and a third one unit to the right: b | a, gap, c."""
    return Districts(layer({"b": box(0, 0, 1, 1), "a": box(1, 0, 2, 1), "c": box(3, 0, 4, 1)}))


def test_districts_are_sorted_by_name_and_keep_their_numbers():
    """Order of the file does not matter; numeric columns stay, other columns go."""
    districts = Districts(layer({"b": box(0, 0, 1, 1), "a": box(1, 0, 2, 1)}, population=[5, 7], note=["x", "y"]))
    assert list(districts.frame["district"]) == ["a", "b"]
    assert list(districts.frame["population"]) == [7, 5]
    assert list(districts.frame.columns) == ["district", "name_en", "population", "geometry"]
    assert len(districts) == 2
    assert districts.area.equals(box(0, 0, 2, 1))


def test_points_are_located(squares):
    """A point inside has its district, a point outside none."""
    assert list(squares.locate(points((0.5, 0.5), (1.5, 0.5), (2.5, 0.5)))) == ["b", "a", None]


def test_border_points_belong_to_the_first_by_name(squares):
    """The border between b and a belongs to a, whatever the order of the file."""
    assert list(squares.locate(points((1, 0.5), (0, 0.5), (3, 0)))) == ["a", "b", "c"]


def test_points_nearby_belong_to_the_nearest(squares):
    """Within the tolerance, its boundary included, the nearest district is taken and ties go by name."""
    outside = points((2.5, 0.5), (2.75, 0.5), (1, 1.5), (10, 10))
    assert list(squares.locate(outside, tolerance_m=0.5)) == ["a", "c", "a", None]
    assert list(squares.locate(outside, tolerance_m=0.4)) == [None, "c", None, None]


@pytest.mark.parametrize("tolerance_m", [-1, np.nan, np.inf])
def test_tolerance_is_a_distance(squares, tolerance_m):
    """A tolerance that is no distance is refused."""
    with pytest.raises(ValueError, match="tolerance_m >= 0"):
        squares.locate(points((0, 0)), tolerance_m=tolerance_m)


def test_no_points_have_no_district(squares):
    """An empty layer of points gives an empty answer."""
    assert squares.locate(points(), tolerance_m=1).shape == (0,)


def test_points_in_another_crs_are_refused(squares):
    """Positions are only compared in one CRS."""
    with pytest.raises(CrsError, match="points and districts: the CRS differ"):
        squares.locate(points((0, 0)).set_crs("EPSG:32650", allow_override=True))


def test_invalid_areas_are_repaired_and_named():
    """A bow tie becomes its two triangles, and the repair is on record."""
    bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    districts = Districts(layer({"tie": bow_tie, "box": box(5, 5, 6, 6)}))
    assert districts.repaired == ("tie",)
    assert districts.frame.geometry.is_valid.all()
    assert districts.frame.geometry.iloc[1].area == pytest.approx(2)
    assert list(districts.locate(points((1.9, 1), (1, 1.9)))) == ["tie", None]


def test_repair_leaves_areas_only():
    """A spike of an invalid outline does not survive as a line."""
    spiked = Polygon([(0, 0), (2, 0), (2, 2), (2, 5), (2, 2), (0, 2)])
    assert Districts(layer({"a": spiked})).frame.geometry.iloc[0].equals(box(0, 0, 2, 2))


def test_every_fault_of_the_rows_is_said():
    """Names that are blank or repeated and geometries that are missing come in one error."""
    frame = layer({"a": box(0, 0, 1, 1), "": box(0, 0, 1, 1), "x": None})
    frame.loc[2, "district"] = "a"
    with pytest.raises(LayerError) as caught:
        Districts(frame)
    assert len(caught.value.faults) == 3


def test_lines_are_no_districts():
    """A district needs an area."""
    with pytest.raises(LayerError, match="geometry must be an area for road"):
        Districts(layer({"road": LineString([(0, 0), (1, 1)])}))


def test_missing_columns_name_the_nearest():
    """A misspelt column is answered with the one that is there."""
    frame = layer({"a": box(0, 0, 1, 1)}).rename(columns={"district": "distrikt"})
    with pytest.raises(LayerError, match=r'column "district" is missing; did you mean "distrikt"\?'):
        Districts(frame)


def test_degrees_are_refused():
    """Districts in degrees have no areas or distances."""
    with pytest.raises(CrsError, match="districts: CRS EPSG:4326 is not projected"):
        Districts(layer({"a": box(113, 23, 114, 24)}, crs=4326))


def test_later_changes_of_the_source_do_not_reach_in():
    """The noun holds its own copy."""
    frame = layer({"a": box(0, 0, 1, 1)})
    districts = Districts(frame)
    frame.loc[0, "district"] = "changed"
    assert list(districts.frame["district"]) == ["a"]


@given(
    corners=st.lists(st.tuples(*[st.integers(0, 8)] * 2), min_size=1, max_size=6),
    spots=st.lists(st.tuples(*[st.integers(-2, 12)] * 2), min_size=1, max_size=12),
    tolerance_m=st.sampled_from([0.0, 1.0, 2.0]),
)
def test_locating_equals_looking_at_every_district(corners, spots, tolerance_m):
    """The answer is the first district by (distance, name) among those within the tolerance."""
    shapes = {f"d{n}": box(x, y, x + 3, y + 2) for n, (x, y) in enumerate(corners)}
    found = Districts(layer(shapes)).locate(points(*spots), tolerance_m=tolerance_m)
    for spot, name in zip(spots, found, strict=True):
        distance = {key: shape.distance(Point(spot)) for key, shape in shapes.items()}
        nearest = min(distance, key=lambda key: (distance[key], key))
        assert name == (nearest if distance[nearest] <= tolerance_m else None)


def test_ten_thousand_points_agree_with_shapely(real_data):
    """On real outlines each located point lies in the district named."""
    path = real_data / "boundaries" / "guangdong_boundaries_wgs84.gpkg"
    frame = gpd.read_file(path, layer="districts", where="city_name = '广州市'").to_crs(UTM)
    districts = Districts(frame.rename(columns={"district_name": "district", "short_name": "name_en"}))
    rng = np.random.default_rng(1)
    low_x, low_y, high_x, high_y = districts.frame.total_bounds
    spots = gpd.GeoSeries(
        gpd.points_from_xy(rng.uniform(low_x, high_x, 10_000), rng.uniform(low_y, high_y, 10_000)), crs=UTM
    )
    found = districts.locate(spots)
    shape_of = dict(zip(districts.frame["district"], districts.frame.geometry, strict=True))
    inside = np.array([name is not None for name in found])
    assert 3_000 < inside.sum() < 6_000
    assert shapely.intersects(spots[inside].to_numpy(), [shape_of[name] for name in found[inside]]).all()
    assert not shapely.intersects(spots[~inside].to_numpy(), districts.area).any()
    centres = as_points(districts.frame).geometry
    assert list(districts.locate(centres)) == list(districts.frame["district"])
