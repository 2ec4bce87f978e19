"""What the tags of an OpenStreetMap way mean to a vehicle: closed and why, or open with a speed in each direction."""

from collections.abc import Mapping
from typing import NamedTuple

from geodata.roads.profile import Profile
from geodata.roads.quantities import duration_s, height_m, speed_kmh, weight_t
from geodata.roads.speeds import SpeedTable

REFUSED = frozenset(
    {
        "no", "private", "bus", "psv", "taxi", "emergency", "military", "agricultural", "forestry", "foot", "bicycle",
        "residents", "employees",
    }
)  # fmt: skip
"""Values of an access tag that close a road to the public."""

GRANTED = frozenset({"yes", "permissive", "designated", "official"})
"""Values that a ferry must have in a tag for motor vehicles to carry them."""

SIDE_SERVICES = frozenset({"parking_aisle", "driveway", "drive-through", "emergency_access"})
"""Kinds of service road that lead nowhere but to one door."""

FORWARD = frozenset({"yes", "true", "1"})
BACKWARD = frozenset({"-1", "reverse"})
CIRCLES = frozenset({"roundabout", "circular"})

SPEED_SOURCES = ("tag", "class", "duration")
"""Where a speed comes from: a tag of the way, the table of classes, the duration of a ferry."""


class Drive(NamedTuple):
    """An open way: its class, speeds along the line and against it (None where closed), and what they rest on.

    A ferry with a known duration has no speeds that matter, but the time for the whole way.
    """

    road_class: str
    forward_kmh: float | None
    backward_kmh: float | None
    speed_source: str
    time_s: float | None = None


def drive(tags: Mapping[str, str], profile: Profile, speeds: SpeedTable) -> Drive | str:
    """Say how a vehicle drives on a way.

    Parameters
    ----------
    tags
        Tags of the way.
    profile
        The vehicle.
    speeds
        Speeds of classes, for ways without a tag.

    Returns
    -------
    drive
        The way as it is open, or the reason why it is closed.
    """
    road_class = "ferry" if tags.get("route") == "ferry" else tags.get("highway", "")
    closed = _closed(tags, road_class, profile, speeds)
    if closed:
        return closed
    forward, backward = _open(tags, road_class)
    if not forward and not backward:
        return "reversible: the direction changes with the time of the day"
    whole_s = duration_s(tags.get("duration", "")) if road_class == "ferry" else None
    along, is_tagged = _kmh(tags, "forward", road_class, profile, speeds)
    against, _ = _kmh(tags, "backward", road_class, profile, speeds)
    source = "duration" if whole_s else "tag" if is_tagged else "class"
    return Drive(road_class, along if forward else None, against if backward else None, source, whole_s)


def _closed(tags: Mapping[str, str], road_class: str, profile: Profile, speeds: SpeedTable) -> str:
    """The reason why the way is closed to the vehicle, or an empty text."""
    if road_class not in speeds:
        return "class not for motor vehicles"
    if road_class in profile.forbidden:
        return f"class forbidden to a {profile.name}"
    if tags.get("area") == "yes":
        return "area"
    if tags.get("service") in SIDE_SERVICES:
        return "service road to one door"
    named = [tags[key] for key in profile.access_keys if key in tags]
    if named and named[-1] in REFUSED:
        return "access closed"
    if road_class == "ferry" and not GRANTED.intersection(tags.get(key, "") for key in profile.access_keys[1:]):
        return "ferry not known to carry vehicles"
    return _too_large(tags, profile)


def _too_large(tags: Mapping[str, str], profile: Profile) -> str:
    limits = (
        ("maxheight", height_m, profile.height_m, "too low"),
        ("maxweight", weight_t, profile.weight_t, "not strong enough"),
    )
    for key, read, needed, reason in limits:
        allowed = read(tags.get(key, ""))
        if needed is not None and allowed is not None and allowed < needed:
            return reason
    return ""


def _open(tags: Mapping[str, str], road_class: str) -> tuple[bool, bool]:
    """Whether the way may be driven along its line, and against it."""
    oneway = tags.get("oneway", "").lower()
    if not oneway and (tags.get("junction") in CIRCLES or road_class == "motorway"):
        oneway = "yes"
    if oneway == "reversible":
        return False, False
    return oneway not in BACKWARD, oneway not in FORWARD


def _kmh(
    tags: Mapping[str, str], direction: str, road_class: str, profile: Profile, speeds: SpeedTable
) -> tuple[float, bool]:
    """Speed in a direction, and whether a tag told it."""
    for key in profile.speed_keys:
        for name in (f"{key}:{direction}", key):
            kmh = speed_kmh(tags.get(name, ""))
            if kmh is not None:
                return profile.capped(kmh, road_class), True
    return profile.capped(speeds[road_class].kmh, road_class), False
