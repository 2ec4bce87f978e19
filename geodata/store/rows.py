"""Rows that a store can keep as they are, in parts that are one layer."""

from collections.abc import Iterable, Iterator

from geopandas import GeoDataFrame

from geodata.crs import known_crs
from geodata.errors import CrsError, LayerError, listed
from geodata.store.cells import cell_faults, sort_of, storable_cells
from geodata.store.geometry_types import UNKNOWN, as_geometry_type, geometry_type_of, manifold
from geodata.store.names import column_faults

BATCH = 50_000
"""Rows written at a time."""

GEOMETRY = "geometry"


def require_storable(frame: GeoDataFrame, *, source: str) -> None:
    """Refuse rows that would not come back as they went in.

    Parameters
    ----------
    frame
        The rows.
    source
        The layer, as the user knows it.

    Raises
    ------
    LayerError
        With all faults: no CRS, names of columns, cells that are no text, number, truth value or time.
    """
    faults = []
    try:
        known_crs(frame.crs, what="coordinates")
    except CrsError as error:
        faults.append(str(error))
    columns = [name for name in frame.columns if name != frame.active_geometry_name]
    faults += column_faults(columns)
    if GEOMETRY in columns:
        faults.append(f'column "{GEOMETRY}" has the name that geometries are read under; rename it')
    if not faults:
        faults += [fault for name in columns for fault in cell_faults(frame[name])]
    if faults:
        raise LayerError(source, faults)


def batches(frame: GeoDataFrame, size: int = BATCH) -> Iterator[GeoDataFrame]:
    """The rows in parts, at least one.

    Parameters
    ----------
    frame
        All rows.
    size
        Rows of a part.

    Yields
    ------
    part
        The next rows.
    """
    for begin in range(0, max(len(frame), 1), size):
        yield frame.iloc[begin : begin + size]


def prepared(layer: GeoDataFrame | Iterable[GeoDataFrame], *, source: str) -> Iterator[tuple[GeoDataFrame, str]]:
    """Every part as a store can keep it, with the type of the geometries of the layer.

    Parameters
    ----------
    layer
        Its rows; or parts of them, at least one.
    source
        The layer, as the user knows it.

    Yields
    ------
    rows, geometry_type
        A part with rows, or one without where none has any; and the one type that all parts have.

    Raises
    ------
    LayerError
        When there is no part, rows cannot be kept as they are, or a part is no continuation of the first.
    """
    whole = isinstance(layer, GeoDataFrame)
    geometry_type = geometry_type_of(layer) if whole else ""
    parts = batches(storable(layer)) if whole else layer
    first: GeoDataFrame | None = None
    empty: GeoDataFrame | None = None
    for part in parts:
        if not len(part):
            empty = part
            continue
        require_storable(part, source=source)
        rows = storable(part)
        if first is None:
            first, geometry_type = rows, geometry_type or manifold(geometry_type_of(rows))
        else:
            require_continuation(rows, first, source=source)
        yield as_geometry_type(rows, geometry_type, source=source), geometry_type
    if first is None and empty is None:
        raise LayerError(source, ["there are no rows; give at least one part"])
    if first is None and empty is not None:
        require_storable(empty, source=source)
        yield storable(empty), geometry_type or UNKNOWN


def require_continuation(part: GeoDataFrame, first: GeoDataFrame, *, source: str) -> None:
    """Refuse a part of a layer whose columns, types of columns or CRS are not those of the first.

    Parameters
    ----------
    part, first
        Two parts, as `storable` makes them.
    source
        The layer, as the user knows it.

    Raises
    ------
    LayerError
        With the columns that differ.
    """
    if list(part.columns) != list(first.columns) or part.crs != first.crs:
        raise LayerError(source, ["its parts differ in columns or CRS; give every part the same"])
    columns = [name for name in first.columns if name != first.active_geometry_name]
    other = [name for name in columns if sort_of(part[name]) != sort_of(first[name])]
    if other:
        raise LayerError(source, [f"columns {listed(other)} hold other types in later rows; turn them into text"])


def storable(frame: GeoDataFrame) -> GeoDataFrame:
    """The rows with column types that a database knows: missing numbers stay missing, times are in UTC.

    Parameters
    ----------
    frame
        Rows that `require_storable` takes.

    Returns
    -------
    frame
        The same rows.
    """
    names = [name for name in frame.columns if name != frame.active_geometry_name]
    return frame.assign(**{name: storable_cells(frame[name]) for name in names})
