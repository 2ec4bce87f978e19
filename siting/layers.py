"""Read the study's layers: files in, metric tables with ids out."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import (
    CrsError,
    Districts,
    LayerError,
    as_points,
    number_column,
    read_layer,
    read_table,
    text_column,
    to_metric,
    unique_ids,
)
from geodata.crs import known_crs, require_metric
from geodata.datums.shifts import UNSHIFTED, shift_layer
from siting.errors import StudyError
from siting.layer_settings import Join, Layer
from siting.study import Study

_AREA_OF_USE_ROOM_DEG = 1.5  # a neighbouring zone still measures well enough; another country's does not


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
        Name, path, SHA-256, rows kept and left out, and CRS of every file.
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
    read: dict[str, int] = {}
    inputs = []
    faults = _crs_faults(study)
    if faults:
        raise StudyError(study.source, faults)
    for name, layer in study.layers.items():
        try:
            frame, read[name] = rows_of_layer(study, layer)
            inputs += _layer_inputs(study, name, layer, frame)
            raw[name] = to_metric(frame, study.area.crs)
        except (LayerError, CrsError) as error:
            faults += [f"layer {name}: {fault}" for fault in faults_of(error)]
    if study.area.districts not in study.layers:
        faults.append(f'area.districts: layer "{study.area.districts}" is not among [layers]')
    if faults:
        raise StudyError(study.source, faults)
    districts = _districts(study, raw[study.area.districts])
    _check_area_of_use(study, districts)
    files = {"plan": study.plan, "facilities": study.facilities, "built": study.sites.built}
    files |= {"roads": study.travel.on_roads.path} if study.travel.on_roads else {}
    files |= {f"flows.{name}.{key}": file for name, fleet in study.flows.items() for key, file in fleet.files().items()}
    files |= study.model_files
    for key, file in files.items():
        if file is not None:
            inputs.append(_input(key, file, study.path_of(file), None, None))
    frames = {name: _joined(study, name, frame, districts) for name, frame in raw.items()}
    for name, frame in frames.items():
        entry = next(entry for entry in inputs if entry["name"] == name)
        entry |= {"rows": len(frame), "left_out": read[name] - len(frame)}
    return Layers(frames, districts, tuple(inputs))


def faults_of(error: Exception) -> list[str]:
    """Every fault of an error; those of a layer with the file they were found in."""
    if isinstance(error, LayerError):
        return [f"{error.source}: {fault}" for fault in error.faults]
    return list(error.faults) if isinstance(error, StudyError) else [str(error)]


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _crs_faults(study: Study) -> list[str]:
    """What is wrong with the systems to compute in and to write in; known before any layer is read."""
    faults = []
    for key, crs, check in (
        ("area.crs", study.area.crs, require_metric),
        ("output.crs", study.output.crs, known_crs),
    ):
        try:
            check(crs, what=key)
        except CrsError as error:
            faults.append(str(error))
    return faults


def _check_area_of_use(study: Study, districts: Districts) -> None:
    """Refuse a metric CRS that is made for another part of the world: its distances would be wrong, without a word."""
    used = districts.frame.crs.area_of_use
    if used is None:
        return
    west, south, east, north = districts.frame.geometry.to_crs("EPSG:4326").total_bounds
    room = _AREA_OF_USE_ROOM_DEG
    if west < used.west - room or east > used.east + room or south < used.south - room or north > used.north + room:
        raise StudyError(
            study.source,
            [
                f"area.crs: {study.area.crs} ({districts.frame.crs.name}) is made for "
                f"{used.west:g} to {used.east:g} E, {used.south:g} to {used.north:g} N; the districts lie at "
                f"{west:.2f} to {east:.2f} E, {south:.2f} to {north:.2f} N; choose the zone they lie in"
            ],
        )


def rows_of_layer(study: Study, layer: Layer) -> tuple[gpd.GeoDataFrame, int]:
    """The layer's rows that the study asks for, and how many the file has."""
    path = study.path_of(layer.path)
    frame = read_layer(path, layer=layer.layer, crs=layer.crs, lon=layer.lon, lat=layer.lat, encoding=layer.encoding)
    source, n_rows = str(path), len(frame)
    for column, wanted in layer.where.items():
        frame = frame[np.isin(text_column(frame, column, source=source, allow_blank=True), wanted)]
        if frame.empty:
            raise LayerError(source, [f"no row has {column} in {', '.join(wanted)}; check the layer's where"])
    if layer.join is not None:
        frame = _with_table(frame, layer.join, source, study.path_of(layer.join.table))
    for column, least in layer.at_least.items():
        frame = frame[number_column(frame, column, source=source) >= least]
        if frame.empty:
            raise LayerError(source, [f"no row has {column} of {least:g} or more; check the layer's at_least"])
    frame = frame.reset_index(drop=True)
    if layer.datum not in UNSHIFTED:
        frame = shift_layer(frame, layer.datum)
    ids = unique_ids(frame, layer.id, source=source, prefix="row")
    for new, old in layer.columns.items():
        frame = frame.assign(**{new: text_column(frame, old, source=source, allow_blank=True)})
    return frame.assign(id=ids), n_rows


