"""Demand merged for display: one point per place, one row per place and service."""

import geopandas as gpd
import pandas as pd

from maps_out.tables import MapTables

# Below this part of a row's demand, what is left unserved is rounding of the solver.
UNSERVED_TOLERANCE = 1e-4


def cells(tables: MapTables) -> gpd.GeoDataFrame:
    """Places of demand that is no flow (place, district, geometry), in the order they first appear."""
    first = tables.points().drop_duplicates("place")[["place", "district", "geometry"]]
    return gpd.GeoDataFrame(first.reset_index(drop=True), geometry="geometry", crs=tables.demand.crs)


def cell_index(tables: MapTables) -> pd.Series:
    """Number of the cell of every demand row that is no flow, by ``row_id``."""
    points = tables.points()
    codes, _ = pd.factorize(points["place"])
    return pd.Series(codes, index=pd.Index(points["row_id"], name="row_id"), name="cell")


def cell_services(tables: MapTables) -> pd.DataFrame:
    """Demand per cell and service, summed over vehicle classes.

    Returns
    -------
    DataFrame
        ``cell``, ``service``, ``demand``, ``served``, ``covered`` and ``unserved`` per day, ``unreachable`` (the
        unserved part that no candidate could reach), ``kind`` and ``fleets`` as comma lists.
    """
    rows = pd.DataFrame(tables.points().drop(columns="geometry"))
    unserved = (rows["demand"] - rows["served"]).where(lambda left: left > UNSERVED_TOLERANCE * rows["demand"], 0.0)
    rows = rows.assign(
        cell=cell_index(tables).to_numpy(),
        covered=rows["demand"].where(rows["covered"].astype(bool), 0.0),
        unserved=unserved,
        unreachable=unserved.where(~rows["reachable"].astype(bool), 0.0),
    )
    grouped = rows.groupby(["service", "cell"], sort=True)
    sums = grouped[["demand", "served", "covered", "unserved", "unreachable"]].sum()
    return sums.assign(kind=grouped["kind"].agg(_listed), fleets=grouped["fleets"].agg(_listed)).reset_index()


def _listed(values: pd.Series) -> str:
    parts = {part.strip() for value in values for part in str(value).split(",")}
    return ", ".join(sorted(parts - {""}))
