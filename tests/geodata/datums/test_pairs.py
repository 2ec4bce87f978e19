"""Two pairs of coordinates of one place name the datums of both."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.datums.pairs import coordinate_pairs, datums_of_pairs, stated_datum
from geodata.datums.shifts import from_wgs84

READINGS = ("wgs84", "gcj02", "bd09")


def places(count, *, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(113.1, 113.6, count), rng.uniform(22.9, 23.4, count)


def rounded(lon, lat):
    return np.round(lon, 6), np.round(lat, 6)


@pytest.mark.parametrize(
    ("columns", "pairs"),
    [
        (["id", "latitude", "longitude"], [("longitude", "latitude")]),
        (["Lng", "Lat", "ELng", "ELat"], [("Lng", "Lat"), ("ELng", "ELat")]),
        (["lon_bd09", "lat_bd09", "lon_wgs84", "lat_wgs84"], [("lon_bd09", "lat_bd09"), ("lon_wgs84", "lat_wgs84")]),
        (["高德经度", "高德纬度", "名称"], [("高德经度", "高德纬度")]),
        (["MAPX", "MAPY", "TEL"], [("MAPX", "MAPY")]),
        (["x", "y", "tax_rate", "tay_rate"], [("x", "y")]),
        (["station_lg", "station_lt", "DB09_station_lg", "DB09_station_lt"],
         [("station_lg", "station_lt"), ("DB09_station_lg", "DB09_station_lt")]),
        (["lon", "la", "name"], []),
        ([], []),
    ],
)  # fmt: skip
def test_columns_that_belong_together(columns, pairs):
    """Columns whose names differ by the word for longitude and latitude only are a pair."""
    assert coordinate_pairs(columns) == pairs


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("DB09_station_lg", "bd09"),
        ("lon_bd-09", "bd09"),
        ("百度经度", "bd09"),
        ("GCJ02_x", "gcj02"),
        ("amap_lng", "gcj02"),
        ("高德经度", "gcj02"),
        ("WGS84_lg", "wgs84"),
        ("gps_lon", "wgs84"),
        ("lng", None),
        ("wgs84_from_baidu", None),
    ],
)
def test_what_a_name_states(name, datum):
    """A name that holds one datum's usual words states it; none or several state nothing."""
    assert stated_datum(name) == datum


@given(first=st.sampled_from(READINGS), second=st.sampled_from(READINGS), seed=st.integers(0, 5))
def test_two_pairs_name_both_datums(first, second, seed):
    """Pairs of different datums are told without any reference; equal pairs tell nothing."""
    lon, lat = places(30, seed=seed)
    verdicts = datums_of_pairs(
        {"a": rounded(*from_wgs84(lon, lat, first)), "b": rounded(*from_wgs84(lon, lat, second))}
    )
    if first == second:
        assert {verdict.sure for verdict in verdicts.values()} == {"not sure"}
        return
    assert [verdict.datum for verdict in verdicts.values()] == [first, second]
    assert [verdict.sure for verdict in verdicts.values()] == ["sure", "sure"]
    assert verdicts["a"].distances_m[first] < 1
    assert all(metres > 100 for reading, metres in verdicts["a"].distances_m.items() if reading != first)


def test_a_wrong_name_is_warned_of():
    """A pair called WGS84 that holds GCJ-02 is named, whatever it is called."""
    lon, lat = places(10)
    verdict = datums_of_pairs({"WGS84_lon": from_wgs84(lon, lat, "gcj02"), "bd": from_wgs84(lon, lat, "bd09")})[
        "WGS84_lon"
    ]
    assert verdict.datum == "gcj02"
    assert verdict.warning == "labelled WGS84, but is GCJ-02; set datum to gcj02 if its source agrees"


def test_unrelated_pairs_tell_nothing():
    """Origins and destinations of trips are not two datums of one place; a name that states one still counts."""
    verdicts = datums_of_pairs({"lng": places(50), "gcj02_lng": places(50, seed=1)})
    assert verdicts["lng"].datum is None
    assert verdicts["lng"].sure == "not sure"
    assert verdicts["gcj02_lng"].datum == "gcj02"
    assert verdicts["gcj02_lng"].sure == "likely"


def test_two_places_in_two_datums_each():
    """Origins and destinations in two datums each are four pairs, and each is told by its partner."""
    start, end = places(40), places(40, seed=1)
    verdicts = datums_of_pairs(
        {"a": start, "b": from_wgs84(*end, "bd09"), "c": from_wgs84(*start, "gcj02"), "d": from_wgs84(*end, "gcj02")}
    )
    assert [verdict.datum for verdict in verdicts.values()] == ["wgs84", "bd09", "gcj02", "gcj02"]
    assert {verdict.sure for verdict in verdicts.values()} == {"sure"}


def test_one_pair_has_only_its_name():
    """Without another pair to compare with, nothing is sure."""
    assert datums_of_pairs({"lng": places(5)})["lng"].sure == "not sure"
    assert datums_of_pairs({"baidu_lng": places(5)})["baidu_lng"].sure == "likely"
    assert datums_of_pairs({}) == {}
    empty = np.full(5, np.nan)
    assert datums_of_pairs({"lng": places(5), "other": (empty, empty)})["lng"].sure == "not sure"


def test_rows_of_different_datums_are_told_apart():
    """A column that holds BD-09 in the first rows and GCJ-02 in the rest is mixed, with the rows of each."""
    lon, lat = places(40)
    shown, other = from_wgs84(lon, lat, "bd09"), from_wgs84(lon, lat, "gcj02")
    mixed = [np.where(np.arange(40) < 25, one, two) for one, two in zip(shown, other, strict=True)]
    verdicts = datums_of_pairs({"true": (lon, lat), "map": tuple(mixed)})
    assert verdicts["true"].datum == "wgs84"
    assert verdicts["map"].sure == "mixed"
    assert verdicts["map"].datum is None
    assert {name: list(rows) for name, rows in verdicts["map"].rows.items()} == {
        "gcj02": list(range(25, 40)),
        "bd09": list(range(25)),
    }
    assert "different datums" in verdicts["map"].warning


def test_rows_that_do_not_agree_are_named():
    """A row whose pairs lie apart in every combination is listed, counted from 1; rows without numbers are left out."""
    lon, lat = places(100)
    shown = [part.copy() for part in from_wgs84(lon, lat, "gcj02")]
    shown[0][6] += 0.1
    shown[1][8] = np.nan
    verdict = datums_of_pairs({"a": (lon, lat), "b": tuple(shown)})["a"]
    assert verdict.sure == "sure"
    assert verdict.words.endswith("rows that agree with no other pair: 7")


@pytest.mark.parametrize(
    ("folder", "file", "datums"),
    [
        ("guangzhou", "gz_charging_stations_2017_2021.csv", ["gcj02", "wgs84", "bd09"]),
        ("shenzhen", "bus_stops_termini.csv", ["bd09", "wgs84"]),
    ],
)
def test_real_tables_with_several_pairs(real_data, folder, file, datums):
    """The pairs of the stations of Guangzhou and of the bus stops of Shenzhen are named, and surely."""
    table = pd.read_csv(real_data / folder / file)
    pairs = {lon: (table[lon], table[lat]) for lon, lat in coordinate_pairs(table.columns)}
    verdicts = datums_of_pairs(pairs).values()
    assert [verdict.datum for verdict in verdicts] == datums
    assert {verdict.sure for verdict in verdicts} == {"sure"}
    assert not any(verdict.warning for verdict in verdicts)
