"""Where positions of web maps are shifted: all of the mainland, and nothing of its neighbours' cities."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.mainland import _region, in_mainland_china

INSIDE = {
    "Guangzhou": (113.264, 23.129),
    "Futian port": (114.0687, 22.5195),
    "Luohu station": (114.1157, 22.5337),
    "Zhuhai, Gongbei": (113.5455, 22.2185),
    "Hengqin": (113.54, 22.13),
    "Xiamen": (118.13, 24.48),
    "Pingtan": (119.79, 25.50),
    "Sanya": (109.51, 18.25),
    "Dandong": (124.39, 40.12),
    "Hunchun": (130.37, 42.86),
    "Mohe": (122.54, 53.48),
    "Fuyuan": (134.30, 48.36),
    "Erenhot": (111.98, 43.65),
    "Kashgar": (75.99, 39.47),
    "Khorgos": (80.41, 44.21),
    "Lhasa": (91.14, 29.65),
    "Zhangmu": (85.98, 27.99),
    "Ruili": (97.86, 24.01),
    "Hekou": (103.96, 22.53),
    "Dongxing": (107.97, 21.54),
    "Zhoushan": (122.2, 29.98),
    "Dalian": (121.61, 38.91),
}
OUTSIDE = {
    "Hong Kong, Central": (114.158, 22.281),
    "Hong Kong, Sheung Shui": (114.128, 22.502),
    "Hong Kong, airport": (113.92, 22.31),
    "Macao": (113.543, 22.19),
    "Macao, Taipa": (113.56, 22.155),
    "Taipei": (121.56, 25.04),
    "Kinmen": (118.32, 24.43),
    "Matsu": (119.93, 26.15),
    "Penghu": (119.57, 23.57),
    "Hanoi": (105.85, 21.03),
    "Mandalay": (96.08, 21.97),
    "Kathmandu": (85.32, 27.71),
    "Delhi": (77.21, 28.61),
    "Almaty": (76.95, 43.24),
    "Ulaanbaatar": (106.91, 47.92),
    "Vladivostok": (131.89, 43.12),
    "Pyongyang": (125.75, 39.03),
    "Seoul": (126.98, 37.57),
    "Tokyo": (139.69, 35.68),
    "London": (-0.13, 51.51),
}


@pytest.mark.parametrize("place", INSIDE)
def test_the_mainland_is_inside(place):
    """Cities of the mainland are inside, those at its borders too."""
    assert in_mainland_china(*INSIDE[place])


@pytest.mark.parametrize("place", OUTSIDE)
def test_the_neighbours_are_outside(place):
    """Hong Kong, Macao, Taiwan and other countries are outside, though most lie in the usual rectangle."""
    assert not in_mainland_china(*OUTSIDE[place])


def test_what_is_no_position_is_outside():
    """Coordinates that are not finite are nowhere."""
    assert not in_mainland_china([np.nan, np.inf, 113.0], [23.0, 23.0, -np.inf]).any()


def test_the_outline_is_sound():
    """The outline does not cross itself, and the two holes lie within it."""
    assert _region().is_valid
    assert len(_region().interiors) == 2


def test_guangdong_is_inside_and_its_neighbours_are_not(real_data):
    """Of Guangdong only the far Dongsha islets are outside; of Hong Kong 0.5 % and of Macao 6 % at most are inside."""
    path = real_data / "boundaries" / "guangdong_boundaries_wgs84.gpkg"
    districts = gpd.read_file(path, layer="districts")
    missed = [
        name
        for name, shape in zip(districts["district_name"], districts.geometry, strict=True)
        if not _region().covers(shape)
    ]
    assert missed == ["陆丰市"]
    for name, shape in gpd.read_file(path, layer="hk_macao").set_index("short_name").geometry.items():
        taken = shapely.intersection(shape, _region()).area / shape.area
        assert taken < {"香港": 0.005, "澳门": 0.06}[name]
