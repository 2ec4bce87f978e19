"""Coordinates as people write them: 113°15'30"E, 23.12°N, 东经113度15分30秒."""

import re
from typing import Final, Literal

Axis = Literal["lon", "lat"]
AXES: Final[tuple[Axis, ...]] = ("lon", "lat")

_SIDES: Final[dict[Axis, dict[str, int]]] = {
    "lon": {"E": 1, "W": -1, "东经": 1, "西经": -1, "东": 1, "西": -1},
    "lat": {"N": 1, "S": -1, "北纬": 1, "南纬": -1, "北": 1, "南": -1},
}
_FARTHEST: Final[dict[Axis, float]] = {"lon": 180.0, "lat": 90.0}
_SIDE: Final = "[东西]经|[南北]纬|[东西南北EWNS]"
_WRITTEN: Final = re.compile(
    rf"""(?P<before>{_SIDE})?\s*[:：]?\s*
    (?P<sign>[-+−])?(?P<degrees>\d{{1,3}}(?:\.\d+)?)\s*
    (?:[°º˚度]\s*
      (?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)\s*(?:['′’‘＇分]|(?!.*\d))\s*
        (?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)\s*(?:["″”“＂秒]|''|′′|’’|(?!.*\d)))?)?)?
    \s*(?P<after>{_SIDE})?""",
    re.VERBOSE,
)
_LONGEST: Final = 40


def degrees_in(text: str, axis: Axis) -> float | None:
    """The decimal degrees that a text with degree signs or letters of the hemisphere stands for.

    Parameters
    ----------
    text
        Degrees, and minutes and seconds where they are given; a letter or word of the hemisphere before or behind.
    axis
        Whether it is a longitude or a latitude; the letter of another one makes it none.

    Returns
    -------
    degrees
        West and south are negative. None for a text that is no such coordinate, or not a clear one: with minutes of 60
        or more, a sign and a hemisphere, or parts that are not whole before others.
    """
    found = _WRITTEN.fullmatch(text.strip().upper()) if len(text) <= _LONGEST else None
    if found is None or (found["before"] and found["after"]):
        return None
    side = found["before"] or found["after"]
    if side and (found["sign"] or side not in _SIDES[axis]):
        return None
    parts = [part for part in (found["degrees"], found["minutes"], found["seconds"]) if part is not None]
    degrees, minutes, seconds = [float(part) for part in parts] + [0.0] * (3 - len(parts))
    if any("." in part for part in parts[:-1]) or max(minutes, seconds) >= 60:
        return None
    size = degrees + minutes / 60 + seconds / 3600
    west_or_south = _SIDES[axis][side] < 0 if side else found["sign"] in {"-", "−"}
    return None if size > _FARTHEST[axis] else -size if west_or_south else size
