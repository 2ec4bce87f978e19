"""Tables of pairs of places as square arrays: trips, and what it takes to get from one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.columns import number_column, text_column
from geodata.errors import LayerError, did_you_mean, listed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """Columns of a table of pairs.

    Parameters
    ----------
    origin, destination
        Names of the places.
    value
        The number of the pair.
    """

    origin: str
    destination: str
    value: str


def read_trips(table: pd.DataFrame, places: Sequence[str], columns: Columns, *, source: str) -> Floats:
    """Trips between places.

    Parameters
    ----------
    table
        One row per pair that has trips.
    places
        Names of the places, in the order wanted.
    columns
        Columns of the table.
    source
        The table, as the user knows it.

    Returns
    -------
    trips
        Shape (n, n): trips a day from row to column, 0 where the table has none; the diagonal is 0.

    Raises
    ------
    LayerError
        With every fault: unknown places, trips that are negative or no numbers, pairs given twice, trips from a place
        to itself, or no trips at all; each with its rows, counted from 1.
    """
    rows, values = _pairs(table, places, columns, source)
    own = np.flatnonzero((rows[:, 0] == rows[:, 1]) & (values > 0)) + 1
    if own.size:
        fault = f"trips from a place to itself in rows {listed(own)}; they drive no road: leave them out"
        raise LayerError(source, [fault])
    if not (values > 0).any():
        fault = f'column "{columns.value}": the trips add up to 0; give at least one pair with trips'
        raise LayerError(source, [fault])
    trips = np.zeros((len(places), len(places)))
    trips[rows[:, 0], rows[:, 1]] = values
    return trips


def read_impedances(table: pd.DataFrame, places: Sequence[str], columns: Columns, *, source: str) -> Floats:
    """What it takes to get from place to place, such as km of road.

    Parameters
    ----------
    table
        One row per ordered pair of different places; rows of other places are left aside.
    places, columns, source
        As for `read_trips`.

    Returns
    -------
    impedance
        Shape (n, n), from row to column, above 0; infinite on the diagonal.

    Raises
    ------
    LayerError
        As `read_trips`; and when a pair is missing or its number is not above 0.
    """
    known = np.isin(text_column(table, columns.origin, source=source), list(places)) & np.isin(
        text_column(table, columns.destination, source=source), list(places)
    )
    numbers = np.flatnonzero(known) + 1
    rows, values = _pairs(table[known], places, columns, source, numbers=numbers)
    other = rows[:, 0] != rows[:, 1]
    faults = []
    if (other & (values <= 0)).any():
        wrong = listed(numbers[other & (values <= 0)])
        faults.append(f'column "{columns.value}": not above 0 in rows {wrong}; give a positive number')
    impedance = np.full((len(places), len(places)), np.inf)
    impedance[rows[other, 0], rows[other, 1]] = values[other]
    missing = [(i, j) for i, j in np.argwhere(np.isinf(impedance)).tolist() if i != j]
    if missing:
        faults.append(f"no row for {listed(f'{places[i]} to {places[j]}' for i, j in missing)}; add them")
    if faults:
        raise LayerError(source, faults)
    return impedance


def _pairs(
    table: pd.DataFrame,
    places: Sequence[str],
    columns: Columns,
    source: str,
    *,
    numbers: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], Floats]:
    """Positions of the two places of each row, shape (rows, 2), and its number; numbers are those of the rows."""
    faults: list[str] = []
    number_of = {place: number for number, place in enumerate(places)}
    shown = np.arange(1, len(table) + 1) if numbers is None else numbers
    ends = []
    for column in (columns.origin, columns.destination):
        try:
            names = text_column(table, column, source=source)
        except LayerError as error:
            faults += error.faults
            continue
        ends.append(np.array([number_of.get(name, -1) for name in names], dtype=np.int64))
        rows_of: dict[str, list[int]] = {}
        for row in np.flatnonzero(ends[-1] < 0):
            rows_of.setdefault(names[row], []).append(int(shown[row]))
        unknown = [f"{name!r} (rows {listed(rows)}{did_you_mean(name, places)})" for name, rows in rows_of.items()]
        if unknown:
            faults.append(f'column "{column}": places that are not known: {listed(unknown)}')
    values = np.zeros(len(table))
    try:
        values = number_column(table, columns.value, source=source, minimum=0.0)
    except LayerError as error:
        faults += error.faults
    if not faults:
        faults += _repeated(np.column_stack(ends), shown, places)
    if faults:
        raise LayerError(source, faults)
    return np.column_stack(ends), values


def _repeated(rows: NDArray[np.int64], shown: NDArray[np.int64], places: Sequence[str]) -> list[str]:
    """Pairs that several rows give."""
    numbers_of: dict[tuple[int, int], list[int]] = {}
    for (i, j), number in zip(rows.tolist(), shown.tolist(), strict=True):
        numbers_of.setdefault((i, j), []).append(number)
    twice = [
        f"{places[i]} to {places[j]} (rows {listed(numbers)})"
        for (i, j), numbers in numbers_of.items()
        if len(numbers) > 1
    ]
    return [f"given more than once: {listed(twice)}; keep one row of each"] if twice else []
