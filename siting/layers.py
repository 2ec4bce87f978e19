"""Read the study's layers: files in, metric tables with ids out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from geodata import CrsError, Districts, LayerError, read_layer, text_column, to_metric, unique_ids
from siting.errors import StudyError
from siting.study import Layer, Study


@dataclass(frozen=True)
class Layers:
    """The study's layers as tables.

    Parameters
    ----------
    frames
        Layer tables in the study's metric CRS by name, with text columns `id` and (outside the district layer)
        `district`, in the order of their files.
    districts
        The district polygons.
    inputs
        Name, path, SHA-256, rows and CRS of every file.
    """

    frames: Mapping[str, gpd.GeoDataFrame]
    districts: Districts
    inputs: tuple[dict[str, Any], ...]


def read_layers(study: Study) -> Layers:
    """Read every layer of a study and join its rows to districts.

    Raises
    ------
    StudyError
        With the faults of every layer.
    """
    raw: dict[str, gpd.GeoDataFrame] = {}
    inputs = []
    faults: list[str] = []
    for name, layer in study.layers.items():
        try:
            frame = _read(study, layer)
            inputs.append(_input(name, layer.path, study.path_of(layer.path), len(frame), _crs_name(frame)))
            raw[name] = to_metric(frame, study.area.crs)
        except (LayerError, CrsError) as error:
            faults.append(f"layer {name}: {error}")
    if study.area.districts not in study.layers:
        faults.append(f'area.districts: layer "{study.area.districts}" is not among [layers]')
    if faults:
        raise StudyError(study.source, faults)
    districts = _districts(study, raw[study.area.districts])
    for key, file in (("plan", study.plan), ("facilities", study.facilities)):
        if file is not None:
            inputs.append(_input(key, file, study.path_of(file), None, None))
    frames = {name: _joined(study, name, frame, districts) for name, frame in raw.items()}
    return Layers(frames, districts, tuple(inputs))


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def numbers(frame: gpd.GeoDataFrame, column: str, source: str, *, minimum: float | None = None) -> np.ndarray[Any, Any]:
    """Numbers of a layer's column; see `geodata.number_column`."""
    from geodata import number_column

    return number_column(frame, column, source=source, minimum=minimum)


def _read(study: Study, layer: Layer) -> gpd.GeoDataFrame:
    path = study.path_of(layer.path)
    frame = read_layer(path, layer=layer.layer, crs=layer.crs, lon=layer.lon, lat=layer.lat, encoding=layer.encoding)
    source = str(path)
    for column, wanted in layer.where.items():
        frame = frame[np.isin(text_column(frame, column, source=source, allow_blank=True), wanted)]
        if frame.empty:
            raise LayerError(source, [f"no row has {column} in {', '.join(wanted)}; check the layer's where"])
    frame = frame.reset_index(drop=True)
    ids = unique_ids(frame, layer.id, source=source, prefix="row")
    for new, old in layer.columns.items():
        frame = frame.assign(**{new: text_column(frame, old, source=source, allow_blank=True)})
    return frame.assign(id=ids)


def _districts(study: Study, frame: gpd.GeoDataFrame) -> Districts:
    source = study.layers[study.area.districts].path
    names = text_column(frame, study.area.district, source=source)
    english = names if study.area.district_en is None else text_column(frame, study.area.district_en, source=source)
    frame = frame.assign(district=names, name_en=english)
    for column in (study.population.column if study.population else None, study.travel.speed_column):
        if column is not None:
            frame = frame.assign(**{column: numbers(frame, column, source, minimum=0.0)})
    return Districts(frame)


def _joined(study: Study, name: str, frame: gpd.GeoDataFrame, districts: Districts) -> gpd.GeoDataFrame:
    """The layer with the district of each row, "" outside of all."""
    if name == study.area.districts:
        return frame
    from geodata import as_points

    located = districts.locate(as_points(frame).geometry, tolerance_m=study.area.tolerance_m)
    return frame.assign(district=[place or "" for place in located])


def _crs_name(frame: gpd.GeoDataFrame) -> str:
    authority = frame.crs.to_authority()
    return ":".join(authority) if authority else frame.crs.name


def _input(name: str, file: str, path: Path, rows: int | None, crs: str | None) -> dict[str, Any]:
    try:
        digest = sha256(path)
    except OSError:
        raise StudyError(str(path), ["the file does not exist; check the path"]) from None
    return {"name": name, "path": file, "sha256": digest, "rows": rows, "crs": crs}
