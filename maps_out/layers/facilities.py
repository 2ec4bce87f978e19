"""Opened facilities: existing, required and new, by colour and shape of their type."""

from typing import Any

from maps_out.layers.layer import Layer
from maps_out.strings import pair
from maps_out.tables import STATUSES, MapTables

# Above this many, markers of their own are too slow and the page draws on a canvas.
MARKER_LIMIT = 2000


def layers(tables: MapTables) -> list[Layer]:
    """One layer per status that occurs; ``data.rows`` are row numbers of the page's facility table."""
    status = tables.sites["status"].to_numpy()
    canvas = len(status) > MARKER_LIMIT
    return [
        Layer(
            id=f"sites-{name}",
            kind="markers",
            group="stations",
            title=pair(f"layer_{name}"),
            shown=True,
            legend=_legend(tables, name),
            data={"rows": rows, "canvas": canvas},
        )
        for name in STATUSES
        if (rows := [int(row) for row in (status == name).nonzero()[0]])
    ]


def _legend(tables: MapTables, status: str) -> list[dict[str, Any]]:
    present = set(tables.sites.loc[tables.sites["status"] == status, "type"])
    types = [
        {
            "swatch": "type",
            "type": entry["id"],
            "label": {"zh": str(entry["label_zh"]), "en": str(entry["label_en"])},
        }
        for entry in tables.types
        if entry["id"] in present
    ]
    return [{"swatch": "status", "status": status, "label": pair(f"legend_{status}")}, *types]
