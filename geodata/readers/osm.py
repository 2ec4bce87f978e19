"""Extracts of OpenStreetMap, whose layers are those of the table of tags."""

from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import CRS

from geodata.errors import LayerError, did_you_mean, listed
from geodata.osm import features
from geodata.osm.rules import all_rules
from geodata.readers.raw import LayerSummary, RawLayer, Rejected
from geodata.readers.reader import Reader, Reading, Source

NAME = features.DRIVER


def layers(source: Source) -> tuple[LayerSummary, ...]:
    """Every layer of the table with its number of objects; this reads the whole file."""
    found = features.read_osm_features([Path(source.location)])
    return tuple(
        LayerSummary(
            name=name,
            rows=layer.report.rows_in,
            geometry_type=", ".join(layer.report.geometry_types) or None,
            fields=dict.fromkeys(map(str, layer.frame.columns[:-1]), "str"),
            crs=CRS.from_user_input(features.CRS),
            bounds=layer.report.bounds_before,
            encoding="utf-8",
            encoding_reason="as the format prescribes",
            remarks=layer.report.remarks,
        )
        for name, layer in found.items()
    )


def read(source: Source, reading: Reading) -> RawLayer:
    """One layer of the table."""
    name, known = reading.layer, list(all_rules())
    if name not in known:
        hint = did_you_mean(name or "", known) or "; set layer"
        raise LayerError(source.name, [f'no layer "{name or ""}"{hint} to one of: {listed(known)}'])
    layer = features.read_osm_features([Path(source.location)], layers=[name])[name]
    report = layer.report
    cells = {
        reason: tuple(row.cells for row in report.problem_rows if row.reason == reason) for reason in report.rejected
    }
    return RawLayer(
        frame=pd.DataFrame(layer.frame.drop(columns="geometry")),
        geometry=layer.frame.geometry.to_numpy(),
        row=np.arange(1, len(layer.frame) + 1, dtype=np.int64),
        driver=NAME,
        layer=name,
        encoding="utf-8",
        encoding_reason="as the format prescribes",
        crs=CRS.from_user_input(features.CRS),
        rejected=tuple(Rejected(reason, rows, cells[reason]) for reason, rows in report.rejected.items()),
        remarks=(*report.remarks, f"licence: {features.LICENCE}"),
    )


OSM = Reader(NAME, layers, read, suffixes=(".pbf", ".osm"))
