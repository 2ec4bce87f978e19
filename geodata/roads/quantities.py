"""Texts of tags as numbers: speeds, heights, weights, durations; what cannot be understood is None."""

import re

from geodata.roads.speeds import ZONES

WALK_KMH = 5.0
"""Speed meant by ``maxspeed=walk``; assumption."""

FASTEST_KMH = 200.0
"""A greater limit is a slip of the pen."""

_KMH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "ft": 0.3048}
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}
_NUMBER = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*([a-z/]*)")
_FEET_INCHES = re.compile(r"(\d{1,3})'\s*(?:(\d{1,2})\"?)?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4})(?::(\d{2}))?")
_ISO = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")


def speed_kmh(text: str) -> float | None:
    """Speed limit in km/h; the least of several.

    Parameters
    ----------
    text
        Such as ``50``, ``30 mph``, ``walk``, ``CN:urban``, ``60;40`` or ``['60', '40']``.

    Returns
    -------
    kmh
        More than 0 and at most `FASTEST_KMH`; None where no speed can be read, as for ``none`` or ``signals``.
    """
    speeds = [_one_speed(part.strip(" \t'\"")) for part in re.split(r"[;,|]", text.strip().strip("[]"))]
    good = [kmh for kmh in speeds if kmh is not None and 0 < kmh <= FASTEST_KMH]
    return min(good, default=None)


def _one_speed(text: str) -> float | None:
    if text in ZONES:
        return ZONES[text].kmh
    if text.lower() == "walk":
        return WALK_KMH
    return _measure(text, _KMH)


def height_m(text: str) -> float | None:
    """Height limit in metres, from texts such as ``4.2``, ``4.2 m`` or ``13'6"``."""
    feet = _FEET_INCHES.fullmatch(text.strip())
    if feet:
        return 0.3048 * (int(feet[1]) + int(feet[2] or 0) / 12)
    return _measure(text, _METRES)


def weight_t(text: str) -> float | None:
    """Weight limit in tonnes, from texts such as ``30``, ``30 t`` or ``7500 kg``."""
    return _measure(text, _TONNES)


def duration_s(text: str) -> float | None:
    """Duration in seconds, from ``MM``, ``HH:MM``, ``HH:MM:SS`` or ISO 8601 such as ``PT1H30M``; never 0."""
    text = text.strip()
    clock, iso = _CLOCK.fullmatch(text), _ISO.fullmatch(text)
    if clock:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return float(3600 * hours + 60 * minutes + seconds) or None
    if iso:
        days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return float(86400 * days + 3600 * hours + 60 * minutes + seconds) or None
    return None


def _measure(text: str, units: dict[str, float]) -> float | None:
    found = _NUMBER.fullmatch(text.strip().lower())
    if not found or found[2] not in units:
        return None
    return float(found[1]) * units[found[2]]
