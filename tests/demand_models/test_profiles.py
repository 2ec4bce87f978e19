"""Hours of the day."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from demand_models import MODELS, DemandError, Measured
from demand_models.profiles import PROFILES, Profile, hourly_demand, peak_hours
from geodata.demand import DemandPoints


def hours(**shares):
    """24 shares, given by the hour as h8=0.5; the rest is nothing."""
    return tuple(shares.get(f"h{hour}", 0.0) for hour in range(24))


MORNING = Profile(hours(h8=0.75, h20=0.25), "counted")
EVENING = Profile(hours(h8=0.5, h20=0.5), "counted")


@pytest.fixture
def points():
    """100 kWh of taxis, 40 kWh of vans, 4 swaps of taxis."""
    rows = [("t", "charging", "taxi", 100.0, "kWh"), ("v", "charging", "van", 40.0, "kWh")]
    frame = pd.DataFrame(
        [*rows, ("s", "swapping", "taxi", 4.0, "swaps")], columns=["id", "service", "fleet", "demand", "unit"]
    )
    frame = frame.assign(place="p", vehicle="car", year=2025, kind="modelled", district="", source="assumption")
    return DemandPoints(gpd.GeoDataFrame(frame, geometry=[Point(0, 0)] * 3, crs="EPSG:32649"))


def test_every_hour_has_its_share(points):
    """100 kWh are 75 at 8 and 25 at 20 o'clock, and the hours add up to the day."""
    hourly = hourly_demand(points, {"taxi": MORNING, "van": EVENING})
    assert list(hourly.index) == list(points.frame["id"])
    assert (hourly.loc["t", 8], hourly.loc["t", 20], hourly.loc["v", 20]) == (75, 25, 20)
    assert list(hourly.sum(axis=1)) == pytest.approx(list(points.frame["demand"]))


def test_the_busiest_hour_is_that_of_all_fleets(points):
    """At 8 o'clock taxis and vans take 75 + 20 kWh and taxis 3 swaps."""
    peaks = peak_hours(points, {"taxi": MORNING, "van": EVENING})
    assert peaks.to_dict("index") == {"charging": {"hour": 8, "demand": 95}, "swapping": {"hour": 8, "demand": 3}}


def test_of_equally_busy_hours_the_first_is_named(points):
    """Vans alone are as busy at 8 as at 20 o'clock."""
    vans = DemandPoints(points.frame[points.frame["fleet"] == "van"])
    assert peak_hours(vans, {"van": EVENING}).loc["charging", "hour"] == 8


def test_a_fleet_without_a_profile_is_named(points):
    """Hours are not guessed."""
    with pytest.raises(DemandError, match="profile: none for 'van'"):
        hourly_demand(points, {"taxi": MORNING})


@pytest.mark.parametrize("name", PROFILES)
def test_usual_profiles_say_where_they_come_from(name):
    """A day's shares add up to 1, and none of them was measured."""
    assert sum(PROFILES[name].shares) == pytest.approx(1)
    assert PROFILES[name].source == "assumption"


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_model_has_a_usual_profile(model):
    """What a block leaves out is one of the named profiles."""
    assert model.usual_profile in PROFILES


def test_a_block_may_have_its_own_hours():
    """Its numbers come from the block's source."""
    block = Measured(source="meters", layer="x", column="y", service="charging", vehicle="car", profile=MORNING.shares)
    assert block.hours == Profile(MORNING.shares, "meters")


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ((0.5, 0.5), "profile: 2 numbers given; give 24"),
        (hours(h0=0.5, h1=0.4), r"profile: the shares add up to 0\.9"),
        (hours(h0=1.5, h3=-0.5), r"profile: found 3 o'clock: -0\.5"),
        (hours(h0=float("nan")), "profile: found 0 o'clock: nan"),
    ],
)
def test_what_is_not_a_day_is_refused(shares, message):
    """A block with other than 24 shares of a day is refused, and so is a profile."""
    with pytest.raises(DemandError, match=message):
        Profile(shares, "assumption")
    with pytest.raises(DemandError, match=message):
        Measured(source="s", layer="x", column="y", service="charging", vehicle="car", profile=shares)
