"""The words of the pages, in Chinese and English, from ``strings.toml``."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

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


@cache
def classic_strings() -> dict[str, dict[str, dict[str, str]]]:
    """Words of the pages of classic objectives, by the manner of speaking."""
    return tomllib.loads((files("maps_out") / "strings_classic.toml").read_text(encoding="utf-8"))


def manners(kpis: Mapping[str, Any]) -> tuple[str, ...]:
    """Manners of speaking that a result asks for: none but for a classic objective."""
    objective = kpis.get("objective")
    if objective is None:
        return ()
    return (
        "own",
        *(() if objective["capacities"] else ("covered",)),
        *(("reached",) if objective.get("assigns_all") else ()),
        *(("won",) if objective.get("market") else ()),
        *(("least",) if objective["sense"] == "least" else ()),
    )


def words(language: str, kpis: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Every key with its text in one language, as the key figures of a result ask for it."""
    said = dict(strings())
    for manner in manners(kpis or {}):
        said |= classic_strings()[manner]
    return {key: pair[language] for key, pair in said.items()}


def reworded(value: Any, kpis: Mapping[str, Any]) -> Any:  # noqa: ANN401  (a legend of any depth)
    """A title or a legend in the words that the key figures of a result ask for."""
    if isinstance(value, list):
        return [reworded(entry, kpis) for entry in value]
    if not isinstance(value, dict):
        return value
    for manner in reversed(manners(kpis)):  # as in `words`, the last one has its say
        for key, said in classic_strings()[manner].items():
            if value == strings().get(key):
                return said
    return {name: reworded(entry, kpis) for name, entry in value.items()}


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
