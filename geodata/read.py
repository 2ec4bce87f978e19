"""Files as layers: one door for every format, all faults of a file in one error."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries

from geodata._geometry import geometry_faults, globe_faults
from geodata.columns import number_column
from geodata.crs import CrsInput, known_crs
from geodata.errors import CrsError, LayerError, did_you_mean, listed
from geodata.parquet import read_parquet
from geodata.text_table import read_csv
from geodata.vector import read_vector

LON_NAMES = ("lon", "lng", "longitude", "经度", "x")
LAT_NAMES = ("lat", "latitude", "纬度", "y")
CSV = ".csv"
GEODATABASE = ".gdb"
PARQUET = frozenset({".parquet", ".geoparquet"})


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
    source = str(path)
    rows = _rows(Path(path), source=source, layer=layer, encoding=encoding)
    geometry, faults = _geometry(rows, lon=lon, lat=lat, source=source)
    system = None
    try:
        system = known_crs(geometry.crs if crs is None else crs, what="coordinates")
    except CrsError as error:
        faults.append(str(error))
    faults += geometry_faults(geometry, range(1, len(geometry) + 1), kind="rows")
    if system is not None and system.is_geographic:
        faults += globe_faults(geometry)
    if faults:
        raise LayerError(source, faults)
    columns = pd.DataFrame(rows).drop(columns=[geometry.name], errors="ignore")
    flat = shapely.force_2d(geometry.to_numpy())
    return GeoDataFrame(columns, geometry=GeoSeries(flat, index=rows.index, crs=system))


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
    file, source = Path(path), str(path)
    if file.suffix.lower() not in {CSV, *PARQUET}:
        raise LayerError(source, [f'a table cannot be read from "{file.suffix}"; save it as CSV (UTF-8) or Parquet'])
    rows = _rows(file, source=source, layer=None, encoding=encoding)
    if isinstance(rows, GeoDataFrame):
        return pd.DataFrame(rows.drop(columns=[rows.active_geometry_name]))
    return rows


def _rows(file: Path, *, source: str, layer: str | None, encoding: str | None) -> pd.DataFrame:
    """The rows of any file, with geometry where the format has one."""
    if not file.exists():
        beside = [entry.name for entry in file.parent.iterdir()] if file.parent.is_dir() else []
        raise LayerError(source, [f"the file does not exist{did_you_mean(file.name, beside) or '; check the path'}"])
    kind = file.suffix.lower()
    if file.is_dir() and kind != GEODATABASE:
        raise LayerError(source, ["this is a folder; give the path of a file in it"])
    if layer is not None and kind in {CSV, *PARQUET}:
        raise LayerError(source, [f'a {kind} file has no layers; remove layer = "{layer}"'])
    if kind == CSV:
        rows = read_csv(file, source=source, encoding=encoding)
    elif kind in PARQUET:
        rows = read_parquet(file, source=source)
    else:
        rows = read_vector(file, source=source, layer=layer, encoding=encoding)
    if not len(rows):
        raise LayerError(source, ["there are no rows; give at least one"])
    return rows


def _geometry(rows: pd.DataFrame, *, lon: str | None, lat: str | None, source: str) -> tuple[GeoSeries, list[str]]:
    """Geometry of the rows, made from columns of coordinates where there is none, and the faults of these columns."""
    if isinstance(rows, GeoDataFrame):
        return rows.geometry, []
    known = [str(name) for name in rows.columns]
    columns = {"lon": lon or _first(LON_NAMES, known), "lat": lat or _first(LAT_NAMES, known)}
    missing = " and ".join(setting for setting, column in columns.items() if column is None)
    faults = [f"no geometry, and no usual column for {missing}; set {missing} from: {listed(known)}"] if missing else []
    coordinates = []
    for column in filter(None, columns.values()):
        try:
            coordinates.append(number_column(rows, column, source=source))
        except LayerError as error:
            faults += error.faults
    if faults:
        return GeoSeries(), faults
    return GeoSeries(shapely.points(*coordinates), index=rows.index), faults


def _first(wanted: Sequence[str], known: Sequence[str]) -> str | None:
    """The first usual name that a column has, whatever its case."""
    by_lower = {name.lower(): name for name in reversed(known)}
    return next((by_lower[name] for name in wanted if name in by_lower), None)
