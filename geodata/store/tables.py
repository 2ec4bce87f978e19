"""Large tables as Parquet and GeoParquet beside the store, with the same record; they need ``siting[parquet]``."""

import json
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geodata.errors import LayerError
from geodata.store.draft import draft_of
from geodata.store.names import column_faults
from geodata.store.records import COLUMNS, Provenance, Reported, as_row, from_row

SUFFIX: Final = ".parquet"

_RECORD: Final = "siting"


def write_table(path: Path, table: pd.DataFrame, report: Reported | None, provenance: Provenance) -> None:
    """Write a table, replacing the file when all is done; the same table gives the same bytes.

    Parameters
    ----------
    path
        The file, ``.parquet``.
    table
        Its rows, with or without geometry; the index is not kept.
    report
        What its import said.
    provenance
        Where it comes from.

    Raises
    ------
    LayerError
        When the file is called otherwise, a column cannot be kept, or pyarrow is not installed.
    """
    source = str(path)
    if path.suffix.lower() != SUFFIX:
        raise LayerError(source, [f'a large table is a Parquet file; give a path that ends with "{SUFFIX}"'])
    faults = column_faults(list(table.columns))
    if faults:
        raise LayerError(source, faults)
    record = dict(zip(COLUMNS, as_row(path.stem, kind="table", provenance=provenance, report=report), strict=True))
    rows = table.copy(deep=False)
    rows.attrs = {_RECORD: record}
    with draft_of(path, fresh=True) as draft:
        try:
            rows.to_parquet(draft, index=False)
        except ImportError as error:
            raise LayerError(source, ['Parquet files need pyarrow; install "siting[parquet]"']) from error
        except (ValueError, TypeError) as error:
            raise LayerError(source, [f"cannot be written: {error}; turn the column into text or numbers"]) from error


def read_table(path: Path) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A table as it was written, and its record.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    table, record
        The rows; and ``provenance`` and ``report``, or nothing where somebody else wrote the file.

    Raises
    ------
    LayerError
        When the file cannot be read.
    """
    source = str(path)
    try:
        from pyarrow.parquet import read_schema

        known = read_schema(path).metadata or {}
        rows: pd.DataFrame = (gpd.read_parquet if b"geo" in known else pd.read_parquet)(path)
    except ImportError as error:
        raise LayerError(source, ['Parquet files need pyarrow; install "siting[parquet]"']) from error
    except (OSError, ValueError) as error:
        raise LayerError(source, [f"cannot be read as Parquet: {error}; write it again"]) from error
    record = json.loads(known.get(b"PANDAS_ATTRS", b"{}")).get(_RECORD)
    rows.attrs = {}
    return rows, {} if record is None else from_row(tuple(record[name] for name in COLUMNS))
