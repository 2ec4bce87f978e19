"""A layer as `locate` takes it: every row has a label, a place and, where asked for, numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import as_points
from geodata.errors import listed

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Layer:
    """Rows with unique labels at places that are known.

    Parameters
    ----------
    name
        Which layer it is, for messages.
    frame
        The layer as it was given.
    xy
        Where its rows are (of areas a point inside), shape (N, 2).
    """

    name: str
    frame: gpd.GeoDataFrame
    xy: Floats

    @classmethod
    def of(cls, frame: object, name: str) -> "Layer":
        """Check a layer.

        Raises
        ------
        ValueError
            When it is none, its labels are not unique, or rows have no place.
        """
        if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
            raise ValueError("give a layer of points or areas (a GeoDataFrame)")
        if not frame.index.is_unique:
            raise ValueError("labels of the index are not unique; the index is the id")
        nowhere = ~np.isfinite(frame.geometry.bounds).all(axis=1)
        if nowhere.any():
            raise ValueError(f"no place is known of {listed(frame.index[nowhere])}; leave these rows out")
        points = as_points(frame).geometry
        return cls(name, frame, np.stack([points.x, points.y], axis=1).astype(np.float64))

    def __len__(self) -> int:
        return len(self.frame)

    def column(self, name: object) -> Floats:
        """Numbers of a column, finite and not negative, shape (N,).

        Raises
        ------
        ValueError
            When there is no such column, or it holds something else.
        """
        if not isinstance(name, str):
            raise ValueError(f"give the name of a column of the {self.name}")
        if name not in self.frame.columns:
            columns = listed(self.frame.columns)
            raise ValueError(f'no column "{name}" in the {self.name}; use one of {columns}')
        return self.numbers(self.frame[name])

    def numbers(self, given: Any) -> Floats:  # noqa: ANN401  (checked here)
        """A finite number, not negative, for each row, shape (N,).

        Raises
        ------
        ValueError
            When there are more or fewer, or something else.
        """
        if isinstance(given, pd.Series) and not given.index.equals(self.frame.index):
            raise ValueError(f"labels are not those of the {self.name} in their order; use .reindex({self.name}.index)")
        try:
            if np.ndim(given) != 1:
                raise ValueError(given)
            cells = pd.Series(given, dtype=object)
            numbers: Floats = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"give one number for each row of the {self.name}") from None
        if len(numbers) != len(self):
            raise ValueError(f"{len(numbers)} numbers for the {len(self)} rows of the {self.name}")
        wrong = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
        if len(wrong):
            first = f"the first is {cells.iloc[wrong[0]]!r} of {self.frame.index[wrong[0]]!r}"
            raise ValueError(f"{len(wrong)} of the {self.name} have no finite number of at least 0, {first}")
        return numbers

    def positions(self, labels: object) -> Integers:
        """Where rows are that are named by their labels, shape (K,).

        Raises
        ------
        ValueError
            When it is no list, or a label is unknown.
        """
        if isinstance(labels, str) or not isinstance(labels, Iterable):
            raise ValueError(f"give a list of labels of the {self.name}")
        wanted, known = list(labels), {label: position for position, label in enumerate(self.frame.index)}
        try:
            unknown = [label for label in wanted if label not in known]
        except TypeError:
            raise ValueError(f"give a list of labels of the {self.name}") from None
        if unknown:
            raise ValueError(f"the {self.name} have no {listed(map(repr, unknown))}")
        return np.array([known[label] for label in wanted], dtype=np.int64)
