"""What all formats that GDAL reads have in common: layers, rows, geometries and declared types."""

import codecs
import warnings
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
from geopandas import GeoDataFrame
from pyproj import CRS

from geodata.errors import LayerError, did_you_mean, listed
from geodata.readers.raw import LayerSummary, RawLayer, Rejected
from geodata.readers.reader import Reading, Source
from geodata.readers.refusing import refusing
from geodata.readers.schema import inexact, restored

STARTS: dict[str, tuple[bytes, ...]] = {
    "GeoPackage": (b"SQLite format 3\x00",),
    "FlatGeobuf": (b"fgb\x03",),
    "ESRI Shapefile": (b"\x00\x00\x27\x0a",),
    "GeoJSON": (b"{", b"["),
    "KML": (b"<",),
}
"""Format = first bytes of its files. A folder has none."""

HEAD_BYTES = 8192
VIRTUAL = b"<OGR"
"""Within the head of a file GDAL takes this for the description of a layer elsewhere, on disk or in the network."""

GEOMETRY = "geometry"
PRESCRIBED = "as the format prescribes"
BROKEN = "announced by the file but not there, as after a broken copy; ask for a whole one"
HINT = "check the file, or save it again as GeoPackage"


def vector_layers(
    source: Source, *, driver: str, encoding: str | None = None, besides: Container[str] = ()
) -> tuple[LayerSummary, ...]:
    """The layers of a file that GDAL reads.

    Parameters
    ----------
    source
        The file.
    driver
        Name of the format.
    encoding
        Encoding of the texts, where the file does not say it.
    besides
        Names of tables without geometry that are no layers.

    Raises
    ------
    LayerError
        When the file cannot be read.
    """
    with _gdal(source, driver):
        names = [str(name) for name, kind in pyogrio.list_layers(_path(source)) if kind or name not in besides]
        return tuple(_summary(source, name, encoding) for name in names)


def read_vector(source: Source, reading: Reading, *, driver: str) -> RawLayer:
    """One layer of a file that GDAL reads.

    Parameters
    ----------
    source
        The file.
    reading
        Layer and encoding that the user gives.
    driver
        Name of the format.

    Returns
    -------
    layer
        All rows; a geometry that cannot be built is missing.

    Raises
    ------
    LayerError
        When the file cannot be read, or it is not clear which layer is meant.
    """
    with _gdal(source, driver):
        layers = [(str(name), kind is not None) for name, kind in pyogrio.list_layers(_path(source))]
        chosen = chosen_layer(layers, reading.layer, source=source.name)
        info = pyogrio.read_info(_path(source), layer=chosen, encoding=reading.encoding, force_feature_count=True)
        found = _frame(source, chosen, reading.encoding)
        declared = dict(zip(map(str, info["fields"]), map(str, info["dtypes"]), strict=True))
        columns, casts = _columns(found, declared, source, chosen)
    geometry = found.geometry.to_numpy() if isinstance(found, GeoDataFrame) else None
    missing = tuple(range(len(found) + 1, int(info["features"]) + 1))
    return RawLayer(
        frame=columns,
        geometry=None if geometry is None else np.asarray(geometry, dtype=object),
        row=np.arange(1, len(found) + 1, dtype=np.int64),
        driver=driver,
        layer=chosen,
        encoding="utf-8" if reading.encoding is None else reading.encoding,
        encoding_reason=PRESCRIBED if reading.encoding is None else "given",
        crs=_crs(info["crs"]),
        rejected=(Rejected(BROKEN, missing),) if missing else (),
        casts=casts,
    )


def chosen_layer(layers: Sequence[tuple[str, bool]], wanted: str | None, *, source: str) -> str:
    """Name of the layer that is meant: the named one, else the only one, tables beside it not counted.

    Parameters
    ----------
    layers
        Name of each layer, and whether it has geometry.
    wanted
        What the user says.
    source
        The file, as the user knows it.

    Raises
    ------
    LayerError
        When there is no such layer, or several and none is named.
    """
    names = [name for name, _ in layers]
    if wanted is not None:
        if wanted not in names:
            hint = did_you_mean(wanted, names)
            raise LayerError(source, [f'no layer "{wanted}"{hint or "; set layer"} (layers: {listed(names)})'])
        return wanted
    spatial = [name for name, geometry in layers if geometry] or names
    if not spatial:
        raise LayerError(source, ["the file has no layers; give a file with rows"])
    if len(spatial) > 1:
        raise LayerError(source, [f"{len(spatial)} layers; set layer to one of: {listed(spatial)}"])
    return spatial[0]


