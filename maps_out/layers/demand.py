"""Demand per service: circles whose area is the demand and whose colour is the share served."""

from typing import Any

from maps_out.cells import cell_services
from maps_out.colours import RAMP, RAMP_BOUNDS, RAMP_OPACITY
from maps_out.columns import numbers, texts
from maps_out.layers.layer import Layer
from maps_out.layers.ramp import ramp_legend
from maps_out.sizes import reference_demand, reference_radius_m
from maps_out.strings import pair
from maps_out.tables import MapTables


def layers(tables: MapTables) -> list[Layer]:
    """One layer per service; ``data.cell`` are row numbers of the page's cell table, amounts are per day."""
    rows = cell_services(tables)
    rows = rows[rows["demand"] > 0].sort_values("demand", ascending=False, kind="stable")
    radius_m = reference_radius_m(tables)
    found = []
    for service in tables.services():
        part = rows[rows["service"] == service]
        if part.empty:
            continue
        reference = reference_demand(part["demand"])
        data = {
            "service": service,
            "unit": str(tables.kpis["services"][service]["unit"]),
            "cell": numbers(part["cell"]),
            "demand": numbers(part["demand"], 1),
            "served": numbers(part["served"], 1),
            "share": numbers(part["served"] / part["demand"], 4),
            "covered": numbers(part["covered"] / part["demand"], 3),
            "kind": texts(part["kind"]),
            "fleets": texts(part["fleets"]),
            "reference": round(reference, 3),
            "radius_m": round(radius_m),
            "ramp": list(RAMP),
            "bounds": list(RAMP_BOUNDS),
            "opacity": RAMP_OPACITY,
        }
        found.append(
            Layer(
                id=f"demand-{service}",
                kind="circles",
                group="demand",
                title=pair(f"layer_demand_{service}"),
                shown=False,
                legend=_legend(service, reference),
                data=data,
            )
        )
    return found


def _legend(service: str, reference: float) -> list[dict[str, Any]]:
    return [
        ramp_legend("legend_ramp"),
        {"swatch": "sizes", "service": service, "reference": reference, "label": pair("legend_size")},
    ]
