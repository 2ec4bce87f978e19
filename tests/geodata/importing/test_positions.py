"""Positions are found in columns, and a row without one says why."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from geodata.importing.positions import (
    BLANK,
    COMMA,
    DEGREES,
    NO_NUMBER,
    NO_WKT,
    NOT_FINITE,
    OTHER_AXIS,
    ZERO,
    coordinate_columns,
    other_pairs,
    positions,
)


def table(lon, lat, names=("lon", "lat")):
    return pd.DataFrame({names[0]: pd.Series(lon, dtype=object), names[1]: pd.Series(lat, dtype=object)})


@pytest.mark.parametrize(
    ("lon", "lat"),
    [("经度", "纬度"), ("lng", "lat"), ("X", "Y"), ("MAPX", "MAPY"), ("Longitude", "LATITUDE"), ("东经", "北纬")],
)
def test_usual_names_are_found(lon, lat):
    """In Chinese and English, whatever their case."""
    assert coordinate_columns(["id", lon, lat]) == (lon, lat)


def test_names_go_in_pairs():
    """A longitude is not put together with the latitude of another pair."""
    assert coordinate_columns(["x", "lat", "y", "lng"]) == ("lng", "lat")
    assert coordinate_columns(["x", "latitude", "y"]) == ("x", "y")
    assert coordinate_columns(["lon", "y"]) == ("lon", "y")
    assert other_pairs(["x", "y", "lon", "lat"], ("lon", "lat")) == ["x, y"]


def test_other_names_are_not():
    """A column that only looks similar is no coordinate."""
    assert coordinate_columns(["lone", "la"]) == (None, None)
    assert positions(pd.DataFrame({"a": [1], "lon": [113]})) is None


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        ("113.25", "23.1", ""),
        (113.25, 23.1, ""),
        (" 113.25 ", "23.1", ""),
        ("113,25", "23.1", COMMA),
        ("113.25", "-23,1", COMMA),
        ("", "23.1", BLANK),
        (None, None, BLANK),
        (float("nan"), 23.1, BLANK),
        ("inf", "23.1", NOT_FINITE),
        (float("inf"), 23.1, NOT_FINITE),
        ("113E", "23.1", ""),
        ("N23.1", "E113", OTHER_AXIS),
        ("１１３．３", "\u00a023.1", ""),
        ("113 15 30", "23.1", NO_NUMBER),
        ("1,2,3", "23.1", NO_NUMBER),
        ("0", "0.0", ZERO),
        ("0", "23.1", ""),
    ],
)
def test_every_bad_coordinate_has_its_reason(lon, lat, reason):
    """And a good one becomes a point, from text too."""
    found = positions(table([lon], [lat]))
    assert list(found.reasons) == [reason]
    assert (found.geometry[0] is None) == bool(reason)


def test_written_degrees_are_read_and_said():
    """Signs of degrees and letters make the same point as decimal degrees, and only then a remark."""
    found = positions(table(["113°15'30\"E", 113.5], ["23°7'12\"N", 23.0]))
    assert found.geometry[0].equals_exact(Point(113 + 15 / 60 + 30 / 3600, 23.12), 1e-9)
    assert found.remarks == ("positions are from the columns lon and lat", DEGREES)
    assert positions(table(["113"], ["23"])).remarks == ("positions are from the columns lon and lat",)


def test_full_width_digits_are_numbers_and_no_remark():
    """As a Chinese keyboard writes them, and blanks that do not break."""
    found = positions(table(["１１３．３"], ["\u00a023.1"]))
    assert found.geometry[0] == Point(113.3, 23.1)
    assert DEGREES not in found.remarks


def test_well_known_text_gives_any_geometry():
    """With or without the number of a system before it."""
    cells = ["POINT (113 23)", "SRID=4326;LINESTRING (0 0, 1 1)", "here", "", None]
    found = positions(pd.DataFrame({"WKT": pd.Series(cells, dtype=object)}))
    assert list(found.geometry) == [Point(113, 23), LineString([(0, 0), (1, 1)]), None, None, None]
    assert list(found.reasons) == ["", "", NO_WKT, BLANK, BLANK]


def test_coordinates_go_before_text():
    """A table with both has its points by number."""
    found = positions(table(["113"], ["23"]).assign(geometry=["POINT (0 0)"]))
    assert found.columns == ("lon", "lat")


@given(
    st.lists(st.tuples(*[st.none() | st.text(max_size=8) | st.floats() | st.integers()] * 2), min_size=1, max_size=5)
)
def test_a_row_has_a_position_or_a_reason(cells):
    """Never both and never neither, whatever stands there."""
    found = positions(table(*zip(*cells, strict=True)))
    assert [shape is None for shape in found.geometry] == [bool(reason) for reason in found.reasons]
