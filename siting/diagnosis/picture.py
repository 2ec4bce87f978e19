"""A map of a service as SVG parts: districts, unserved demand by area of a circle, and the stations that stand."""

import math
from typing import Any, Final

import pandas as pd

from maps_out.columns import rings
from siting.diagnosis.diagnose import Diagnosis

_WIDTH: Final = 460.0
_LARGEST: Final = 11.0
_LEAST: Final = 0.5
_SIMPLIFY_DEGREES: Final = 0.001
_MARGIN: Final = 6.0


def picture(diagnosis: Diagnosis, service: str) -> dict[str, Any]:
    """Parts of the drawing in pixels.

    Longitudes are narrowed by the cosine of the middle latitude, which is true enough at this size.

    Returns
    -------
    parts
        width, height; outlines (path data); circles (x, y, r, why), the largest first; stations (x, y, missed).
    """
    west, south, east, north = (float(bound) for bound in diagnosis.outlines.total_bounds)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 2 * _MARGIN) / max((east - west) * narrowing, north - south, 1e-9)

    def at(lon: float, lat: float) -> dict[str, float]:
        x, y = _MARGIN + (lon - west) * narrowing * scale, _MARGIN + (north - lat) * scale
        return {"x": round(x, 1), "y": round(y, 1)}

    outlines = [
        "".join(
            "M" + "L".join(f"{at(x, y)['x']} {at(x, y)['y']}" for y, x in ring) + "Z"
            for part in rings(outline)
            for ring in part
        )
        for outline in diagnosis.outlines.geometry.simplify(_SIMPLIFY_DEGREES)
    ]
    stations = diagnosis.stations[diagnosis.stations["service"] == service]
    # What would be missed is drawn last, so that it lies on top.
    ordered = stations.sort_values(["lost", "station"])
    return {
        "width": round((east - west) * narrowing * scale + 2 * _MARGIN, 1),
        "height": round((north - south) * scale + 2 * _MARGIN, 1),
        "outlines": outlines,
        "circles": [
            {**at(row["lon"], row["lat"]), "r": row["r"], "why": row["why"]}
            for row in _circles(diagnosis.places, service)
        ],
        "stations": [
            {**at(lon, lat), "missed": lost > 0}
            for lon, lat, lost in zip(ordered["lon"], ordered["lat"], ordered["lost"], strict=True)
        ],
    }


def _circles(places: pd.DataFrame, service: str) -> list[dict[str, Any]]:
    """Places by unserved demand, most first; those too small to see left out."""
    own = places[places["service"] == service]
    radius = _LARGEST * (own["unserved"] / own["unserved"].max()) ** 0.5
    seen = own.assign(r=radius.round(1))[radius >= _LEAST]
    return [
        {str(key): value for key, value in row.items()} for row in seen[["lon", "lat", "r", "why"]].to_dict("records")
    ]
