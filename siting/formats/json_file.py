"""JSON files: plain values, readable by people, the same text for the same data."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from siting.errors import RunFolderError


def plain(value: object) -> Any:  # noqa: ANN401  (any JSON value)
    """Plain JSON values in the order given: numbers of numpy unwrapped, tuples as lists, what is not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        # An IntEnum or a float of numpy is an int or a float too; only the plain number is written.
        return _number(value)
    if hasattr(value, "item"):
        return plain(value.item())
    return str(value)


def write_json(path: Path, value: object) -> None:
    """Write a value; the keys keep their order."""
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_json(path: Path) -> Any:  # noqa: ANN401  (any JSON value)
    """Read a value again.

    Raises
    ------
    RunFolderError
        When the file is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunFolderError(f"{path}: not valid JSON ({error}); run the study again") from None


def _number(value: float) -> int | float | None:
    if isinstance(value, int):
        return int(value)
    return float(value) if math.isfinite(value) else None
