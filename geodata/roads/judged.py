"""Many ways with tags at once, as arrays."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.roads.profile import Profile
from geodata.roads.speeds import SpeedTable
from geodata.roads.tags import SPEED_SOURCES, Drive, drive


class Judged(NamedTuple):
    """The open ones of some ways.

    Their rows; speeds of shape (n, 2), NaN where a direction is closed; codes of classes and of the sources of speed;
    the classes; and how many were closed for which reason.
    """

    row: npt.NDArray[np.int64]
    kmh: npt.NDArray[np.float64]
    class_code: npt.NDArray[np.int16]
    speed_source: npt.NDArray[np.int8]
    classes: tuple[str, ...]
    excluded: Mapping[str, int]


def judged(tags: Iterable[Mapping[str, str]], profile: Profile, speeds: SpeedTable) -> Judged:
    """Say of many ways how a vehicle drives on them.

    Parameters
    ----------
    tags
        Tags of each way.
    profile
        The vehicle.
    speeds
        Speeds of classes.

    Returns
    -------
    judged
        In the order of the ways.
    """
    verdicts: dict[tuple[tuple[str, str], ...], Drive | str] = {}  # the same few combinations come again and again
    excluded: Counter[str] = Counter()
    rows, drives = [], []
    for row, way in enumerate(tags):
        key = tuple(way.items())
        if key not in verdicts:
            verdicts[key] = drive(way, profile, speeds)
        verdict = verdicts[key]
        if isinstance(verdict, str):
            excluded[verdict] += 1
        else:
            rows.append(row)
            drives.append(verdict)
    classes = tuple(speeds)
    code = {name: position for position, name in enumerate(classes)}
    both = [(way.forward_kmh, way.backward_kmh) for way in drives]
    return Judged(
        row=np.array(rows, dtype=np.int64),
        kmh=np.array(both, dtype=np.float64).reshape(-1, 2),
        class_code=np.array([code[way.road_class] for way in drives], dtype=np.int16),
        speed_source=np.array([SPEED_SOURCES.index(way.speed_source) for way in drives], dtype=np.int8),
        classes=classes,
        excluded=excluded,
    )
