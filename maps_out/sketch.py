"""A small map of the result for print: district outlines and facilities by shape and colour, as SVG parts."""

from typing import Any

from maps_out.paper import Paper
from maps_out.shapes import corners, styles
from maps_out.tables import STATUSES, MapTables

_RADIUS = 3.0


def sketch(tables: MapTables) -> dict[str, Any]:
    """Parts of the drawing in pixels: ``width``, ``height``, ``outlines`` (path data), ``symbols`` and ``marks``."""
    paper = Paper(tables.districts)
    number = {entry["id"]: k for k, entry in enumerate(tables.types)}
    # Existing stations first, so that new ones lie on top of them.
    order = tables.sites["status"].map(STATUSES.index).sort_values(kind="stable").index
    marks = [
        {
            "symbol": f"t{number[site['type']]}-{site['status']}",
            "at": paper.pixel(site["geometry"].x, site["geometry"].y),
        }
        for site in tables.sites.loc[order, ["type", "status", "geometry"]].to_dict("records")
    ]
    return {
        "width": paper.width,
        "height": paper.height,
        "outlines": paper.outlines(),
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
