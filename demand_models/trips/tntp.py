"""Trip tables in the text format of the Transportation Networks for Research (``*_trips.tntp``)."""

import gzip
import re
from collections.abc import Iterator
from math import fsum, isclose
from pathlib import Path
from typing import Final

import pandas as pd

from demand_models.errors import DemandError
from geodata.errors import listed

_ORIGIN: Final = re.compile(r"Origin\s+(\d+)", re.IGNORECASE)
_ENTRY: Final = re.compile(r"(\d+)\s*:\s*([^\s:;]+)")
_TAG: Final = re.compile(r"<([^>]+)>\s*(\S*)")
_ROUNDED: Final = 1e-4
"""Relative deviation of the stated total from the sum: it is written with fewer digits than the entries."""


def read_tntp(path: str | Path) -> pd.DataFrame:
    """The trips of a file: entries ``destination : trips;`` below lines ``Origin number``.

    Parameters
    ----------
    path
        The file, which may be packed (``.gz``).

    Returns
    -------
    trips
        origin and destination (numbers of zones, as text), trips; in the order of the file.

    Raises
    ------
    DemandError
        With every line that does not fit; when zones are outside the stated number, or the trips do not add up to
        the stated total.
    """
    name, text = str(path), _text(Path(path))
    head, end, body = text.partition("<END OF METADATA>")
    if not end:
        raise DemandError(f'{name}: no line "<END OF METADATA>"; this is no trip table of the TNTP format')
    stated = {tag.strip().upper(): value for tag, value in _TAG.findall(head)}
    faults: list[str] = []
    rows = list(_entries(body, head.count("\n") + 1, faults))
    if not (rows or faults):
        faults = ["there are no trips; give at least one entry below a line Origin"]
    if faults:
        raise DemandError(f"{name}: {'; '.join(faults)}")
    faults = [*_beyond(rows, stated.get("NUMBER OF ZONES", "")), *_unlike(rows, stated.get("TOTAL OD FLOW", ""))]
    if faults:
        raise DemandError(f"{name}: {'; '.join(faults)}")
    return pd.DataFrame(rows, columns=["origin", "destination", "trips"])


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="replace")
    except FileNotFoundError:
        raise DemandError(f"{path}: the file does not exist; check the path") from None
    except (OSError, EOFError) as error:
        raise DemandError(f"{path}: cannot be read: {error}") from None


def _entries(body: str, first: int, faults: list[str]) -> Iterator[tuple[str, str, float]]:
    """Origin, destination and trips of every entry; lines that do not fit are written down."""
    origin = None
    for number, line in enumerate(body.split("\n"), start=first):
        heading = _ORIGIN.match(line.strip())
        if heading:
            origin = heading[1]
            continue
        rest = _ENTRY.sub("", line).replace(";", "").strip()
        if rest and not rest.startswith("~"):
            faults.append(f'line {number}: found "{rest[:40]}"; write entries like "2 : 100.0;"')
        for destination, trips in _ENTRY.findall(line):
            amount = _number(trips)
            if origin is None or amount is None:
                what = f"{trips!r} trips; give a number" if origin is not None else "trips before any line Origin"
                faults.append(f"line {number}: found {what}")
            else:
                yield origin, destination, amount


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _beyond(rows: list[tuple[str, str, float]], stated: str) -> Iterator[str]:
    """Zones that a file with so many zones cannot have."""
    if stated.isdecimal():
        zones = {zone for origin, destination, _ in rows for zone in (origin, destination)}
        strange = sorted(int(zone) for zone in zones if not 1 <= int(zone) <= int(stated))
        if strange:
            yield f"zones {listed(strange)} are not among the stated {stated}"


def _unlike(rows: list[tuple[str, str, float]], stated: str) -> Iterator[str]:
    """A total that the trips do not add up to."""
    total, wanted = fsum(trips for _, _, trips in rows), _number(stated)
    if wanted is not None and not isclose(total, wanted, rel_tol=_ROUNDED):
        yield f"the trips add up to {total:.10g}, stated are {wanted:.10g}; the file may be cut off"
