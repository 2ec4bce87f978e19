"""Tables with several pairs of coordinates: which columns belong together, and which datum each pair is in."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.datums.detection import LIKELY, MIXED, NAMES, NOT_SURE, SURE, DatumVerdict
from geodata.datums.evidence import READINGS
from geodata.datums.shifts import Positions, to_wgs84
from geodata.errors import listed

_WORDS: Final = (
    ("longitude", "latitude"),
    ("long", "lat"),
    ("lon", "lat"),
    ("lng", "lat"),
    ("lg", "lt"),
    ("经度", "纬度"),
    ("x", "y"),
)
"""Words for longitude and latitude that stand in the names of two columns which are otherwise equal."""

_HINTS: Final = {
    "bd09": r"bd[-_]?0?9|db[-_]?0?9|baidu|百度",
    "gcj02": r"gcj|amap|autonavi|gaode|高德|火星|腾讯",
    "wgs84": r"wgs|gps|cgcs|天地图",
}

SAME_M: Final = 5.0
"""Two pairs give the same place: the converters in use differ by up to a metre, rounding adds another."""

_SURE_SHARE: Final = 0.95
_MIXED_SHARE: Final = 0.01
_MIXED_ROWS: Final = 3

_DEGREE_M: Final = 111_320.0


def coordinate_pairs(columns: Iterable[str]) -> list[tuple[str, str]]:
    """Columns of longitude and latitude that belong together, by their names.

    Parameters
    ----------
    columns
        Names of the columns of a table.

    Returns
    -------
    pairs
        Names of longitude and latitude, such as ``("WGS84_station_lg", "WGS84_station_lt")``, in the order of the
        columns; a column stands in one pair only.
    """
    names = list(columns)
    by_lower = {name.lower(): name for name in reversed(names)}
    pairs: list[tuple[str, str]] = []
    for name in names:
        found = next((by_lower[other] for other in _partners(name.lower()) if other in by_lower), None)
        if found is not None and not any({name, found} & set(pair) for pair in pairs):
            pairs.append((name, found))
    return pairs


def stated_datum(*names: str) -> str | None:
    """The datum that names of columns, layers or files state.

    Parameters
    ----------
    names
        Names, such as ``DB09_station_lg``.

    Returns
    -------
    datum
        ``wgs84``, ``gcj02`` or ``bd09``; None when they state none, or several.
    """
    found = {
        datum for datum, pattern in _HINTS.items() for name in names if re.search(pattern, name, flags=re.IGNORECASE)
    }
    return found.pop() if len(found) == 1 else None


def datums_of_pairs(pairs: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]) -> dict[str, DatumVerdict]:
    """The datum of each pair of coordinates of a table, from the shifts between them.

    The shift between two datums is known to the metre at every place, so when two pairs of a row differ by just that
    shift, this names both datums at once, without any reference.

    Parameters
    ----------
    pairs
        Longitudes and latitudes in degrees by name of the pair, all of shape (rows,). The name counts as a statement
        of the datum (`stated_datum`).

    Returns
    -------
    verdicts
        By name of the pair. ``distances_m`` is the median distance to another pair, the one and the datum of it that
        suit best. ``sure`` when in 19 of 20 rows just one combination of datums makes the pair agree with another one
        within 5 m, and it gives the pair the same datum; ``mixed`` when it gives several. Equal or unrelated pairs
        tell nothing, and leave the statement of the name.
    """
    places = {name: [to_wgs84(lon, lat, reading) for reading in READINGS] for name, (lon, lat) in pairs.items()}
    return {
        name: _verdict(name, [_apart_m(own, other) for key, other in places.items() if key != name])
        for name, own in places.items()
    }


def _partners(name: str) -> Iterable[str]:
    """Names that a longitude's latitude may have; nothing for other columns."""
    for lon, lat in _WORDS:
        at = name.rfind(lon)
        # A single letter counts only as a last or a first one: "mapx", "x_gcj02", but not "tax_rate".
        if at >= 0 and (len(lon) > 1 or at == len(name) - 1 or name.startswith("x_")):
            yield name[:at] + lat + name[at + len(lon) :]


