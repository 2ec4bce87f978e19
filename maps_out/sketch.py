"""A small map of the result for print: district outlines and facilities by shape and colour, as SVG parts."""

import math
from typing import Any

from maps_out.columns import rings
from maps_out.shapes import corners, styles
from maps_out.tables import STATUSES, MapTables

_WIDTH = 300.0
_RADIUS = 3.0
_SIMPLIFY_DEGREES = 0.001


def sketch(tables: MapTables) -> dict[str, Any]:
    """Parts of the drawing in pixels: ``width``, ``height``, ``outlines`` (path data), ``symbols`` and ``marks``.

    Longitudes are narrowed by the cosine of the middle latitude, which is true enough at the size of a stamp.
    """
    west, south, east, north = (float(bound) for bound in tables.districts.total_bounds)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 8) / max((east - west) * narrowing, north - south, 1e-9)

    def pixel(x: float, y: float) -> str:
        return f"{4 + (x - west) * narrowing * scale:.1f} {4 + (north - y) * scale:.1f}"

    outlines = [
        "".join(f"M{'L'.join(pixel(x, y) for y, x in ring)}Z" for part in rings(outline) for ring in part)
        for outline in tables.districts.geometry.simplify(_SIMPLIFY_DEGREES)
    ]
    number = {entry["id"]: k for k, entry in enumerate(tables.types)}
    # Existing stations first, so that new ones lie on top of them.
    order = tables.sites["status"].map(STATUSES.index).sort_values(kind="stable").index
    marks = [
        {"symbol": f"t{number[site['type']]}-{site['status']}", "at": pixel(site["geometry"].x, site["geometry"].y)}
        for site in tables.sites.loc[order, ["type", "status", "geometry"]].to_dict("records")
    ]
    return {
        "width": round((east - west) * narrowing * scale + 8, 1),
        "height": round((north - south) * scale + 8, 1),
        "outlines": outlines,
        "symbols": _symbols(tables),
        "marks": marks,
    }


def _symbols(tables: MapTables) -> list[dict[str, Any]]:
    return [
        {
            "id": f"t{k}-{status}",
            "points": " ".join(f"{_RADIUS * x:.1f},{_RADIUS * y:.1f}" for x, y in corners(entry["marker"])),
            **styles(entry["colour"])[status],
        }
        for k, entry in enumerate(tables.types)
        for status in STATUSES
    ]
