"""Demand rows from places and numbers."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demand_models.calibrate import calibrate
from demand_models.context import DemandContext
from demand_models.model import DemandModel
from geodata.demand import COLUMNS, DemandPoints
from geodata.services import UNITS


def spread_rows(
    model: DemandModel,
    context: DemandContext,
    fleet: str,
    *,
    places: gpd.GeoDataFrame,
    totals: Mapping[str, float],
    vehicle: str,
) -> DemandPoints:
    """Modelled demand: totals per day by service, scaled by the model's `scale` and spread over places.

    Parameters
    ----------
    model, context, fleet
        As in `DemandModel.build`.
    places
        As returned by `attraction`.
    totals
        Demand per day by service, in the unit of the service, before the scale.
    vehicle
        Vehicle class of the fleet.
    """
    shares = places["share"].to_numpy(dtype=np.float64)
    demand = {
        service: calibrate(shares, total * model.scale, what=f"demand {fleet!r}: {service}")
        for service, total in totals.items()
    }
    return demand_rows(model, context, fleet, places=places, demand=demand, vehicle=vehicle, kind="modelled")


def demand_rows(
    model: DemandModel,
    context: DemandContext,
    fleet: str,
    *,
    places: gpd.GeoDataFrame,
    demand: Mapping[str, NDArray[np.float64]],
    vehicle: str,
    kind: str,
) -> DemandPoints:
    """Rows of a fleet at places: those with positive demand, with ids of fleet, place and service.

    Parameters
    ----------
    model, context, fleet
        As in `DemandModel.build`.
    places
        Points with the columns place, district and geometry.
    demand
        Demand per day by service, in the order of the places and in the unit of the service.
    vehicle, kind
        Vehicle class and kind of demand, written on each row.
    """
    parts = [
        places.assign(
            id=[f"{fleet}:{place}:{service}" for place in places["place"]],
            service=service,
            vehicle=vehicle,
            fleet=fleet,
            demand=values,
            unit=UNITS[service],
            year=context.year,
            kind=kind,
            source=model.source,
        )
        for service, values in demand.items()
    ]
    rows = pd.concat([part[[*COLUMNS, "geometry"]] for part in parts], ignore_index=True)
    return DemandPoints(gpd.GeoDataFrame(rows[rows["demand"] > 0], geometry="geometry", crs=context.crs))
