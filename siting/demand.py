"""Demand of a study: every fleet's model, built for every year, fitted to its control totals and joined."""

import geopandas as gpd
import pandas as pd

from demand_models import Correction, DemandContext, DemandError, correction
from geodata import DemandPoints, concat_demand
from geodata.demand import COLUMNS
from siting.area import Area
from siting.errors import StudyError
from siting.study import Study

_MOST = 1e21  # a day at a place; pages write no longer numbers


def build_demand(study: Study, area: Area) -> DemandPoints:
    """Build the demand of all fleets in all years of the study.

    Raises
    ------
    StudyError
        With the faults of every fleet whose layers or numbers do not fit, of control totals that cannot be met, or when
        there is no demand at all, or more at a place than numbers can tell. A study of flows alone has no points of
        demand.
    """
    if not study.demand and not study.flows:
        raise StudyError(study.source, ["demand: no fleet; add at least one [demand.NAME] with a model"])
    parts, faults = [], []
    for year in study.horizon:
        context = demand_context(study, area, year)
        for fleet in study.demand:
            model = study.model_of(fleet)
            try:
                parts.append(model.build(context, fleet))
            except DemandError as error:
                faults.append(f"{error}{_file(study, getattr(model, 'layer', None))}")
    if faults:
        raise StudyError(study.source, list(dict.fromkeys(faults)))
    if not parts:
        nothing = gpd.GeoDataFrame(pd.DataFrame(columns=COLUMNS, dtype=object), geometry=[], crs=study.area.crs)
        return DemandPoints(nothing)
    control = demand_correction(study, area)
    demand = _joined(study, [control.apply(points) for points in parts])
    if demand.frame.empty or not demand.frame["demand"].sum() > 0:
        raise StudyError(study.source, ["demand: all fleets together ask for nothing; check stocks, shares and scale"])
    largest = demand.frame.loc[demand.frame["demand"].idxmax()]
    if largest["demand"] > _MOST:
        found = f"{largest['place']} asks for {largest['demand']:g} a day"
        raise StudyError(study.source, [f"demand: {found}, more than {_MOST:g}; check unit and scale"])
    return demand


def demand_context(study: Study, area: Area, year: int) -> DemandContext:
    """What the demand models of a study may look at in a year."""
    layers = {name: frame for name, frame in area.layers.frames.items() if name != study.area.districts}
    districts = area.layers.frames[study.area.districts]
    return DemandContext(year=year, cells=area.cells, layers=layers, districts=districts, folder=study.path_of(""))


def demand_correction(study: Study, area: Area) -> Correction:
    """What the control totals of a study make of its demand.

    Raises
    ------
    StudyError
        When a total cannot be met.
    """
    try:
        return correction(
            study.demand,
            lambda year: demand_context(study, area, year),
            year=study.horizon[0],
            all_fleets=study.totals,
        )
    except DemandError as error:
        raise StudyError(study.source, [str(error)]) from error


def _joined(study: Study, parts: list[DemandPoints]) -> DemandPoints:
    """All fleets and years; with several years the ids name theirs."""
    if not study.phased:
        return concat_demand(parts)
    return concat_demand(
        DemandPoints(part.frame.assign(id=part.frame["id"] + ":" + part.frame["year"].astype(str))) for part in parts
    )


def _file(study: Study, layer: str | None) -> str:
    return "" if layer is None else f" (file {study.path_of(study.layers[layer].path)})"