def _apart_m(own: list[Positions], other: list[Positions]) -> npt.NDArray[np.float64]:
    """Distances of the rows of two pairs under each reading of both, shape (readings, readings, rows).

    They are those on the plane that touches the globe there: right to a percent, enough to tell metres from hundreds.
    """
    (lon, lat), (to_lon, to_lat) = (np.array(places).transpose(1, 0, 2) for places in (own, other))
    east = (lon[:, None] - to_lon[None, :]) * np.cos(np.radians(lat))[:, None]
    return np.asarray(np.hypot(east, lat[:, None] - to_lat[None, :]) * _DEGREE_M, dtype=np.float64)


def _verdict(name: str, apart_m: list[npt.NDArray[np.float64]]) -> DatumVerdict:
    """The verdict on one pair, from its distances to each other one; a distance that is not finite is none."""
    found = [(metres, np.flatnonzero(np.isfinite(metres).all(axis=(0, 1)))) for metres in apart_m]
    compared = [(metres, rows) for metres, rows in found if rows.size]
    if not compared:
        return _by_name(name, "no other pair of coordinates to compare with", {})
    used = np.unique(np.concatenate([rows for _, rows in compared]))
    agree = [metres <= SAME_M for metres, _ in compared]
    told = [one.any(axis=1) & (one.sum(axis=(0, 1)) == 1) for one in agree]
    fits = np.any(told, axis=0)
    alone = fits.sum(axis=0) == 1
    rows_of = {reading: np.flatnonzero(alone & fits[at]) for at, reading in enumerate(READINGS)}
    typical = [np.median(metres[..., rows], axis=2).min(axis=1) for metres, rows in compared]
    medians = dict(zip(READINGS, map(float, np.min(typical, axis=0)), strict=True))
    strange = used[~np.any([one.any(axis=(0, 1)) for one in agree], axis=0)[used]]
    return _judged(name, rows_of, medians, used=len(used), strange=strange)


def _judged(
    name: str,
    rows_of: Mapping[str, npt.NDArray[np.int64]],
    medians: Mapping[str, float],
    *,
    used: int,
    strange: npt.NDArray[np.int64],
) -> DatumVerdict:
    """The verdict from the rows that are told to be in each datum."""
    figures = ", ".join(f"{metres:.1f} m as {NAMES[reading]}" for reading, metres in medians.items())
    words = f"median distance to another pair of coordinates: {figures}"
    least = max(_MIXED_ROWS, _MIXED_SHARE * used)
    several = {reading: found for reading, found in rows_of.items() if len(found) >= least}
    stated = stated_datum(name)
    if len(several) > 1:
        counts = ", ".join(f"{len(found)} as {NAMES[reading]}" for reading, found in several.items())
        said = f"rows of different datums ({counts}); {words}"
        return DatumVerdict(datum=None, sure=MIXED, words=said, distances_m=medians, stated=stated, rows=several)
    datum = max(rows_of, key=lambda reading: len(rows_of[reading]))
    if len(rows_of[datum]) < _SURE_SHARE * used:
        return _by_name(name, f"no datums make it agree with another pair; {words}", medians)
    differ = f"; rows that agree with no other pair: {listed(strange + 1)}" if strange.size else ""
    said = f"{NAMES[datum]}, {SURE}: {words}{differ}"
    return DatumVerdict(datum=datum, sure=SURE, words=said, distances_m=medians, stated=stated)


def _by_name(name: str, why: str, medians: Mapping[str, float]) -> DatumVerdict:
    """What the name of a pair states, when the coordinates tell nothing."""
    stated = stated_datum(name)
    if stated is None:
        return DatumVerdict(datum=None, sure=NOT_SURE, words=f"{NOT_SURE}: {why}", distances_m=medians)
    words = f"{NAMES[stated]}, {LIKELY}: stated by the name only; {why}"
    return DatumVerdict(datum=stated, sure=LIKELY, words=words, distances_m=medians, stated=stated)