def _with_table(frame: gpd.GeoDataFrame, join: Join, source: str, path: Path) -> gpd.GeoDataFrame:
    """The layer with columns of the rows of a table that have the same keys."""
    table, file = read_table(path), str(path)
    rows_of: dict[tuple[str, ...], list[int]] = {}
    for row, key in enumerate(_keys(table, join.on.values(), file)):
        rows_of.setdefault(key, []).append(row)
    fitting = [rows_of.get(key, []) for key in _keys(frame, join.on, source)]
    if not any(fitting):
        raise LayerError(file, [f"no row fits any of {source}; check the columns of the layer's join.on"])
    unclear = [str(row) for row, rows in enumerate(fitting, start=1) if len(rows) != 1]
    if join.take and unclear:
        shown = ", ".join(unclear[:20]) + (", ..." if len(unclear) > 20 else "")
        raise LayerError(source, [f"rows {shown}: none or several rows of {file} fit; join.take needs exactly one"])
    taken = {new: text_column(table, old, source=file, allow_blank=True) for new, old in join.take.items()}
    added = {new: number_column(table, old, source=file) for new, old in join.sum.items()}
    return frame.assign(
        **{new: [texts[rows[0]] for rows in fitting] for new, texts in taken.items()},
        **{new: [float(values[rows].sum()) for rows in fitting] for new, values in added.items()},
    )


def _keys(frame: pd.DataFrame, columns: Iterable[str], source: str) -> Iterable[tuple[str, ...]]:
    return zip(*(text_column(frame, column, source=source) for column in columns), strict=True)


def _districts(study: Study, frame: gpd.GeoDataFrame) -> Districts:
    source = str(study.path_of(study.layers[study.area.districts].path))
    names = unique_ids(frame, study.area.district, source=source, prefix="")
    english = names if study.area.district_en is None else text_column(frame, study.area.district_en, source=source)
    frame = frame.assign(district=names, name_en=english)
    for column in (study.population.column if study.population else None, study.travel.speed_column):
        if column is not None:
            frame = frame.assign(**{column: number_column(frame, column, source=source, minimum=0.0)})
    speed = study.travel.speed_column
    if speed is not None and (frame[speed] == 0).any():
        standing = ", ".join(frame.loc[frame[speed] == 0, "district"])
        raise LayerError(source, [f'column "{speed}": 0 km/h in {standing}; give a speed above 0'])
    return Districts(frame)


def _joined(study: Study, name: str, frame: gpd.GeoDataFrame, districts: Districts) -> gpd.GeoDataFrame:
    """The layer with the district of each row, "" outside of all unless clipped; a district lies in itself."""
    if name == study.area.districts:
        return frame.assign(district=text_column(frame, study.area.district, source=study.layers[name].path))
    located = districts.locate(as_points(frame).geometry, tolerance_m=study.area.tolerance_m)
    frame = frame.assign(district=[place or "" for place in located])
    if not study.layers[name].clip:
        return frame
    inside = frame[frame["district"] != ""].reset_index(drop=True)
    if inside.empty:
        path = str(study.path_of(study.layers[name].path))
        raise LayerError(path, ["every row lies outside of all districts, so that clip leaves none; check the crs"])
    return inside


def _crs_name(frame: gpd.GeoDataFrame) -> str:
    authority = frame.crs.to_authority()
    return ":".join(authority) if authority else frame.crs.name


def _layer_inputs(study: Study, name: str, layer: Layer, frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """The file of a layer, and that of the table joined to it."""
    entries = [_input(name, layer.path, study.path_of(layer.path), len(frame), _crs_name(frame))]
    if layer.join is not None:
        table = layer.join.table
        entries.append(_input(f"{name}.join", table, study.path_of(table), None, None))
    return entries


def _input(name: str, file: str, path: Path, rows: int | None, crs: str | None) -> dict[str, Any]:
    try:
        digest = sha256(path)
    except OSError:
        raise StudyError(str(path), ["the file does not exist; check the path"]) from None
    return {"name": name, "path": file, "sha256": digest, "rows": rows, "left_out": 0, "crs": crs}
