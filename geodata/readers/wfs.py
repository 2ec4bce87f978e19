"""Web Feature Services, whose pages are put together to one layer."""

import json
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from geodata._geometry import LARGEST_LON_LAT
from geodata.errors import LayerError, did_you_mean, listed
from geodata.readers.geojson import GEOJSON
from geodata.readers.raw import LayerSummary, RawLayer, Repair
from geodata.readers.reader import Reader, Reading, Source
from geodata.readers.refusing import refusing
from geodata.servers.wfs import FeatureType, Service, json_page, pages, service_at

NAME = "WFS"
SWAPPED = "latitude came before longitude, against what the service says of its bounds; exchanged"

#: How GDAL reads GML: nothing is fetched from addresses in it, and no number is guessed, so that "001" stays.
_GML: Final = {"GML_DOWNLOAD_SCHEMA": "NO", "GML_SKIP_RESOLVE_ELEMS": "ALL", "GML_FIELDTYPES": "ALWAYS_STRING"}

#: Degrees around the bounds of a layer, which services round.
_MARGIN: Final = 0.01


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """The layers of a service, as it describes them itself; no feature is asked for."""
    return tuple(
        LayerSummary(
            name=kind.name,
            rows=None,
            geometry_type=None,
            crs=kind.crs,
            bounds=kind.bounds if kind.crs is not None and kind.crs.is_geographic else None,
            remarks=(kind.title,) if kind.title else (),
        )
        for kind in service_at(source.location).types
    )


def read(source: Source, reading: Reading) -> RawLayer:
    """All features of a layer; the number that the service promised is there, or it is an error."""
    service = service_at(source.location)
    kind = _type_called(service, reading.layer or _named_in(source.location))
    keys_of = partial(_json_keys if service.json else _gml_keys, source=service.source)
    found, features = zip(*pages(service, kind, keys_of=keys_of), strict=True)
    raw = _from_json(found, service, kind) if service.json else _from_gml(found, service, kind)
    if raw.rows_in != sum(features):
        fault = f"{sum(features)} features came, of which {raw.rows_in} could be read; ask its keeper for a file"
        raise LayerError(service.source, [fault])
    words = f"{sum(features)} features in {len(found)} pages, as many as the service said"
    raw = replace(raw, driver=NAME, layer=kind.name, remarks=(*raw.remarks, words))
    return _lon_first(raw, kind)


WFS = Reader(NAME, layers, read, schemes=("http", "https"))


def _named_in(address: str) -> str | None:
    """The layer that a whole request for features names."""
    words = {key.lower(): value for key, value in parse_qsl(urlsplit(address).query)}
    return words.get("typenames") or words.get("typename")


def _type_called(service: Service, name: str | None) -> FeatureType:
    """The layer that is meant: by its name, with or without what stands before the colon, or the only one."""
    names = [kind.name for kind in service.types]
    if name is None and len(names) != 1:
        raise LayerError(service.source, [f"{len(names)} layers; set layer to one of: {listed(names)}"])
    exact = [kind for kind in service.types if name in {None, kind.name}]
    found = exact or [kind for kind in service.types if kind.name.rpartition(":")[2] == name]
    if len(found) != 1:
        raise LayerError(
            service.source, [f'no layer "{name}"{did_you_mean(str(name), names)} (layers: {listed(names)})']
        )
    return found[0]


def _json_keys(page: bytes, *, source: str) -> list[str]:
    """What tells the features of a page of GeoJSON from all others: their ids, else what they are and their place."""
    features = json_page(page, source=source)["features"]
    ids = [feature.get("id") if isinstance(feature, dict) else None for feature in features]
    named = None not in ids and len(set(map(str, ids))) == len(ids)
    return [json.dumps(key, sort_keys=True) for key in (ids if named else enumerate(features))]


def _gml_keys(page: bytes, *, source: str) -> list[str]:
    """The same of a page of GML."""
    try:
        root = ET.fromstring(page)
    except ET.ParseError as error:
        raise LayerError(source, [f"a page is no GML, or was broken off: {error}; try again"]) from error
    members = [child for child in root if child.tag.rpartition("}")[2] in {"member", "featureMember"}]
    several = [child for child in root if child.tag.rpartition("}")[2] == "featureMembers"]
    features = [feature for holder in (*members, *several) for feature in holder]
    ids = [next((value for key, value in feature.attrib.items() if key.endswith("}id")), None) for feature in features]
    if None not in ids and len(set(ids)) == len(ids):
        return [str(key) for key in ids]
    return [f"{place} {ET.tostring(feature, encoding='unicode')}" for place, feature in enumerate(features)]


