"""Parquet and GeoParquet files, which keep their number types; they need the extra ``siting[parquet]``."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.errors import LayerError


def read_parquet(path: Path, *, source: str) -> pd.DataFrame:
    """The rows of a Parquet file.

    Parameters
    ----------
    path
        The file.
    source
        The file, as the user knows it.

    Returns
    -------
    table
        A ``GeoDataFrame`` when the file is a GeoParquet file, else a plain table.

    Raises
    ------
    LayerError
        When the file cannot be read, or pyarrow is not installed.
    """
    try:
        from pyarrow.parquet import read_schema
    except ImportError as error:
        raise LayerError(source, ['Parquet files need pyarrow; install "siting[parquet]"']) from error
    try:
        reader = gpd.read_parquet if b"geo" in (read_schema(path).metadata or {}) else pd.read_parquet
        rows: pd.DataFrame = reader(path)
    except (OSError, ValueError) as error:
        raise LayerError(source, [f"cannot be read as Parquet: {error}"]) from error
    return rows
