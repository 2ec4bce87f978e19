"""What is always true of the table inside a noun: metric, complete, unique ids, sorted by id."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geodata._geometry import geometry_faults
from geodata.crs import require_metric, same_metric
from geodata.errors import LayerError, did_you_mean, listed


def canonical(frame: GeoDataFrame, *, what: str, key: str, columns: Sequence[str]) -> GeoDataFrame:
    """A copy of the table, sorted by id, with the columns asked for in front.

    Parameters
    ----------
    frame
        The table as handed in.
    what
        Name of the noun, for the messages.
    key
        Column that identifies a row.
    columns
        Columns that must be there, the geometry excepted.

    Returns
    -------
    frame
        Sorted by `key`, index 0..n-1, geometry column called ``geometry``.

    Raises
    ------
    CrsError
        When the CRS is not metric.
    LayerError
        When columns are missing, ids are blank, not text or repeated, or geometries are missing or not finite.
    """
    if not isinstance(frame, GeoDataFrame) or frame.active_geometry_name is None:
        raise LayerError(what, ["expected a GeoDataFrame with a geometry column"])
    found = [str(column) for column in frame.columns]
    missing = [column for column in columns if column not in found]
    if missing:
        raise LayerError(what, [f'column "{name}" is missing{did_you_mean(name, found)}' for name in missing])
    require_metric(frame.crs, what=what)
    faults = [*id_faults(frame[key], key=key), *geometry_faults(frame.geometry, frame[key], kind=key)]
    if faults:
        raise LayerError(what, faults)
    if frame.active_geometry_name != "geometry":
        frame = frame.rename_geometry("geometry")
    rest = [column for column in frame.columns if column not in columns and column != "geometry"]
    ordered = frame[[*columns, *rest, "geometry"]]
    # Positions instead of sort_values: the order must not depend on the text type of the column.
    order = sorted(range(len(ordered)), key=list(ordered[key]).__getitem__)
    return ordered.iloc[order].reset_index(drop=True).copy()


def id_faults(ids: "pd.Series[str]", *, key: str) -> list[str]:
    """Faults of an id column: not text, blank, or repeated."""
    values = list(ids)
    wrong = [row for row, value in enumerate(values, start=1) if not isinstance(value, str) or not value.strip()]
    faults = [f'column "{key}" must hold text; blank or not text in rows {listed(wrong)}'] if wrong else []
    texts = pd.Series([value for value in values if isinstance(value, str)], dtype=object)
    repeated = sorted(set(texts[texts.duplicated()]))
    if repeated:
        faults.append(f'column "{key}" must be unique; repeated: {listed(repeated)}')
    return faults


def failing(frame: GeoDataFrame, column: str, test: Callable[[object], bool], *, key: str, must: str) -> list[str]:
    """Fault of a column whose cells must each pass a test.

    Parameters
    ----------
    frame
        The table.
    column
        The column to test.
    test
        True for a good cell.
    key
        Column that names the rows.
    must
        What a good cell is, to end the sentence ``column "x" must ...``.

    Returns
    -------
    faults
        None, or one sentence with the ids and the values found.
    """
    bad = [f"{key} {value!r}" for key, value in zip(frame[key], frame[column], strict=True) if not test(value)]
    return [f'column "{column}" must {must}; found {listed(bad)}'] if bad else []


def is_text(value: object) -> bool:
    """True for a text, the empty one included."""
    return isinstance(value, str)


def is_written(value: object) -> bool:
    """True for a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_whole(value: object) -> bool:
    """True for a whole number, such as a year."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def is_amount(value: object) -> bool:
    """True for a finite number from 0 on."""
    return is_number(value, minimum=0.0)


def is_number(value: object, *, minimum: float, infinite: bool = False) -> bool:
    """True for a real number from `minimum` on; infinity only where it has a meaning."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return False
    return bool(value >= minimum) and (infinite or bool(np.isfinite(value)))


def joined(frames: Iterable[GeoDataFrame], *, what: str) -> GeoDataFrame:
    """Several tables of the same noun below each other.

    Parameters
    ----------
    frames
        The tables, all in one CRS.
    what
        Name of the noun, for the messages.

    Returns
    -------
    frame
        All rows; ids are checked by the noun.

    Raises
    ------
    LayerError
        When there is no table.
    CrsError
        When the CRS differ.
    """
    tables = list(frames)
    if not tables:
        raise LayerError(what, ["nothing to join; give at least one table"])
    for table in tables[1:]:
        same_metric(tables[0].crs, table.crs, what=what)
    filled = [table for table in tables if len(table)] or tables[:1]
    return GeoDataFrame(pd.concat(filled, ignore_index=True), geometry="geometry", crs=tables[0].crs)
