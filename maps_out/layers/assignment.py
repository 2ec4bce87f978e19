"""Who serves whom: lines drawn for the facility or demand cell that the reader selects."""

import pandas as pd

from maps_out.cells import cell_index
from maps_out.colours import SERVICE_COLOURS
from maps_out.columns import numbers
from maps_out.layers.layer import Layer
from maps_out.strings import pair
from maps_out.tables import MapTables


def layers(tables: MapTables) -> list[Layer]:
    """One layer; rows are (cell, facility, service) with the amount served per day, minutes and kilometres."""
    columns = ["row_id", "facility_id", "service", "served", "time_min", "distance_km"]
    rows = pd.DataFrame(tables.assignment[columns])
    rows = rows[rows["row_id"].isin(tables.points()["row_id"])]
    if rows.empty:
        return []
    services = tables.services()
    facility = pd.Series(range(len(tables.sites)), index=tables.sites["facility_id"].to_numpy())
    rows = rows.assign(
        cell=cell_index(tables).loc[rows["row_id"]].to_numpy(),
        facility=facility.loc[rows["facility_id"]].to_numpy(),
    )
    merged = rows.groupby(["facility", "cell", "service"], sort=True, as_index=False).agg(
        served=("served", "sum"), time_min=("time_min", "max"), distance_km=("distance_km", "max")
    )
    data = {
        "services": services,
        "facility": numbers(merged["facility"]),
        "cell": numbers(merged["cell"]),
        "service": [services.index(service) for service in merged["service"]],
        "served": numbers(merged["served"], 1),
        "time_min": numbers(merged["time_min"], 1),
        "distance_km": numbers(merged["distance_km"], 2),
        "colours": {service: SERVICE_COLOURS[service] for service in services},
    }
    legend = [
        {"swatch": "line", "colour": SERVICE_COLOURS[service], "label": pair(f"legend_line_{service}")}
        for service in services
    ]
    return [
        Layer(
            id="lines",
            kind="lines",
            group="reach",
            title=pair("layer_lines"),
            shown=True,
            legend=legend,
            data=data,
        )
    ]
