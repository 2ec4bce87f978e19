"""Vehicles that refuel along their road: lines as wide as the traffic and coloured by the share served."""

from maps_out.colours import RAMP, RAMP_BOUNDS, RAMP_OPACITY
from maps_out.columns import numbers, polylines, text, texts
from maps_out.layers.layer import Layer
from maps_out.layers.ramp import ramp_legend
from maps_out.strings import pair
from maps_out.tables import MapTables


def layers(tables: MapTables) -> list[Layer]:
    """One layer, widest lines first; ``data.stations`` are row numbers of the page's facility table."""
    if tables.flows is None or tables.flows.empty:
        return []
    rows = tables.flows.sort_values("vehicles_per_day", ascending=False, kind="stable")
    row_of = {name: row for row, name in enumerate(tables.sites["facility_id"])}
    data = {
        "zh": texts(rows["name_zh"]),
        "en": texts(rows["name_en"]),
        **{name: texts(rows[name]) for name in ("fleet", "vehicle", "service", "unit", "source")},
        "vehicles": numbers(rows["vehicles_per_day"], 1),
        "vehicles_served": numbers(rows["vehicles_served"], 1),
        "share": numbers(rows["share"], 4),
        "demand": numbers(rows["demand"], 1),
        "served": numbers(rows["served"], 1),
        "length_km": numbers(rows["length_km"], 1),
        "range_km": numbers(rows["range_km"], 1),
        "stations": [[row_of[name] for name in text(ids).split(", ") if name] for ids in rows["facility_ids"]],
        "lines": polylines(rows.geometry),
        "ramp": list(RAMP),
        "bounds": list(RAMP_BOUNDS),
        "opacity": RAMP_OPACITY,
    }
    legend = [ramp_legend("legend_flow_share"), {"swatch": "note", "label": pair("legend_flow_width")}]
    return [
        Layer(id="flows", kind="paths", group="demand", title=pair("layer_flows"), shown=True, legend=legend, data=data)
    ]