def file_head(path: Path) -> bytes:
    """The first bytes of a file without byte order mark and blanks; none for a folder.

    Parameters
    ----------
    path
        The file.
    """
    if path.is_dir():
        return b""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")


@contextmanager
def _gdal(source: Source, driver: str) -> Iterator[None]:
    # GDAL warns of open rings and altered feature numbers; what does harm shows as a missing geometry or id.
    with warnings.catch_warnings(), refusing(source.name, hint=HINT):
        warnings.simplefilter("ignore")
        head = file_head(_path(source))
        starts = STARTS.get(driver)
        # GDAL chooses by content; only a file that is what it is said to be is handed over.
        if VIRTUAL in head or (starts is not None and not head.startswith(starts)):
            raise LayerError(source.name, [f"cannot be read: this is not a {driver} file; {HINT}"])
        yield


def _path(source: Source) -> Path:
    # Absolute, so that no part of the name is taken for an address or a driver.
    return Path(source.location).absolute()


def _frame(source: Source, layer: str, encoding: str | None) -> pd.DataFrame:
    # Never through Arrow: it returns no rows for some files that GDAL refuses otherwise.
    frame: pd.DataFrame = pyogrio.read_dataframe(
        _path(source), layer=layer, encoding=encoding, on_invalid="ignore", fid_as_index=True, use_arrow=False
    )
    return frame


def _columns(
    found: pd.DataFrame, declared: dict[str, str], source: Source, layer: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns without geometry in their declared types; whole numbers too long for a float are read again."""
    columns = pd.DataFrame(found)
    if isinstance(found, GeoDataFrame):
        columns = columns.drop(columns=[found.active_geometry_name])
    if GEOMETRY in declared:
        # The geometry has taken the place of a column of this name.
        columns[GEOMETRY] = _again(source, layer, GEOMETRY)[GEOMETRY].to_numpy()
    casts: tuple[str, ...] = ()
    for name in inexact(columns, declared):
        columns[name] = _exact(columns[name], source, layer)
        casts += (f'column "{name}": long whole numbers with blanks, kept as text',)
    typed, more = restored(columns.reset_index(drop=True), declared)
    return typed, (*casts, *more)


def _exact(column: "pd.Series[Any]", source: Source, layer: str) -> "pd.Series[Any]":
    """A column of whole numbers as text, read again without its blanks, which had made it a float."""
    known = column.index[column.notna()].to_numpy()
    exact: pd.Series[Any] = (
        _again(source, layer, str(column.name), fids=known)[column.name]
        .astype(str)
        .reindex(column.index)
        .astype(object)
    )
    return exact


def _again(source: Source, layer: str, column: str, **which: object) -> pd.DataFrame:
    """One column without geometry."""
    found: pd.DataFrame = pyogrio.read_dataframe(
        _path(source), layer=layer, columns=[column], read_geometry=False, fid_as_index=True, **which
    )
    return found


def _summary(source: Source, layer: str, encoding: str | None) -> LayerSummary:
    info = pyogrio.read_info(
        _path(source), layer=layer, encoding=encoding, force_feature_count=True, force_total_bounds=True
    )
    xmin, ymin, xmax, ymax = map(float, info["total_bounds"] or (np.nan,) * 4)
    return LayerSummary(
        name=layer,
        rows=int(info["features"]),
        geometry_type=info["geometry_type"],
        fields=dict(zip(map(str, info["fields"]), map(str, info["dtypes"]), strict=True)),
        encoding="utf-8" if encoding is None else encoding,
        encoding_reason=PRESCRIBED,
        crs=_crs(info["crs"]),
        bounds=None if info["geometry_type"] is None else (xmin, ymin, xmax, ymax),
    )


def _crs(text: str | None) -> CRS | None:
    return None if not text else CRS.from_user_input(text)
