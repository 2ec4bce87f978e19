"""Demand of a study: every fleet's model, built for every year and joined."""

import geopandas as gpd
import pandas as pd

from demand_models import DemandContext, DemandError
from geodata import DemandPoints, concat_demand
from geodata.demand import COLUMNS
from siting.area import Area
from siting.errors import StudyError
from siting.study import Study


def build_demand(study: Study, area: Area) -> DemandPoints:
    """Build the demand of all fleets in all years of the study.

    Raises
    ------
    StudyError
        With the faults of every fleet whose layers or numbers do not fit, or when there is no demand at all. A study of
        flows alone has no points of demand.
    """
    if not study.demand and not study.flows:
        raise StudyError(study.source, ["demand: no fleet; add at least one [demand.NAME] with a model"])
    layers = {name: frame for name, frame in area.layers.frames.items() if name != study.area.districts}
    districts = area.layers.frames[study.area.districts]
    parts, faults = [], []
    for year in study.horizon:
        context = DemandContext(year=year, cells=area.cells, layers=layers, districts=districts)
        for fleet in study.demand:
            model = study.model_of(fleet)
            try:
                points = model.build(context, fleet)
                parts.append(_of_year(points, year) if study.phased else points)
            except DemandError as error:
                faults.append(f"{error}{_file(study, getattr(model, 'layer', None))}")
    if faults:
        raise StudyError(study.source, list(dict.fromkeys(faults)))
    if not parts:
        nothing = gpd.GeoDataFrame(pd.DataFrame(columns=COLUMNS, dtype=object), geometry=[], crs=study.area.crs)
        return DemandPoints(nothing)
    demand = concat_demand(parts)
    if demand.frame.empty or not demand.frame["demand"].sum() > 0:
        raise StudyError(study.source, ["demand: all fleets together ask for nothing; check stocks, shares and scale"])
    return demand


def _of_year(points: DemandPoints, year: int) -> DemandPoints:
    """The same demand with ids that name its year."""
    return DemandPoints(points.frame.assign(id=points.frame["id"] + f":{year}"))


def _file(study: Study, layer: str | None) -> str:
    return "" if layer is None else f" (file {study.path_of(study.layers[layer].path)})"
