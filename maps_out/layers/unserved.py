"""Demand that is left over: too little capacity within reach, or no candidate within reach at all."""

from maps_out.cells import cell_services
from maps_out.colours import NO_CANDIDATE, NOT_ENOUGH
from maps_out.columns import numbers
from maps_out.layers.layer import Layer
from maps_out.sizes import reference_demand, reference_radius_m
from maps_out.strings import pair
from maps_out.tables import MapTables


def layers(tables: MapTables) -> list[Layer]:
    """One layer over all services; the area of a mark is the unserved amount on the scale of the demand circles."""
    rows = cell_services(tables)
    reference = rows.groupby("service")["demand"].transform(reference_demand)
    reference_m = reference_radius_m(tables)
    radius_m = reference_m * (rows["unserved"] / reference) ** 0.5
    rows = rows.assign(radius_m=radius_m)[rows["unserved"] > 0]
    if rows.empty:
        return []
    services = tables.services()
    data = {
        "services": services,
        "service": [services.index(service) for service in rows["service"]],
        "cell": numbers(rows["cell"]),
        "demand": numbers(rows["demand"], 1),
        "unserved": numbers(rows["unserved"], 1),
        "unreachable": numbers(rows["unreachable"], 1),
        "radius_m": numbers(rows["radius_m"]),
        "reference_m": round(reference_m),
        "colours": {"none": NO_CANDIDATE, "short": NOT_ENOUGH},
    }
    legend = [
        {"swatch": "mark", "mark": "cross", "colour": NO_CANDIDATE, "label": pair("legend_no_candidate")},
        {"swatch": "mark", "mark": "ring", "colour": NOT_ENOUGH, "label": pair("legend_not_enough")},
        {"swatch": "note", "label": pair("legend_unserved_size")},
    ]
    return [
        Layer(
            id="unserved",
            kind="marks",
            group="demand",
            title=pair("layer_unserved"),
            shown=False,
            legend=legend,
            data=data,
        )
    ]
