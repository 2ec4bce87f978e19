"""The words of the pages, in Chinese and English, from ``strings.toml``."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from geodata.services import UNITS

LANGUAGES = ("zh", "en")

#: Unit of a service = the key of its word.
UNIT_KEYS = {unit: f"unit_{unit.lower()}" for unit in UNITS.values()}

_PRECISION = (
    (
        re.compile(r"search area of ([\d.]+) km"),
        "约 {} 公里见方的选址范围，并非具体地块",
        "search area of {} km, not a parcel",
    ),
    (re.compile(r"about ([\d.]+) m"), "位置精度约 {} 米", "placed to about {} m"),
    (re.compile(r"about ([\d.]+) km"), "位置精度约 {} 公里", "placed to about {} km"),
    (re.compile(r"as surveyed()"), "实测位置", "as surveyed"),
)


@cache
def strings() -> dict[str, dict[str, str]]:
    """Every key with its text per language."""
    return tomllib.loads((files("maps_out") / "strings.toml").read_text(encoding="utf-8"))


def words(language: str) -> dict[str, str]:
    """Every key with its text in one language."""
    return {key: pair[language] for key, pair in strings().items()}


def pair(key: str) -> dict[str, str]:
    """A text in every language."""
    return {language: strings()[key][language] for language in LANGUAGES}


def precision(value: str) -> dict[str, str]:
    """How exactly a site is placed, in every language; a wording that is not known is passed on."""
    for pattern, zh, en in _PRECISION:
        match = pattern.fullmatch(value.strip())
        if match:
            return {"zh": zh.format(match.group(1)), "en": en.format(match.group(1))}
    return {"zh": value, "en": value}
