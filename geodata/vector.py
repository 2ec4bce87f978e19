"""Vector files (GeoPackage, GeoJSON, Shapefile and the others that GDAL reads)."""

import warnings
from pathlib import Path

import pandas as pd
import pyogrio
import shapely

from geodata.errors import LayerError, did_you_mean, listed


def read_vector(path: Path, *, source: str, layer: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """One layer of a vector file.

    Parameters
    ----------
    path
        The file.
    source
        The file, as the user knows it.
    layer
        Name of the layer; it can be left out when the file has only one with geometry.
    encoding
        Encoding of the texts, where the file does not say it.

    Returns
    -------
    rows
        A ``GeoDataFrame``, or a plain table when the layer has no geometry. A geometry that cannot be built is missing.

    Raises
    ------
    LayerError
        When the file cannot be read, or it is not clear which layer is meant.
    """
    try:
        with warnings.catch_warnings():
            # GDAL warns of open rings and altered feature numbers; what does harm shows as a missing geometry or id.
            warnings.simplefilter("ignore", RuntimeWarning)
            # Absolute, so that no part of the name is taken for an address or a driver.
            file = path.absolute()
            chosen = _layer(file, layer, source=source)
            rows: pd.DataFrame = pyogrio.read_dataframe(file, layer=chosen, encoding=encoding, on_invalid="ignore")
    except LayerError:
        raise
    except (RuntimeError, ValueError, LookupError, shapely.errors.GEOSException) as error:
        # GDAL's advice to name a driver cannot be followed here.
        reason = str(error).partition("; It might help")[0]
        raise LayerError(
            source, [f"cannot be read: {reason}; check the file, or save it again as GeoPackage"]
        ) from error
    return rows


def _layer(file: Path, layer: str | None, *, source: str) -> str:
    """Name of the layer that is meant."""
    layers = [(str(name), kind) for name, kind in pyogrio.list_layers(file)]
    names = [name for name, _ in layers]
    if layer is not None:
        if layer not in names:
            hint = did_you_mean(layer, names)
            raise LayerError(source, [f'no layer "{layer}"{hint or "; set layer"} (layers: {listed(names)})'])
        return layer
    spatial = [name for name, kind in layers if kind is not None] or names
    if not spatial:
        raise LayerError(source, ["the file has no layers; give a file with rows"])
    if len(spatial) > 1:
        raise LayerError(source, [f"{len(spatial)} layers; set layer to one of: {listed(spatial)}"])
    return spatial[0]
