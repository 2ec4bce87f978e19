"""The size of coordinates hints at their system."""

import pytest
from pyproj import CRS, Transformer

from geodata.importing.crs_candidates import candidate_words, crs_candidates


@pytest.mark.parametrize("code", [4326, 4490, 4526, 4497, 4547, 32649, 3857])
def test_the_true_system_is_among_the_candidates(code):
    """Guangzhou in every usual system is recognised as one that may be it."""
    x, y = Transformer.from_crs(4326, code, always_xy=True).transform([113.1, 113.5], [23.0, 23.4])
    assert any(str(code) in words for words in crs_candidates((min(x), min(y), max(x), max(y))))


@pytest.mark.parametrize("zone", [25, 38, 45])
def test_numbered_zones_of_three_degrees_are_named_by_their_number(zone):
    """38 500 000 m is zone 38, and the code is that zone's."""
    (words,) = crs_candidates((zone * 1e6 + 4e5, 2.5e6, zone * 1e6 + 6e5, 2.6e6))
    code = words.partition(" ")[0]
    assert CRS(code).name == f"CGCS2000 / 3-degree Gauss-Kruger zone {zone}"


def test_numbered_zones_of_six_degrees_are_named_by_their_number():
    """19 500 000 m is zone 19."""
    (words,) = crs_candidates((19.4e6, 2.5e6, 19.6e6, 2.6e6))
    assert CRS(words.partition(" ")[0]).name == "CGCS2000 / Gauss-Kruger zone 19"


def test_unusual_numbers_give_no_candidates():
    """A drawing in paper centimetres is no map."""
    assert crs_candidates((0.0, 0.0, 5000.0, 5000.0)) == ()
    assert candidate_words(None) == ""
