"""Coordinates written by people are read, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.importing.degrees import degrees_in


@pytest.mark.parametrize(
    "text",
    [
        "113°15'30\"E",
        "113°15′30″",
        "113° 15' 30'' e",
        "E113°15'30\"",
        "东经113°15′30″",
        "113度15分30秒",
        "东经：113度15分30秒",
        "113°15.5'E",
        "113º15’30”东",
    ],
)
def test_degrees_minutes_and_seconds(text):
    """The usual signs, letters and words, before or behind."""
    assert degrees_in(text, "lon") == pytest.approx(113 + 15 / 60 + 30 / 3600)


@pytest.mark.parametrize(
    ("text", "axis", "degrees"),
    [
        ("113.25°E", "lon", 113.25),
        ("E113.25", "lon", 113.25),
        ("73°30'W", "lon", -73.5),
        ("-73°30'", "lon", -73.5),
        ("23.12N", "lat", 23.12),
        ("南纬23.5°", "lat", -23.5),
        ("23°", "lat", 23.0),
        ("0°30'S", "lat", -0.5),
    ],
)
def test_decimal_degrees_and_hemispheres(text, axis, degrees):
    """West and south are negative, also below one degree."""
    assert degrees_in(text, axis) == pytest.approx(degrees)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "E",
            "113 15 30",
            "113.15.30",
            "113-15-30",
            "23°N",
            "113°60'",
            "113°15'60\"",
            "113.5°15'",
            "113°15.5'30\"",
        ),
        *("-113°W", "E113°E", "181°E", "113°15'30\"E x", "1" * 50 + "°"),
    ],
)
def test_what_is_not_clear_is_none(text):
    """Nothing is guessed: blanks or points between the parts, another axis, two signs, too many minutes."""
    assert degrees_in(text, "lon") is None


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.sampled_from("EW"))
def test_there_and_back(degrees, minutes, seconds, side):
    """Whatever whole degrees, minutes and seconds."""
    size = degrees + minutes / 60 + seconds / 3600
    assert degrees_in(f"{degrees}°{minutes}'{seconds}\"{side}", "lon") == pytest.approx(size if side == "E" else -size)