def _from_json(found: Sequence[bytes], service: Service, kind: FeatureType) -> RawLayer:
    """Pages of GeoJSON as one file, read as such."""
    documents = [json_page(page, source=service.source) for page in found]
    whole = {**documents[0], "features": [feature for document in documents for feature in document["features"]]}
    with tempfile.TemporaryDirectory(prefix="wfs") as folder:
        file = Path(folder, "layer.geojson")
        file.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        raw = GEOJSON.read(Source(str(file), service.source), Reading())
    if "crs" in documents[0] or kind.crs is None or kind.crs.is_geographic or _within(raw, LARGEST_LON_LAT):
        return raw
    words = f"the pages name no CRS and are not in degrees; they are in that of the layer ({kind.crs.to_string()})"
    return replace(raw, crs=kind.crs, remarks=(words,))


def _from_gml(found: Sequence[bytes], service: Service, kind: FeatureType) -> RawLayer:
    """Pages of GML, every cell as text."""
    with _gml_settings(), refusing(service.source, hint="ask its keeper for a file"), warnings.catch_warnings():
        # What GDAL warns of and does harm shows as a missing geometry, or in the number of features.
        warnings.simplefilter("ignore")
        parts = [_gml_frame(page) for page in found]
    frame = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    systems = [part.crs for part in parts if isinstance(part, GeoDataFrame)]
    shapes = None
    if systems:
        shapes = np.array(frame.pop("geometry"), dtype=object)
        shapes[pd.isna(shapes)] = None
    return RawLayer(
        frame=frame,
        geometry=shapes,
        row=np.arange(1, len(frame) + 1, dtype=np.int64),
        driver=NAME,
        encoding="UTF-8",
        encoding_reason="that of the service",
        crs=next((CRS.from_user_input(crs) for crs in systems if crs is not None), kind.crs),
        remarks=("the service gives GML without types; all cells are text",),
    )


def _gml_frame(page: bytes) -> pd.DataFrame:
    with tempfile.TemporaryDirectory(prefix="wfs") as folder:
        file = Path(folder, "page.gml")
        file.write_bytes(page)
        names = [str(name) for name, _ in pyogrio.list_layers(file)]
        if not names:
            return pd.DataFrame()
        frame: pd.DataFrame = pyogrio.read_dataframe(file, layer=names[0], on_invalid="ignore")
        return frame


@contextmanager
def _gml_settings() -> Iterator[None]:
    before = {name: pyogrio.get_gdal_config_option(name) for name in _GML}
    pyogrio.set_gdal_config_options(_GML)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _lon_first(raw: RawLayer, kind: FeatureType) -> RawLayer:
    """The layer with longitude first, as far as the bounds in the description of the service show that it is not."""
    if raw.geometry is None or kind.bounds is None or raw.crs is None or not raw.crs.is_geographic:
        return raw
    west, south, east, north = kind.bounds
    box = np.array([west - _MARGIN, south - _MARGIN]), np.array([east + _MARGIN, north + _MARGIN])
    xy = shapely.get_coordinates(raw.geometry)
    as_is, exchanged = (bool(((box[0] <= at) & (at <= box[1])).all()) for at in (xy, xy[:, ::-1]))
    if as_is or not exchanged or not len(xy):
        return raw
    turned = shapely.transform(raw.geometry, lambda at: at[:, ::-1])
    repair = Repair(
        None, SWAPPED, before=f"{xy[0, 0]:.10g}, {xy[0, 1]:.10g}", after=f"{xy[0, 1]:.10g}, {xy[0, 0]:.10g}"
    )
    return replace(raw, geometry=turned, repairs=(*raw.repairs, repair))


def _within(raw: RawLayer, most: "np.ndarray[Any, np.dtype[np.float64]]") -> bool:
    xy = shapely.get_coordinates(raw.geometry if raw.geometry is not None else [])
    return bool((np.abs(xy) <= most).all())
