"""Files as layers: one door for every format, all faults of a file in one error."""

from pathlib import Path

import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from geodata._geometry import geometry_faults, globe_faults
from geodata.columns import number_column
from geodata.crs import CrsInput, known_crs
from geodata.errors import SHOWN, CrsError, LayerError, listed
from geodata.importing.positions import coordinate_columns
from geodata.readers import records
from geodata.readers.delimited import DELIMITED
from geodata.readers.parquet import PARQUET
from geodata.readers.raw import RawLayer
from geodata.readers.reader import Reading
from geodata.readers.registry import reader_of

TABLES = frozenset({*DELIMITED.suffixes, *PARQUET.suffixes})


def read_layer(
    path: str | Path,
    *,
    layer: str | None = None,
    crs: CrsInput = None,
    lon: str | None = None,
    lat: str | None = None,
    encoding: str | None = None,
) -> GeoDataFrame:
    """A file as a layer, in the CRS that it declares.

    Parameters
    ----------
    path
        A vector file, a GeoParquet file, or a CSV (whose cells stay text) or Parquet table with coordinates.
    layer
        Name of the layer, needed when the file has several.
    crs
        The CRS of the coordinates. It fills in a missing one and replaces a wrong one; nothing is converted.
    lon, lat
        Columns of a table that hold x (longitude) and y (latitude); by default found by their usual names.
    encoding
        Encoding of the texts, where it cannot be found.

    Returns
    -------
    layer
        Two-dimensional geometries in a column called ``geometry``, rows in the order of the file.

    Raises
    ------
    LayerError
        With all faults: not there or readable, unclear layer, no rows, no CRS, bad geometries, degrees out of range.
    """
    raw = _strict(path, Reading(layer=layer, encoding=encoding))
    source = str(path)
    geometry, faults = _geometry(raw, lon=lon, lat=lat, source=source)
    system = None
    try:
        system = known_crs(raw.crs if crs is None else crs, what="coordinates")
    except CrsError as error:
        faults.append(str(error))
    faults += geometry_faults(geometry, range(1, len(geometry) + 1), kind="rows")
    if system is not None and system.is_geographic:
        faults += globe_faults(geometry)
    if faults:
        raise LayerError(source, faults)
    columns = raw.frame.drop(columns=["geometry"], errors="ignore")
    flat = shapely.force_2d(geometry.to_numpy())
    return GeoDataFrame(columns, geometry=GeoSeries(flat, index=columns.index, crs=system))


def read_table(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    """A file as a table without positions.

    Parameters
    ----------
    path
        A CSV file, every cell of which is text, or a Parquet file, which keeps its number types.
    encoding
        Encoding of a CSV file; by default UTF-8, else GB18030.

    Returns
    -------
    table
        Rows in the order of the file, without geometry.

    Raises
    ------
    LayerError
        When the file is not there, not readable or of another kind, or has no rows.
    """
    kind = Path(path).suffix.lower()
    if kind not in TABLES:
        raise LayerError(str(path), [f'a table cannot be read from "{kind}"; save it as CSV (UTF-8) or Parquet'])
    return _strict(path, Reading(encoding=encoding)).frame


def _strict(path: str | Path, reading: Reading) -> RawLayer:
    """The rows of a file, provided that nothing had to be left out or mended."""
    reader, source = reader_of(path)
    raw = reader.read(source, reading)
    if raw.driver == records.NAME:
        fault = "cannot be read as a layer: a list of JSON objects; import it, or save it as GeoJSON or CSV"
        raise LayerError(source.name, [fault])
    faults = [f"rows with {part.reason}: {listed(part.rows)}" for part in raw.rejected]
    faults += [f"{repair.what}{f' (row {repair.row})' if repair.row else ''}" for repair in raw.repairs]
    if faults:
        raise LayerError(source.name, faults[:SHOWN])
    if not len(raw.frame):
        raise LayerError(source.name, ["there are no rows; give at least one"])
    return raw


def _geometry(raw: RawLayer, *, lon: str | None, lat: str | None, source: str) -> tuple[GeoSeries, list[str]]:
    """Geometry of the rows, made from columns of coordinates where there is none, and the faults of these columns."""
    if raw.geometry is not None:
        return GeoSeries(raw.geometry), []
    known = [str(name) for name in raw.frame.columns]
    usual = coordinate_columns(known)
    columns = {"lon": lon or usual[0], "lat": lat or usual[1]}
    missing = " and ".join(setting for setting, column in columns.items() if column is None)
    faults = [f"no geometry, and no usual column for {missing}; set {missing} from: {listed(known)}"] if missing else []
    coordinates = []
    for column in filter(None, columns.values()):
        try:
            coordinates.append(number_column(raw.frame, column, source=source))
        except LayerError as error:
            faults += error.faults
    if faults:
        return GeoSeries(), faults
    return GeoSeries(shapely.points(*coordinates), index=raw.frame.index), faults
