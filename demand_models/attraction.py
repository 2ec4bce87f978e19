"""How strongly the places of a study attract a fleet's demand."""

from collections.abc import Iterable
from math import fsum

import geopandas as gpd
import numpy as np
import pandas as pd

from demand_models.calibrate import calibrate
from demand_models.context import DemandContext, layer_places
from demand_models.errors import DemandError
from geodata.columns import number_column
from geodata.errors import LayerError, did_you_mean, listed


def attraction(
    context: DemandContext,
    fleet: str,
    *,
    population_share: float,
    layer: str | None,
    weight: str | None,
    stock_column: str | None = None,
) -> gpd.GeoDataFrame:
    """Shares of a fleet's demand by place.

    ``a_c = p P_c / sum P`` on the cells and ``a_h = (1 - p) w_h / sum w`` on the rows of the layer, where ``p`` is the
    population share, ``P`` the population and ``w`` the weight; together they add up to 1.

    Parameters
    ----------
    context
        Cells and layers.
    fleet
        Key of the block, for messages.
    population_share
        Part of the demand that follows the population of the cells, 0 to 1.
    layer
        Layer on which the rest stands; not looked at when there is no rest.
    weight
        Column of the layer with the weights, finite and at least 0; None weighs every row alike.
    stock_column
        Column of the layer of the districts by which the part of the cells is shared among districts, people sharing
        within each; None shares it by people alone.

    Returns
    -------
    GeoDataFrame
        Columns place, share, district and geometry (points; a polygon is stood for by a point inside it).

    Raises
    ------
    DemandError
        When cells, people, the layer, its rows or its weights are missing.
    """
    parts = []
    if population_share > 0:
        parts.append(cell_shares(context, fleet, stock_column, of=population_share))
    if population_share < 1:
        rows = layer_rows(context, fleet, layer, weight)
        parts.append(row_shares(rows, fleet, layer, weight, of=1 - population_share))
    columns = ["place", "share", "district", "geometry"]
    joined = pd.concat([part[columns] for part in parts], ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=context.crs)


def layer_rows(context: DemandContext, fleet: str, layer: str | None, column: str | None) -> gpd.GeoDataFrame:
    """Rows of a layer with the numbers of one of its columns.

    Parameters
    ----------
    context, fleet, layer
        As in `attraction`.
    column
        Column of the layer with finite numbers of at least 0; None gives every row a 1.

    Returns
    -------
    GeoDataFrame
        Columns place, value, district and geometry (points), sorted by place so that sums do not depend on the order
        of the layer, not even in the last digit.

    Raises
    ------
    DemandError
        When there is no such layer, it has no rows, or the column is missing or has other than such numbers.
    """
    if layer is None or layer not in context.layers:
        known = listed(sorted(context.layers)) or "none"
        hint = did_you_mean(str(layer), context.layers)
        raise DemandError(f"demand {fleet!r}: layer {layer!r} is not among the study's layers ({known}){hint}")
    rows = context.layers[layer]
    if rows.empty:
        raise DemandError(f"demand {fleet!r}: layer {layer!r} has no rows; give it rows or take the block out")
    try:
        value = 1.0 if column is None else number_column(rows, column, source=f"layer {layer!r}", minimum=0.0)
    except LayerError as error:
        raise DemandError(f"demand {fleet!r}: {error}") from error
    return _points(rows, layer_places(layer, rows), value)


def row_shares(
    rows: gpd.GeoDataFrame, fleet: str, layer: str | None, column: str | None, *, of: float = 1.0
) -> gpd.GeoDataFrame:
    """Rows of a layer with their shares of the demand.

    Parameters
    ----------
    rows
        As returned by `layer_rows` for the fleet, layer and column.
    fleet, layer, column
        For messages.
    of
        What the shares add up to.

    Returns
    -------
    GeoDataFrame
        The rows with the further column share.

    Raises
    ------
    DemandError
        When no value is positive.
    """
    what = f"demand {fleet!r}: {column or 'rows'} in layer {layer!r}"
    return rows.assign(share=calibrate(rows["value"], of, what=what))


def people(context: DemandContext, fleet: str) -> float:
    """People of all cells.

    Raises
    ------
    DemandError
        When there are no cells, or nobody lives in them.
    """
    if context.cells.empty:
        raise DemandError(f"demand {fleet!r}: it is counted per person, but the study has no cells; give it cells")
    population = float(np.sort(context.cells["population"].to_numpy(dtype=np.float64)).sum())
    if population == 0:
        raise DemandError(f"demand {fleet!r}: it is counted per person, but nobody lives in the cells")
    return population


def cell_rows(context: DemandContext, fleet: str, population_share: float = 1.0) -> gpd.GeoDataFrame:
    """Cells with the number of their people.

    Parameters
    ----------
    context, fleet
        As in `attraction`.
    population_share
        Part of the demand that follows the population, for messages.

    Returns
    -------
    GeoDataFrame
        Columns place, value (people), district and geometry (points), sorted by place.

    Raises
    ------
    DemandError
        When there are no cells.
    """
    cells = context.cells
    if cells.empty:
        raise DemandError(
            f"demand {fleet!r}: {population_share:g} of it follows the population, but the study has no cells; give "
            "the study cells, or a layer for the demand to stand on where the model takes one"
        )
    return _points(cells, cells["id"], cells["population"])


def cell_shares(context: DemandContext, fleet: str, stock_column: str | None, *, of: float = 1.0) -> gpd.GeoDataFrame:
    """Cells with their shares of the demand: by people, or by a stock of the districts and people within each.

    Parameters
    ----------
    context, fleet, stock_column
        As in `attraction`.
    of
        What the shares add up to.

    Returns
    -------
    GeoDataFrame
        The rows of `cell_rows` with the further column share.

    Raises
    ------
    DemandError
        When there are no cells or people, the column is missing or has other than finite numbers of at least 0, all of
        them are 0, or a district with a stock has no people.
    """
    cells = cell_rows(context, fleet, of)
    what = f"demand {fleet!r}: population of the cells"
    if stock_column is None:
        return cells.assign(share=calibrate(cells["value"], of, what=what))
    stock = context.by_district(stock_column, what=f"demand {fleet!r}: stock_column")
    total = fsum(stock.values())
    if total == 0:
        raise DemandError(f"demand {fleet!r}: stock_column {stock_column!r} has no vehicles in any district")
    shares = {district: number / total * of for district, number in stock.items()}
    return cells.assign(share=calibrate(cells["value"], shares, groups=list(cells["district"]), what=what))


def _points(rows: gpd.GeoDataFrame, place: Iterable[str], value: float | Iterable[float]) -> gpd.GeoDataFrame:
    points = {"place": place, "value": value, "district": rows["district"]}
    frame = gpd.GeoDataFrame(points, geometry=rows.geometry.representative_point())
    return frame.sort_values("place", ignore_index=True)
