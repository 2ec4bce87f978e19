"""What tags mean to a car and to a truck."""

from dataclasses import replace

import pytest

from geodata.roads.profile import CAR, TRUCK
from geodata.roads.speeds import CHINA, HONG_KONG, SPEEDS, ZONES
from geodata.roads.tags import Drive, drive

ROAD = {"highway": "residential"}


def car(**tags):
    """The verdict for a car; an underscore stands for a colon."""
    return drive({key.replace("__", ":"): value for key, value in tags.items()}, CAR, CHINA)


def directions(verdict):
    """Whether a way is open along its line and against it."""
    return verdict.forward_kmh is not None, verdict.backward_kmh is not None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, (True, True)),
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": "1"}, (True, False)),
        ({"oneway": "True"}, (True, False)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": "reverse"}, (False, True)),
        ({"oneway": "no"}, (True, True)),
        ({"oneway": "alternating"}, (True, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"junction": "roundabout", "oneway": "no"}, (True, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "motorway", "oneway": "-1"}, (False, True)),
        ({"highway": "motorway_link"}, (True, True)),
    ],
)
def test_directions(tags, expected):
    """`oneway` decides; without it roundabouts and motorways are one-way."""
    assert directions(drive({**ROAD, **tags}, CAR, CHINA)) == expected


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "footway"}, "class not for motor vehicles"),
        ({}, "class not for motor vehicles"),
        ({**ROAD, "area": "yes"}, "area"),
        ({"highway": "service", "service": "driveway"}, "service road to one door"),
        ({**ROAD, "access": "no"}, "access closed"),
        ({**ROAD, "access": "private"}, "access closed"),
        ({**ROAD, "motor_vehicle": "no"}, "access closed"),
        ({**ROAD, "access": "yes", "motorcar": "no"}, "access closed"),
        ({**ROAD, "oneway": "reversible"}, "reversible: the direction changes with the time of the day"),
        ({"route": "ferry"}, "ferry not known to carry vehicles"),
        ({"route": "ferry", "access": "yes"}, "ferry not known to carry vehicles"),
    ],
)
def test_closed_ways_have_a_reason(tags, reason):
    """What a car may not drive on is named."""
    assert drive(tags, CAR, CHINA) == reason


@pytest.mark.parametrize(
    "tags", [{"access": "no", "motor_vehicle": "yes"}, {"vehicle": "no", "motorcar": "designated"}, {"hgv": "no"}]
)
def test_the_most_special_access_tag_decides(tags):
    """A road closed in general may be open to cars, and a tag for trucks says nothing of cars."""
    assert isinstance(drive({**ROAD, **tags}, CAR, CHINA), Drive)


def test_speed_from_the_tag_or_the_class():
    """A readable limit counts, in its direction; else the class of the country."""
    assert car(highway="primary")[1:4] == (60.0, 60.0, "class")
    assert car(highway="primary", maxspeed="40")[1:4] == (40.0, 40.0, "tag")
    assert car(highway="primary", maxspeed="signals")[3] == "class"
    assert car(highway="primary", maxspeed="60", maxspeed__backward="30")[1:4] == (60.0, 30.0, "tag")
    assert drive({"highway": "primary"}, CAR, HONG_KONG).forward_kmh == 50.0


def test_ferries_take_their_duration():
    """A ferry that carries vehicles has the time of its duration, or else a speed."""
    ferry = {"route": "ferry", "motor_vehicle": "yes"}
    assert drive({**ferry, "duration": "00:30"}, CAR, CHINA).time_s == 1800
    assert drive(ferry, CAR, CHINA) == Drive("ferry", 20.0, 20.0, "class", None)
    assert drive({**ferry, "maxspeed": "12"}, CAR, CHINA).forward_kmh == 12.0


def test_trucks():
    """A truck is slower, may not use living streets, obeys its own tags and keeps off low and weak bridges."""
    assert drive({"highway": "motorway", "maxspeed": "120"}, TRUCK, CHINA).forward_kmh == 100.0
    assert drive({"highway": "trunk", "maxspeed": "100"}, TRUCK, CHINA).forward_kmh == 80.0
    assert drive({"highway": "trunk", "maxspeed": "100", "maxspeed:hgv": "60"}, TRUCK, CHINA).forward_kmh == 60.0
    assert drive({"highway": "living_street"}, TRUCK, CHINA) == "class forbidden to a truck"
    assert drive({**ROAD, "hgv": "no"}, TRUCK, CHINA) == "access closed"
    assert drive({**ROAD, "maxheight": "3.5"}, TRUCK, CHINA) == "too low"
    assert drive({**ROAD, "maxweight": "30"}, TRUCK, CHINA) == "not strong enough"
    assert isinstance(drive({**ROAD, "maxheight": "4.5", "maxweight": "49"}, TRUCK, CHINA), Drive)
    assert isinstance(drive({**ROAD, "maxheight": "3.5"}, CAR, CHINA), Drive)
    assert isinstance(drive({**ROAD, "maxheight": "3.5"}, replace(TRUCK, height_m=3.0), CHINA), Drive)


def test_every_speed_has_a_source():
    """No number without a source or the word assumption."""
    entries = [entry for table in SPEEDS.values() for entry in table.values()] + list(ZONES.values())
    assert all(entry.source and 0 < entry.kmh <= 120 for entry in entries)
    assert all(profile.source for profile in (CAR, TRUCK))
