"""Sizes of demand circles: one scale for all layers of a service, so that areas can be compared."""

import math

import pandas as pd

from maps_out.tables import MapTables

# Part of the space between two places that the reference circle's radius takes: neighbours just touch.
_RADIUS_SHARE = 0.5
_REFERENCE_QUANTILE = 0.95


def reference_radius_m(tables: MapTables) -> float:
    """Radius in metres of the reference circle: half the side of the square each demand place has to itself.

    The side is kept between 300 m and 3 km, so that a handful of places does not fill the map.
    """
    metric = tables.districts.geometry.to_crs(tables.districts.estimate_utm_crs())
    places = max(1, tables.demand["place"].nunique())
    side_m = math.sqrt(float(metric.area.sum()) / places)
    return _RADIUS_SHARE * min(3000.0, max(300.0, side_m))


def reference_demand(demand: pd.Series) -> float:
    """Demand per day that the reference circle stands for: large, but not the largest."""
    return float(demand[demand > 0].quantile(_REFERENCE_QUANTILE))
