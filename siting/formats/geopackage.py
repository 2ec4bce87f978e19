"""The result layers as a GeoPackage: the same bytes for the same tables, and styled when QGIS opens it."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geodata.crs import known_crs
from maps_out.tables import BY_SERVICE, COLUMNS, OPTIONAL_COLUMNS, SERVED_COLUMNS, SHARE_COLUMNS
from siting.errors import RunFolderError
from siting.formats.layer_styles import layer_style

if TYPE_CHECKING:
    from siting.result import Result

#: The clock of the file: a fixed one, so that equal tables give equal bytes.
_DATE: Final = "2000-01-01T00:00:00.000Z"
_OPTION: Final = "OGR_CURRENT_DATE"

#: Layer = its geometry type and the columns that sort its rows, where they are not in order already.
LAYERS: Final[dict[str, tuple[str, list[str]]]] = {
    "sites": ("Point", ["facility_id"]),
    "demand": ("Point", ["row_id"]),
    "assignment": ("LineString", ["row_id", "facility_id", "service"]),
    "districts": ("MultiPolygon", ["district"]),
    "places": ("Point", ["rank", "name_zh", "name_en"]),
    "flows": ("LineString", ["row_id"]),
    "roads": ("MultiLineString", []),
}
#: Layers that only some runs have.
_OPTIONAL: Final = {"flows", "roads"}
_FLAGS: Final = {"covered", "reachable"}
#: Whole numbers that may be missing.
_YEARS: Final = {"year"}
_WHOLE: Final = {"modules", "new_modules", "priority", "points_served", "stations", "rank"}
_REAL: Final = {
    *("place_km", "cost_cny", "yearly_cost_cny", "power_kw", "grid_kw", "standard_min", "reach_km", "use_share"),
    *(*SERVED_COLUMNS.values(), "value_served"),
    *("demand", "served", "unserved", "time_min", "distance_km", "population"),
    *SHARE_COLUMNS.values(),
    *("vehicles_per_day", "vehicles_served", "share", "length_km", "range_km"),
}

_STYLES_TABLE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""


def write_geopackage(path: Path, result: "Result") -> None:
    """Write the result tables that have a geometry as layers of one file.

    Rows are sorted by their ids, columns have the same type whatever the rows hold, and `demand` gains ``unserved``
    (demand less what is served, per day).

    Parameters
    ----------
    path
        New file.
    result
        The result; its study names the CRS of the layers and the language of labels and legend.

    Raises
    ------
    CrsError
        When the output CRS is not known.
    RunFolderError
        When a position cannot be expressed in the output CRS.
    """
    output = result.study.output
    crs = known_crs(output.crs, what="output.crs")
    demand = result.demand.assign(unserved=(result.demand["demand"] - result.demand["served"]).clip(lower=0.0))
    frames: Mapping[str, gpd.GeoDataFrame] = {
        "sites": result.sites,
        "demand": demand,
        "assignment": result.assignment,
        "districts": result.districts,
        "places": result.places,
        **({"flows": result.flows} if result.study.flows else {}),
        **({} if result.roads is None else {"roads": result.roads}),
    }
    with _fixed_date():
        for layer, frame in frames.items():
            geometry_type, keys = LAYERS[layer]
            rows = _typed(frame, layer).to_crs(crs)
            rows = rows.sort_values(keys, kind="stable", ignore_index=True) if keys else rows
            _require_positions(rows, layer)
            pyogrio.write_dataframe(
                rows,
                path,
                layer=layer,
                driver="GPKG",
                geometry_type=geometry_type,
                promote_to_multi=geometry_type.startswith("Multi"),
            )
    _write_styles(path, {layer: layer_style(layer, result.types, output.language) for layer in frames})


def read_layers(path: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers again, in longitude and latitude (EPSG:4326).

    Raises
    ------
    RunFolderError
        When the file cannot be read or a layer is missing.
    """
    try:
        present = {str(name) for name, _ in pyogrio.list_layers(path)}
        absent = [layer for layer in LAYERS if layer not in present | _OPTIONAL]
        if absent:
            raise RunFolderError(f"{path}: layer {', '.join(absent)} is missing; run the study again")
        return {
            layer: pyogrio.read_dataframe(path, layer=layer).to_crs("EPSG:4326") for layer in LAYERS if layer in present
        }
    except pyogrio.errors.DataSourceError as error:
        raise RunFolderError(f"{path}: cannot be read ({error}); run the study again") from None


def _typed(frame: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """The table with its agreed columns first and in agreed types, so that an empty column keeps its type too."""
    kept = {*frame.columns} | {*(COLUMNS | OPTIONAL_COLUMNS)[layer]} - BY_SERVICE
    agreed = [name for name in (COLUMNS | OPTIONAL_COLUMNS)[layer] if name in kept and name != "geometry"]
    others = [name for name in frame.columns if name not in agreed and name != frame.geometry.name]
    columns = {name: _column(frame[name]) for name in agreed} | {name: frame[name] for name in others}
    return gpd.GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)


def _column(values: pd.Series) -> pd.Series:
    name = str(values.name)
    if name in _FLAGS:
        return values.astype(bool)
    if name in _WHOLE:
        return values.astype(np.int64)
    if name in _YEARS:
        return pd.to_numeric(values).astype("Int64")
    if name in _REAL:
        return pd.to_numeric(values).astype(float)
    return values.astype(object).where(values.notna(), None)


def _require_positions(frame: gpd.GeoDataFrame, layer: str) -> None:
    lost = frame.index[~np.isfinite(frame.geometry.bounds.to_numpy()).all(axis=1)]
    if len(lost):
        raise RunFolderError(
            f"layer {layer}: {len(lost)} of {len(frame)} rows have no position in {frame.crs.to_string()}; "
            "choose an output.crs that covers the area"
        )


@contextmanager
def _fixed_date() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option(_OPTION)
    pyogrio.set_gdal_config_options({_OPTION: _DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_OPTION: before})


def _write_styles(path: Path, styles: Mapping[str, str]) -> None:
    """Add the table in which QGIS looks for styles, registered so that GDAL knows it."""
    with closing(sqlite3.connect(os.fspath(path))) as database, database:
        database.execute(_STYLES_TABLE)
        # QGIS asks for an empty text as schema, not for a missing one.
        database.executemany(
            "INSERT INTO layer_styles VALUES (?, '', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
            [(number, layer, layer, qml, _DATE) for number, (layer, qml) in enumerate(styles.items(), start=1)],
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (_DATE,),
        )
