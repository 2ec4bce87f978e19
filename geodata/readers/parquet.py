"""Parquet and GeoParquet files, which keep their number types; they need the extra ``siting[parquet]``."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geodata.errors import LayerError
from geodata.readers.raw import LayerSummary, RawLayer
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.refusing import refusing
from geodata.readers.schema import restored

WHAT = "cannot be read as Parquet"


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The one table of a Parquet file."""
    raw = read(source, Reading())
    kinds = {str(name): str(kind) for name, kind in raw.frame.dtypes.items()}
    geometry = None if raw.geometry is None else "Unknown"
    return (LayerSummary(None, raw.rows_in, geometry, kinds, raw.crs, bounds=_bounds(raw)),)


def read(source: Source, reading: Reading) -> RawLayer:
    """The rows of a Parquet file, with geometry when it is a GeoParquet file."""
    if reading.layer is not None:
        suffix = Path(source.location).suffix
        raise LayerError(source.name, [f'a {suffix} file has no layers; remove layer = "{reading.layer}"'])
    try:
        from pyarrow.parquet import read_schema
    except ImportError as error:
        raise LayerError(source.name, ['Parquet files need pyarrow; install "siting[parquet]"']) from error
    with refusing(source.name, what=WHAT):
        schema = read_schema(source.location)
        spatial = b"geo" in (schema.metadata or {})
        found = gpd.read_parquet(source.location) if spatial else pd.read_parquet(source.location)
        declared = {name: str(kind) for name, kind in zip(schema.names, schema.types, strict=True)}
        columns = pd.DataFrame(found).reset_index(drop=True)
        geometry = None
        if isinstance(found, GeoDataFrame):
            geometry = np.asarray(found.geometry.to_numpy(), dtype=object)
            columns = columns.drop(columns=[found.active_geometry_name])
        columns, flattened = _without_more_geometry(columns)
        typed, casts = restored(columns, declared)
    return RawLayer(
        frame=typed,
        geometry=geometry,
        row=np.arange(1, len(typed) + 1, dtype=np.int64),
        driver="GeoParquet" if geometry is not None else "Parquet",
        crs=found.crs if isinstance(found, GeoDataFrame) else None,
        casts=(*flattened, *casts),
    )


PARQUET = Reader("Parquet", layers, read, suffixes=(".parquet", ".geoparquet"))


def _without_more_geometry(columns: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns with every further geometry as its well-known text."""
    more = [str(name) for name in columns.columns if columns[name].dtype == "geometry"]
    texts = {name: shapely.to_wkt(columns[name].to_numpy(), rounding_precision=-1) for name in more}
    casts = tuple(f'column "{name}": a second geometry, kept as well-known text' for name in more)
    return columns.assign(**{name: pd.Series(text, dtype=object) for name, text in texts.items()}), casts


def _bounds(raw: RawLayer) -> tuple[float, float, float, float] | None:
    if raw.geometry is None or not len(raw.geometry):
        return None
    xmin, ymin, xmax, ymax = gpd.GeoSeries(raw.geometry).total_bounds
    return float(xmin), float(ymin), float(xmax), float(ymax)
