"""Everything the page's script reads, as one JSON text."""

import json
from collections.abc import Sequence
from typing import Any

from maps_out.cells import cells
from maps_out.columns import coordinates, numbers, text, texts
from maps_out.layers import Layer
from maps_out.shapes import corners, styles
from maps_out.strings import LANGUAGES, precision, reworded, words
from maps_out.tables import MapTables

_TEXT_COLUMNS = [
    "facility_id",
    "site_id",
    "type",
    "status",
    "district",
    "place_zh",
    "place_en",
    "site_class",
    "precision",
    "reason_zh",
    "reason_en",
    "source",
]
_NUMBER_COLUMNS = {
    "year": 0,
    "modules": 0,
    "new_modules": 0,
    "place_km": 3,
    "cost_cny": 0,
    "yearly_cost_cny": 0,
    "power_kw": 1,
    "grid_kw": 0,
    "standard_min": 1,
    "reach_km": 2,
    "use_share": 4,
    "value_served": 0,
    "priority": 0,
    "points_served": 0,
}


def payload(tables: MapTables, layers: Sequence[Layer], *, language: str) -> dict[str, Any]:
    """Page data: texts per language, key figures, compact columns and the layers.

    Parameters
    ----------
    tables
        The result.
    layers
        What :func:`maps_out.layers.build_layers` returned.
    language
        Language the page opens in.
    """
    places = cells(tables)
    west, south, east, north = (round(float(bound), 5) for bound in tables.districts.total_bounds)
    return {
        "language": language,
        "strings": {name: words(name, tables.kpis) for name in LANGUAGES},
        "bounds": [[south, west], [north, east]],
        "meta": _plain(tables.meta),
        "kpis": _plain(tables.kpis),
        "services": tables.services(),
        "scorecard": _plain(tables.scorecard),
        "types": [
            {**_plain(entry), "corners": corners(entry["marker"]), "styles": styles(entry["colour"])}
            for entry in tables.types
        ],
        "districts": {"zh": texts(tables.districts["district"]), "en": texts(tables.districts["name_en"])},
        "facilities": _facilities(tables),
        "cells": {
            "place": texts(places["place"]),
            "district": texts(places["district"]),
            **coordinates(places.geometry),
        },
        "layers": [
            {
                "id": layer.id,
                "kind": layer.kind,
                "group": layer.group,
                "title": reworded(layer.title, tables.kpis),
                "shown": layer.shown,
                "legend": _plain(reworded(layer.legend, tables.kpis)),
                "data": layer.data,
            }
            for layer in layers
        ],
    }


def as_json(data: dict[str, Any]) -> str:
    """JSON that may stand inside a script element of any page: no ``<``, no line separators that end a script."""
    text_ = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text_.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _facilities(tables: MapTables) -> dict[str, Any]:
    frame = tables.sites
    placed = [precision(text(value)) for value in frame["precision"]]
    return {
        **{name: texts(frame[name]) for name in _TEXT_COLUMNS},
        **{name: numbers(frame[name], digits) for name, digits in _NUMBER_COLUMNS.items()},
        **{f"precision_{name}": texts(value[name] for value in placed) for name in LANGUAGES},
        "served": {service: numbers(frame[column], 1) for service, column in tables.served_columns().items()},
        "served_columns": tables.served_columns(),
        **coordinates(frame.geometry),
    }


def _plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """Plain JSON values: numpy scalars unwrapped, numbers that are not finite as None, tuples and sets as lists."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, str | bool) or value is None:
        return value
    if hasattr(value, "item"):
        return _plain(value.item())
    if isinstance(value, float | int):
        return numbers([value], 6)[0]
    return str(value)
