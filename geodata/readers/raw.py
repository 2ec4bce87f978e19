"""A layer as a reader found it: rows, geometries, and what had to be understood, repaired or left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS

from geodata.errors import SHOWN


@dataclass(frozen=True)
class Rejected:
    """Rows that do not enter the layer, for one reason.

    Parameters
    ----------
    reason
        Why, and what to do.
    rows
        Row numbers in the file, from 1.
    cells
        What stands in the first of these rows: column = text. It may be shorter than `rows`.
    """

    reason: str
    rows: tuple[int, ...]
    cells: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Repair:
    """One thing that was mended.

    Parameters
    ----------
    row
        Row number in the file, from 1; None when the repair concerns the whole file.
    what
        What was wrong and what was done.
    before, after
        The measure or text that changed, empty where there is none.
    key
        Id of the row, where it has one.
    """

    row: int | None
    what: str
    before: str = ""
    after: str = ""
    key: str = ""


@dataclass(frozen=True)
class RawLayer:
    """Rows of one layer in the order of the file.

    Parameters
    ----------
    frame
        The columns as found, without geometry; index 0..n-1.
    geometry
        One shapely geometry per row, None where there is none; None for a table without geometry.
    row
        Row number in the file, from 1, of each row.
    driver
        Name of the format.
    layer
        Name of the layer, where the format has names.
    encoding, encoding_reason
        Encoding of the texts and why it was chosen; None where the format leaves no choice.
    crs
        The system found in the file.
    rejected
        Rows that could not be read at all.
    remarks
        What was understood, and how.
    repairs
        What was mended to be readable.
    casts
        Columns whose type was restored or changed.
    """

    frame: pd.DataFrame
    geometry: npt.NDArray[np.object_] | None
    row: npt.NDArray[np.int64]
    driver: str
    layer: str | None = None
    encoding: str | None = None
    encoding_reason: str = ""
    crs: CRS | None = None
    rejected: tuple[Rejected, ...] = ()
    remarks: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    casts: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        """Number of rows of the file: those that are here and those that could not be read."""
        return len(self.row) + sum(len(part.rows) for part in self.rejected)

    def rejecting(self, rows: npt.NDArray[np.bool_], reason: str) -> "RawLayer":
        """The layer without some rows, which go to the rejected ones.

        Parameters
        ----------
        rows
            True for each row to leave out.
        reason
            Why, and what to do.

        Returns
        -------
        layer
            The same layer when there is nothing to leave out.
        """
        return self.rejecting_each(np.where(rows, reason, "").astype(object))

    def rejecting_each(self, reasons: npt.NDArray[np.object_]) -> "RawLayer":
        """The layer without some rows, each for its own reason.

        Parameters
        ----------
        reasons
            One text per row, empty for each row to keep.

        Returns
        -------
        layer
            The same layer when there is nothing to leave out.
        """
        kept = reasons == ""
        if kept.all():
            return self
        parts = []
        for reason in dict.fromkeys(reasons[~kept]):
            rows = reasons == reason
            shown = self.frame[rows].head(SHOWN).to_dict("records")
            parts.append(Rejected(reason, tuple(self.row[rows].tolist()), tuple(text_cells(cells) for cells in shown)))
        return replace(
            self,
            frame=self.frame[kept].reset_index(drop=True),
            geometry=None if self.geometry is None else self.geometry[kept],
            row=self.row[kept],
            rejected=(*self.rejected, *parts),
        )

    def saying(self, *remarks: str) -> "RawLayer":
        """The layer with more said about it."""
        return replace(self, remarks=(*self.remarks, *remarks))


@dataclass(frozen=True)
class LayerSummary:
    """What a reader says of one layer without importing it.

    Parameters
    ----------
    name
        Name of the layer; None where the format has none.
    rows
        Number of rows; None when it is not known without reading all.
    geometry_type
        Word for the geometries; None for a table.
    fields
        Column = word for its type.
    crs
        The system found in the file.
    bounds
        Smallest and largest x and y (xmin, ymin, xmax, ymax) in units of `crs`, where they are known.
    encoding, encoding_reason
        Encoding of the texts and why it was chosen.
    remarks
        What should be known before importing.
    """

    name: str | None
    rows: int | None
    geometry_type: str | None
    fields: Mapping[str, str] = field(default_factory=dict)
    crs: CRS | None = None
    bounds: tuple[float, float, float, float] | None = None
    encoding: str | None = None
    encoding_reason: str = ""
    remarks: tuple[str, ...] = ()


def text_cells(cells: Mapping[Any, object]) -> dict[str, str]:
    """The cells of one row as short texts, to be shown beside a reason.

    Parameters
    ----------
    cells
        Column = cell.

    Returns
    -------
    texts
        Column = text, at most 80 characters each.
    """
    return {str(column): "" if cell is None else str(cell)[:80] for column, cell in cells.items()}
