"""Markers can be told apart by form, by filling and without colour."""

import pytest

from maps_out.colours import RAMP, blended
from maps_out.shapes import corners, styles
from maps_out.tables import MARKERS, STATUSES


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("marker", MARKERS)
def test_shapes_have_about_the_same_area(marker):
    """No type looks more important by its shape: areas lie within a factor of three of each other."""
    points = corners(marker)
    pairs = zip(points, points[1:] + points[:1], strict=True)
    area = abs(sum(x * v - u * y for (x, y), (u, v) in pairs)) / 2
    assert 1.1 <= area <= 3.0


def test_statuses_differ_in_fill_or_rim():
    """Existing is hollow, required has a dark rim, new a white one."""
    found = styles("#0072b2")
    assert set(found) == set(STATUSES)
    assert found["existing"]["fill"] == "#ffffff"
    assert found["required"]["stroke"] != found["new"]["stroke"]


def test_the_ramp_grows_lighter_all_the_way():
    """A reader who sees no hue still sees the order of the shares."""
    lights = [_luminance(colour) for colour in RAMP]
    assert lights == sorted(lights)


def test_blending_is_what_the_eye_sees():
    """Black over white with a quarter of opacity is a light grey; full opacity is the colour itself."""
    assert blended("#000000", 0.25, "#ffffff") == "#bfbfbf"
    assert blended("#123456", 1.0) == "#123456"
