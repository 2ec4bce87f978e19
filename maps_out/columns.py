"""Table columns as short JSON: rounded numbers, coded text, plain coordinates."""

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

COORDINATE_DIGITS = 5  # about one metre


def numbers(values: Iterable[Any], digits: int = 0) -> list[int | float | None]:
    """Numbers rounded to ``digits`` decimals; missing and infinite become None, whole numbers lose their point."""
    column = pd.to_numeric(pd.Series(list(values), dtype=object)).to_numpy(dtype=float)
    return [_short(value) for value in np.round(column, digits).tolist()]


def texts(values: Iterable[Any]) -> dict[str, list[Any]]:
    """Text coded as the distinct values ``v`` (in order of appearance) and an index ``i`` per row; missing is ''."""
    codes, distinct = pd.factorize(np.array([text(value) for value in values], dtype=object))
    return {"v": [str(value) for value in distinct], "i": [int(code) for code in codes]}


def text(value: object) -> str:
    """Text of one cell; missing is ''."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def coordinates(points: gpd.GeoSeries) -> dict[str, list[int | float | None]]:
    """Longitudes ``x`` and latitudes ``y`` in degrees."""
    return {"x": numbers(points.x, COORDINATE_DIGITS), "y": numbers(points.y, COORDINATE_DIGITS)}


def polylines(lines: gpd.GeoSeries) -> list[list[list[float]]]:
    """Lines as lists of (latitude, longitude), the order Leaflet reads."""
    return [
        [[round(y, COORDINATE_DIGITS), round(x, COORDINATE_DIGITS)] for x, y in np.asarray(line.coords)[:, :2].tolist()]
        for line in lines
    ]


def rings(geometry: BaseGeometry) -> list[list[list[list[float]]]]:
    """Polygons as lists of rings of (latitude, longitude), the order Leaflet reads; holes follow their shell."""
    parts = getattr(geometry, "geoms", [geometry])
    return [
        [
            [
                [round(y, COORDINATE_DIGITS), round(x, COORDINATE_DIGITS)]
                for x, y in np.asarray(ring.coords)[:, :2].tolist()
            ]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in parts
        if part.geom_type == "Polygon"
    ]


def _short(value: float) -> int | float | None:
    if not np.isfinite(value):
        return None
    return int(value) if value == int(value) else value
