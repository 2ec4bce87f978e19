"""Areas within the standard of an opened facility, as straight-line circles."""

from maps_out.colours import GROUND, SERVICE_COLOURS, blended
from maps_out.layers.layer import Layer
from maps_out.strings import pair
from maps_out.tables import MapTables

_OPACITY = 0.22


def layers(tables: MapTables) -> list[Layer]:
    """One layer per service; ``data.rows`` are the facilities whose type offers it."""
    offers = {entry["id"]: set(entry["services"]) for entry in tables.types}
    found = []
    for service in tables.services():
        # A facility that serves something offers it, whatever its catalogue entry says.
        serves = tables.sites[tables.served_columns()[service]].to_numpy(dtype=float) > 0
        rows = [row for row, kind in enumerate(tables.sites["type"]) if service in offers[kind] or serves[row]]
        # Where travel is on roads a facility has no circle.
        if not rows or tables.sites["reach_km"].isna().all():
            continue
        colour = SERVICE_COLOURS[service]
        swatch = {
            "swatch": "area",
            "colour": blended(colour, _OPACITY, GROUND),
            "label": pair(f"legend_reach_{service}"),
        }
        found.append(
            Layer(
                id=f"reach-{service}",
                kind="reach",
                group="reach",
                title=pair(f"layer_reach_{service}"),
                shown=False,
                legend=[swatch, {"swatch": "note", "label": pair("legend_reach_note")}],
                data={"rows": rows, "colour": colour, "opacity": _OPACITY},
            )
        )
    return found
