"""Settings that replace those of a file: `key=value` from the command line."""

import copy
import tomllib
from collections.abc import Iterable
from typing import Any, Final

from siting.errors import StudyError

#: Tables that a text may stand for, by the key that the text is the value of.
_SHORT: Final = {"objective": "model"}


def overridden(data: dict[str, Any], overrides: Iterable[str]) -> dict[str, Any]:
    """Return a document with some of its settings replaced.

    Parameters
    ----------
    data
        Content of a TOML file.
    overrides
        `key=value` settings; the key is a path with dots, the value TOML (text without quotes is taken as text).
        A path part may be quoted: `sites.require."cell:c1r2"=swap_car`.

    Raises
    ------
    StudyError
        When an override is not `key=value`, or its path runs through something that is not a table.
    """
    result = copy.deepcopy(data)
    faults = []
    for override in overrides:
        key, equals, value = override.partition("=")
        if not (key.strip() and equals):
            faults.append(f"--set {override}: expected key=value, for example solver.gap=0.01")
            continue
        try:
            path = _path(key)
        except tomllib.TOMLDecodeError:
            faults.append(f"--set {override}: the key is not a path; quote parts with unusual characters")
            continue
        table = result
        for part in path[:-1]:
            short = table.get(part)
            if part in _SHORT and isinstance(short, str):
                table[part] = {_SHORT[part]: short}
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                faults.append(f'--set {override}: "{part}" is not a table')
                break
        else:
            table[path[-1]] = _value(value.strip())
    if faults:
        raise StudyError("command line", faults)
    return result


def _path(key: str) -> list[str]:
    parts = []
    table: Any = tomllib.loads(f"{key.strip()} = 0")
    while isinstance(table, dict):
        part, table = next(iter(table.items()))
        parts.append(part)
    return parts


def _value(text: str) -> Any:  # noqa: ANN401  (any TOML value)
    if "\n" in text or "\r" in text:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
