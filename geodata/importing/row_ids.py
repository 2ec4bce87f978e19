"""Ids of imported rows: no two equal, by the policy of the user."""

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.columns import text_column
from geodata.errors import LayerError, listed
from geodata.readers.raw import RawLayer, Repair

DuplicateIds = Literal["error", "first", "suffix", "keep"]
ID = "id"
AGAIN = "an id that an earlier row has; the first row was kept"
TRIMMED = "blanks around the id left out"
NUMBERED = "no id: called by the number of the row; give it one of its own"


def duplicate_ids(layer: RawLayer) -> dict[str, tuple[int, ...]]:
    """Ids that several rows share.

    Parameters
    ----------
    layer
        Rows, with or without a column ``id``; blank ids are no ids.

    Returns
    -------
    duplicates
        Id = numbers of its rows in the file.
    """
    if ID not in layer.frame:
        return {}
    ids = _ids(layer)
    repeated = pd.Series(ids).duplicated(keep=False).to_numpy(dtype=bool)
    rows_of: dict[str, list[int]] = {}
    for name, row in zip(ids[repeated], layer.row[repeated].tolist(), strict=True):
        if name:
            rows_of.setdefault(name, []).append(row)
    return {name: tuple(rows) for name, rows in rows_of.items()}


class SeenIds:
    """Ids of earlier pieces of a long table: eight bytes each, so that ten million fit into memory."""

    def __init__(self) -> None:
        self._sorted = np.empty(0, dtype=np.uint64)

    def among(self, ids: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Which of some ids an earlier piece has; blank ids are no ids.

        Parameters
        ----------
        ids
            Texts without blanks around them.
        """
        named = np.array([bool(name) for name in ids], dtype=bool)
        hashes = pd.util.hash_array(ids)
        right = np.searchsorted(self._sorted, hashes, side="right")
        left = np.searchsorted(self._sorted, hashes, side="left")
        again: npt.NDArray[np.bool_] = (right > left) & named
        return again

    def add(self, ids: npt.NDArray[np.object_]) -> None:
        """Remember the ids of a piece.

        Parameters
        ----------
        ids
            Texts.
        """
        self._sorted = np.concatenate([self._sorted, pd.util.hash_array(ids)])
        # Stable sorting is quick on what is mostly sorted.
        self._sorted.sort(kind="stable")


def with_unique_ids(layer: RawLayer, policy: DuplicateIds, *, source: str, seen: SeenIds | None = None) -> RawLayer:
    """The layer with no id twice, and none blank.

    Blanks around an id are no part of it, so that " 1 " repeats "1"; a row without id is called by its number: row3.

    Parameters
    ----------
    layer
        Rows, with or without a column ``id``.
    policy
        ``error`` refuses, ``first`` rejects all rows of an id but the first, ``suffix`` numbers them: a, a-2, a-3;
        ``keep`` leaves them as they are.
    source
        The layer, as the user knows it.
    seen
        Ids of earlier pieces, to which those of this one are added.

    Raises
    ------
    LayerError
        When ids are repeated and the policy is ``error``, or ``suffix`` over several pieces, or it is not known.
    """
    if policy not in get_args(DuplicateIds):
        raise LayerError(source, [f'duplicate_ids "{policy}" is not known; use {listed(get_args(DuplicateIds))}'])
    if policy == "keep" or ID not in layer.frame:
        return layer
    layer = _named(layer)
    if seen is not None:
        layer = _without_seen(layer, policy, seen, source)
    repeated = duplicate_ids(layer)
    if not repeated:
        return layer
    if policy == "error":
        shown = listed(f"{name!r} (rows {listed(rows)})" for name, rows in repeated.items())
        fault = f'column "{ID}": the same id more than once: {shown}; make them unique or set duplicate_ids'
        raise LayerError(source, [fault])
    later = np.isin(layer.row, [row for rows in repeated.values() for row in rows[1:]])
    if policy == "first":
        return layer.rejecting(later, AGAIN)
    return _numbered(layer, later)


def _named(layer: RawLayer) -> RawLayer:
    """The rows with ids that are no blank texts and have no blanks around them."""
    column = layer.frame[ID]
    if not isinstance(column.dtype, pd.StringDtype | np.dtypes.ObjectDType) and not column.isna().any():
        return layer
    found, ids = _cells(layer), _ids(layer)
    blank = ids == ""
    ids[blank] = [f"row{row}" for row in layer.row[blank]]
    changed = np.flatnonzero(found != ids)
    repairs = [
        Repair(
            int(layer.row[at]), NUMBERED if blank[at] else TRIMMED, before=repr(found[at]), after=ids[at], key=ids[at]
        )
        for at in changed
    ]
    if not repairs:
        return layer
    return replace(layer, frame=layer.frame.assign(**{ID: ids}), repairs=(*layer.repairs, *repairs))


def _without_seen(layer: RawLayer, policy: DuplicateIds, seen: SeenIds, source: str) -> RawLayer:
    """The rows whose id no earlier piece has."""
    ids = _ids(layer)
    again = seen.among(ids)
    seen.add(ids)
    if again.any() and policy != "first":
        shown = listed(f"{name!r} (row {row})" for name, row in zip(ids[again], layer.row[again], strict=True))
        fault = f'column "{ID}": ids that earlier rows have: {shown}; make them unique or set duplicate_ids to first'
        raise LayerError(source, [fault])
    return layer.rejecting(again, AGAIN)


def _ids(layer: RawLayer) -> npt.NDArray[np.object_]:
    """The ids as texts without blanks around them."""
    return np.array([name.strip() for name in _cells(layer)], dtype=object)


def _cells(layer: RawLayer) -> npt.NDArray[np.object_]:
    """The cells of the ids as texts."""
    column = layer.frame[ID]
    # Of a column of texts only there is nothing to convert, cell by cell.
    if isinstance(column.dtype, pd.StringDtype):
        texts: npt.NDArray[np.object_] = column.fillna("").to_numpy(dtype=object)
        return texts
    return text_column(layer.frame, ID, source="", allow_blank=True)


def _numbered(layer: RawLayer, later: npt.NDArray[np.bool_]) -> RawLayer:
    """Ids with a number behind each repeated one, avoiding those that are there."""
    ids = _ids(layer)
    taken, next_number = set(ids), dict.fromkeys(ids, 2)
    repairs = []
    for at in np.flatnonzero(later):
        name = ids[at]
        new = _free(name, taken, next_number)
        repairs.append(Repair(int(layer.row[at]), "repeated id numbered", before=name, after=new, key=new))
        ids[at] = new
    return replace(layer, frame=layer.frame.assign(**{ID: ids}), repairs=(*layer.repairs, *repairs))


def _free(name: str, taken: set[str], next_number: dict[str, int]) -> str:
    while (new := f"{name}-{next_number[name]}") in taken:
        next_number[name] += 1
    taken.add(new)
    return new
