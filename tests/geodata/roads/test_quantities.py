"""Texts of tags become numbers, or None; they never raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.roads.quantities import FASTEST_KMH, duration_s, height_m, speed_kmh, weight_t


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50), ("50 km/h", 50), ("30 mph", 48.28032), ("10 knots", 18.52), ("walk", 5), ("CN:urban", 50),
        ("CN:rural", 70), ("CN:motorway", 120), ("60;40", 40), ("['60', '40']", 40), (" 60 ", 60), ("60|80", 60),
        ("none", None), ("signals", None), ("XX:urban", None), ("", None), ("0", None), ("-20", None), ("9999", None),
        ("none;80", 80), ("fifty", None), ("1e3", None), ("nan", None), ("50 mps", None),
    ],
)  # fmt: skip
def test_speeds(text, kmh):
    """Units, walking pace, named limits and lists are understood; of a list the least counts."""
    assert speed_kmh(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("text", "metres"),
    [("4.2", 4.2), ("4.2 m", 4.2), ("420 cm", 4.2), ("13'6\"", 4.1148), ("13'", 3.9624), ("default", None), ("", None)],
)
def test_heights(text, metres):
    """Metres, centimetres, feet and inches."""
    assert height_m(text) == (None if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "tonnes"), [("30", 30), ("30 t", 30), ("7500 kg", 7.5), ("2 st", 1.81436948), ("x", None)]
)
def test_weights(text, tonnes):
    """Tonnes, kilograms and short tons."""
    assert weight_t(text) == (None if tonnes is None else pytest.approx(tonnes))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 1800), ("1:30", 5400), ("00:10:30", 630), ("PT1H30M", 5400), ("PT45S", 45), ("P1DT2H", 93600),
        ("0", None), ("P", None), ("PT", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_durations(text, seconds):
    """Minutes, clock times and ISO 8601; a duration of 0 is none."""
    assert duration_s(text) == seconds


@given(st.text(max_size=40))
def test_any_text_is_a_number_in_range_or_nothing(text):
    """Whatever stands in a tag, the answer is None or a sensible number."""
    kmh = speed_kmh(text)
    assert kmh is None or 0 < kmh <= FASTEST_KMH
    for read in (height_m, weight_t, duration_s):
        number = read(text)
        assert number is None or 0 <= number < 1e12
