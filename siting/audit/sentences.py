"""What an audit says: one sentence per contradiction, with what was found and what was expected."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST: Final = 20
"""Sentences of one kind; the rest is counted."""
EXACT: Final = 1e-9
"""Relative tolerance of numbers computed again in the same way."""
SOLVED: Final = 1e-6
"""Relative tolerance of what a solver keeps to."""

Floats = NDArray[np.float64]


def shortened(faults: Iterable[str]) -> list[str]:
    """Return the first sentences of one kind, and how many more there are."""
    rest = iter(faults)
    first = list(islice(rest, MOST))
    more = sum(1 for _ in rest)
    return [*first, f"... and {more} more like the last"] if more else first


def same(found: object, expected: object, *, relative: float = EXACT) -> bool:
    """Whether a value read from JSON is the expected one; numbers within a relative tolerance."""
    if expected is None or isinstance(expected, bool | str):
        return type(found) is type(expected) and found == expected
    if isinstance(found, bool) or not isinstance(found, int | float) or not isinstance(expected, int | float):
        return False
    return abs(found - expected) <= relative * max(1.0, abs(expected))


def differences(
    file: str, found: object, expected: Mapping[str, Any], *, relative: float = EXACT, at: str = ""
) -> Iterator[str]:
    """Yield a sentence for each expected value that a JSON table lacks or has differently."""
    if not isinstance(found, Mapping):
        yield f"{file}: {at or 'content'} is {found!r}, expected a table"
        return
    for key, value in expected.items():
        name = f"{at}.{key}" if at else key
        if key not in found:
            yield f"{file}: {name} is missing, expected {value!r}"
        elif isinstance(value, Mapping):
            yield from differences(file, found[key], value, relative=relative, at=name)
        elif not same(found[key], value, relative=relative):
            yield f"{file}: {name} is {found[key]!r}, expected {value!r}"


def strangers(file: str, found: object, known: Iterable[str], *, at: str) -> Iterator[str]:
    """Yield a sentence for each key of a JSON table that is not known."""
    if isinstance(found, Mapping):
        yield from (f'{file}: {at} has "{key}", which the study does not know' for key in sorted(set(found) - {*known}))


def unequal(
    where: str, ids: Iterable[str], column: str, found: ArrayLike, expected: ArrayLike, *, relative: float = EXACT
) -> Iterator[str]:
    """Yield a sentence for each number of a column that is not the expected one, within a relative tolerance."""
    here, there = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    with np.errstate(invalid="ignore"):
        close = np.isfinite(there) & (np.abs(here - there) <= relative * np.maximum(1.0, np.abs(there)))
    names = list(ids)
    for n in np.flatnonzero(~(close | (here == there) | (np.isnan(here) & np.isnan(there)))):
        yield f"{where}, {names[n]}: {column} is {here[n]:.10g}, expected {there[n]:.10g}"


def unlike(
    where: str, ids: Iterable[str], column: str, found: Iterable[object], expected: Iterable[object]
) -> Iterator[str]:
    """Yield a sentence for each text or flag of a column that is not the expected one."""
    for name, here, there in zip(ids, found, expected, strict=True):
        if here != there:
            yield f'{where}, {name}: {column} is "{here}", expected "{there}"'


def elsewhere(where: str, ids: Iterable[str], what: str, found: Floats, expected: Floats) -> Iterator[str]:
    """Yield a sentence for each position more than 1 m from the expected one; coordinates in metres, shape (n, 2)."""
    away = np.hypot(*(found - expected).T)
    names = list(ids)
    for n in np.flatnonzero(~(away <= 1.0)):
        distance = f"is {away[n]:,.0f} m from" if np.isfinite(away[n]) else "is missing; expected at"
        yield f"{where}, {names[n]}: {what} {distance} {expected[n, 0]:.1f}, {expected[n, 1]:.1f} (expected within 1 m)"


def repeated(where: str, ids: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each id that stands more than once."""
    seen: dict[str, int] = {}
    for name in ids:
        seen[name] = seen.get(name, 0) + 1
    yield from (f"{where}, {name}: found {count} times, expected once" for name, count in seen.items() if count > 1)
